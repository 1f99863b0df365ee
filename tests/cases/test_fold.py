"""The state and the promises of a case follow from its events, and from nothing else."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.cases.rules import fold, promises
from tenure.cases.rules.steps import ALLOWED, check_step, steps
from tenure.cases.words import CaseRefusal, Event, Happening, Promise, Standing, State, Wait
from tenure.policy.rules import Timetables, calendar_of, read_policy
from tenure.policy.words import Milestone
from tenure.toolbox.refused import Refused
from tenure.worktime.rules import compile_calendar
from tenure.worktime.words import Holiday, SpecialDays

H: Final = Happening
ROOT: Final = Path(__file__).parents[2]
POLICY: Final = read_policy((ROOT / "policy" / "standard.toml").read_bytes())
CASES: Final = json.loads((ROOT / "tests" / "worktime" / "conformance" / "cases.json").read_text())["sla_cases"]
MONDAY: Final = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def desk(level: str, zone: str = "UTC", *closed: date) -> Timetables:
    days = SpecialDays(holidays=tuple(Holiday(on=on) for on in closed))
    chosen = POLICY.levels[level]
    service, business = (
        compile_calendar(calendar_of(hours=POLICY.hours[hours], zone=zone, days=days))
        for hours in (chosen.service_hours, chosen.business_days)
    )
    return Timetables(service=service, days=business)


def tell(*happened: tuple[float, Happening] | tuple[float, Happening, int], severity: int | None = 1) -> list[Event]:
    """Events by hours after Monday 08:00; the opening and the registration are there already."""
    events = [Event(1, MONDAY, H.OPENED, severity), Event(2, MONDAY, H.REGISTERED)]
    for seq, (hours, kind, *more) in enumerate(happened, start=3):
        events.append(Event(seq, MONDAY + timedelta(hours=hours), kind, *more))
    return events


def promised(events: list[Event], level: str = "essential") -> dict[Milestone, Promise]:
    found = promises(story=fold(events), policy=POLICY, level=level, calendars=desk(level))
    return {each.name: each for each in found}


def hours(at: datetime | None) -> float | None:
    return None if at is None else (at - MONDAY) / timedelta(hours=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_published_table_holds_for_an_untouched_case(case) -> None:
    opened, registered = (datetime.fromisoformat(case[name]) for name in ("opened", "registered"))
    events = [Event(1, opened, H.OPENED, case["severity"]), Event(2, registered, H.REGISTERED)]
    calendars = desk(case["level"], case["timezone"], *(date.fromisoformat(on) for on in case["holidays"]))
    found = promises(story=fold(events), policy=POLICY, level=case["level"], calendars=calendars)
    assert [(each.name.value, each.due_at) for each in found] == [
        (each["name"], datetime.fromisoformat(each["due"]) if each["due"] else None) for each in case["milestones"]
    ]


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ([], State.NEW),
        ([(1, H.NOTED)], State.NEW),
        ([(1, H.CALL_FAILED)], State.NEW),
        ([(1, H.TAKEN, None, 7)], State.OPEN),
        ([(1, H.WROTE)], State.OPEN),
        ([(1, H.ASKED)], State.AWAITING_REVIEW),
        ([(1, H.ASKED), (2, H.WROTE)], State.AWAITING_REVIEW),
        ([(1, H.ASKED), (2, H.CUSTOMER_WROTE)], State.OPEN),
        ([(1, H.CLOSE_PROPOSED)], State.PENDING_CLOSE),
        ([(1, H.CLOSE_PROPOSED), (2, H.CONSENTED)], State.CLOSED),
        ([(1, H.CLOSE_PROPOSED), (2, H.DECLINED)], State.OPEN),
        ([(1, H.CLOSE_PROPOSED), (2, H.CUSTOMER_WROTE)], State.OPEN),
        ([(1, H.CLOSED)], State.CLOSED),
        ([(1, H.CLOSED), (2, H.CUSTOMER_WROTE)], State.CLOSED),
        ([(1, H.CLOSED), (2, H.REOPENED)], State.OPEN),
    ],
)
def test_the_state_is_what_the_events_add_up_to(happened, state) -> None:
    assert fold(tell(*happened)).state is state


def test_a_failed_call_and_a_note_are_no_response_and_the_first_message_is() -> None:
    story = fold(tell((1, H.NOTED), (2, H.CALL_FAILED), (3, H.TAKEN), (4, H.WROTE), (5, H.CALLED)))
    assert story.responded_at == MONDAY + timedelta(hours=4)


@pytest.mark.parametrize("kind", [H.WROTE, H.ASKED, H.CALLED, H.CLOSE_PROPOSED, H.RESTORED, H.LEFT_TO_UPDATE])
def test_whatever_is_said_to_the_contact_is_a_response(kind) -> None:
    assert fold(tell((1, kind))).responded_at == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    "kind", [H.TAKEN, H.GIVEN_BACK, H.NOTED, H.CALL_FAILED, H.SEVERITY_CHANGED, H.REMINDED, H.CUSTOMER_WROTE, H.CLOSED]
)
def test_what_is_not_said_to_the_contact_is_none(kind) -> None:
    assert fold(tell((1, kind, 1))).responded_at is None


def test_met_at_the_due_instant_is_met_and_a_microsecond_later_is_missed() -> None:
    on_time = promised(tell((0.5, H.CALLED)))[Milestone.FIRST_RESPONSE]
    late_by = timedelta(microseconds=1)
    late = promised([*tell(), Event(3, MONDAY + timedelta(minutes=30) + late_by, H.CALLED)])[Milestone.FIRST_RESPONSE]
    assert hours(on_time.due_at) == 0.5
    assert on_time.standing_at(MONDAY + timedelta(days=30)) is Standing.KEPT
    assert late.standing_at(MONDAY + timedelta(days=30)) is Standing.MISSED
    assert late.missed_at(MONDAY + timedelta(days=30)) == MONDAY + timedelta(minutes=30)


def test_an_unmet_promise_runs_until_its_instant_and_is_missed_after_it() -> None:
    waiting = promised(tell())[Milestone.FIRST_RESPONSE]
    due = MONDAY + timedelta(minutes=30)
    assert [waiting.standing_at(due), waiting.standing_at(due + timedelta(microseconds=1))] == [
        Standing.RUNNING, Standing.MISSED,
    ]  # fmt: skip


def test_waiting_for_the_customer_moves_restoration_and_resolution_and_nothing_else() -> None:
    plain, waited = promised(tell()), promised(tell((1, H.ASKED), (3, H.CUSTOMER_WROTE)))
    moved = {name: hours(waited[name].due_at) - hours(plain[name].due_at) for name in plain}
    assert moved == {
        Milestone.REGISTRATION: 0, Milestone.FIRST_RESPONSE: 0, Milestone.RESTORATION: 2, Milestone.RESOLUTION: 2,
    }  # fmt: skip


def test_while_we_wait_nothing_falls_due_and_the_promise_is_paused() -> None:
    found = promised(tell((1, H.ASKED)))
    resolution = found[Milestone.RESOLUTION]
    assert (resolution.due_at, resolution.paused_since) == (None, MONDAY + timedelta(hours=1))
    assert resolution.standing_at(MONDAY + timedelta(days=365)) is Standing.PAUSED
    assert hours(found[Milestone.FIRST_RESPONSE].due_at) == 0.5


def test_what_was_due_before_the_wait_began_stays_missed_through_it() -> None:
    found = promised(tell((9, H.ASKED)))[Milestone.RESTORATION]
    assert hours(found.missed_at(MONDAY + timedelta(hours=10))) == 8


def test_resolution_is_met_at_the_proposal_that_the_customer_accepts() -> None:
    found = promised(tell((5, H.CLOSE_PROPOSED), (100, H.CONSENTED)))
    assert {name: hours(each.met_at) for name, each in found.items()} == {
        Milestone.REGISTRATION: 0, Milestone.FIRST_RESPONSE: 5, Milestone.RESTORATION: 5, Milestone.RESOLUTION: 5,
    }  # fmt: skip


def test_a_declined_proposal_is_no_resolution_and_its_waiting_does_not_count() -> None:
    found = promised(tell((5, H.CLOSE_PROPOSED), (29, H.DECLINED)))[Milestone.RESOLUTION]
    assert found.met_at is None
    assert found.due_at == promised(tell())[Milestone.RESOLUTION].due_at + timedelta(days=1)


def test_reopening_takes_the_resolution_back_and_closed_time_does_not_count() -> None:
    story = fold(tell((5, H.CLOSE_PROPOSED), (6, H.CONSENTED), (53, H.REOPENED)))
    assert (story.state, story.resolved_at, story.closed_at) == (State.OPEN, None, None)
    assert story.waits == (Wait(MONDAY + timedelta(hours=5), MONDAY + timedelta(hours=53)),)
    found = promised(tell((5, H.CLOSE_PROPOSED), (6, H.CONSENTED), (53, H.REOPENED)))[Milestone.RESOLUTION]
    # eight business days end on Thursday the 11th; two days closed move that over the weekend
    assert found.due_at == datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


def test_a_case_closed_before_its_first_response_was_due_owes_none_and_after_it_missed_it() -> None:
    early, late = promised(tell((0.4, H.CLOSED))), promised(tell((0.6, H.CLOSED)))
    at = MONDAY + timedelta(days=9)
    assert early[Milestone.FIRST_RESPONSE].standing_at(at) is Standing.ENDED
    assert late[Milestone.FIRST_RESPONSE].standing_at(at) is Standing.MISSED


def test_a_new_severity_counts_from_registration_with_its_waiting_kept() -> None:
    raised = promised(tell((1, H.ASKED), (3, H.CUSTOMER_WROTE), (4, H.SEVERITY_CHANGED, 1), severity=3))
    straight = promised(tell((1, H.ASKED), (3, H.CUSTOMER_WROTE), severity=1))
    assert raised[Milestone.RESTORATION].due_at == straight[Milestone.RESTORATION].due_at
    assert raised[Milestone.RESOLUTION].due_at == straight[Milestone.RESOLUTION].due_at


def test_what_was_missed_under_the_old_severity_stays_missed_under_the_new() -> None:
    lowered = promised(tell((1, H.SEVERITY_CHANGED, 4), severity=1))[Milestone.FIRST_RESPONSE]
    assert hours(lowered.breached_at) == 0.5
    assert lowered.standing_at(MONDAY + timedelta(hours=1)) is Standing.MISSED
    assert lowered.due_at > MONDAY + timedelta(hours=1)


def test_a_promise_that_the_new_severity_lacks_is_gone_unless_it_was_missed() -> None:
    in_time = promised(tell((1, H.SEVERITY_CHANGED, 2), severity=1))
    too_late = promised(tell((9, H.SEVERITY_CHANGED, 2), severity=1))
    assert Milestone.RESTORATION not in in_time
    assert hours(too_late[Milestone.RESTORATION].breached_at) == 8


def test_what_was_met_is_judged_by_the_severity_of_its_instant() -> None:
    answered = promised(tell((3, H.WROTE), (4, H.SEVERITY_CHANGED, 1), severity=3))[Milestone.FIRST_RESPONSE]
    assert answered.standing_at(MONDAY + timedelta(days=2)) is Standing.KEPT


def test_a_resolution_left_to_the_next_update_falls_due_no_more_but_a_missed_one_stays_missed() -> None:
    left = promised(tell((5, H.LEFT_TO_UPDATE), severity=3))[Milestone.RESOLUTION]
    assert (left.due_at, left.standing_at(MONDAY + timedelta(days=900))) == (None, Standing.WITH_UPDATE)
    late = promised(tell((24 * 60, H.LEFT_TO_UPDATE), severity=3))[Milestone.RESOLUTION]
    assert late.standing_at(MONDAY + timedelta(days=900)) is Standing.MISSED


def test_customer_care_is_promised_nothing() -> None:
    assert promised(tell(severity=None)) == {}


def test_events_that_do_not_begin_with_the_opening_are_no_case() -> None:
    with pytest.raises(ValueError, match="opening"):
        fold([Event(1, MONDAY, H.WROTE)])
    with pytest.raises(ValueError, match="without events"):
        fold([])


def test_a_step_out_of_place_is_refused_with_its_state() -> None:
    with pytest.raises(Refused) as refused:
        check_step(kind=H.CONSENTED, state=State.OPEN)
    assert (refused.value.code, refused.value.facts) == (
        CaseRefusal.NOT_IN_THIS_STATE, {"step": "consented", "state": "open"},
    )  # fmt: skip


HISTORIES = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 5), st.sampled_from([kind for kind in H if kind in ALLOWED]), st.integers(1, 4)),
    max_size=25,
)


def history(raw: list[tuple[int, Happening, int]]) -> list[Event]:
    """A history that the steps allow: what may not happen in a state does not."""
    events, at = tell(severity=2), MONDAY
    for minutes, kind, severity in raw:
        at += timedelta(minutes=minutes)
        if kind in steps(fold(events).state):
            given = severity if kind is H.SEVERITY_CHANGED else None
            events.append(Event(len(events) + 1, at, kind, given))
    return events


@given(HISTORIES)
def test_waits_never_overlap_and_only_a_case_that_stands_still_has_an_open_one(raw) -> None:
    story = fold(history(raw))
    flat = [instant for wait in story.waits for instant in (wait.since, wait.until or story.changed_at)]
    assert flat == sorted(flat)
    assert [wait for wait in story.waits[:-1] if wait.until is None] == []
    still = story.state in {State.AWAITING_REVIEW, State.PENDING_CLOSE, State.CLOSED}
    assert (story.waiting_since is not None) is still
    assert (story.closed_at is not None) is (story.state is State.CLOSED)


@given(HISTORIES, st.sampled_from(["basic", "essential"]))
def test_a_miss_is_never_erased_by_what_happens_later_except_by_taking_a_resolution_back(raw, level) -> None:
    events = history(raw)
    missed: dict[Milestone, datetime] = {}
    for count in range(2, len(events) + 1):
        found = promised(events[:count], level)
        at = events[count - 1].at
        for name in (Milestone.REGISTRATION, Milestone.FIRST_RESPONSE):
            instant = found[name].missed_at(at)
            assert name not in missed or instant is not None
            if instant is not None:
                missed[name] = instant
