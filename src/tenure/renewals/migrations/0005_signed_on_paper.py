"""The scanned file of an acceptance on paper, and the customer's objection to it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

TASKS = ("nobody_to_tell", "bounced", "quote_wanted", "legal_window", "service_ordered", "disputed")


def _person(**more: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **more
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0004_programmes_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField("renewaltask", "kind", models.TextField(choices=[(each, each) for each in TASKS])),
        migrations.CreateModel(
            name="SignedPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quote", models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, related_name="signed_paper", to="renewals.quote")),
                ("name", models.TextField()),
                ("stored_as", models.TextField()),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.BinaryField()),
                ("scan", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", _person()),
                ("objected_at", models.DateTimeField(null=True)),
                ("objected_by", _person(null=True)),
                ("objection", models.TextField(blank=True, db_default="", default="")),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(size_bytes__gt=0), name="signed_paper_size"),
                    models.CheckConstraint(
                        condition=Q(objected_at=None, objected_by=None, taken_back_at=None)
                        | Q(objected_at__isnull=False, objected_by__isnull=False),
                        name="signed_paper_objection",
                    ),
                ],
            },
        ),
    ]  # fmt: skip
