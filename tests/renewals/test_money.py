"""Rounding: half up, once; parts add up to the whole by the largest remainder."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.renewals.rules.money import apportioned, minor_unit, rounded, written

CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])
AMOUNTS = st.decimals("-1e21", "1e21", places=6)


@given(AMOUNTS, CURRENCIES)
def test_an_amount_is_rounded_as_decimal_rounds_half_up(amount, currency) -> None:
    with localcontext() as context:
        context.prec = 60
        assert rounded(Fraction(amount), currency) == amount.quantize(minor_unit(currency), ROUND_HALF_UP)


@pytest.mark.parametrize(("exact", "amount"), [
    ("0.005", "0.01"), ("0.00499999", "0.00"), ("-0.005", "-0.01"), ("-0.00499999", "0.00"), ("2.675", "2.68"),
])  # fmt: skip
def test_half_a_minor_unit_goes_away_from_zero(exact, amount) -> None:
    assert str(rounded(Fraction(exact), "EUR")) == amount


@given(st.fractions(-(10**9), 10**9, max_denominator=10**6), CURRENCIES)
def test_what_is_rounded_is_half_a_minor_unit_off_at_most_and_has_its_digits(exact, currency) -> None:
    amount = rounded(exact, currency)
    assert abs(Fraction(amount) - exact) * 2 <= Fraction(minor_unit(currency))
    assert amount.as_tuple().exponent == minor_unit(currency).as_tuple().exponent


@given(st.lists(st.fractions(-(10**6), 10**6, max_denominator=1000), min_size=1, max_size=6), CURRENCIES)
def test_parts_add_up_to_the_whole_and_none_is_a_minor_unit_off(parts, currency) -> None:
    whole = rounded(sum(parts, Fraction(0)), currency)
    shown = apportioned(parts, whole, currency)
    assert sum(shown, Decimal(0)) == whole
    assert all(abs(Fraction(each) - part) < 2 * minor_unit(currency) for each, part in zip(shown, parts, strict=True))


@pytest.mark.parametrize(("parts", "whole", "shown"), [
    (["1/3", "1/3", "1/3"], "1.00", ["0.34", "0.33", "0.33"]), (["0.005", "0.005"], "0.01", ["0.01", "0.00"]),
    (["0.001", "0.009"], "0.01", ["0.00", "0.01"]), (["10", "-0.004"], "10.00", ["10.00", "0.00"]),
    (["-1/3", "-2/3"], "-1.00", ["-0.33", "-0.67"]),
])  # fmt: skip
def test_what_is_left_over_goes_to_the_largest_remainder_and_of_equal_ones_to_the_earlier(parts, whole, shown) -> None:
    assert [str(each) for each in apportioned([Fraction(each) for each in parts], Decimal(whole), "EUR")] == shown


@pytest.mark.parametrize(("kept", "currency", "said"), [
    ("656.5700", "EUR", "656.57"), ("23334.0000", "JPY", "23334"), ("233.3330", "KWD", "233.333"),
    ("-174.3900", "EUR", "-174.39"), ("1428000000000000.0000", "EUR", "1428000000000000.00"),
])  # fmt: skip
def test_a_file_says_an_amount_with_the_decimals_of_its_currency(kept, currency, said) -> None:
    assert str(written(Decimal(kept), currency)) == said
