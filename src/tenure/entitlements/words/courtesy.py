"""What is asked for with a courtesy, and what queries answer about one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tenure.entitlements.words.kinds import CourtesyState, CourtesyView, LicencePurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is to be given.  why: of who gives it.  level: a key of the policy; "" for what `queries.usual_level` says.

    Source: A12.
    """

    days: int
    most_cases: int
    why: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCourtesy:
    """A courtesy that is in force on a day, locked by who opens a case under it.  until: its last day."""

    id: int
    until: date
    most_cases: int
    used: int

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.most_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtesyRow:
    """A courtesy as one reader sees it on a day of the asset's zone.

    asked_by: "" where the vendor began it, or for a reader who may not see the customer's people.  why: of who asked;
    answer_why: of who gave or declined.  starts, ends: half-open, once given; as it was given, or shortened since.
    cases: the numbers of those that were opened under it, in the order of their places.
    """

    id: int
    serial: str
    product: str
    release: str
    purpose: LicencePurpose
    product_kind: str
    zone: str
    organisation_id: int
    organisation: str
    organisation_number: str
    asked_by: str
    asked_at: datetime
    why: str
    days: int | None
    most_cases: int | None
    level: str
    first_by: str
    first_by_id: int | None
    first_at: datetime | None
    answered_by: str
    answered_at: datetime | None
    answer_why: str
    starts: date | None
    ends: date | None
    revoked_by: str
    revoked_at: datetime | None
    cases: tuple[str, ...]
    state: CourtesyState

    @property
    def last_day(self) -> date | None:
        return self.ends - timedelta(days=1) if self.ends else None

    @property
    def is_open(self) -> bool:
        return self.state in {CourtesyState.ASKED, CourtesyState.SECOND}

    @property
    def can_be_revoked(self) -> bool:
        return self.state in {CourtesyState.COMING, CourtesyState.RUNNING, CourtesyState.USED_UP}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtesyFilters:
    """What narrows the list.  text: of serial number, product, customer or why."""

    view: CourtesyView = CourtesyView.ASKED
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtesyPage:
    """A page of the list.  counts: how many each view holds, whatever the text.  next: a cursor, or ""."""

    rows: tuple[CourtesyRow, ...]
    next: str
    counts: dict[CourtesyView, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many courtesies were given or wait for a second approver: of the asset and of the customer within the year
    before, by the approver within the month before.  Source: A12; the windows are ours."""

    asset: int
    customer: int
    approver: int
