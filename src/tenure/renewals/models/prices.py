"""The price list."""

from django.db import models
from django.db.models import F, Q


class Price(models.Model):
    """What one unit of a product costs at a level in a currency, from a band on.  Never altered or removed (trigger).

    valid_from, valid_to: half-open; null: open.  Of the editions that are valid on a day the one that began last holds,
    as a whole.  Amounts are kept exactly, to six decimals.  Source: A13.
    """

    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    level = models.TextField()
    currency = models.TextField()
    unit_list_price = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit_maintenance_per_year = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    band_from = models.BigIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "level", "currency", "valid_from", "band_from"], name="price_once"
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
