"""The 153 published cases: every strict one, and every flagged one in the reading that the room's README states."""

import json
from pathlib import Path

import pytest

from tenure.worktime.answers import answer, answers

FILE = Path(__file__).parent / "conformance" / "cases.json"
CASES = json.loads(FILE.read_text())["cases"]
STRICT = [case for case in CASES if "semantics-dependent" not in case["tags"]]
FLAGGED = [case for case in CASES if "semantics-dependent" in case["tags"]]


def by_id(case: dict) -> str:
    return case["id"]


def test_the_file_holds_135_strict_and_18_flagged_cases() -> None:
    assert (len(STRICT), len(FLAGGED)) == (135, 18)


@pytest.mark.parametrize("case", STRICT, ids=by_id)
def test_every_strict_case_is_answered_as_expected(case) -> None:
    assert answer(case) == case["expected"]


@pytest.mark.parametrize("case", FLAGGED, ids=by_id)
def test_every_flagged_case_is_answered_in_the_reading_we_state(case) -> None:
    assert answer(case) == case["expected"]
    assert answer(case) not in case.get("alternates", {}).values()


def test_a_file_is_answered_in_its_own_order_with_its_own_ids() -> None:
    assert list(answers(FILE.read_text())) == [(case["id"], case["expected"]) for case in CASES]


def test_expected_answers_are_not_read() -> None:
    case = next(case for case in STRICT if case["operation"] == "add_minutes")
    assert answer({**case, "expected": "nonsense"}) == case["expected"]


def test_a_desk_that_never_opens_has_no_due_instant_and_no_time_passes_at_it() -> None:
    calendar = {"timezone": "UTC", "weekly": {}, "holidays": [], "pauses": []}
    start = {"start": "2024-06-03T09:00:00Z"}
    asked = {
        "add_minutes": {**start, "minutes": 1},
        "add_business_days": {**start, "days": 1},
        "next_business_day": start,
        "elapsed_minutes": {**start, "end": "2024-06-04T09:00:00Z"},
    }
    given = {name: answer({"operation": name, "calendar": calendar, "input": value}) for name, value in asked.items()}
    assert given == {"add_minutes": None, "add_business_days": None, "next_business_day": None, "elapsed_minutes": 0}
