"""Certificates, assets, agreements, contact seats and terms.  What the database itself keeps is in the constraints
and in the triggers of the first migration; no verbs here."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from tenure.entitlements.words import JoiningAnswer, LicenceKind, LicencePurpose, TermFamily


class Certificate(models.Model):
    """A1: the paper a customer got through a reseller."""

    number = models.TextField()
    sales_order_number = models.TextField()
    issued_on = models.DateField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="certificates")
    reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("accounts.Contact", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="certificate_number_once")]
        indexes = [models.Index(F("sales_order_number"), name="certificate_by_order")]


class Asset(models.Model):
    """What a term is attached to: a serial number of a product, so many of a meter, at a site.

    chain_starts_on and chain_ends_on (half-open) are the last unbroken chain of terms as known now, courtesy and
    extensions left out.  They are kept by a trigger on terms, so that lists can be sorted and counted without
    reading every term.
    A quantity of 0: gone by a join, or by the undoing of a split; the row stays for what was said of it, in no list.
    """

    serial_number = models.TextField()
    support_identifier = models.TextField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="assets")
    site = models.ForeignKey("accounts.Site", models.PROTECT, related_name="assets")
    reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="assets")
    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    release = models.ForeignKey("catalog.Release", models.PROTECT, null=True, related_name="+")
    licence_kind = models.TextField(choices=[(k.value, k.value) for k in LicenceKind])
    purpose = models.TextField(
        choices=[(p.value, p.value) for p in LicencePurpose], default="production", db_default="production"
    )
    quantity = models.BigIntegerField()
    meter = models.TextField()
    zone = models.TextField()
    chain_starts_on = models.DateField(null=True)
    chain_ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["serial_number"], name="asset_serial_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="asset_quantity"),
        ]
        indexes = [
            models.Index(F("organisation"), F("chain_ends_on"), F("id"), name="asset_by_customer"),
            models.Index(F("reseller"), F("chain_ends_on"), F("id"), name="asset_by_reseller"),
            models.Index(F("chain_ends_on"), F("id"), name="asset_by_end"),
            models.Index(F("support_identifier"), name="asset_by_support"),
        ]


class Agreement(models.Model):
    """Organisation x level x region: contact seats, quotas and experts hang on it."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="agreements")
    level = models.TextField()
    region = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "level", "region"], name="agreement_once")]


class ContactSeat(models.Model):
    """A named technical contact of an agreement, with the contact ID they quote.  Source: D2."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="seats")
    contact = models.ForeignKey("accounts.Contact", models.PROTECT, related_name="seats")
    identifier = models.TextField()
    seat = models.SmallIntegerField()
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identifier"], name="seat_identifier_once"),
            models.UniqueConstraint(
                fields=["agreement", "contact"], condition=Q(ended_at=None), name="seat_contact_once"
            ),
            # Two people at once cannot both take the last seat: they would take the same number.
            models.UniqueConstraint(fields=["agreement", "seat"], condition=Q(ended_at=None), name="seat_number_once"),
            models.CheckConstraint(condition=Q(seat__gt=0), name="seat_number"),
        ]


class Term(models.Model):
    """A3: a span of days, in the asset's zone, in which a level's benefits hold.  Half-open; bitemporal.

    covers: when it is true.  known: when we knew it; a correction closes `known` of the old row and inserts a new one.
    Only the open end of `known` may ever be set, once (trigger).
    """

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="terms")
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="terms")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="terms")
    family = models.SmallIntegerField(choices=[(f.value, f.name) for f in TermFamily])
    level = models.TextField()
    quantity = models.BigIntegerField()
    covers = DateRangeField()
    known = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="terms_overlap",
                expressions=[
                    (Func(F("asset"), F("asset"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            Func(F("family"), function="int4"), Func(F("family"), function="int4"), Value("[]"),
                            function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("covers", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(covers__isempty=False, covers__lower_inf=False, covers__upper_inf=False), name="term_covers"
            ),
            models.CheckConstraint(condition=Q(known__isempty=False, known__lower_inf=False), name="term_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="term_quantity"),
        ]  # fmt: skip


class Registration(models.Model):
    """A6: the owner registered a serial number; without it, no upgrade.  One a serial is open at a time."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="registrations")
    person_id = models.BigIntegerField()
    registered_at = models.DateTimeField()
    registered_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset"], condition=Q(withdrawn_at=None), name="registration_once"),
        ]


class Joining(models.Model):
    """C4, D16: a person asked to be linked, giving identifiers as "kind value".  Its requests are told to nobody."""

    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    given = ArrayField(models.TextField())
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(given__len__gt=0), name="joining_gives")]


class JoiningRequest(models.Model):
    """One organisation that identifiers of a joining belong to; without one they belong to nobody we know.

    numbers: the identifiers it is about, as "kind value".  passes_at: when customer care answers in the owners' place;
    passed_at: when the journal was told.  Open while `answered_at` is null.  role: what was given.
    """

    joining = models.ForeignKey(Joining, models.PROTECT, related_name="requests")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    numbers = ArrayField(models.TextField())
    passes_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True, default="")
    role = models.TextField(blank=True, default="")
    why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["joining", "organisation"], nulls_distinct=False, name="joining_request_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, answer__in=[a.value for a in JoiningAnswer]),
                name="joining_request_answer",
            ),
        ]
        indexes = [
            models.Index(F("passes_at"), F("id"), condition=Q(answered_at=None), name="joining_request_open"),
        ]  # fmt: skip


class LetterDue(models.Model):
    """A letter that a worker writes: a certificate to its owner, or a contact ID to who holds it.  Source: A1, D2.

    Waits while `written_at` is null; the same letter waits once.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    seat = models.ForeignKey(ContactSeat, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(certificate=None, seat__isnull=False) | Q(certificate__isnull=False, seat=None),
                name="letter_due_about",
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(written_at=None), name="letter_due_certificate_once"
            ),
            models.UniqueConstraint(fields=["seat"], condition=Q(written_at=None), name="letter_due_seat_once"),
        ]
        indexes = [models.Index(F("tries"), F("id"), condition=Q(written_at=None), name="letter_due_waiting")]
