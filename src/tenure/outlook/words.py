"""The words of the outlook: what falls due, on which day, for whom."""

from dataclasses import dataclass
from datetime import date, datetime
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
class DuePage:
    """A page, the first to fall due above.  next: where the next one begins, or ""."""

    rows: tuple[DueRow, ...]
    next: str
