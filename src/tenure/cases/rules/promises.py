"""What a case was promised, and how that stands: the story laid against the targets and the calendars."""

from datetime import datetime
from typing import NamedTuple

from tenure.cases.words import Promise, Story
from tenure.policy.rules import Timetables, due_at
from tenure.policy.rules.milestones import PAUSING
from tenure.policy.words import Milestone, Policy, Target, Targets, Unit
from tenure.worktime.words import Pause


class Clock(NamedTuple):
    """What one milestone is counted from, and when it was met."""

    name: Milestone
    start: datetime
    met_at: datetime | None


class Span(NamedTuple):
    """The target of a milestone until an instant; `until` None is the one in force, `target` None promises nothing."""

    target: Target | None
    until: datetime | None


def promises(*, story: Story, policy: Policy, level: str, calendars: Timetables) -> tuple[Promise, ...]:
    """Every promise that the level makes for the case, in the order of `Milestone`.

    A change of severity puts the new target in force from the registration on, with all the waiting kept; what had
    been missed by then stays missed.  What was met is judged by the severity of that instant.  Customer care has none.
    Raises KeyError for a level or severity that the policy lacks.  Source: D6; changing severities is ours.
    """
    if story.severity is None:
        return ()
    targets = policy.targets[policy.levels[level].targets]
    clocks = (
        Clock(Milestone.REGISTRATION, story.opened_at, story.registered_at),
        Clock(Milestone.FIRST_RESPONSE, story.registered_at, story.responded_at),
        Clock(Milestone.RESTORATION, story.registered_at, story.restored_at or story.resolved_at),
        Clock(Milestone.RESOLUTION, story.registered_at, story.resolved_at),
    )
    found = (_promise(clock, story, _spans(clock, story, targets), calendars) for clock in clocks)
    return tuple(promise for promise in found if promise is not None)


def _spans(clock: Clock, story: Story, targets: Targets) -> list[Span]:
    """The targets that were in force one after the other, until the milestone was met."""
    begun = [each for each in story.severities if clock.met_at is None or each[0] <= clock.met_at]
    ends: list[datetime | None] = [since for since, _ in begun[1:]]
    found = [
        Span(_target(targets, clock.name, severity), end)
        for (_, severity), end in zip(begun, [*ends, None], strict=True)
    ]
    left_at = story.left_to_update_at
    if clock.name is Milestone.RESOLUTION and left_at is not None and found[-1].target is not None:
        found[-1:] = [Span(found[-1].target, left_at), Span(Target(unit=Unit.NEXT_PRODUCT_UPDATE), None)]
    return found


def _target(targets: Targets, name: Milestone, severity: int | None) -> Target | None:
    row = targets.severities[severity or 0]
    match name:
        case Milestone.REGISTRATION:
            return targets.registration
        case Milestone.FIRST_RESPONSE:
            return row.first_response
        case Milestone.RESTORATION:
            return row.restoration
        case _:
            return row.resolution


def _promise(clock: Clock, story: Story, spans: list[Span], calendars: Timetables) -> Promise | None:
    breach = _breach(clock, story, spans[:-1], calendars) if len(spans) > 1 else None
    target = spans[-1].target or (breach and breach[0])
    if target is None:
        return None
    pausing = clock.name in PAUSING
    return Promise(
        name=clock.name,
        target=target,
        counted_from=clock.start,
        due_at=_due(clock, story, target, calendars, before=clock.met_at) if spans[-1].target else None,
        met_at=clock.met_at,
        breached_at=breach[1] if breach else None,
        paused_since=story.waiting_since if pausing and clock.met_at is None else None,
        event=_event(target),
        with_update=target.unit is Unit.NEXT_PRODUCT_UPDATE,
        ended_at=story.closed_at if clock.met_at is None else None,
    )


def _breach(
    clock: Clock, story: Story, spans: list[Span], calendars: Timetables
) -> tuple[Target, datetime] | None:  # fmt: skip
    """The first target that had passed before another took its place."""
    for target, until in spans:
        due = _due(clock, story, target, calendars, before=until) if target is not None else None
        if target is not None and due is not None and until is not None and due < until:
            return target, due
    return None


def _due(
    clock: Clock, story: Story, target: Target, calendars: Timetables, *, before: datetime | None
) -> datetime | None:  # fmt: skip
    """The due instant, moved on by what was waited before an instant; what came after it moves nothing."""
    waits = story.waits if clock.name in PAUSING else ()
    pauses = [Pause(start=wait.since, end=wait.until) for wait in waits if before is None or wait.since < before]
    return due_at(target=target, start=clock.start, calendars=calendars, pauses=pauses)


def _event(target: Target) -> str:
    if target.alternative is not None:
        return target.alternative.value
    return target.unit.value if target.unit is Unit.NEXT_PRODUCT_UPDATE else ""
