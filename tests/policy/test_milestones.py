"""When promises fall due: the 24 published cases, and the rules behind them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.policy.rules import Timetables, calendar_of, due_at, milestones, read_policy
from tenure.policy.rules.questions import sla_answers
from tenure.policy.words import Milestone, Origin, Policy, Target, Unit
from tenure.worktime.rules import compile_calendar
from tenure.worktime.words import BadQuestions, Holiday, Pause, SpecialDays

ROOT: Final = Path(__file__).parents[2]
POLICY: Final = read_policy((ROOT / "policy" / "standard.toml").read_bytes())
CASES: Final = json.loads((ROOT / "tests" / "worktime" / "conformance" / "cases.json").read_text())["sla_cases"]
EXPECTED: Final = [(f"{case['id']}/{each['name']}", each["due"]) for case in CASES for each in case["milestones"]]


def desk(level: str, zone: str = "Europe/Paris", *closed: date, policy: Policy = POLICY) -> Timetables:
    days = SpecialDays(holidays=tuple(Holiday(on=on) for on in closed))
    chosen = policy.levels[level]
    service, business = (
        compile_calendar(calendar_of(hours=policy.hours[hours], zone=zone, days=days))
        for hours in (chosen.service_hours, chosen.business_days)
    )
    return Timetables(service=service, days=business)


def test_all_24_published_cases_agree_in_every_milestone() -> None:
    assert len(CASES) == 24
    assert list(sla_answers(cases=CASES, policy=POLICY)) == EXPECTED


def test_expected_milestones_are_not_read() -> None:
    bare = [{key: value for key, value in case.items() if key != "milestones"} for case in CASES]
    assert list(sla_answers(cases=bare, policy=POLICY)) == EXPECTED


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_unit_amount_origin_and_event_are_those_of_the_published_table(case) -> None:
    level, severity = case["level"], case["severity"]
    told = milestones(
        policy=POLICY,
        level=level,
        severity=severity,
        opened=datetime.fromisoformat(case["opened"]),
        registered=datetime.fromisoformat(case["registered"]),
        calendars=desk(level, case["timezone"], *(date.fromisoformat(on) for on in case["holidays"])),
    )
    assert [(each.name, each.unit, each.amount, each.counted_from, each.event) for each in told] == [
        (each["name"], each["unit"], each.get("amount"), each["from"], each.get("or") or each.get("event", ""))
        for each in case["milestones"]
    ]


def test_registration_counts_from_the_call_and_everything_else_from_registration() -> None:
    opened = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    told = milestones(
        policy=POLICY,
        level="essential",
        severity=1,
        opened=opened,
        registered=opened + timedelta(minutes=20),
        calendars=desk("essential"),
    )
    assert [(each.name, each.counted_from, each.due_at) for each in told[:2]] == [
        (Milestone.REGISTRATION, Origin.OPENED, opened + timedelta(minutes=30)),
        (Milestone.FIRST_RESPONSE, Origin.REGISTERED, opened + timedelta(minutes=50)),
    ]


def test_an_open_pause_leaves_no_instant_and_a_closed_one_moves_it() -> None:
    start = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    target = Target(unit=Unit.HOURS, amount=4)
    asked = {"target": target, "start": start, "calendars": desk("basic")}
    hour = timedelta(hours=1)
    assert due_at(**asked) == start + 4 * hour
    assert due_at(**asked, pauses=[Pause(start=start + hour, end=start + 2 * hour)]) == start + 5 * hour
    assert due_at(**asked, pauses=[Pause(start=start + hour)]) is None


def test_a_holiday_moves_basic_but_not_the_minutes_of_essential() -> None:
    christmas = date(2026, 12, 25)
    start = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
    soon = Target(unit=Unit.MINUTES, amount=30)
    assert due_at(target=soon, start=start, calendars=desk("essential", "UTC", christmas)) == start + timedelta(
        minutes=30
    )
    assert due_at(target=soon, start=start, calendars=desk("basic", "UTC", christmas)) == datetime(
        2026, 12, 28, 8, 30, tzinfo=UTC
    )


@given(
    st.sampled_from(list(POLICY.levels)),
    st.integers(1, 4),
    st.integers(0, 3 * 366 * 24 * 60).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(0, 600),
)
def test_no_promise_falls_due_before_it_begins_and_a_later_start_never_gives_an_earlier_end(
    level, severity, opened, minutes
) -> None:
    def due(start: datetime) -> list[datetime]:
        told = milestones(
            policy=POLICY, level=level, severity=severity, opened=start, registered=start, calendars=desk(level)
        )
        return [each.due_at for each in told if each.due_at is not None]

    early, late = due(opened), due(opened + timedelta(minutes=minutes))
    assert [at for at in early if at < opened] == []
    assert [pair for pair in zip(early, late, strict=True) if pair[1] < pair[0]] == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"level": "gold"}, "level"),
        ({"severity": 5}, "severity"),
        ({"severity": True}, "severity"),
        ({"timezone": None}, "timezone"),
        ({"timezone": "Mars/Base"}, "Mars/Base"),
        ({"holidays": ["2023-02-30"]}, "2023-02-30"),
        ({"opened": "yesterday"}, "yesterday"),
        ({"opened": "2023-01-02T06:48:00"}, "naive_instant"),
        ({"registered": 5}, "registered"),
    ],
)
def test_a_faulty_case_is_named_and_nothing_is_answered(change, problem) -> None:
    with pytest.raises(BadQuestions) as refusal:
        sla_answers(cases=[CASES[0], {**CASES[1], **change}], policy=POLICY)
    (told,) = refusal.value.facts["problems"]
    assert told.startswith(f"{CASES[1]['id']}: ")
    assert problem in told


def test_cases_without_an_id_and_ids_twice_are_refused() -> None:
    with pytest.raises(BadQuestions) as refusal:
        sla_answers(cases=[CASES[0], CASES[0], {}, 7], policy=POLICY)
    assert refusal.value.facts["problems"] == (
        f"{CASES[0]['id']}: this id is there twice",
        "target case number 3 has no id",
        "target case number 4 has no id",
    )
