"""Open cases: what they would have been promised, were they opened under the policy.  They keep what they were."""

from datetime import datetime
from functools import cache

from tenure.cases.queries.stories import OpenStory, open_stories
from tenure.cases.rules import promises
from tenure.cases.rules.cached import next_of
from tenure.cases.words import Promise
from tenure.outlook.queries.simulation.sides import Supposed
from tenure.outlook.rules import Tally, promises_differ
from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult
from tenure.policy.queries import VersionedPolicy, supposing, timetables_for
from tenure.policy.rules import Timetables


def cases(supposed: Supposed) -> PartResult:
    """Open cases whose next promise would fall due at another instant if they were opened under the policy.

    An open case keeps the version it was opened under, so nothing changes for it; both sides judge its story by the
    versions of the day on which the policy begins.  Source: D6; ours.
    """
    tally = Tally(Part.CASES, limit=supposed.limit)
    old, new = supposed.versions_on(supposed.order_day)
    if not promises_differ(old.policy, new.policy):
        return tally.result()
    judge = cache(_timetables)
    with supposing(text=supposed.text, in_force_from=supposed.in_force_from, at=supposed.at):
        for case in open_stories():
            tally.looked_at += 1
            before, after = (_next(case, side, judge(side, case.level, case.zone, case.country, case.subdivision))
                             for side in (_Side(old), _Side(new)))  # fmt: skip
            row = _row(case, before, after)
            if row is not None:
                tally.add(row)
    return tally.result()


class _Side:
    """A version as a key: compared by its number."""

    __slots__ = ("version",)

    def __init__(self, version: VersionedPolicy) -> None:
        self.version = version

    def __hash__(self) -> int:
        return hash(self.version.number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Side) and other.version.number == self.version.number


def _timetables(side: _Side, level: str, zone: str, country: str, subdivision: str) -> Timetables | None:
    """None: the version has no such level."""
    if level not in side.version.policy.levels:
        return None
    return timetables_for(version=side.version, level=level, zone=zone, country=country, subdivision=subdivision)


def _next(case: OpenStory, side: _Side, calendars: Timetables | None) -> Promise | None:
    if calendars is None:
        return None
    return next_of(promises(story=case.story, policy=side.version.policy, level=case.level, calendars=calendars))


def _row(case: OpenStory, before: Promise | None, after: Promise | None) -> ChangedRow | None:
    due = [each.due_at if each else None for each in (before, after)]
    if due[0] == due[1] and (before and before.name) == (after and after.name):
        return None
    return ChangedRow(
        part=Part.CASES, outcome=_outcome(due[0], due[1]), about=case.number, detail=_detail(before, after),
        organisation=case.organisation, number=case.organisation_number, on=None, before=_said(before),
        after=_said(after),
    )  # fmt: skip


def _outcome(before: datetime | None, after: datetime | None) -> Outcome:
    if before is None or after is None:
        return Outcome.COMES if before is None else Outcome.GOES
    if before == after:
        return Outcome.OTHERWISE
    return Outcome.EARLIER if after < before else Outcome.LATER


def _detail(before: Promise | None, after: Promise | None) -> str:
    each = after or before
    return each.name.value if each else ""


def _said(promise: Promise | None) -> str:
    return f"{promise.name.value} {promise.due_at:%Y-%m-%dT%H:%M:%S%z}" if promise and promise.due_at else ""
