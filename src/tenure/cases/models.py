"""Cases, what happened to them, and the cache of what that adds up to.  Triggers of the first migration keep events,
texts and verdicts as they were written; no verbs here."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from tenure.cases.words import Channel, Happening, Kind, Side, State, Topic
from tenure.policy.words import Milestone


class Case(models.Model):
    """One case.  What stands under "cache" is the fold of its events, kept for lists; `tenure cases replay` proves it.

    level, policy_version, zone, country, subdivision: what its promises are counted by, fixed at the opening; level is
    "" and policy_version null for customer care, for imported cases and for those that rest on a courtesy without
    promises, which run no clock.  contact_id: of the seat that opened it.  source, source_number: where an imported
    case came from.
    """

    number = models.TextField()
    kind = models.TextField(choices=[(k.value, k.value) for k in Kind])
    topic = models.TextField(choices=[(t.value, t.value) for t in Topic])
    channel = models.TextField(choices=[(c.value, c.value) for c in Channel])
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False
    )
    site = models.ForeignKey("accounts.Site", models.PROTECT, null=True, related_name="+", db_index=False)
    asset = models.ForeignKey("entitlements.Asset", models.PROTECT, null=True, related_name="+", db_index=False)
    product = models.ForeignKey("catalog.Product", models.PROTECT, null=True, related_name="+", db_index=False)
    release = models.TextField(blank=True, default="")
    platform = models.TextField(blank=True, default="")
    company = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    summary = models.TextField()
    opened_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    contact_name = models.TextField(blank=True, default="")
    contact_email = models.TextField(blank=True, default="")
    contact_id = models.TextField(blank=True, default="")
    level = models.TextField(blank=True, default="")
    policy_version = models.ForeignKey(
        "policy.PolicyVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    zone = models.TextField(default="UTC")
    country = models.TextField(blank=True, default="")
    subdivision = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    source = models.TextField(blank=True, default="")
    source_number = models.TextField(blank=True, default="")
    # cache
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    severity = models.SmallIntegerField(null=True)
    assignee = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    next_milestone = models.TextField(blank=True, default="")
    next_due_at = models.DateTimeField(null=True)
    last_seq = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="case_number_once"),
            models.UniqueConstraint(
                fields=["source", "source_number"], condition=~Q(source=""), name="case_source_once"
            ),
            models.CheckConstraint(
                condition=Q(severity__isnull=True) | Q(severity__range=(1, 4)), name="case_severity"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CARE.value) | Q(organisation__isnull=False), name="case_technical_has_customer"
            ),
            models.CheckConstraint(
                condition=Q(level="") | Q(policy_version__isnull=False, severity__isnull=False),
                name="case_level_has_policy",
            ),
            # pending close, awaiting review and closed stand still, and only those
            models.CheckConstraint(
                condition=Q(state__in=[State.NEW.value, State.OPEN.value], waiting_since=None)
                | Q(
                    state__in=[State.AWAITING_REVIEW.value, State.PENDING_CLOSE.value, State.CLOSED.value],
                    waiting_since__isnull=False,
                ),
                name="case_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED.value, closed_at__isnull=False)
                | (~Q(state=State.CLOSED.value) & Q(closed_at=None)),
                name="case_closed",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(F("organisation"), F("id").desc(), name="case_by_customer"),
            models.Index(F("organisation"), F("id").desc(), condition=Q(closed_at=None), name="case_open_by_customer"),
            models.Index(F("opened_by"), F("id").desc(), name="case_by_opener"),
            models.Index(F("next_due_at"), F("id"), condition=Q(closed_at=None), name="case_by_due"),
            models.Index(F("assignee"), F("next_due_at"), condition=Q(closed_at=None), name="case_by_assignee"),
            models.Index(F("waiting_since"), F("id"), condition=Q(closed_at=None), name="case_by_wait"),
            models.Index(F("asset"), name="case_by_asset"),
            models.Index(
                F("closed_at").desc(), F("id").desc(), condition=Q(closed_at__isnull=False), name="case_by_closing"
            ),
        ]


class Event(models.Model):
    """One thing that happened; append-only by trigger.  `seq` counts from 1 in each case.

    facts: plain values, such as the severities of a change or the form of a call.  public: the customer sees it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    seq = models.IntegerField()
    at = models.DateTimeField()
    kind = models.TextField(choices=[(h.value, h.value) for h in Happening])
    side = models.TextField(choices=[(s.value, s.value) for s in Side])
    person_id = models.BigIntegerField(null=True)
    author = models.TextField(blank=True, default="")
    public = models.BooleanField()
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_once")]


class Text(models.Model):
    """The words of an event, in a table of their own so that a change of state rewrites no text.

    vector: of the summary and the words for the opening, of the words for the rest; Chinese, Japanese and Korean runs
    are kept as pairs of characters.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="text", primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="texts", db_index=False)
    public = models.BooleanField()
    body = models.TextField()
    vector = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(F("vector"), name="text_by_words", fastupdate=False),
            models.Index(F("case"), name="text_by_case"),
        ]


class CaseMilestone(models.Model):
    """A promise of a case: the cache of `rules.promises`, for the queue and the jobs.

    due_at: null while paused or where only an event ends it.  ended_at: the case closed without it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="milestones", db_index=False)
    name = models.TextField(choices=[(m.value, m.value) for m in Milestone])
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="milestone_once")]


class Verdict(models.Model):
    """What was decided about a case's entitlement, as it was then; never altered, a later one is appended."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="verdicts")
    at = models.DateTimeField()
    granted = models.BooleanField()
    receipt = models.TextField()


class Attachment(models.Model):
    """A file of a message.  stored_as: its name in the storage, made by us; name: as the sender called it."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="attachments", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    name = models.TextField()
    size_bytes = models.BigIntegerField()
    sha256 = models.BinaryField()
    stored_as = models.TextField(unique=True)
    scan = models.TextField(choices=[(s, s) for s in ("none", "waiting", "clean", "infected")])

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size_bytes__gt=0), name="attachment_size")]
