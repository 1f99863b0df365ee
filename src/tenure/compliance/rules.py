"""What is licensed, covered and installed on a day, with the arithmetic; pure.  Row A9; the readings are ours."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from tenure.compliance.words import (
    CountSource,
    Explained,
    Facts,
    HandCount,
    Licence,
    LicenceLine,
    Measure,
    PlaceCount,
    Position,
    Report,
    Step,
)

_DAY = timedelta(days=1)


def position(facts: Facts, *, on: date, measure: Measure) -> Position:
    """Licensed, covered and installed on a day.  Source: A9."""
    return explain(facts, on=on, measure=measure).position


def explain(facts: Facts, *, on: date, measure: Measure) -> Explained:
    """The position on a day with every line that enters its sums.

    licensed: the quantities owned that day whose purpose counts.  covered: those of them that a term covers, at most
    the term's own quantity; it never exceeds licensed.  installed: the sum over the sites, each counted once.
    Source: A9.
    """
    lines = tuple(line for line in (licence_line(each, on=on) for each in facts.licences) if line.owned)
    places = tuple(
        found
        for site in sorted(_sites(facts))
        if (found := place_count(facts, site_id=site, on=on, measure=measure)) is not None
    )
    oldest = min((each.oldest for each in places), default=None)
    return Explained(
        position=Position(
            licensed=sum(line.licensed for line in lines),
            covered=sum(line.covered for line in lines),
            apart=sum(line.owned for line in lines if not line.counts),
            installed=sum(each.quantity for each in places) if places else None,
            oldest=oldest,
            newest=max((each.newest for each in places), default=None),
            is_old=oldest is not None and is_old(oldest, on=on, measure=measure),
        ),
        licences=lines,
        places=places,
    )


def licence_line(licence: Licence, *, on: date) -> LicenceLine:
    """How a serial number enters the sums.  A subscription or temporary licence is one only while a term runs."""
    owned = sum(each.quantity for each in licence.owned if each.holds(on))
    live = [each for each in licence.terms if each.holds(on)]
    held = min(owned, max((each.quantity for each in live), default=0))
    before = [each.ends for each in licence.terms if each.ends is not None and each.ends <= on]
    return LicenceLine(
        serial=licence.serial,
        purpose=licence.purpose,
        counts=licence.counts,
        owned=owned,
        licensed=(held if licence.ends_with_term else owned) if licence.counts else 0,
        covered=held if licence.counts else 0,
        term_ends=max((each.ends for each in live if each.ends is not None), default=None),
        ended=None if live else max(before, default=None),
    )


def place_count(facts: Facts, *, site_id: int, on: date, measure: Measure) -> PlaceCount | None:
    """What counts as installed at one site on a day: reports or the count by hand, never both.

    What products report counts while a report is fresh; then the count by hand; then the last reports, however old.
    Of reports the last of each activation counts; while any is fresh, only fresh ones: a machine that fell silent
    counts no more.  Of counts by hand the whole last one counts: a later one replaces it.  None: nobody ever counted.
    Source: ours.
    """
    reports = _last_reports([each for each in facts.reports if each.site_id == site_id], on)
    fresh = [each for each in reports if not is_old(each.on, on=on, measure=measure)]
    by_hand = _last_count([each for each in facts.counts if each.site_id == site_id], on)
    if fresh or (reports and not by_hand):
        return _reported(site_id, fresh or reports, by_hand)
    return _by_hand(site_id, by_hand, reports) if by_hand else None


def is_old(counted_on: date, *, on: date, measure: Measure) -> bool:
    """Whether a count is older than the policy calls fresh.  Source: ours."""
    return (on - counted_on).days > measure.fresh_days


def _last_reports(reports: Iterable[Report], on: date) -> list[Report]:
    """The last report of each activation that is not over on the day."""
    last: dict[int, Report] = {}
    for each in reports:
        if each.on <= on and (each.ends is None or on < each.ends):
            held = last.get(each.activation_id)
            if held is None or held.on < each.on:
                last[each.activation_id] = each
    return [last[key] for key in sorted(last)]


def _last_count(counts: Sequence[HandCount], on: date) -> list[HandCount]:
    day = max((each.on for each in counts if each.on <= on), default=None)
    return [each for each in counts if each.on == day]


def _reported(site_id: int, reports: Sequence[Report], by_hand: Sequence[HandCount]) -> PlaceCount:
    return PlaceCount(
        site_id=site_id,
        source=CountSource.REPORTED,
        quantity=sum(each.quantity for each in reports),
        oldest=min(each.on for each in reports),
        newest=max(each.on for each in reports),
        lines=tuple(reports),
        beside=sum(each.quantity for each in by_hand) if by_hand else None,
        beside_on=by_hand[0].on if by_hand else None,
    )


def _by_hand(site_id: int, by_hand: Sequence[HandCount], reports: Sequence[Report]) -> PlaceCount:
    return PlaceCount(
        site_id=site_id,
        source=max(each.source for each in by_hand),
        quantity=sum(each.quantity for each in by_hand),
        oldest=by_hand[0].on,
        newest=by_hand[0].on,
        lines=tuple(by_hand),
        beside=sum(each.quantity for each in reports) if reports else None,
        beside_on=max(each.on for each in reports) if reports else None,
    )


def steps(facts: Facts, *, starts: date, ends: date, measure: Measure) -> tuple[Step, ...]:
    """The position on all days of [starts, ends), as few steps as there are changes.

    Equal to `position` on each of its days, and worked out from the changes: each serial number and each site is asked
    only on the days on which it can change.  Source: A9.
    """
    if starts >= ends:
        return ()
    sums = _Sums()
    for licence in facts.licences:
        sums.follow(_days_of_licence(licence), starts, ends, partial(_owned, licence))
    for site in _sites(facts):
        installed = _Installed.of(facts, site, measure)
        sums.follow(installed.days, starts, ends, installed.on)
    return sums.steps(starts, ends)


def clipped(found: Sequence[Step], *, starts: date, ends: date) -> tuple[Step, ...]:
    """The steps as far as they lie in [starts, ends)."""
    return tuple(
        replace(each, starts=max(starts, each.starts), ends=min(ends, each.ends))
        for each in found
        if each.starts < ends and starts < each.ends
    )


def since(found: Sequence[Step], *, holds: Callable[[Step], bool]) -> date | None:
    """The first day of the last unbroken run of steps for which it holds; None where it does not hold at the end."""
    began = None
    for step in reversed(found):
        if not holds(step):
            break
        began = step.starts
    return began


def is_short(step: Step) -> bool:
    return step.installed is not None and step.installed > step.licensed


def is_uncovered(step: Step) -> bool:
    return step.installed is not None and step.installed > step.covered


_Values = tuple[int, int, int, int]
"""Licensed, covered, installed, and the number of sites that were ever counted."""


@dataclass(slots=True)
class _Sums:
    """By day, by how much each of the values changes."""

    changes: dict[date, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))

    def follow(self, days: Iterable[date], starts: date, ends: date, values: Callable[[date], _Values]) -> None:
        before: _Values = (0, 0, 0, 0)
        for day in sorted({starts, *(each for each in days if starts < each < ends)}):
            now = values(day)
            if now != before:
                for place, (is_, was) in enumerate(zip(now, before, strict=True)):
                    self.changes[day][place] += is_ - was
                before = now

    def steps(self, starts: date, ends: date) -> tuple[Step, ...]:
        found: list[Step] = []
        total = [0, 0, 0, 0]
        days = sorted({starts, *self.changes})
        for day, after in zip(days, [*days[1:], ends], strict=True):
            total = [had + more for had, more in zip(total, self.changes.get(day, (0, 0, 0, 0)), strict=True)]
            licensed, covered, installed, places = total
            step = Step(starts=day, ends=after, licensed=licensed, covered=covered,
                        installed=installed if places else None)  # fmt: skip
            if found and (found[-1].licensed, found[-1].covered, found[-1].installed) == (
                step.licensed, step.covered, step.installed,
            ):  # fmt: skip
                found[-1] = Step(starts=found[-1].starts, ends=after, licensed=licensed, covered=covered,
                                 installed=step.installed)  # fmt: skip
            else:
                found.append(step)
        return tuple(found)


def _owned(licence: Licence, day: date) -> _Values:
    line = licence_line(licence, on=day)
    return line.licensed, line.covered, 0, 0


def _days_of_licence(licence: Licence) -> set[date]:
    spans = (*licence.owned, *licence.terms)
    return {each.starts for each in spans} | {each.ends for each in spans if each.ends is not None}


@dataclass(frozen=True, slots=True)
class _Installed:
    """What counts at one site, by the days on which it can change: a count, a report, its growing old, an end."""

    days: list[date]
    values: list[_Values]

    def on(self, day: date) -> _Values:
        place = bisect_right(self.days, day)
        return self.values[place - 1] if place else (0, 0, 0, 0)

    @classmethod
    def of(cls, facts: Facts, site: int, measure: Measure) -> "_Installed":
        changes: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for reports in _by_activation(each for each in facts.reports if each.site_id == site).values():
            _follow_reports(reports, changes, measure)
        by_hand: dict[date, int] = defaultdict(int)
        for each in facts.counts:
            if each.site_id == site:
                by_hand[each.on] += each.quantity
        days, values, sums, counted = sorted({*changes, *by_hand}), [], [0, 0, 0, 0], None
        for day in days:
            sums = [had + more for had, more in zip(sums, changes.get(day, (0, 0, 0, 0)), strict=True)]
            counted = by_hand.get(day, counted)
            values.append(_one_of(sums, counted))
        return cls(days, values)


def _one_of(sums: Sequence[int], counted: int | None) -> _Values:
    """As `place_count` chooses.  sums: of fresh reports and of all, how many there are and what they add up to."""
    fresh, fresh_quantity, held, held_quantity = sums
    if fresh:
        return 0, 0, fresh_quantity, 1
    if counted is not None:
        return 0, 0, counted, 1
    return (0, 0, held_quantity, 1) if held else (0, 0, 0, 0)


def _follow_reports(reports: Sequence[Report], changes: dict[date, list[int]], measure: Measure) -> None:
    """The spans of days on which each report of an activation is its last one, and on which it is fresh as well."""
    next_days: list[date | None] = [*(each.on for each in reports[1:]), None]
    for each, after in zip(reports, next_days, strict=True):
        over = min((day for day in (after, each.ends) if day is not None), default=None)
        old = each.on + (measure.fresh_days + 1) * _DAY
        spans = ((0, min(old, over) if over else old), (2, over))
        for place, ends in spans:
            if ends is not None and ends <= each.on:
                continue
            for day, sign in ((each.on, 1), (ends, -1)):
                if day is not None:
                    changes[day][place] += sign
                    changes[day][place + 1] += sign * each.quantity


def _by_activation(reports: Iterable[Report]) -> dict[int, list[Report]]:
    found: dict[int, list[Report]] = defaultdict(list)
    for each in sorted(reports, key=lambda each: each.on):
        found[each.activation_id].append(each)
    return found


def first_day(facts: Facts, *, on: date) -> date:
    """The first day of which anything is known, at the latest the day itself."""
    owned = (each.starts for licence in facts.licences for each in (*licence.owned, *licence.terms))
    return min([on, *owned, *(each.on for each in facts.counts), *(each.on for each in facts.reports)])


def _sites(facts: Facts) -> set[int]:
    """Where anything was ever counted."""
    return {each.site_id for each in facts.counts} | {each.site_id for each in facts.reports}
