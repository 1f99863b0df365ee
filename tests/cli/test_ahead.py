"""`tenure ahead`: what falls due, as lines and as one document."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import cast, estate
from tests.renewals.test_waves import SERIAL, owned


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.cli.management.commands.ahead.now", lambda: cast.AT)


def asked(*words: str) -> str:
    out = io.StringIO()
    call_command("ahead", *words, stdout=out)
    return out.getvalue()


def test_it_says_a_line_each_and_how_many_of_each_kind() -> None:
    estate.policy()
    owned(until=cast.AT.date() + timedelta(days=10))
    lines = [" ".join(line.split()) for line in asked("--days", "10").splitlines()]
    notice = (cast.AT + timedelta(days=3)).date()
    late = cast.AT.date()
    ends = (cast.AT + timedelta(days=10)).date()
    assert lines == [
        f"{late} notice EMEA {SERIAL} Quay Vault -30 {cast.aster().name}",
        f"{notice} notice EMEA {SERIAL} Quay Vault -7 {cast.aster().name}",
        f"{ends} term_ends EMEA {SERIAL} Quay Vault {cast.aster().name}",
        "2 notice, 1 term_ends",
    ]


def test_as_json_it_is_one_document() -> None:
    estate.policy()
    owned(until=cast.AT.date() + timedelta(days=10))
    told: Any = json.loads(asked("--days", "400", "--kind", "term_ends", "--json"))
    assert (told["days"], [row["subject"] for row in told["rows"]]) == (400, [SERIAL])
    assert json.loads(asked("--customer", "nobody", "--json"))["rows"] == []
    assert asked("--customer", "nobody") == "Nothing falls due.\n"


def test_without_a_policy_it_says_so_and_prints_nothing() -> None:
    for words in ((), ("--json",), ("--region", "EMEA")):
        with pytest.raises(CommandError, match="no_version"):
            assert asked(*words) == ""


@pytest.mark.parametrize("given", ["-1", "801", "ten", "99999999999999999999"])
def test_a_number_of_days_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(CommandError):
        asked(f"--days={given}")


def test_a_region_in_small_letters_is_found_and_one_that_is_none_is_refused() -> None:
    estate.policy()
    owned(until=cast.AT.date() + timedelta(days=10))
    assert (
        asked("--days", "10", "--region", "emea") == asked("--days", "10", "--region", "EMEA") != "Nothing falls due.\n"
    )
    with pytest.raises(CommandError, match="'XX': no region of the policy; there are EMEA, AMS, JP, CN, SG"):
        asked("--region", "XX")


def test_a_kind_that_is_none_is_refused_by_the_names_of_those_there_are() -> None:
    with pytest.raises(CommandError, match="choose from 'notice', 'term_ends', "):
        asked("--kind", "nope")
