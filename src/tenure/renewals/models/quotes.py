"""Quotes that were prepared, and the orders that came of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tenure.renewals.words import LineKind, ResellerWish


class Quote(models.Model):
    """B3: what a renewal costs, as it was prepared on a day; never altered: a revision is a quote of its own.

    total, tax: at list price, which the customer sees; partner_total, partner_tax: what the reseller pays, which only
    the reseller and the vendor see.  wish: serials, years, until, level, quantities, services, extend.  policy: the
    version's number.  State follows from the instants: prepared, sent, accepted, ordered, declined, withdrawn, revised,
    expired.
    programme: the customer's on the order day, or "".  signed_by, signed_on: of an acceptance on paper, who signed for
    the customer; accepted_by is then the representative who recorded it.
    """

    number = models.TextField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    order_day = models.DateField()
    valid_to = models.DateField()
    zone = models.TextField(db_default="UTC")
    policy = models.IntegerField()
    currency = models.TextField()
    wish = models.JSONField()
    total = models.DecimalField(max_digits=20, decimal_places=4)
    tax = models.DecimalField(max_digits=20, decimal_places=4)
    partner_total = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    partner_tax = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    partner_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    partner_tax_rule = models.TextField(db_default="")
    partner_tax_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    tax_rule = models.TextField()
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4)
    notes = models.JSONField(default=list)
    waiting = models.JSONField(default=list)
    revises = models.OneToOneField("self", models.PROTECT, null=True, related_name="revised_by")
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, default="")
    programme = models.TextField(blank=True, default="", db_default="")
    signed_by = models.TextField(blank=True, default="", db_default="")
    signed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="quote_number_once"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("order_day")), name="quote_valid"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None, withdrawn_at=None), name="quote_one_answer"
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(sent_at__isnull=False), name="quote_sent_first"),
        ]
        indexes = [
            models.Index(F("organisation"), F("id").desc(), name="quote_of_customer"),
            models.Index(F("reseller"), F("id").desc(), name="quote_of_reseller"),
        ]


class QuoteLine(models.Model):
    """One asset of a quote.  covers is [starts_on, ends_on], both days bought.  partner_amount: the reseller's.

    The extension of an old release is a line of its own beside the one that renews.

    held: the asset as it stood then (`words.Held`); an order compares with it.  Never altered (trigger).
    """

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="lines")
    place = models.SmallIntegerField()
    asset = models.ForeignKey("entitlements.Asset", models.PROTECT, related_name="+")
    kind = models.TextField(choices=[(k.value, k.value) for k in LineKind])
    level = models.TextField()
    quantity = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    lapsed_days = models.IntegerField(default=0)
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    partner_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    steps = models.JSONField()
    notes = models.JSONField(default=list)
    held = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "place"], name="quote_line_once"),
            models.UniqueConstraint(fields=["quote", "asset", "kind"], name="quote_asset_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="quote_line_days"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_line_quantity"),
        ]
        indexes = [models.Index(F("asset"), F("id"), name="quote_line_by_asset")]


class QuoteService(models.Model):
    """B10: a service that is added to a quote, such as a day of training.  service, unit: as the policy names them.

    unit_price: at list; partner_amount: the reseller's.  place: after the last line.  Never altered (trigger).
    """

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="services")
    place = models.SmallIntegerField()
    service = models.TextField()
    name = models.TextField()
    unit = models.TextField()
    quantity = models.BigIntegerField()
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    partner_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "service"], name="quote_service_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_service_quantity"),
        ]


class SignedPaper(models.Model):
    """B3: an acceptance on paper: the scanned file, and who recorded it.  Who signed, and when, stands on the quote.

    objected_at: somebody of the customer says that it was not so; until it is taken back the quote cannot be ordered.
    """

    quote = models.OneToOneField(Quote, models.PROTECT, related_name="signed_paper")
    name = models.TextField()
    stored_as = models.TextField()
    size_bytes = models.BigIntegerField()
    sha256 = models.BinaryField()
    scan = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    objected_at = models.DateTimeField(null=True)
    objected_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    objection = models.TextField(blank=True, default="", db_default="")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="signed_paper_size"),
            models.CheckConstraint(
                condition=Q(objected_at=None, objected_by=None, taken_back_at=None)
                | Q(objected_at__isnull=False, objected_by__isnull=False),
                name="signed_paper_objection",
            ),
        ]


class Order(models.Model):
    """B3: a quote that was ordered: one order a quote, whoever asks how often.  certificate: the new one."""

    quote = models.OneToOneField(Quote, models.PROTECT, related_name="order")
    certificate = models.OneToOneField("entitlements.Certificate", models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")


class ResellerProfile(models.Model):
    """B2: what the public finder says of a reseller.  countries: ISO 3166-1; languages, families: codes and slugs."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="+")
    countries = ArrayField(models.TextField())
    languages = ArrayField(models.TextField())
    families = ArrayField(models.TextField(), default=list)
    address = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    listed = models.BooleanField(default=True)


class ActingConsent(models.Model):
    """A customer lets a reseller act for it: open cases, ask for contact IDs.  Open while `withdrawn_at` is null."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    given_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "reseller"], condition=Q(withdrawn_at=None), name="acting_consent_once"
            ),
        ]


class ResellerChange(models.Model):
    """B3: from a day on another reseller is the one of record of an asset.  applied_at: when that day had come."""

    asset = models.ForeignKey("entitlements.Asset", models.PROTECT, related_name="+")
    reseller_before = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    reseller_after = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    changed_on = models.DateField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    why = models.TextField(blank=True, default="")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(F("asset"), F("id"), name="reseller_change_by_asset"),
            models.Index(F("changed_on"), F("id"), condition=Q(applied_at=None), name="reseller_change_due"),
        ]


class ResellerRequest(models.Model):
    """B2, B3: a customer asks a reseller for a quote, or that it become the reseller of record.

    serials: what it is about, told to the reseller by the customer.  starts_on: of a change of record.  Open while
    `answered_at` is null: the reseller answers the first kind, the vendor's people the second.  quote: what came of it.
    """

    wish = models.TextField(choices=[(w.value, w.value) for w in ResellerWish])
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    reseller = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    serials = ArrayField(models.TextField())
    words = models.TextField(blank=True, default="")
    starts_on = models.DateField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    why = models.TextField(blank=True, default="")
    quote = models.OneToOneField(Quote, models.PROTECT, null=True, related_name="asked_by_request")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "reseller", "wish"], condition=Q(answered_at=None), name="reseller_request_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, granted=None) | Q(answered_at__isnull=False, granted__isnull=False),
                name="reseller_request_answer",
            ),
            models.CheckConstraint(condition=Q(serials__len__gt=0), name="reseller_request_names"),
        ]
        indexes = [
            models.Index(F("reseller"), F("id").desc(), name="reseller_request_for"),
            models.Index(F("organisation"), F("id").desc(), name="reseller_request_of"),
            models.Index(F("id"), condition=Q(answered_at=None, wish="of_record"), name="reseller_request_open"),
        ]
