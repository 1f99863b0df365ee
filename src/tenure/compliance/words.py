"""The words of compliance: counts, what they are compared with, and where a customer stands with a product."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CountSource(StrEnum):
    """Who counted.  Source: A9."""

    ENTERED = "entered"
    IMPORTED = "imported"
    REPORTED = "reported"


class PositionState(StrEnum):
    """Where a customer stands with a product on a day; every day is in exactly one.  Source: A9; the words are ours."""

    SHORT = "short"
    UNCOVERED = "uncovered"
    WITHIN = "within"
    NOT_COUNTED = "not_counted"


class ComplianceRefusal(StrEnum):
    """Why compliance says no.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    QUANTITY_WRONG = "quantity_wrong"
    DAY_AHEAD = "day_ahead"
    DAY_TOO_EARLY = "day_too_early"
    HOST_TOO_LONG = "host_too_long"


EARLIEST = date(1980, 1, 1)
MOST_COUNTED = 10**12 - 1
LONGEST_HOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """So many of a licence, on the days from `starts` up to, and without, `ends`; None: for good."""

    starts: date
    ends: date | None
    quantity: int

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What is owned under one serial number.

    owned: while, and how many.  terms: courtesy left out.  counts: its purpose counts as licensed.  ends_with_term:
    a subscription or a temporary licence, which is a licence only while a term runs.
    """

    serial: str
    purpose: str
    counts: bool
    ends_with_term: bool
    owned: tuple[Stretch, ...]
    terms: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandCount:
    """One line of a count by hand, as it holds: of the same line of a day only the row kept last."""

    site_id: int
    on: date
    quantity: int
    source: CountSource
    release: str = ""
    serial: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one activation reported on a day.  ends: the first day on which the activation is over, if it is."""

    site_id: int
    activation_id: int
    on: date
    quantity: int
    ends: date | None = None
    serial: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that bears on one customer's position with one product, whatever the day."""

    licences: tuple[Licence, ...] = ()
    counts: tuple[HandCount, ...] = ()
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the policy of the day says.  fresh_days: a count that is older is called old."""

    fresh_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """What counts as installed at one site, and by which source.

    oldest, newest: the days of the lines that count.  beside: what the source that does not count says, or None.
    """

    site_id: int
    source: CountSource
    quantity: int
    oldest: date
    newest: date
    lines: tuple[HandCount, ...] | tuple[Report, ...]
    beside: int | None = None
    beside_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceLine:
    """How one serial number enters the sums on a day."""

    serial: str
    purpose: str
    counts: bool
    owned: int
    licensed: int
    covered: int
    term_ends: date | None
    ended: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Licensed, covered and installed of a product on a day.  installed: None where nobody ever counted.

    apart: owned for a purpose that does not count, such as a trial.
    """

    licensed: int
    covered: int
    apart: int
    installed: int | None
    oldest: date | None = None
    newest: date | None = None
    is_old: bool = False

    @property
    def short(self) -> int | None:
        """How many more are installed than licensed."""
        return None if self.installed is None else max(0, self.installed - self.licensed)

    @property
    def uncovered(self) -> int | None:
        """How many more are installed than covered."""
        return None if self.installed is None else max(0, self.installed - self.covered)

    @property
    def state(self) -> PositionState:
        if self.installed is None:
            return PositionState.NOT_COUNTED
        if self.short:
            return PositionState.SHORT
        return PositionState.UNCOVERED if self.uncovered else PositionState.WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A position with its arithmetic."""

    position: Position
    licences: tuple[LicenceLine, ...]
    places: tuple[PlaceCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Days on which a position stays the same: [starts, ends)."""

    starts: date
    ends: date
    licensed: int
    covered: int
    installed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """A line of the list."""

    organisation_id: int
    organisation: str
    organisation_number: str
    country: str
    product_id: int
    product: str
    product_slug: str
    product_kind: str
    has_content: bool
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionPage:
    """A page of positions, with the cursors of the next and the previous one, or ""."""

    rows: tuple[PositionRow, ...]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFilters:
    """What a list is narrowed by.  state: one of PositionState, or "old"."""

    on: date
    state: str = ""
    product: str = ""
    customer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTotals:
    """How many positions there are in each state."""

    short: int
    uncovered: int
    within: int
    not_counted: int
    old: int

    @property
    def total(self) -> int:
        return self.short + self.uncovered + self.within + self.not_counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site where the reader may say what is installed."""

    site_id: int
    site: str
    organisation_id: int
    organisation: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCount:
    """What somebody found installed.  release, serial, host: "" where it does not matter."""

    site_id: int
    product_slug: str
    quantity: int
    counted_on: date
    release: str = ""
    serial: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row of the history of counts."""

    counted_on: date
    site: str
    quantity: int
    source: CountSource
    release: str
    serial: str
    host: str
    kept_by: str
    is_replaced: bool
