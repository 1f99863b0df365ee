import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_contact_details"),
        ("catalog", "0001_initial"),
        ("entitlements", "0002_looking_after"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="asset",
            name="asset_quantity",
        ),
        migrations.AddField(
            model_name="claim",
            name="heard_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="heard_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="holder_given",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="claim",
            name="holder_words",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="claim",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="from_holder",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="move",
            name="carried",
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(models.F("organisation"), models.F("id"), name="claim_of"),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="asset_quantity"),
        ),
        # entitlements_serial_number: the numbers that identifiers of split assets are made from
        migrations.RunSQL(
            sql="CREATE SEQUENCE entitlements_serial_number START 7000000001",
            reverse_sql="DROP SEQUENCE entitlements_serial_number",
        ),
    ]
