"""The words of the outlook: what falls due, on which day, for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class DueKind(StrEnum):
    """What falls due.  Source: ours."""

    NOTICE = "notice"
    TERM_ENDS = "term_ends"
    SUPPORT_ENDS = "support_ends"
    COURTESY_ENDS = "courtesy_ends"
    QUOTE_EXPIRES = "quote_expires"
    RESELLER_CHANGES = "reseller_changes"
    CONTACT_CHANGES = "contact_changes"
    JOINING_PASSES = "joining_passes"
    CASE_PROMISE = "case_promise"
    CLAIM_ANSWER = "claim_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadFilters:
    """What to look for: one kind, one region, one customer by number; "": any."""

    kind: str = ""
    region: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """Something that falls due.

    on: the day, in the zone of what it is about; what is overdue and still to be done falls due today.  key: with the
    day and the kind unlike any other row's.  region, organisation, number: "" where there is none.  subject: a serial
    number, a quote, a case; detail: the step of a notice, the milestone of a promise, the kind of support.
    at: the instant, where it is one.  quantity: how many assets it is about.
    """

    on: date
    kind: DueKind
    key: str
    region: str
    organisation: str
    number: str
    subject: str
    product: str
    detail: str
    at: datetime | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What fell due in a time and has happened, of each kind.  told: how many people its notices went to."""

    counts: Mapping[DueKind, int]
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page, the first to fall due above.  next: where the next one begins, or ""."""

    rows: tuple[DueRow, ...]
    next: str


class EndState(StrEnum):
    """What came of the end of a term, as is known now; every one is in exactly one.  Source: B3, B9; the words ours.

    on_time: cover goes on the day after; late: after a gap.  The rest have no later term: lost; a quote of it accepted,
    or prepared or sent; then by the day: open until the last covered one is over, lapsed after it.
    """

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"
    LOST = "lost"


class NextStep(StrEnum):
    """What a representative does next about a term that ends.  Source: ours."""

    PREPARE = "prepare"
    SEND = "send"
    REMIND = "remind"
    ORDER = "order"
    CALL = "call"
    REINSTATE = "reinstate"
    SAY_LOST = "say_lost"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilters:
    """Which terms: of a region (a key), of a reseller of record (a number), of a kind of product; "": any."""

    region: str = ""
    reseller: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFilters:
    """Which of them to work on.

    first, last: of their last covered days, both included.  state: an `EndState` without a later term, "" for all but
    the lost.  text: of serial number, customer or quote.  worth: those worth most above, by currency, instead of those
    that end first.
    """

    first: date
    last: date
    state: str = ""
    text: str = ""
    worth: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCount:
    """Terms of a group in one state.  key: of the month its first day, of a region its key, of a reseller its number.

    name: of a reseller.  is_past: the last covered day is over.  worth: None where nothing of them is priced, and
    where cover goes on.
    """

    key: str
    name: str
    state: EndState
    is_past: bool
    currency: str
    count: int
    worth: Decimal | None
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The same terms, counted four ways.  others: in `resellers` the key of all that are not among the largest."""

    months: tuple[EndCount, ...]
    regions: tuple[EndCount, ...]
    resellers: tuple[EndCount, ...]
    kinds: tuple[EndCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCount:
    """Terms that are lost for a reason, in one currency; worth as in `EndCount`."""

    reason: str
    currency: str
    count: int
    worth: Decimal | None
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """A term that ends, or has ended, without another after it.

    quote_state: of the newest quote of it, "" without one.  worth: of an open quote's line, of a year of it where it is
    for longer, else of a year at list; None: no list prices it.  contact, phone, email: of the customer's owner or
    purchasing contact, one with a telephone first; "" where there is none.  step, told_at: of the latest notice.
    reason, words: of a lost one; why: of a declined quote.  next_step: what to do.
    """

    id: int
    serial: str
    product: str
    kind: str
    organisation: str
    number: str
    region: str
    reseller: str
    reseller_number: str
    quantity: int
    level: str
    last_day: date
    state: EndState
    quote: str
    quote_state: str
    why: str
    currency: str
    worth: Decimal | None
    step: int | None
    told_at: datetime | None
    reason: str
    words: str
    contact: str
    phone: str
    email: str
    next_step: NextStep


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """A page.  next: where the next one begins, or ""."""

    rows: tuple[WorkRow, ...]
    next: str


class Part(StrEnum):
    """What a simulated policy is laid against.  Source: ours."""

    BENEFITS = "benefits"  # of every term that runs or comes
    CONTACTS = "contacts"  # the limits of named contacts
    ENDING = "ending"  # which licences count as ending
    NOTICES = "notices"
    WINDOWS = "windows"  # legal windows of notices
    RENEWALS = "renewals"  # what renewing costs: on time, or today what has lapsed
    LATE = "late"  # what one made-up licence costs at each edge of the rule for late renewals
    QUOTES = "quotes"  # open ones, if they were revised
    CASES = "cases"  # open ones, if they were opened now


class Outcome(StrEnum):
    """What becomes of a row under the simulated policy.  Codes are API.  Source: ours."""

    GAINED = "gained"
    LOST = "lost"
    OTHERWISE = "otherwise"
    EXCEEDED = "exceeded"
    WITHIN = "within"
    COMES = "comes"
    GOES = "goes"
    MOVES = "moves"
    TOLD_OTHERWISE = "told_otherwise"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    REFUSED = "refused"
    POSSIBLE = "possible"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """One outcome that would be another.

    about: a serial number, an agreement's level and region, a quote, a case.  detail: a benefit, a step, a milestone,
    when a renewal is ordered.  on: the day, or None.  before, after: plain values that are compared; money is an
    amount, gross, in `currency`, a refusal its code.
    """

    part: Part
    outcome: Outcome
    about: str
    detail: str
    organisation: str
    number: str
    on: date | None
    before: str
    after: str
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the rows that have a price both ways add up to, gross.  detail: as of the rows."""

    detail: str
    currency: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """looked_at: of so many.  counts: by outcome, those that occur.  rows: the first of them, as many as asked for."""

    part: Part
    looked_at: int
    counts: Mapping[Outcome, int]
    sums: tuple[Sum, ...]
    rows: tuple[ChangedRow, ...]

    @property
    def changed(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What a policy would change from a day on, laid against the versions that are in force then.

    until: the first day of a later version that is there already, or None.  against: the number of the version that
    is in force on the day; 0 where none is.  same: the number of the version that is this very file, or 0.  changes:
    what it says otherwise, in words.
    """

    edition: str
    in_force_from: date
    until: date | None
    against: int
    same: int
    at: datetime
    days: int
    changes: tuple[str, ...]
    parts: tuple[PartResult, ...]

    @property
    def changed(self) -> int:
        return sum(each.changed for each in self.parts)
