"""The price list, and the customers for whom a special one holds."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value


class Price(models.Model):
    """What one unit of a product costs at a level in a currency, from a band on.  Never altered or removed (trigger).

    valid_from, valid_to: half-open; null: open.  Of the editions that are valid on a day the one that began last holds,
    as a whole.  Amounts are kept exactly, to six decimals.  region, programme: whom a special list is for, keys of the
    policy; "": everybody.  The list of a programme holds before the one of a region, and both before the general one.
    Source: A13, B11.
    """

    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    level = models.TextField()
    currency = models.TextField()
    region = models.TextField(blank=True, default="", db_default="")
    programme = models.TextField(blank=True, default="", db_default="")
    unit_list_price = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit_maintenance_per_year = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    band_from = models.BigIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "level", "currency", "region", "programme", "valid_from", "band_from"],
                name="price_once",
            ),
            models.CheckConstraint(condition=Q(band_from__gt=0), name="price_band"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="price_valid"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency"),
            models.CheckConstraint(
                condition=Q(unit_list_price__gte=0) | Q(unit_maintenance_per_year__gte=0), name="price_says_something"
            ),
            models.CheckConstraint(
                condition=(Q(unit_list_price=None) | Q(unit_list_price__gte=0))
                & (Q(unit_maintenance_per_year=None) | Q(unit_maintenance_per_year__gte=0)),
                name="price_not_negative",
            ),
        ]


class Enrolment(models.Model):
    """A customer is in a programme of the policy, such as for schools: half-open, one programme at a time.

    ends_on: the first day on which it is not any more; null: open.  Source: B11.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    programme = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="enrolment_one_at_a_time",
                expressions=[
                    (Func(F("organisation"), F("organisation"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("starts_on"), F("ends_on"), function="daterange"), "&&"),
                ],
            ),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="enrolment_days"),
        ]
