"""Versions of the policy, and what they froze of the outside world.  Rows are never changed or deleted (trigger)."""

from django.db import models
from django.db.models import F, Q


class PolicyVersion(models.Model):
    """A policy file as it was applied.  The highest in_force_from not after a day is in force; ties: the later number.

    first_year, last_year: both inside; the calendars kept with the version know these years.
    """

    number = models.PositiveIntegerField()
    in_force_from = models.DateField()
    source = models.TextField()
    digest = models.BinaryField()
    recorded_at = models.DateTimeField()
    first_year = models.SmallIntegerField()
    last_year = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="policy_number_once"),
            models.UniqueConstraint(fields=["digest"], name="policy_digest_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="policy_number"),
            models.CheckConstraint(condition=Q(first_year__lte=F("last_year")), name="policy_years"),
        ]
        indexes = [models.Index(F("in_force_from").desc(), F("number").desc(), name="policy_in_force")]


class PolicyCalendar(models.Model):
    """The special days of a place, written out when the version was applied, so that no package upgrade moves them.

    days_key: "holidays" for plain whole days, else the key of the hours that ask for more; subdivision "": the whole
    country, which also stands for subdivisions with the same days.
    """

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="calendars")
    days_key = models.TextField()
    country = models.TextField()
    subdivision = models.TextField(blank=True, default="")
    first_year = models.SmallIntegerField()
    last_year = models.SmallIntegerField()
    days = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "days_key", "country", "subdivision"], name="policy_calendar_once"
            )
        ]


class PolicyZone(models.Model):
    """The UTC offsets of a zone over the version's years: [[UTC second, offset in seconds], ...]."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="zones")
    zone = models.TextField()
    offsets = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "zone"], name="policy_zone_once")]


class PolicyDraft(models.Model):
    """A policy that somebody wants to look at before it is applied: the whole text, and what simulating it has said.

    put_by: a person's number; put_by_name: as they were called.  asked_at: of its simulation; part: what is
    looked at just now; found: what came of it, or `failed` says why nothing did.  applied: the version it became.
    """

    source = models.TextField()
    in_force_from = models.DateField()
    put_at = models.DateTimeField()
    put_by = models.BigIntegerField()
    put_by_name = models.TextField()
    asked_at = models.DateTimeField(null=True)
    part = models.TextField(blank=True, default="")
    found = models.JSONField(null=True)
    found_at = models.DateTimeField(null=True)
    failed = models.TextField(blank=True, default="")
    applied = models.PositiveIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(found__isnull=True, found_at=None) | Q(found__isnull=False, found_at__isnull=False),
                name="policy_draft_found",
            ),
            models.CheckConstraint(condition=Q(applied=None) | Q(dropped_at=None), name="policy_draft_one_end"),
        ]
        indexes = [
            models.Index(
                F("id").desc(), condition=Q(applied=None, dropped_at=None), name="policy_draft_open"
            )
        ]  # fmt: skip
