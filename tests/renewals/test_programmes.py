"""Programmes: what they take off, whose units reach a band, and whose list holds."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.policy.words import BandsBy, Policy, Programme
from tenure.renewals.rules import cost_of_waiting
from tenure.renewals.rules.money import rounded
from tenure.renewals.words import Buyer, Wish
from tests.renewals.books import BOOK, BUYER, POLICY, day, discounted, example, held, price, quoted

SCHOOL = Buyer(country="DE", programme="school")
BANDS = {("quay-vault", "essential"): (price("1200"), price("1000", band=30))}


def within(policy: Policy = POLICY, *, off: str = "30", bands_by: BandsBy = BandsBy.LINE) -> Policy:
    """The policy with one programme."""
    programme = Programme(key="school", name="Schools", percent_off=Decimal(off), bands_by=bands_by)
    return replace(policy, programmes={"school": programme})


def steps(*holdings: object, **asked: object) -> list[tuple[str, str]]:
    [line] = quoted(*holdings, **asked).lines  # type: ignore[arg-type]
    return [(step.code.value, str(step.amount)) for step in line.steps]


def test_the_programme_is_a_step_of_its_own_before_the_discount_for_several_years() -> None:
    assert steps(held(), on="2026-03-01", years=3, policy=within(discounted()), buyer=SCHOOL) == [
        ("term_fee", "3600.00"), ("programme", "-1080.00"), ("multi_year_discount", "-252.00"),
    ]  # fmt: skip


def test_the_days_without_cover_and_the_share_of_their_fee_are_at_the_programmes_price() -> None:
    late = example("late-by-days.toml")
    assert steps(held(), on="2026-06-30", policy=within(late), buyer=SCHOOL) == [
        ("term_fee", "1200.00"), ("programme", "-360.00"), ("back_charge", "295.89"), ("programme", "-88.77"),
        ("surcharge", "51.78"),
    ]  # fmt: skip


def test_a_change_of_level_is_charged_and_credited_at_the_programmes_price() -> None:
    told = quoted(held(), on="2025-10-01", until="2026-03-31", level="premium", policy=within(), buyer=SCHOOL)
    plain = quoted(held(), on="2025-10-01", until="2026-03-31", level="premium")
    [line] = told.lines
    assert [step.code.value for step in line.steps] == ["new_level", "old_level", "programme"]
    assert line.amount == rounded(Fraction(800 * 182, 365) * Fraction(70, 100), "EUR")
    assert line.amount < plain.lines[0].amount


@pytest.mark.parametrize(("bands_by", "amounts"), [
    (BandsBy.LINE, ["24000.00", "12000.00"]), (BandsBy.QUOTE, ["20000.00", "10000.00"]),
])  # fmt: skip
def test_all_units_of_a_quote_reach_the_band_where_the_programme_says_so(bands_by, amounts) -> None:
    two = (held(quantity=20), held("M1000000002", quantity=10))
    told = quoted(*two, on="2026-03-01", book=BANDS, policy=within(off="0", bands_by=bands_by), buyer=SCHOOL)
    assert [str(line.amount) for line in told.lines] == amounts


def test_units_that_the_quote_leaves_out_reach_no_band() -> None:
    two = (held(quantity=20), held("M1000000002", quantity=10, until="2027-03-31"))
    policy = within(off="0", bands_by=BandsBy.QUOTE)
    told = quoted(*two, on="2026-03-01", until="2027-03-31", book=BANDS, policy=policy, buyer=SCHOOL)
    assert (told.left_out, [str(line.amount) for line in told.lines]) == (("M1000000002",), ["24000.00"])


def test_only_the_units_that_are_renewed_reach_the_band() -> None:
    policy = within(off="0", bands_by=BandsBy.QUOTE)
    told = quoted(
        held(quantity=40), on="2026-03-01", book=BANDS, policy=policy, buyer=SCHOOL, quantities={"M1000000001": 29}
    )
    assert str(told.total) == "34800.00"


def test_a_programme_that_takes_nothing_off_has_no_step_and_a_quote_names_whose_conditions_it_has() -> None:
    told = quoted(held(), on="2026-03-01", policy=within(off="0"), buyer=SCHOOL)
    assert ([step.code.value for step in told.lines[0].steps], told.programme) == (["term_fee"], "school")
    assert quoted(held(), on="2026-03-01").programme == ""


def test_buying_again_is_at_the_programmes_price_too() -> None:
    asked = {"holdings": [held()], "wish": Wish(on=day("2026-02-10")), "book": BOOK, "currency": "EUR"}
    told = cost_of_waiting(**asked, policy=within(), buyer=SCHOOL)  # type: ignore[arg-type]
    assert {str(each.buy_again) for each in told} == {"4340.00"}


@given(
    off=st.decimals(0, 100, places=4), quantity=st.integers(1, 10**9), years=st.integers(1, 5),
    late=st.integers(-200, 300), per_year=st.decimals("0.000001", 10_000, places=6),
)  # fmt: skip
def test_a_line_is_rounded_once_its_steps_add_up_and_a_greater_share_off_is_never_dearer(
    off, quantity, years, late, per_year
) -> None:
    on = (day("2026-03-31") + timedelta(days=late)).isoformat()
    book = {("quay-vault", "essential"): (price(str(per_year)),)}
    asked = {"on": on, "years": years, "book": book}
    [line] = quoted(held(quantity=quantity), policy=within(off=str(off)), buyer=SCHOOL, **asked).lines  # type: ignore[arg-type]
    [plain] = quoted(held(quantity=quantity), buyer=BUYER, **asked).lines  # type: ignore[arg-type]
    assert sum(step.amount for step in line.steps) == line.amount <= plain.amount
    exact = Fraction(plain.amount) * (1 - Fraction(off) / 100)
    assert abs(Fraction(line.amount) - exact) <= Fraction(1, 100)
