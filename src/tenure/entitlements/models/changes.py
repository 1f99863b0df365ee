"""What happens to licences and contacts after they were issued: requests about contacts, courtesy, moves, claims."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tenure.entitlements.models.owned import Asset, ContactSeat, Term
from tenure.entitlements.words import ClaimAnswer, ContactAnswer, ContactWish, MoveKind


class ContactRequest(models.Model):
    """D2, D3: a customer or their reseller asks for a missing contact ID, or to replace or add a technical contact.

    given: identifiers as "kind value".  organisation: whose identifiers they are; null where nobody bears them, which
    is told to nobody.  as_reseller: the reseller that asks.  replaces: the contact ID whose seat ends.
    takes_effect_on: a day of the customer's region.  Open while `answered_at` is null; applied when the day has come.
    """

    wish = models.TextField(choices=[(w.value, w.value) for w in ContactWish])
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    agreement = models.ForeignKey("entitlements.Agreement", models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    as_reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    given = ArrayField(models.TextField())
    replaces = models.TextField(blank=True, default="")
    name = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    company = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    words = models.TextField(blank=True, default="")
    takes_effect_on = models.DateField(null=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True, default="")
    why = models.TextField(blank=True, default="")
    applied_at = models.DateTimeField(null=True)
    seat = models.ForeignKey(ContactSeat, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, answer__in=[a.value for a in ContactAnswer]),
                name="contact_request_answer",
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(answer=ContactAnswer.GRANTED.value), name="contact_request_applied"
            ),
        ]
        indexes = [
            models.Index(F("asked_at"), F("id"), condition=Q(answered_at=None), name="contact_request_open"),
            models.Index(
                F("takes_effect_on"), F("id"), condition=Q(answer="granted", applied_at=None),
                name="contact_request_to_apply",
            ),
            models.Index(F("organisation"), F("id"), name="contact_request_of"),
        ]  # fmt: skip


class Courtesy(models.Model):
    """A12: an entitlement for a short time, asked for or given: by whom, why, for how long, for how many cases.

    Waits while `answered_at` is null, and for a second approver while `first_by` is set and `answered_at` is null.
    term: of the courtesy family, once given.  policy: the version's number that it was judged by.
    """

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="courtesies")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    why = models.TextField()
    days = models.SmallIntegerField(null=True)
    most_cases = models.SmallIntegerField(null=True)
    level = models.TextField(blank=True, default="")
    first_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    answer_why = models.TextField(blank=True, default="")
    term = models.OneToOneField(Term, models.PROTECT, null=True, related_name="courtesy")
    policy = models.IntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", term=None)
                | Q(answered_at__isnull=False, answer="declined", term=None)
                | Q(answered_at__isnull=False, answer="given", term__isnull=False, days__gt=0, most_cases__gt=0),
                name="courtesy_answer",
            ),
            models.CheckConstraint(
                condition=Q(first_by=None) | Q(answered_by=None) | Q(answer="declined") | ~Q(first_by=F("answered_by")),
                name="courtesy_two_approvers",
            ),
            models.UniqueConstraint(fields=["asset"], condition=Q(answered_at=None), name="courtesy_open_once"),
        ]
        indexes = [models.Index(F("organisation"), F("answered_at"), name="courtesy_of_customer")]


class CourtesyUse(models.Model):
    """A case that was opened under a courtesy.  `place` runs from 1 to its `most_cases`: two at once take two."""

    courtesy = models.ForeignKey(Courtesy, models.PROTECT, related_name="uses")
    place = models.SmallIntegerField()
    case_number = models.TextField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["courtesy", "place"], name="courtesy_place_once"),
            models.UniqueConstraint(fields=["case_number"], name="courtesy_case_once"),
            models.CheckConstraint(condition=Q(place__gt=0), name="courtesy_place"),
        ]


class Move(models.Model):
    """A8: customer care moved assets to another customer, split one, or joined two.  undoes: the move it takes back.

    carried: what went along with a merge and comes back with its undoing: certificates, contact seats, roles given.
    """

    kind = models.TextField(choices=[(k.value, k.value) for k in MoveKind])
    at = models.DateTimeField()
    by_person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    why = models.TextField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    carried = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="move_has_reason")]


class MoveLine(models.Model):
    """What a move did to one asset: whose it was and is, where, and how many of it.  A quantity of 0: not there.

    term_days: the sum of quantity x covered days of the asset's terms, before and after; over all lines of a move the
    two sums are equal.
    """

    move = models.ForeignKey(Move, models.PROTECT, related_name="lines")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="moves")
    organisation_before = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    organisation_after = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    site_before = models.ForeignKey("accounts.Site", models.PROTECT, null=True, related_name="+")
    site_after = models.ForeignKey("accounts.Site", models.PROTECT, null=True, related_name="+")
    quantity_before = models.BigIntegerField()
    quantity_after = models.BigIntegerField()
    term_days_before = models.BigIntegerField()
    term_days_after = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "asset"], name="move_line_once"),
            models.CheckConstraint(
                condition=Q(quantity_before__gte=0, quantity_after__gte=0), name="move_line_quantity"
            ),
        ]
        indexes = [models.Index(F("asset"), F("id"), name="move_line_by_asset")]


class Claim(models.Model):
    """A8: somebody says that a serial number is theirs, with evidence.

    Nobody is told whether it exists before care has looked; while it waits, nothing changes for anyone.

    serial: as typed, tidied.  asset: null where there is none.  organisation: for which the claim is made.
    given: identifiers as "kind value".  told_at: when its holder was written to, or there was nobody to write to;
    heard_at: when they last answered, with holder_words and holder_given.
    """

    serial = models.TextField()
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="claims")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    claimed_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    given = ArrayField(models.TextField())
    words = models.TextField()
    claimed_at = models.DateTimeField()
    answer_due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True, default="")
    why = models.TextField(blank=True, default="")
    move = models.ForeignKey(Move, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    heard_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    holder_words = models.TextField(default="", db_default="")
    holder_given = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, answer__in=[a.value for a in ClaimAnswer]),
                name="claim_answer",
            ),
            models.UniqueConstraint(
                fields=["serial", "organisation"], condition=Q(answered_at=None), name="claim_open_once"
            ),
        ]
        indexes = [
            models.Index(F("claimed_at"), F("id"), condition=Q(answered_at=None), name="claim_open"),
            models.Index(F("organisation"), F("id"), name="claim_of"),
        ]  # fmt: skip


class Evidence(models.Model):
    """A file that came with a request about contacts, a claim or a courtesy.  Served only as a download, to care.

    from_holder: of a claim, from who holds the asset.
    """

    contact_request = models.ForeignKey(ContactRequest, models.PROTECT, null=True, related_name="evidence")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="evidence")
    name = models.TextField()
    stored_as = models.TextField()
    size_bytes = models.BigIntegerField()
    sha256 = models.BinaryField()
    scan = models.TextField()
    kept_at = models.DateTimeField()
    from_holder = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="evidence_size"),
            models.CheckConstraint(
                condition=Q(contact_request=None, claim__isnull=False) | Q(contact_request__isnull=False, claim=None),
                name="evidence_of_one",
            ),
        ]


class Proof(models.Model):
    """A8: what was said of assets as of a day, so that the number and digest on a document can be checked by anyone.

    number: on the document and in the address of its verification page.  said: the facts, canonical; digest: their
    SHA-256.  organisation: whose.
    """

    number = models.TextField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    as_of = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    said = models.JSONField()
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="proof_number_once")]
        indexes = [models.Index(F("organisation"), F("id"), name="proof_of")]
