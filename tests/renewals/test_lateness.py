"""Whatever the policy's rule: coming back is never cheaper than being on time, nor cheaper for waiting on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.policy.words import Reinstatement
from tenure.renewals.rules import quote
from tenure.renewals.words import Holding, Line, Quote, Wish
from tenure.toolbox.refused import Refused
from tests.renewals import oracle
from tests.renewals.books import BOOK, BUYER, POLICY, held, quoted
from tests.renewals.test_oracle import late_rule

LAST = date(2026, 3, 31)
CURRENCY = "KWD"  # three digits: the most that a rise can show


def asked(rule: Reinstatement, on: date, years: int = 1, quantity: int = 7) -> Line | str:
    """The line of a renewal, or why there is none."""
    policy = replace(POLICY, reinstatement=rule)
    try:
        told: Quote = quote(
            holdings=[held(quantity=quantity)], wish=Wish(on=on, years=years), policy=policy, book=BOOK,
            currency=CURRENCY, buyer=BUYER,
        )  # fmt: skip
    except Refused as refused:
        return refused.code.value
    [line] = told.lines
    return line


@pytest.mark.parametrize("seed", range(60))
def test_on_time_is_never_dearer_and_waiting_is_cheaper_only_where_the_policy_takes_another_step(seed: int) -> None:
    rule, years = late_rule(Random(seed)), 1 + seed % 3
    lines = {on: asked(rule, on, years) for on in (LAST + timedelta(days=n) for n in range(-2, 500))}
    on_time = lines[LAST]
    assert isinstance(on_time, Line)
    for (_, before), (_, after) in pairwise(lines.items()):
        if isinstance(after, str):  # refused from here on, for good
            continue
        assert isinstance(before, Line)
        assert after.amount >= on_time.amount
        if rule.surcharge_after(days=before.lapsed_days) is rule.surcharge_after(days=after.lapsed_days):
            assert after.amount >= before.amount
    refused = [on for on, line in lines.items() if isinstance(line, str)]
    assert refused == [on for on in lines if refused and on >= refused[0]]


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(-800, 800))
def test_every_order_day_is_on_time_or_late_or_over_the_cap_and_nothing_else(seed: int, days: int) -> None:
    """By every rule: the first day and the lapse follow from the day alone."""
    rule, on = late_rule(Random(seed)), LAST + timedelta(days=days)
    starts, lapsed = oracle.begins(
        oracle.Owned(serial="", product="", quantity=1, level="", since=date(2025, 4, 1), last=LAST), on,
        oracle.Rules(grace=rule.grace_days, starts=rule.new_term_starts.value),
    )  # fmt: skip
    line = asked(rule, on, years=5)
    if lapsed > rule.cap_days:
        assert line == "lapsed_too_long"
    else:
        assert isinstance(line, Line)
        assert (line.starts_on, line.lapsed_days) == (starts, lapsed)


@settings(max_examples=40, deadline=None)
@given(st.dates(date(1992, 1, 1), date(2090, 12, 31)), st.integers(1, 60), st.integers(1, 30))
def test_forty_renewals_in_a_row_cost_forty_years_and_end_on_the_day(since: date, months: int, early: int) -> None:
    """Whatever the first term was: whole years from its first day, no day lost, none given, no cent off."""
    ends, paid = oracle.months_after(since, months), Decimal(0)
    for year in range(1, 41):
        owned = _owned(since, ends)
        [line] = quoted(owned, on=(ends - timedelta(days=early)).isoformat()).lines
        assert (line.starts_on, line.ends_on) == (ends, oracle.months_after(since, months + 12 * year) - oracle.ONE)
        ends, paid = line.ends_on + oracle.ONE, paid + line.amount
    assert paid == 40 * 1200


def _owned(since: date, ends: date) -> Holding:
    return replace(held(), chain_starts=since, chain_ends=ends)


@given(st.dates(date(2025, 4, 1), LAST - timedelta(days=1)), st.integers(1, 10**9))
def test_up_a_level_and_down_again_on_one_day_cost_nothing(on: date, quantity: int) -> None:
    until = LAST.isoformat()
    [up] = quoted(held(quantity=quantity), on=on.isoformat(), until=until, level="premium").lines
    [down] = quoted(
        held(quantity=quantity, level="premium"), on=on.isoformat(), until=until, level="essential"
    ).lines  # fmt: skip
    days = (up.ends_on - up.starts_on).days + 1
    assert (up.starts_on, up.ends_on, up.amount + down.amount) == (on, LAST, 0)
    assert abs(Fraction(up.amount) - Fraction(800 * quantity * days, 365)) * 200 <= 1
