"""A file that holds only what differs."""

from pathlib import Path

import pytest

from tenure.policy.rules import difference, is_part, read_policy, whole
from tenure.policy.words import PolicyMistakes

STANDARD = (Path(__file__).parents[2] / "policy" / "standard.toml").read_text("utf-8")
PARTS = sorted((Path(__file__).parents[2] / "policy" / "examples").glob("late-*.toml"))


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_a_shipped_part_changes_late_renewals_and_nothing_else(path: Path) -> None:
    text = path.read_text("utf-8")
    changed = difference(read_policy(STANDARD), read_policy(whole(part=text, base=STANDARD)))
    assert (is_part(text), {change.heading for change in changed}) == (True, {"Reinstatement"})


def test_a_whole_policy_and_an_empty_file_are_no_parts() -> None:
    assert (is_part(STANDARD), is_part(""), is_part("# nothing\n")) == (False, False, False)


def test_a_part_takes_the_place_of_a_table_with_all_its_rows() -> None:
    part = '[reinstatement]\ngrace_days = 5\nback_charge = "none"\nback_charge_percent = "0"\nnew_term_starts = "old_end"\ncap_days = 9\n'
    read = read_policy(whole(part=part, base=STANDARD))
    assert (read.reinstatement.grace_days, read.reinstatement.surcharges) == (5, ())


def test_a_mistake_in_a_part_is_told_with_the_line_of_the_part() -> None:
    part = "# mine\n\n[terms]\nminimum_months = 12\nusual_months = 6\nmaximum_months = 60\nending_days = 90\n"
    with pytest.raises(PolicyMistakes) as told:
        read_policy(whole(part=part, base=STANDARD))
    assert [(each.line, each.key) for each in told.value.mistakes] == [(5, "terms.usual_months")]


@pytest.mark.parametrize(("old", "new", "key"), [
    ('new_term_starts = "order_day"', 'new_term_starts = "old_end"', "reinstatement.back_charge"),
    ("from_days = 1\npercent_of_lapsed_fee", "from_days = 0\npercent_of_lapsed_fee", "reinstatement.surcharges[1].from_days"),
    ('percent_of_lapsed_fee = "25"', "", "reinstatement.surcharges[1]"),
    ("grace_days = 0\nback", "grace_days = 366\nback", "reinstatement.cap_days"),
    ('percent_of_lapsed_fee = "25"', 'percent_of_lapsed_fee = "25"\n[[reinstatement.surcharges]]\nfrom_days = 1\npercent_of_renewal = "9"', "reinstatement.surcharges"),
    ("maximum_months = 60", "maximum_months = 11", "terms.maximum_months"),
    ('JP = "JPY"', 'JP = "YEN"', "prices.currencies.JP"), ('JP = "JPY", ', "", "prices.currencies.JP"),
    ('multi_year_discounts = []', 'multi_year_discounts = [{ years = 3, percent = "5" }, { years = 2, percent = "7" }]', "prices.multi_year_discounts"),
    ('countries = ["DE"]\nrule', 'countries = ["DE", "FR"]\nrule', "taxes[2].countries[10]"),
    ('rule = "exempt"\npercent = "0"', 'rule = "exempt"\npercent = "7"', "taxes[3].percent"),
])  # fmt: skip
def test_rules_of_money_that_contradict_each_other_are_told(old: str, new: str, key: str) -> None:
    assert old in STANDARD
    with pytest.raises(PolicyMistakes) as told:
        read_policy(STANDARD.replace(old, new, 1))
    assert key in [mistake.key for mistake in told.value.mistakes]
