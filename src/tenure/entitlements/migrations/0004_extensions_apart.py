"""The extension of an old release is no part of an asset's chain of terms."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("entitlements", "0003_moves")]

    operations = [
        migrations.RunSQL(
            sql=(Path(__file__).parent / "0004_extensions_apart.sql").read_text(),
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
