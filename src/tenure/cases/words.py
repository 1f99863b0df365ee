"""The words of cases: what happens to a case, how it stands, what was promised, and every no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tenure.entitlements.words import Decision
from tenure.policy.words import Milestone, Target
from tenure.worktime.words import Reason


class Kind(StrEnum):
    """D7: a technical case needs an entitlement, a customer-care case only somebody signed in."""

    TECHNICAL = "technical"
    CARE = "care"


class State(StrEnum):
    """How a case stands; a pure function of its events.  Codes are API.  Source: D8."""

    NEW = "new"
    OPEN = "open"
    AWAITING_REVIEW = "awaiting_review"
    PENDING_CLOSE = "pending_close"
    CLOSED = "closed"


class View(StrEnum):
    """The lists of cases.  OPEN holds every case that is not closed, whatever it waits for.  Source: D8."""

    ALL = "all"
    NEW = "new"
    OPEN = "open"
    AWAITING_REVIEW = "awaiting_review"
    PENDING_CLOSE = "pending_close"
    CLOSED = "closed"


class Channel(StrEnum):
    """How a case came in.  Source: D5; imports are ours."""

    WEB = "web"
    PHONE = "phone"
    API = "api"
    IMPORT = "import"


class Topic(StrEnum):
    """What a customer-care case is about; technical cases have the one of their kind.  Source: D10."""

    TECHNICAL = "technical"
    LICENCES = "licences"
    SUPPORT_CONTRACT = "support_contract"
    ACCOUNT = "account"
    OTHER = "other"


class Side(StrEnum):
    CUSTOMER = "customer"
    VENDOR = "vendor"
    SYSTEM = "system"


class Happening(StrEnum):
    """What can happen to a case.  The state and the promises follow from these alone.  Source: D8, D6."""

    OPENED = "opened"  # the call began, or the form was sent
    REGISTERED = "registered"  # the case was written down
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    CUSTOMER_WROTE = "customer_wrote"
    WROTE = "wrote"  # a message to the entitled contact: a response
    ASKED = "asked"  # a message that asks for information: a response, and we wait
    NOTED = "noted"  # an internal note
    CALLED = "called"  # a call that reached the entitled contact: a response
    CALL_FAILED = "call_failed"
    RESTORED = "restored"  # service is back, by a workaround or for good
    CLOSE_PROPOSED = "close_proposed"
    CONSENTED = "consented"
    DECLINED = "declined"
    CLOSED = "closed"
    REOPENED = "reopened"
    SEVERITY_CHANGED = "severity_changed"
    REMINDED = "reminded"  # the customer was reminded that we wait
    LEFT_TO_UPDATE = "left_to_update"  # the resolution comes with the next product update, where the target allows it


class Standing(StrEnum):
    """How a promise stands at an instant.  Source: D6; the words are ours."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"
    WITH_UPDATE = "with_update"  # nothing falls due: it comes with the next product update
    ENDED = "ended"  # the case closed without it, in time


