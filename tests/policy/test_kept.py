"""A version that was applied by an older program stays readable by a newer one, and says what it said."""

import re
import tomllib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from tenure.policy.models import PolicyVersion
from tenure.policy.queries import policy_numbered
from tenure.policy.rules import read_policy
from tenure.policy.rules.kept import LEFT_OUT, OWN_NAMES, completed
from tests.cast import AT

FOLDER: Final = Path(__file__).parents[2] / "policy"
STANDARD: Final = (FOLDER / "standard.toml").read_text("utf-8")
FIXED: Final = [name for name, content in tomllib.loads(STANDARD).items() if name not in OWN_NAMES | LEFT_OUT]
OWN: Final = STANDARD.replace("reopen_days = 14", "reopen_days = 21").replace('edition = "2026.1"', 'edition = "old"')


def without(text: str, section: str, key: str = "") -> str:
    """The text without a section and its sub-tables, or without one line of it."""
    if not key:
        return re.sub(
            rf"^\[\[?{section}[].].*?(?=^\[(?!\[?{section}[].])|\Z)", "", text, flags=re.MULTILINE | re.DOTALL
        )
    head, found, rest = text.partition(f"\n[{section}]")
    return head + found + re.sub(rf"^{key} = [^\n]*\n", "", rest, count=1, flags=re.MULTILINE)


@pytest.mark.parametrize("section", FIXED)
def test_a_section_that_an_old_text_lacks_is_the_standards(section: str) -> None:
    old = without(OWN, section)
    assert section not in tomllib.loads(old)
    policy = read_policy(completed(text=old, standard=STANDARD))
    assert policy == (read_policy(OWN) if section != "cases" else replace(read_policy(STANDARD), edition="old"))


@pytest.mark.parametrize(("section", "key"), [
    ("courtesy", "longest_days"), ("cases", "close_waiting_days"), ("accounts", "token_days"), ("terms", "ending_days"),
    ("contact_changes", "replace"), ("fulfilment", "return_due_days"),
])  # fmt: skip
def test_a_line_that_an_old_section_lacks_is_the_standards_and_the_others_stay_its_own(section: str, key: str) -> None:
    old = without(OWN, section, key)
    assert key not in tomllib.loads(old)[section]
    assert read_policy(completed(text=old, standard=STANDARD)) == read_policy(OWN)


def test_an_identifier_that_was_not_known_yet_is_the_standards() -> None:
    old = without(OWN, "identifiers.tracking")
    assert read_policy(completed(text=old, standard=STANDARD)) == read_policy(OWN)


def test_what_the_vendor_names_itself_is_never_added_to() -> None:
    one_level = (FOLDER / "examples" / "one-level.toml").read_text("utf-8")
    assert read_policy(completed(text=one_level, standard=STANDARD)) == read_policy(one_level)


def test_whatever_is_written_out_reads_as_it_was() -> None:
    value: dict[str, Any] = {
        "a": ['x "y" \\ é', 1, True],
        "b": {"c": {"d": []}, "e": "2026-01-01"},
        "f": [{"g": 1}, {"g": 2}],
    }
    text = 'a = []\n[b]\ne = "own"\n'
    standard = '[n]\na = ["x \\"y\\" \\\\ é", 1, true]\n[n.b]\ne = "2026-01-01"\n[n.b.c]\nd = []\n[[n.f]]\ng = 1\n[[n.f]]\ng = 2\n'
    assert tomllib.loads(completed(text=text, standard=standard)) == {"a": [], "b": {"e": "own"}, "n": value}


@pytest.mark.django_db
def test_a_version_of_an_older_program_is_read_and_says_what_it_said() -> None:
    old = without(without(OWN, "fulfilment"), "courtesy", "longest_days")
    PolicyVersion.objects.create(
        number=1, in_force_from=AT.date(), source=old, digest=sha256(old.encode()).digest(), recorded_at=AT,
        first_year=2023, last_year=2036,
    )  # fmt: skip
    assert policy_numbered(1).policy == read_policy(OWN)


def test_the_one_surcharge_of_the_first_programs_is_read_as_a_row() -> None:
    rows = re.compile(r"^\[\[reinstatement\.surcharges\]\]\n(\w+ = [^\n]*\n)+", re.MULTILINE)
    old = rows.sub("", OWN).replace(
        "cap_days = 365", 'surcharge_percent = "25"\nsurcharge_on = "back_charge"\ncap_days = 365'
    )
    assert read_policy(completed(text=old, standard=STANDARD)) == read_policy(OWN)
