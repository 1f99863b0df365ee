"""`tenure worktime FILE`: one answer a line, in the file's order, without a database."""

import json
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from django.core.management import CommandError, call_command

FILE: Final = Path(__file__).parents[1] / "worktime" / "conformance" / "cases.json"
WHOLE: Final = json.loads(FILE.read_text())


def run(file: Path) -> str:
    out = StringIO()
    call_command("worktime", str(file), stdout=out)
    return out.getvalue()


def refused(file: Path) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("worktime", str(file), stdout=out)
    assert (out.getvalue(), refusal.value.returncode) == ("", 1)
    return str(refusal.value)


def test_every_published_case_and_milestone_is_answered_in_order() -> None:
    expected = [{"id": case["id"], "answer": case["expected"]} for case in WHOLE["cases"]] + [
        {"id": f"{case['id']}/{milestone['name']}", "answer": milestone["due"]}
        for case in WHOLE["sla_cases"]
        for milestone in case["milestones"]
    ]
    assert [json.loads(line) for line in run(FILE).splitlines()] == expected
    assert len(expected) == 153 + 78


def test_a_file_with_only_one_of_the_lists_is_answered(tmp_path) -> None:
    file = tmp_path / "targets.json"
    file.write_text(json.dumps({"sla_cases": WHOLE["sla_cases"][:1]}))
    case = WHOLE["sla_cases"][0]
    assert [json.loads(line)["answer"] for line in run(file).splitlines()] == [
        each["due"] for each in case["milestones"]
    ]
    file.write_text("{}")
    assert run(file) == ""


def test_a_policy_of_ones_own_answers_the_targets(tmp_path, settings) -> None:
    standard = Path(settings.POLICY_FILE).read_text()
    settings.POLICY_FILE = tmp_path / "own.toml"
    settings.POLICY_FILE.write_text(standard.replace('registration = "45 minutes"', 'registration = "50 minutes"'))
    file = tmp_path / "targets.json"
    file.write_text(json.dumps({"sla_cases": WHOLE["sla_cases"][:1]}))
    assert json.loads(run(file).splitlines()[0]) == {
        "id": "pub-sla-001/registration",
        "answer": "2023-01-09T05:50:00Z",
    }


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[]", "the file must hold one JSON object"),
        (b'{"cases": 5}', "'cases' must be a list"),
        (b'{"sla_cases": {}}', "'sla_cases' must be a list"),
        (b'{"sla_cases": [{}]}', "target case number 1 has no id"),
        (b"\xff", "not UTF-8 text"),
        (b'{"cases": ' + b"[" * 100_000, "the file is nested too deeply"),
    ],
    ids=["empty", "list", "cases", "targets", "no id", "bytes", "nested"],
)
def test_a_bad_file_is_a_clear_error_and_nothing_is_answered(tmp_path, content, problem) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    assert refused(file) == f"{file}: {problem}"


def test_one_faulty_target_case_refuses_the_whole_file(tmp_path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({"cases": WHOLE["cases"][:1], "sla_cases": [{**WHOLE["sla_cases"][0], "severity": 9}]}))
    assert refused(file) == f"{file}: pub-sla-001: bad_calendar: where severity, why expected 1, 2, 3 or 4"


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path) -> None:
    assert refused(tmp_path / "none.json") == f"{tmp_path}/none.json: No such file or directory"


def test_a_policy_file_with_mistakes_is_named_with_them(tmp_path, settings) -> None:
    settings.POLICY_FILE = tmp_path / "own.toml"
    settings.POLICY_FILE.write_text("[policy")
    reason = "this is not TOML: Expected ']' at the end of a table declaration"
    assert refused(FILE) == f"{settings.POLICY_FILE}:1: {reason}"
