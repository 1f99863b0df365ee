"""Support of an old release past its standard support: its days, its price, and when there is none."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.renewals.rules.money import rounded
from tenure.renewals.words import Holding, LineKind, RenewalRefusal
from tenure.toolbox.refused import Refused
from tests.renewals.books import POLICY, day, discounted, held, quoted


def old(standard: str, extended: str | None = None, *, offered: bool = True, **more: object) -> Holding:
    """An asset whose release loses standard support on a day, and extended support on another."""
    ends = day(extended) if extended else None
    supported = ends if offered else day(standard)
    return held(standard_to=day(standard), supported_to=supported, extended_offered=offered, **more)


def told(*holdings: Holding, **asked: object) -> list[tuple[str, str, str, str]]:
    made = quoted(*holdings, extend=True, **{"on": "2026-03-01", **asked})  # type: ignore[arg-type]
    return [(x.kind.value, x.starts_on.isoformat(), x.ends_on.isoformat(), str(x.amount)) for x in made.lines]


def test_a_release_past_standard_support_is_extended_for_the_whole_new_term_at_half_the_fee() -> None:
    assert told(old("2025-01-01")) == [
        ("renewal", "2026-04-01", "2027-03-31", "1200.00"), ("extension", "2026-04-01", "2027-03-31", "600.00"),
    ]  # fmt: skip


def test_only_the_days_past_standard_support_are_bought_and_counted_as_part_years_are() -> None:
    assert told(old("2026-10-01")) == [
        ("renewal", "2026-04-01", "2027-03-31", "1200.00"),
        ("extension", "2026-10-01", "2027-03-31", str(rounded(Fraction(600 * 182, 365), "EUR"))),
    ]  # fmt: skip


def test_term_and_extension_are_cut_where_extended_support_ends() -> None:
    assert told(old("2026-10-01", "2026-12-01")) == [
        ("renewal", "2026-04-01", "2026-11-30", str(rounded(Fraction(1200 * 244, 365), "EUR"))),
        ("extension", "2026-10-01", "2026-11-30", str(rounded(Fraction(600 * 61, 365), "EUR"))),
    ]  # fmt: skip


def test_several_years_take_nothing_off_an_extension() -> None:
    assert told(old("2025-01-01"), years=3, policy=discounted()) == [
        ("renewal", "2026-04-01", "2029-03-31", "3240.00"), ("extension", "2026-04-01", "2029-03-31", "1800.00"),
    ]  # fmt: skip


def test_without_the_wish_nothing_is_extended_and_nothing_costs_more() -> None:
    plain = quoted(old("2025-01-01"), on="2026-03-01")
    assert ([line.kind for line in plain.lines], str(plain.total)) == ([LineKind.RENEWAL], "1200.00")


def test_a_part_of_the_units_is_extended_for_as_many() -> None:
    assert told(old("2025-01-01", quantity=10), quantities={"M1000000001": 4})[1][3] == "2400.00"


def test_of_several_assets_those_that_can_be_extended_are() -> None:
    lines = told(old("2025-01-01"), held("M1000000002"), old("2026-10-01", offered=False, serial="M1000000003"))
    assert [line[0] for line in lines] == ["renewal", "extension", "renewal", "renewal"]


@pytest.mark.parametrize(("holding", "code"), [
    (held(), RenewalRefusal.NOTHING_TO_EXTEND),
    (old("2027-04-01"), RenewalRefusal.NOTHING_TO_EXTEND),
    (old("2026-10-01", offered=False), RenewalRefusal.EXTENSION_NOT_OFFERED),
    (old("2025-01-01", offered=False), RenewalRefusal.SUPPORT_ENDED),
    (old("2025-01-01", "2026-01-01"), RenewalRefusal.SUPPORT_ENDED),
])  # fmt: skip
def test_what_cannot_be_extended_refuses_the_quote(holding, code) -> None:
    with pytest.raises(Refused) as refused:
        told(holding)
    assert refused.value.code is code


def test_a_policy_that_sells_no_extensions_refuses_one() -> None:
    with pytest.raises(Refused) as refused:
        told(old("2025-01-01"), policy=replace(POLICY, extension=None))
    assert refused.value.code is RenewalRefusal.EXTENSION_NOT_SOLD


def test_a_change_of_level_in_the_running_term_has_no_extension() -> None:
    with pytest.raises(Refused) as refused:
        told(old("2025-10-01"), on="2025-11-01", until="2026-03-31", level="premium")
    assert refused.value.code is RenewalRefusal.NOTHING_TO_EXTEND


@given(
    standard=st.dates(date(2024, 1, 1), date(2033, 1, 1)), extended=st.integers(1, 2_000),
    years=st.integers(1, 5), quantity=st.integers(1, 10**9), late=st.integers(-60, 200),
)  # fmt: skip
def test_an_extension_lies_in_its_term_begins_with_or_after_it_and_ends_with_it(
    standard, extended, years, quantity, late
) -> None:
    release = {"standard_to": standard, "supported_to": standard + timedelta(days=extended), "extended_offered": True}
    on = (day("2026-03-31") + timedelta(days=late)).isoformat()
    try:
        made = quoted(held(quantity=quantity, **release), on=on, years=years, extend=True)
    except Refused as refused:
        assert refused.code in {
            RenewalRefusal.NOTHING_TO_EXTEND, RenewalRefusal.SUPPORT_ENDED, RenewalRefusal.END_IN_PAST,
        }  # fmt: skip
        return
    term, extension = made.lines
    assert (extension.starts_on, extension.ends_on) == (max(term.starts_on, standard), term.ends_on)
    assert extension.ends_on < release["supported_to"]
    assert (sum(step.amount for step in extension.steps), extension.quantity) == (extension.amount, quantity)
    plain = quoted(held(quantity=quantity, **release), on=on, years=years)
    assert (made.total - extension.amount, (term,)) == (plain.total, plain.lines)
