"""Periods: from the first day and a count; a whole year is exactly one; nothing drifts."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.renewals.rules.periods import Calendar, add_months, months_from, started_months
from tests.renewals.books import day

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(("start", "months", "last"), [
    ("2024-02-29", 12, "2025-02-27"), ("2024-02-29", 48, "2028-02-28"), ("2026-01-31", 1, "2026-02-27"),
    ("2026-01-31", 2, "2026-03-30"), ("2026-01-31", 3, "2026-04-29"), ("2025-04-01", 12, "2026-03-31"),
])  # fmt: skip
def test_a_period_ends_the_day_before_the_same_day_of_a_later_month(start, months, last) -> None:
    assert add_months(day(start), months) - timedelta(days=1) == day(last)


@given(DAYS, st.integers(0, 40))
def test_forty_years_one_at_a_time_end_where_forty_at_once_do(start, years) -> None:
    """Renewed year by year, with the chain's first day as the anchor, no day is lost or won."""
    ends = start
    for _ in range(years):
        ends = Calendar(ends, start).after(months=12)
    assert ends == add_months(start, 12 * years)


@given(DAYS, st.integers(0, 600))
def test_a_period_from_the_anchor_is_found_again(anchor, months) -> None:
    assert add_months(anchor, months_from(anchor, add_months(anchor, months))) == add_months(anchor, months)


@given(DAYS, st.integers(1, 60), st.integers(0, 40))
def test_whole_years_are_exactly_whole(anchor, years, before) -> None:
    counted = Calendar(add_months(anchor, 12 * before), anchor)
    found = counted.years_to(counted.after(months=12 * years))
    assert (found.whole, found.days) == (years, 0)


@given(DAYS, st.integers(0, 4000), st.integers(1, 400))
def test_a_later_end_is_never_less(start, days, more) -> None:
    counted = Calendar(start)
    one, two = (counted.years_to(start + timedelta(days=n)).exact for n in (days, days + more))
    assert one < two


@pytest.mark.parametrize(("start", "end", "said", "exact"), [
    ("2026-04-01", "2026-06-30", "90/365", Fraction(90, 365)), ("2027-04-01", "2027-06-30", "90/366", Fraction(90, 366)),
    ("2026-04-01", "2028-04-01", "2", Fraction(2)), ("2026-04-01", "2027-05-01", "1 + 30/366", 1 + Fraction(30, 366)),
])  # fmt: skip
def test_a_part_of_a_year_is_days_over_the_days_of_the_year_it_lies_in(start, end, said, exact) -> None:
    found = Calendar(day(start)).years_to(day(end))
    assert (str(found), found.exact) == (said, exact)


@pytest.mark.parametrize(("start", "end", "months"), [
    ("2026-04-01", "2026-04-01", 0), ("2026-04-01", "2026-04-02", 1), ("2026-04-01", "2026-05-01", 1),
    ("2026-04-01", "2026-05-02", 2), ("2026-04-01", "2026-06-30", 3), ("2026-01-31", "2026-02-28", 1),
    ("2026-01-31", "2026-03-01", 2),
])  # fmt: skip
def test_a_started_month_counts_whole(start, end, months) -> None:
    assert started_months(day(start), day(end)) == months
