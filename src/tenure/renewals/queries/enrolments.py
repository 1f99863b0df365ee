"""In which programmes a customer is and was."""

from dataclasses import dataclass
from datetime import date, timedelta

from tenure.accounts.words import Who
from tenure.renewals.models import Enrolment
from tenure.renewals.queries.sides import LOOKERS

MOST = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRow:
    """programme: a key of the policy.  last_day: None: nobody has ended it.  state: "now", "past" or "to_come"."""

    id: int
    programme: str
    starts_on: date
    last_day: date | None
    recorded_by: str
    state: str


def enrolments_of(*, who: Who, number: str, on: date) -> tuple[EnrolmentRow, ...]:
    """A customer's enrolments, the newest first, for those of the vendor who see prices; else none.  One query.

    on: the day that `state` is of.  Source: B11.
    """
    if not who.staff & LOOKERS or "\0" in number:
        return ()
    found = Enrolment.objects.filter(organisation__number=number).select_related("recorded_by")
    return tuple(_row(each, on) for each in found.order_by("-starts_on", "-id")[:MOST])


def _row(kept: Enrolment, on: date) -> EnrolmentRow:
    by = kept.recorded_by
    state = "to_come" if on < kept.starts_on else "now" if kept.ends_on is None or on < kept.ends_on else "past"
    return EnrolmentRow(
        id=kept.pk, programme=kept.programme, starts_on=kept.starts_on, state=state,
        last_day=kept.ends_on - _DAY if kept.ends_on else None, recorded_by=(by.name or by.email) if by else "",
    )  # fmt: skip
