"""Products, releases and their lifecycle.  Every `_from` day is the first on which the sentence is true."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower

from tenure.catalog.words import ProductKind


class Family(models.Model):
    slug = models.SlugField(unique=True, max_length=200)
    name = models.TextField()


class Platform(models.Model):
    """What a product runs on, such as "Debian 12"."""

    name = models.TextField(unique=True)


class Product(models.Model):
    slug = models.SlugField(unique=True, max_length=200)
    name = models.TextField()
    kind = models.TextField(choices=[(k.value, k.value) for k in ProductKind])
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="products")
    category = models.TextField(blank=True, default="")
    aliases = ArrayField(models.TextField(), default=list, blank=True)
    has_content = models.BooleanField(default=False)
    reminds_customer = models.BooleanField(default=False)
    platforms = models.ManyToManyField(Platform, related_name="products")

    class Meta:
        indexes = [models.Index(Lower("name"), name="product_by_name")]


class Release(models.Model):
    """A release of a product.  Source: A10.

    An `_ended` flag is set only where there is no day, and means: ended, day unknown; `_ended_by` is then the first
    day on which that was known.  `position` counts from the oldest release of the file.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="releases")
    name = models.TextField()
    label = models.TextField()
    available_from = models.DateField(null=True)
    active_support_ends_from = models.DateField(null=True)
    active_support_ended = models.BooleanField(default=False)
    standard_support_ends_from = models.DateField(null=True)
    standard_support_ended = models.BooleanField(default=False)
    standard_support_ended_by = models.DateField(null=True)
    extended_support_offered = models.BooleanField(default=False)
    extended_support_ends_from = models.DateField(null=True)
    extended_support_ended = models.BooleanField(default=False)
    extended_support_ended_by = models.DateField(null=True)
    discontinued_from = models.DateField(null=True)
    discontinued = models.BooleanField(default=False)
    is_long_term = models.BooleanField(default=False)
    latest = models.TextField(blank=True, default="")
    latest_on = models.DateField(null=True)
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(F("product"), F("name"), name="release_name_once")]


class LifecycleChange(models.Model):
    """A date of a release became another one: what was known before, and until when.

    field: a column of Release.  before, after: an ISO day, true, false, or nothing.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="changes")
    field = models.TextField()
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField()
