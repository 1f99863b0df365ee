"""What changes between two policies, in words."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.policy.rules import difference, read_policy
from tenure.policy.words import Policy, PolicyMistakes
from tests.policy import slips

STANDARD: Final = (Path(__file__).parents[2] / "policy" / "standard.toml").read_text(encoding="utf-8")
POLICY: Final = read_policy(STANDARD)


def sentences(*changes: tuple[str, str]) -> list[str]:
    text = STANDARD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return [change.sentence for change in difference(POLICY, read_policy(text))]


def test_two_equal_policies_differ_in_nothing() -> None:
    assert difference(POLICY, read_policy(STANDARD)) == ()


def test_a_comment_changes_nothing() -> None:
    assert sentences(("# The standard policy", "# Our policy")) == []


@pytest.mark.parametrize(("old", "new", "sentence"), slips.CHANGES)
def test_a_change_is_one_sentence_that_a_manager_reads(old, new, sentence) -> None:
    assert sentences((old, new))[0] == sentence


def test_a_target_that_levels_share_is_told_for_each_of_them() -> None:
    told = sentences(('first_response = "2 hours"', 'first_response = "3 hours"'))
    names = ["Essential", "Business Critical Services", "Premium", "Cloud Support"]
    names += ["Hardware Support, next business day", "Hardware Support, four hours"]
    assert told == [f"{name}, severity 2: first response changes from 2 hours to 3 hours." for name in names]


def test_a_country_that_moves_is_told_by_both_regions() -> None:
    told = sentences(('"ZM", "ZW"', '"ZM"'), ('"WF", "WS"', '"WF", "WS", "ZW"'))
    assert told == ["Region EMEA, countries loses ZW.", "Region SG, countries gains ZW."]


def test_a_level_that_comes_or_goes_is_one_sentence() -> None:
    start, end = STANDARD.index("[levels.premium]"), STANDARD.index("[levels.cloud]")
    shorter = read_policy(STANDARD[:start] + STANDARD[end:])
    (gone,) = difference(POLICY, shorter)
    (new,) = difference(shorter, POLICY)
    assert (gone.heading, gone.sentence[:34]) == ("Premium", "Premium is dropped. name: Premium;")
    assert (new.heading, new.sentence[:30]) == ("Premium", "Premium is new. name: Premium;")


NUMBERS = [place for place, line in enumerate(STANDARD.splitlines()) if line.rstrip().rsplit(" ", 1)[-1].isdigit()]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NUMBERS), st.integers(1, 99))
def test_a_changed_number_anywhere_is_told(place, number) -> None:
    lines = STANDARD.splitlines()
    lines[place] = lines[place].rstrip().rsplit(" ", 1)[0] + f" {number}"
    try:
        changed: Policy = read_policy("\n".join(lines))
    except PolicyMistakes:
        return
    assert (difference(POLICY, changed) == ()) == (changed == POLICY)
