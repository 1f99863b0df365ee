"""When somebody is told that a term ends: the one definition of it.  `queries.due` says the same in SQL."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.policy.words import NoticeSchedule, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A version of the policy and the days on which it is in force, half-open; None: without a bound."""

    policy: Policy
    number: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step for terms of a kind of product, of customers of a size, in a region.

    step: days after the last covered day; before it, negative.  lasts: on so many days, the first of them the one on
    which the step is due, it may be told: until the next step is due, and no longer than what is caught up.
    since, until, number: of the policy's version.  Source: B1; the catching up is ours.
    """

    kind: str
    size: str
    region: str
    step: int
    lasts: int
    since: date | None
    until: date | None
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A step that is told: due on `due_on`, by the version `number`."""

    step: int
    due_on: date
    number: int


def steps_of(schedule: NoticeSchedule) -> tuple[int, ...]:
    """The steps of a schedule, the earliest first: days before the last covered day are negative.  Source: B1."""
    return tuple(sorted({-days for days in schedule.days_before} | set(schedule.days_after)))


def expanded(periods: Iterable[Period]) -> tuple[Step, ...]:
    """Every step by kind of product, size of customer and region, for each version in force.  Source: B1."""
    return tuple(each for period in periods for schedule in period.policy.notices for each in _rows(period, schedule))


def told_on(
    *, last_day: date, on: date, kind: str, size: str, region: str, steps: Sequence[Step]
) -> Told | None:  # fmt: skip
    """What is told on a day of a term whose last covered day is `last_day`, if it was not told before.

    At most one step: of several that are due, the latest.  on: a day in the asset's zone.  Source: B1; ours.
    """
    for each in steps:
        due_on = last_day + timedelta(days=each.step)
        if (
            (each.kind, each.size, each.region) == (kind, size, region)
            and due_on <= on < due_on + timedelta(days=each.lasts)
            and (each.since is None or each.since <= on)
            and (each.until is None or on < each.until)
        ):
            return Told(step=each.step, due_on=due_on, number=each.number)
    return None


def ends_told_on(*, days: Iterable[date], steps: Sequence[Step]) -> list[date]:
    """The last covered days of which something may be told on one of the days: where to look, by an index."""
    reach = {(each.step, each.lasts) for each in steps}
    return sorted(
        {on - timedelta(days=step + late) for on in days for step, lasts in reach for late in range(lasts)}
    )  # fmt: skip


def _rows(period: Period, schedule: NoticeSchedule) -> Iterator[Step]:
    steps = steps_of(schedule)
    caught_up = period.policy.renewals.catch_up_days + 1
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        lasts = caught_up if following is None else min(caught_up, following - step)
        for kind in schedule.kinds:
            for size in schedule.sizes:
                for region in schedule.regions:
                    yield Step(
                        kind=kind, size=size, region=region, step=step, lasts=lasts, since=period.since,
                        until=period.until, number=period.number,
                    )  # fmt: skip