class CaseRefusal(StrEnum):
    """Why cases says no.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_ENTITLED = "not_entitled"
    CONTACT_SEAT_NEEDED = "contact_seat_needed"
    SEVERITY_NEEDS_PHONE = "severity_needs_phone"
    SEVERITY_UNKNOWN = "severity_unknown"
    SEVERITY_SAME = "severity_same"
    RELEASE_UNKNOWN = "release_unknown"
    TOPIC_UNKNOWN = "topic_unknown"
    CALLER_UNKNOWN = "caller_unknown"
    REGION_UNKNOWN = "region_unknown"
    SUMMARY_MISSING = "summary_missing"
    SUMMARY_TOO_LONG = "summary_too_long"
    DETAILS_MISSING = "details_missing"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    REASON_MISSING = "reason_missing"
    NOT_IN_THIS_STATE = "not_in_this_state"
    ALREADY_TAKEN = "already_taken"
    NOT_AN_ENGINEER = "not_an_engineer"
    REOPEN_TOO_LATE = "reopen_too_late"
    TARGET_HAS_NO_UPDATE = "target_has_no_update"
    TOO_MANY_FILES = "too_many_files"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_NAME_UNUSABLE = "file_name_unusable"
    FILE_INFECTED = "file_infected"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the order of `seq`.

    at: aware, the installation's clock.  severity: of OPENED and SEVERITY_CHANGED, None in customer care.  person: who
    did it, or, of TAKEN, whose the case is now.
    """

    seq: int
    at: datetime
    kind: Happening
    severity: int | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer was waited for, or the case was closed, in [since, until); until None: it still is."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the events of a case add up to.  Source: D8.

    severities: (from when, which), the first at the opening.  waits: in order, without overlap; only the last may be
    open.  resolved_at: the proposal that the customer accepted, or the closing; None again when it is reopened.
    left_to_update_at: when the resolution was left to the next product update.
    """

    state: State
    opened_at: datetime
    registered_at: datetime
    severities: tuple[tuple[datetime, int | None], ...]
    assignee: int | None
    responded_at: datetime | None
    restored_at: datetime | None
    proposed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    left_to_update_at: datetime | None
    waits: tuple[Wait, ...]
    changed_at: datetime
    last_seq: int

    @property
    def severity(self) -> int | None:
        return self.severities[-1][1]

    @property
    def waiting_since(self) -> datetime | None:
        return self.waits[-1].since if self.waits and self.waits[-1].until is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case that this transaction has locked, with its story so far.  version: None where no clock runs."""

    id: int
    number: str
    kind: Kind
    organisation_id: int | None
    opened_by: int | None
    summary: str
    contact_name: str
    contact_email: str
    level: str
    version: int | None
    zone: str
    country: str
    subdivision: str
    events: tuple[Event, ...]
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One milestone of a case as its events leave it; how it stands at an instant is `standing_at`.

    due_at: UTC; None while paused, or where only an event ends it.  met_at: when it was met, in time or not.
    breached_at: the due instant that passed unmet under an earlier severity or before an update took its place; no
    later event takes it back.  event: "next_product_update" where that may stand for the resolution, or "".
    with_update: it was left to that.  ended_at: the case was closed without it.  Source: D6.
    """

    name: Milestone
    target: Target
    counted_from: datetime
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    paused_since: datetime | None
    event: str
    with_update: bool = False
    ended_at: datetime | None = None

    def missed_at(self, at: datetime) -> datetime | None:
        """The instant at which it was missed, as seen at `at`; None while it is not.  Met at the due instant is met."""
        if self.breached_at is not None:
            return self.breached_at
        if self.due_at is None:
            return None
        return self.due_at if (self.met_at or self.ended_at or at) > self.due_at else None

    def standing_at(self, at: datetime) -> Standing:
        if self.missed_at(at) is not None:
            return Standing.MISSED
        if self.met_at is not None:
            return Standing.KEPT
        if self.ended_at is not None:
            return Standing.ENDED
        if self.with_update:
            return Standing.WITH_UPDATE
        return Standing.PAUSED if self.paused_since is not None else Standing.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A technical case as it is asked for.  called_at: when the call began, for cases that staff take by phone.

    release: the name of a release of the asset's product, or "" where the product has none.  caller: the contact ID
    that a caller gave; None for one's own case.
    """

    serial: str
    severity: int
    summary: str
    details: str
    release: str = ""
    platform: str = ""
    language: str = ""
    channel: Channel = Channel.WEB
    called_at: datetime | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareBeginning:
    """A customer-care case as it is asked for.

    organisation: one of the person's own, or None: `company` and `address` then say who asks.  region: a key of the
    policy's regions.  caller, caller_email: for staff who take a call, whose organisation it may be; "" for one's own.
    """

    topic: Topic
    region: str
    summary: str
    details: str
    organisation_id: int | None = None
    company: str = ""
    address: str = ""
    channel: Channel = Channel.WEB
    caller: str = ""
    caller_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it arrived.  chunks: read once; the size is counted on them, not believed."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """A file of a message.  scan: none (no scanner is configured), waiting, clean or infected."""

    id: int
    name: str
    size_bytes: int
    scan: str

    @property
    def may_be_taken_down(self) -> bool:
        return self.scan in {"none", "clean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One line of a case's history: an event and, where it has one, its text.

    mine: it was the reader.  facts: plain values of the event, such as the severities of a change.
    """

    seq: int
    at: datetime
    kind: Happening
    side: Side
    author: str
    mine: bool
    public: bool
    body: str
    facts: Mapping[str, object]
    attachments: tuple[AttachmentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """A promise at the instant that was asked about.

    would_be_due_at: while paused, when it would fall due if the wait ended now; else as due_at.  left: working time
    until it falls due, negative once it is missed; None where nothing falls due or it is met.  used: working time that
    its clock has run.  level, hours: their names by the policy; hours are those it is counted in.  reasons: what the
    clock passed over.
    """

    promise: Promise
    standing: Standing
    would_be_due_at: datetime | None
    left: timedelta | None
    used: timedelta
    severity: int
    level: str
    hours: str
    reasons: tuple[Reason, ...]


class LedgerStep(StrEnum):
    """What a clock does from a row of its ledger on.  Source: D6; the words are ours."""

    STARTS = "starts"
    RUNS = "runs"
    PAUSED = "paused"
    RUNS_AGAIN = "runs_again"
    STOPS = "stops"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One line of how a clock was counted.  added, used: working time since the row before, and in all.

    seq, kind: the event's; seq is 0 at the start of the clock, and 0 and None for the instant that is asked about.
    Source: D6.
    """

    at: datetime
    seq: int
    kind: Happening | None
    step: LedgerStep
    added: timedelta
    used: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """How the clock of one promise was counted.  closed: the days at the site on which nobody works, in order, as far
    as they lie between its start and `until`, the last instant that matters to it.  Source: D6.
    """

    promise: PromiseRow
    ledger: tuple[LedgerRow, ...]
    closed: tuple[tuple[datetime, datetime], ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case that was just opened.  decision: the verdict kept with it; None in customer care.  Source: D7."""

    id: int
    number: str
    kind: Kind
    state: State
    severity: int | None
    opened_at: datetime
    promises: tuple[PromiseRow, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    at: datetime
    granted: bool
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as one reader sees it at an instant: what is internal is left out for customers.

    level: "" where no clock runs.  clock: how the resolution was counted, or None.  may_write: the reader may reply,
    close, reopen.
    """

    id: int
    number: str
    kind: Kind
    topic: Topic
    channel: Channel
    summary: str
    organisation_id: int | None
    organisation: str
    organisation_number: str
    site: str
    zone: str
    country: str
    subdivision: str
    region: str
    serial: str
    product: str
    product_slug: str
    release: str
    platform: str
    company: str
    address: str
    language: str
    contact_name: str
    contact_email: str
    contact_id: str
    level: str
    policy_version: int | None
    source: str
    source_number: str
    story: Story
    assignee: str
    promises: tuple[PromiseRow, ...]
    clock: ClockRow | None
    entries: tuple[EntryRow, ...]
    verdicts: tuple[VerdictRow, ...]
    may_write: bool

    @property
    def state(self) -> State:
        return self.story.state

    @property
    def severity(self) -> int | None:
        return self.story.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list.  excerpt: of the text that was found, in a search; next_due_at: of what can still be met."""

    id: int
    number: str
    kind: Kind
    state: State
    severity: int | None
    summary: str
    organisation: str
    product: str
    level: str
    opened_at: datetime
    changed_at: datetime
    next_milestone: str
    next_due_at: datetime | None
    waiting_since: datetime | None
    assignee_id: int | None
    assignee: str
    organisation_number: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What narrows a list of cases.  since, until: days (UTC) of the opening, inclusive.  product: a slug.

    customer: an organisation's number.  text: words that the case or what was written on it holds.
    """

    view: View = View.ALL
    text: str = ""
    product: str = ""
    customer: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A page of a list, newest first.  next: the cursor to hand back as `after`; "" at the end.

    is_cut: a search found more than 200 from here on; say "200 or more", and ask for another word.
    """

    rows: tuple[CaseLine, ...]
    next: str
    is_cut: bool = False
