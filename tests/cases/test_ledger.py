"""How a clock was counted adds up to what the calendar counts, whatever happened to the case."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.cases.rules import fold, promises
from tenure.cases.rules.ledger import ledger
from tenure.cases.words import Event, Happening, LedgerRow, LedgerStep, Promise, Story
from tenure.policy.words import Milestone, Unit
from tenure.worktime.rules import Timetable
from tenure.worktime.words import Pause
from tests.cases.test_fold import HISTORIES, POLICY, desk, history, tell

NAMES = [Milestone.RESTORATION, Milestone.RESOLUTION]


def told(
    events: list[Event], at: datetime, *, level: str = "essential", name: Milestone = Milestone.RESOLUTION
) -> tuple[tuple[LedgerRow, ...], Promise, Timetable, Story]:
    """The ledger of a promise, with the promise, its calendar and the story."""
    story, calendars = fold(events), desk(level, "Europe/Berlin")
    found = promises(story=story, policy=POLICY, level=level, calendars=calendars)
    promise = next(each for each in found if each.name is name)
    timetable = calendars.days if promise.target.unit is Unit.BUSINESS_DAYS else calendars.service
    rows = ledger(
        story=story, events=events, promise=promise, at=at,
        elapsed=lambda since, until: timetable.elapsed(start=since, end=until),
    )  # fmt: skip
    return rows, promise, timetable, story


def pauses(story: Story, until: datetime) -> list[Pause]:
    return [Pause(start=each.since, end=min(each.until or until, until)) for each in story.waits if each.since < until]


def test_a_case_that_waited_once_shows_each_turn_of_its_clock() -> None:
    events = tell((1, Happening.CALLED), (3, Happening.ASKED), (9, Happening.CUSTOMER_WROTE))
    rows, *_ = told(events, events[0].at + timedelta(hours=10))
    hour = timedelta(hours=1)
    assert [(row.kind, row.step, row.added, row.used) for row in rows] == [
        (Happening.OPENED, LedgerStep.STARTS, 0 * hour, 0 * hour),
        (Happening.CALLED, LedgerStep.RUNS, 1 * hour, 1 * hour),
        (Happening.ASKED, LedgerStep.PAUSED, 2 * hour, 3 * hour),
        (Happening.CUSTOMER_WROTE, LedgerStep.RUNS_AGAIN, 0 * hour, 3 * hour),
        (None, LedgerStep.RUNS, 1 * hour, 4 * hour),
    ]


def test_the_clock_of_a_solved_case_stops_at_the_proposal_that_was_accepted() -> None:
    events = tell((2, Happening.CLOSE_PROPOSED), (30, Happening.CONSENTED))
    rows, *_ = told(events, events[0].at + timedelta(days=9))
    assert [(row.kind, row.step) for row in rows] == [
        (Happening.OPENED, LedgerStep.STARTS),
        (Happening.CLOSE_PROPOSED, LedgerStep.STOPS),
    ]


@pytest.mark.parametrize("level", ["basic", "essential"])
@pytest.mark.parametrize("name", NAMES)
@given(raw=HISTORIES, later=st.integers(0, 60 * 24 * 40))
def test_the_rows_add_up_to_what_the_calendar_counts_without_the_waits(level, name, raw, later) -> None:
    events = history(raw)
    at = events[-1].at + timedelta(minutes=later)
    if not any(
        each.name is name for each in promises(story=fold(events), policy=POLICY, level=level, calendars=desk(level))
    ):
        return
    rows, promise, timetable, story = told(events, at, level=level, name=name)
    end = promise.met_at or promise.ended_at or at
    assert rows[-1].at == end
    assert rows[-1].used == sum((row.added for row in rows), start=timedelta())
    assert rows[-1].used == timetable.elapsed(start=promise.counted_from, end=end, pauses=pauses(story, end))
    assert [row.at for row in rows] == sorted(row.at for row in rows)


@given(raw=HISTORIES)
def test_what_was_used_when_a_promise_of_hours_falls_due_is_its_target(raw) -> None:
    events = history(raw)
    for row in promises(
        story=fold(events), policy=POLICY, level="essential", calendars=desk("essential", "Europe/Berlin")
    ):
        if row.name is not Milestone.RESTORATION or row.due_at is None or row.met_at or row.ended_at:
            continue
        if row.due_at < events[-1].at:
            continue
        rows, *_ = told(events, row.due_at, name=row.name)
        assert rows[-1].used == timedelta(hours=row.target.amount or 0)
