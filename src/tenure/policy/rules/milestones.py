"""When each promise of a case falls due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tenure.policy.words import Hours, Milestone, Origin, Policy, Target, Unit
from tenure.worktime.rules import Timetable
from tenure.worktime.words import Calendar, Pause, SpecialDays, Week, Window

PAUSING: Final = frozenset({Milestone.RESTORATION, Milestone.RESOLUTION})
"""The promises whose clocks stand still while the customer is waited for.  Source: D8; the reading is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetables:
    """A level's hours at one site: `service` counts minutes and hours, `days` counts business days."""

    service: Timetable
    days: Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneDue:
    """One promise and its instant.

    counted_from: the instant it runs from.  due_at: UTC; None if only an event ends it or a pause is still open.
    event: what may end it instead of, or without, an instant ("" for nothing).  Source: D6.
    """

    name: Milestone
    target: Target
    counted_from: Origin
    due_at: datetime | None
    event: str

    @property
    def unit(self) -> Unit:
        """What the target counts in."""
        return self.target.unit

    @property
    def amount(self) -> int | None:
        """How many of the unit; None for an event or the next business day."""
        return self.target.amount


def week_of(hours: Hours) -> Week:
    """The weekly hours as working time takes them.  Source: D1."""
    mon, tue, wed, thu, fri, sat, sun = (tuple(Window(*window) for window in windows) for windows in hours.week)
    return (mon, tue, wed, thu, fri, sat, sun)


def calendar_of(
    *,
    hours: Hours,
    zone: str,
    days: SpecialDays,
    years: tuple[int, int] | None = None,
    offsets: tuple[tuple[int, int], ...] | None = None,
) -> Calendar:
    """The calendar of these hours at a place.

    zone: IANA.  days: the place's holidays, left out where the hours do not close on them.
    years, offsets: as in `Calendar`.  Raises what `Calendar` raises.  Source: D1.
    """
    kept = days if hours.closed_on_holidays else SpecialDays()
    return Calendar(zone=zone, weekly=week_of(hours), days=kept, years=years, offsets=offsets)


def milestones(
    *,
    policy: Policy,
    level: str,
    severity: int,
    opened: datetime,
    registered: datetime,
    calendars: Timetables,
    pauses: Sequence[Pause] = (),
) -> tuple[MilestoneDue, ...]:
    """Every promise that the level makes for a case of the severity, in the order of `Milestone`.

    opened: when the call or form came; registered: when the case was written down; both aware.  pauses: of the
    promises that wait with the customer, `PAUSING`; nobody waits before a first response.
    Raises KeyError for a level or severity that the policy lacks, and what working time refuses.  Source: D6.
    """
    targets = policy.targets[policy.levels[level].targets]
    row = targets.severities[severity]
    promised = [
        (Milestone.REGISTRATION, targets.registration, Origin.OPENED, opened),
        (Milestone.FIRST_RESPONSE, row.first_response, Origin.REGISTERED, registered),
        (Milestone.RESTORATION, row.restoration, Origin.REGISTERED, registered),
        (Milestone.RESOLUTION, row.resolution, Origin.REGISTERED, registered),
    ]
    return tuple(
        MilestoneDue(
            name=name,
            target=target,
            counted_from=origin,
            due_at=due_at(target=target, start=start, calendars=calendars, pauses=pauses if name in PAUSING else ()),
            event=_event(target),
        )
        for name, target, origin, start in promised
        if target is not None
    )


def due_at(
    *, target: Target, start: datetime, calendars: Timetables, pauses: Sequence[Pause] = ()
) -> datetime | None:  # fmt: skip
    """The UTC instant at which a target that runs from `start` is missed; None where only an event ends it.

    Minutes, hours and business hours run on the service hours, so round the clock for a level that is always open;
    days, and hours on business days, run on the business days.  Source: D6; the reading for Essential is ours.
    """
    amount = target.amount or 0
    match target.unit:
        case Unit.MINUTES:
            return calendars.service.add_minutes(start=start, minutes=amount, pauses=pauses)
        case Unit.HOURS | Unit.BUSINESS_HOURS:
            return calendars.service.add_minutes(start=start, minutes=amount * 60, pauses=pauses)
        case Unit.HOURS_ON_BUSINESS_DAYS:
            return calendars.days.add_minutes(start=start, minutes=amount * 60, pauses=pauses)
        case Unit.BUSINESS_DAYS:
            return calendars.days.add_business_days(start=start, days=amount, pauses=pauses)
        case Unit.NEXT_BUSINESS_DAY:
            return calendars.days.next_business_day(start=start, pauses=pauses)
        case Unit.NEXT_PRODUCT_UPDATE:
            return None


def _event(target: Target) -> str:
    if target.alternative is not None:
        return target.alternative.value
    return target.unit.value if target.unit is Unit.NEXT_PRODUCT_UPDATE else ""
