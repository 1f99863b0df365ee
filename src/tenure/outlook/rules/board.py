"""What a representative does next about a term, and how the board's span is cut.  Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.outlook.words import EndState, NextStep
from tenure.policy.words import NoticeSchedule
from tenure.renewals.rules.periods import add_months
from tenure.renewals.rules.schedule import steps_of
from tenure.renewals.words import QuoteState

MONTHS_BACK, MONTHS_AHEAD = 12, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a term when its next step is looked for.

    quote: of the newest quote of it, or None.  told: the step of its latest notice that was written, or None.
    last_step: of its schedule, the last at or before the end; None: it has none.  late_days: without cover so far.
    """

    state: EndState
    quote: QuoteState | None
    told: int | None
    last_step: int | None
    late_days: int


def next_step(*, facts: Facts, cap_days: int) -> NextStep:
    """The one thing to do next.  cap_days: of the policy: later than that it must be bought again.  Source: ours."""
    if facts.state in {EndState.LOST, EndState.ON_TIME, EndState.LATE}:
        return NextStep.NONE
    if facts.state is EndState.ACCEPTED:
        return NextStep.ORDER
    if facts.state is EndState.QUOTED:
        return NextStep.SEND if facts.quote is QuoteState.PREPARED else NextStep.REMIND
    if facts.quote is QuoteState.DECLINED or facts.late_days > cap_days:
        return NextStep.SAY_LOST
    if facts.state is EndState.LAPSED:
        return NextStep.REINSTATE
    if facts.told is not None and facts.last_step is not None and facts.told >= facts.last_step:
        return NextStep.CALL
    return NextStep.PREPARE


def last_steps(schedules: Iterable[NoticeSchedule]) -> Mapping[tuple[str, str, str], int]:
    """By kind of product, size of customer and region: the last step at or before the end.  Source: B1."""
    found: dict[tuple[str, str, str], int] = {}
    for schedule in schedules:
        before = [step for step in steps_of(schedule) if step <= 0]
        if before:
            for kind in schedule.kinds:
                for size in schedule.sizes:
                    for region in schedule.regions:
                        found[kind, size, region] = before[-1]
    return found


def months_of(*, today: date) -> tuple[date, ...]:
    """The first days of the twelve months before this one, of this one, and of the twelve after.  Source: ours."""
    this = today.replace(day=1)
    return tuple(add_months(this, n) for n in range(-MONTHS_BACK, MONTHS_AHEAD + 1))


def last_of(month: date) -> date:
    """The last day of the month that begins on a day."""
    return add_months(month, 1) - timedelta(days=1)


def told_until(*, schedules: Iterable[NoticeSchedule], today: date) -> tuple[date, date]:
    """The last covered days that notices are about now; the last one is the end of a month.

    Source: B1; that a representative looks at them first is ours.
    """
    steps = [step for schedule in schedules for step in steps_of(schedule)] or [0]
    first, ahead = today - timedelta(days=max(0, *steps)), today + timedelta(days=-min(0, *steps))
    return first, last_of(ahead.replace(day=1))
