"""The table of counts by hand.  What products report is activation's; what is owned, entitlements'.  No verbs here."""

from django.db import models
from django.db.models import F, Q

from tenure.compliance.words import CountSource
from tenure.entitlements.models import Asset

_BY_HAND = [CountSource.ENTERED.value, CountSource.IMPORTED.value]


class Count(models.Model):
    """So many of a product were found installed at a site on a day.  Never altered (trigger): a later row says it anew.

    Rows of one site, product and day are one count, and add up; release, asset and host tell its lines apart.  Of the
    same line of a day the row that was kept last holds.  Source: A9.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="counts")
    site = models.ForeignKey("accounts.Site", models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    release = models.ForeignKey("catalog.Release", models.PROTECT, null=True, related_name="+")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="+")
    host = models.TextField(blank=True, default="")
    quantity = models.BigIntegerField()
    counted_on = models.DateField()
    source = models.TextField(choices=[(s, s) for s in _BY_HAND])
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="count_quantity"),
            models.CheckConstraint(condition=Q(source__in=_BY_HAND), name="count_source"),
        ]
        indexes = [
            models.Index(F("organisation"), F("product"), F("site"), F("counted_on"), name="count_of_place"),
        ]  # fmt: skip
