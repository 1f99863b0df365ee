"""A hostile file of questions gets a sentence that names the case, and no answer at all."""

import json

import pytest

from tenure.worktime.answers import answer, answers
from tenure.worktime.words import BadQuestions, WorktimeRefused

CALENDAR = {"timezone": "UTC", "weekly": {"mon": [["08:00", "18:00"]]}, "holidays": [], "pauses": []}
CASE = {
    "id": "one",
    "operation": "add_minutes",
    "calendar": CALENDAR,
    "input": {"start": "2024-06-03T09:00:00Z", "minutes": 60},
}


def file_of(*cases: object) -> str:
    return json.dumps({"cases": cases})


def test_a_file_without_cases_has_no_answers() -> None:
    assert list(answers("{}")) == []


def test_a_byte_order_mark_does_no_harm() -> None:
    assert list(answers("\ufeff" + file_of(CASE))) == [("one", "2024-06-03T10:00:00Z")]


def test_a_pause_still_open_has_no_due_instant() -> None:
    calendar = {**CALENDAR, "pauses": [["2024-06-03T09:30:00Z", None]]}
    assert answer({**CASE, "calendar": calendar}) is None


def test_a_start_with_another_offset_is_the_same_instant() -> None:
    assert answer({**CASE, "input": {"start": "2024-06-03T11:00:00+02:00", "minutes": 60}}) == "2024-06-03T10:00:00Z"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "the file must hold one JSON object"),
        ('{"cases": 5}', "'cases' must be a list"),
        ('{"cases": [1]}', "case number 1 has no id"),
        ('{"cases": [{"id": 7}]}', "case number 1 has no id"),
        ('{"cases": [], "cases": []}', "the file is not JSON: the key 'cases' is there twice in one object"),
        ('{"cases": [NaN]}', "the file is not JSON: NaN is not a JSON number"),
        ("[" * 200_000, "the file is nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(text, problem) -> None:
    with pytest.raises(BadQuestions) as refused:
        answers(text)
    assert refused.value.facts["problems"] == (problem,)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"operation": "drop_tables"},
        {"operation": ["add_minutes"]},
        {"operation": None},
        {"calendar": None},
        {"calendar": {**CALENDAR, "timezone": "Mars/Olympus"}},
        {"calendar": {**CALENDAR, "timezone": 5}},
        {"calendar": {**CALENDAR, "weekly": {"mon": [["08:00", "18:00", "19:00"]]}}},
        {"calendar": {**CALENDAR, "weekly": {"mon": [["8", "18"]]}}},
        {"calendar": {**CALENDAR, "weekly": None}},
        {"calendar": {**CALENDAR, "holidays": ["2024-02-30"]}},
        {"calendar": {**CALENDAR, "holidays": "2024-02-28"}},
        {"calendar": {**CALENDAR, "holidays": [20240228]}},
        {"calendar": {**CALENDAR, "pauses": [["2024-06-03T09:00:00Z"]]}},
        {"calendar": {**CALENDAR, "pauses": [["2024-06-03T09:00:00Z", "2024-06-03T08:00:00Z"]]}},
        {"calendar": {**CALENDAR, "pauses": {}}},
        {"calendar": {**CALENDAR, "hours": []}},
        {"input": None},
        {"input": {"start": "2024-06-03T09:00:00Z"}},
        {"input": {"start": "2024-06-03T09:00:00", "minutes": 1}},
        {"input": {"start": "yesterday", "minutes": 1}},
        {"input": {"start": 1717405200, "minutes": 1}},
        {"input": {"start": "0001-01-01T00:00:00+14:00", "minutes": 1}},
        {"input": {"start": "2024-06-03T09:00:00Z", "minutes": -1}},
        {"input": {"start": "2024-06-03T09:00:00Z", "minutes": True}},
        {"input": {"start": "2024-06-03T09:00:00Z", "minutes": 1.0}},
        {"input": {"start": "2024-06-03T09:00:00Z", "minutes": 10**40}},
        {"input": {"start": "2124-06-03T09:00:00Z", "minutes": 1}},
        {"operation": "elapsed_minutes", "input": {"start": "2024-06-03T09:00:00Z"}},
    ],
)
def test_one_spoiled_case_refuses_the_whole_file_and_is_named(spoiled) -> None:
    with pytest.raises(WorktimeRefused):
        answer({**CASE, **spoiled})
    with pytest.raises(BadQuestions) as refused:
        answers(file_of(CASE, {**CASE, **spoiled, "id": "two"}))
    (problem,) = refused.value.facts["problems"]
    assert problem.startswith("two: ")


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(BadQuestions) as refused:
        answers(file_of(CASE, CASE))
    assert refused.value.facts["problems"] == ("one: this id is there twice",)


def test_many_faults_are_listed_up_to_a_limit() -> None:
    with pytest.raises(BadQuestions) as refused:
        answers(file_of(*({**CASE, "id": str(n), "input": None} for n in range(30))))
    problems = refused.value.facts["problems"]
    assert (len(problems), problems[-1]) == (21, "and 10 more")
