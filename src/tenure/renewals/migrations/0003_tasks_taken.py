"""A task of a regional team is taken by somebody, and there is one more kind."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0002_quotes_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="renewaltask", name="taken_at", field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="renewaltask",
            name="taken_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(model_name="renewaltask", name="kind", field=models.TextField(choices=[
            ("nobody_to_tell", "nobody_to_tell"), ("bounced", "bounced"), ("quote_wanted", "quote_wanted"),
            ("legal_window", "legal_window"),
        ])),
    ]  # fmt: skip
