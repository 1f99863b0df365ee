"""Special price lists, customers in programmes, services on quotes, acceptances on paper."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Func, Q, Value

LINES = ("renewal", "level_change", "first_term", "extension")
TASKS = ("nobody_to_tell", "bounced", "quote_wanted", "legal_window", "service_ordered")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_tax_identifier"),
        ("renewals", "0003_tasks_taken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                ("programme", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        name="enrolment_one_at_a_time",
                        expressions=[
                            (Func(F("organisation"), F("organisation"), Value("[]"), function="int8range"), "&&"),
                            (Func(F("starts_on"), F("ends_on"), function="daterange"), "&&"),
                        ],
                    ),
                    models.CheckConstraint(
                        condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="enrolment_days"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quote", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="services", to="renewals.quote")),
                ("place", models.SmallIntegerField()),
                ("service", models.TextField()),
                ("name", models.TextField()),
                ("unit", models.TextField()),
                ("quantity", models.BigIntegerField()),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=18)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=20)),
                ("partner_amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["quote", "service"], name="quote_service_once"),
                    models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_service_quantity"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="price", name="price_once"),
        migrations.RemoveConstraint(model_name="quoteline", name="quote_asset_once"),
        migrations.RemoveConstraint(model_name="renewaltask", name="renewal_task_once"),
        *(
            migrations.AddField(model, name, models.TextField(blank=True, db_default="", default=""))
            for model, name in (
                ("price", "region"), ("price", "programme"), ("quote", "programme"), ("quote", "signed_by"),
                ("renewaltask", "subject"),
            )
        ),
        migrations.AddField("quote", "signed_on", models.DateField(null=True)),
        migrations.AlterField("quoteline", "kind", models.TextField(choices=[(each, each) for each in LINES])),
        migrations.AlterField("renewaltask", "kind", models.TextField(choices=[(each, each) for each in TASKS])),
        migrations.AddConstraint("price", models.UniqueConstraint(
            fields=["product", "level", "currency", "region", "programme", "valid_from", "band_from"],
            name="price_once",
        )),
        migrations.AddConstraint(
            "quoteline", models.UniqueConstraint(fields=["quote", "asset", "kind"], name="quote_asset_once")
        ),
        migrations.AddConstraint("renewaltask", models.UniqueConstraint(
            fields=["kind", "organisation", "asset", "notice", "subject"], condition=Q(done_at=None),
            nulls_distinct=False, name="renewal_task_once",
        )),
        migrations.RunSQL(
            sql=(Path(__file__).parent / "0004_programmes_services.sql").read_text(),
            reverse_sql="DROP TRIGGER quote_service_is_kept ON renewals_quoteservice",
        ),
    ]  # fmt: skip
