"""How a clock was counted: every event that moved it, what it added, and what was used by then."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tenure.cases.rules.fold import RESPONSES
from tenure.cases.words import Event, Happening, LedgerRow, LedgerStep, Promise, Story, Wait

Elapsed = Callable[[datetime, datetime], timedelta]
_NOTHING = timedelta()
_ENDS = frozenset({Happening.CONSENTED, Happening.CLOSED, Happening.CLOSE_PROPOSED, Happening.RESTORED})


class _Count(NamedTuple):
    """What all rows of a ledger are counted by."""

    story: Story
    stop: datetime | None
    elapsed: Elapsed


def ledger(
    *, story: Story, events: Iterable[Event], promise: Promise, elapsed: Elapsed, at: datetime
) -> tuple[LedgerRow, ...]:  # fmt: skip
    """The rows of a promise whose clock pauses, from its start until it was met or ended, or else until `at`.

    elapsed: the open time between two instants on the promise's calendar.  What the rows add up to is what the
    calendar counts between both ends without the waits.  The last row of a clock that still goes is of `at`, and is no
    event (seq 0).  Source: D6.
    """
    start, stop = promise.counted_from, promise.met_at or promise.ended_at
    end = stop or max(at, start)
    count = _Count(story, stop, elapsed)
    marks = [event for event in events if start <= event.at <= end and _is_mark(event, story, start, stop)]
    rows = [LedgerRow(at=start, seq=0, kind=Happening.OPENED, step=LedgerStep.STARTS, added=_NOTHING, used=_NOTHING)]
    for mark in marks:
        rows.append(_row(count, rows[-1], mark.at, mark.seq, mark.kind))
    if rows[-1].at < end or stop is None:
        rows.append(_row(count, rows[-1], end, 0, None))
    return tuple(rows)


def _row(count: _Count, before: LedgerRow, at: datetime, seq: int, kind: Happening | None) -> LedgerRow:
    going = _going(count.story.waits, before.at, at)
    added = sum((count.elapsed(since, until) for since, until in going), start=_NOTHING)
    step = _step(before, at, count.story, count.stop)
    return LedgerRow(at=at, seq=seq, kind=kind, step=step, added=added, used=before.used + added)


def _going(waits: tuple[Wait, ...], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches of [since, until) in which nobody was waited for."""
    found, place = [], since
    for wait in waits:
        if wait.since >= until:
            break
        if wait.since > place:
            found.append((place, wait.since))
        place = max(place, wait.until or until)
    if place < until:
        found.append((place, until))
    return found


def _step(before: LedgerRow, at: datetime, story: Story, stop: datetime | None) -> LedgerStep:
    if stop is not None and at >= stop:
        return LedgerStep.STOPS
    still = any(wait.since <= at and (wait.until is None or at < wait.until) for wait in story.waits)
    if still:
        return LedgerStep.PAUSED
    return LedgerStep.RUNS_AGAIN if before.step is LedgerStep.PAUSED else LedgerStep.RUNS


def _is_mark(event: Event, story: Story, start: datetime, stop: datetime | None) -> bool:
    """Whether an event starts or ends a wait, was the first response, changed the target or ended the clock."""
    if event.kind in {Happening.OPENED, Happening.REGISTERED}:
        return False
    if event.kind is Happening.SEVERITY_CHANGED:
        return True
    if event.at == stop and event.kind in _ENDS:
        return True
    if event.at == story.responded_at and event.kind in RESPONSES and event.at > start:
        return True
    edges = {edge for wait in story.waits for edge in (wait.since, wait.until) if edge is not None}
    return event.at in edges and event.kind in {
        Happening.ASKED, Happening.CLOSE_PROPOSED, Happening.CUSTOMER_WROTE, Happening.DECLINED, Happening.REOPENED,
        Happening.CLOSED, Happening.CONSENTED,
    }  # fmt: skip
