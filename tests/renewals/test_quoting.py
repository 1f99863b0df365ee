"""The quote: on time, late by each rule, co-termed, changed, cut; and what it refuses."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.policy.words import NewTermStarts, PastSupport
from tenure.renewals.rules import cost_of_waiting
from tenure.renewals.words import Buyer, RenewalRefusal, Wish
from tenure.toolbox.refused import Refused
from tests.renewals.books import BOOK, BUYER, POLICY, day, example, held, on_top, price, quoted


@pytest.mark.parametrize(("policy", "steps", "total"), [
    ("late-by-days.toml", ["1200.00", "295.89", "73.97"], "1569.86"),
    ("late-at-half-more.toml", ["1200.00", "443.84"], "1643.84"),
    ("late-by-months.toml", ["1200.00", "300.00", "75.00"], "1575.00"),
    ("late-by-fee.toml", ["1200.00", "120.00"], "1320.00"),
])  # fmt: skip
def test_ninety_days_late_cost_what_each_rule_says(policy, steps, total) -> None:
    told = quoted(held(), on="2026-06-30", policy=example(policy))
    [line] = told.lines
    assert [str(step.amount) for step in line.steps] == steps
    assert (line.starts_on, line.ends_on, line.lapsed_days) == (day("2026-06-30"), day("2027-06-29"), 90)
    assert str(told.total) == total


@pytest.mark.parametrize("on", ["2026-01-15", "2026-03-31", "2026-04-01"])
def test_early_and_on_the_day_after_no_day_is_lost_and_none_is_charged(on) -> None:
    [line] = quoted(held(), on=on).lines
    assert (line.starts_on, line.ends_on, str(line.amount)) == (day("2026-04-01"), day("2027-03-31"), "1200.00")


def test_inside_the_grace_days_a_renewal_is_as_on_time_and_after_them_the_whole_lapse_counts() -> None:
    late = example("late-by-fee.toml")
    [inside], [after] = (quoted(held(), on=on, policy=late).lines for on in ("2026-04-30", "2026-05-01"))
    assert (inside.starts_on, inside.lapsed_days, str(inside.amount)) == (day("2026-04-01"), 0, "1200.00")
    assert (after.starts_on, after.lapsed_days) == (day("2026-05-01"), 30)


def test_a_chain_from_29_february_keeps_its_day() -> None:
    starts, ends = day("2024-02-29"), day("2025-02-27")
    lasts = []
    for _ in range(4):
        [line] = quoted(
            held(since="2024-02-29", until=ends.isoformat()), on=(ends - timedelta(days=9)).isoformat()
        ).lines
        assert str(line.amount) == "1200.00"
        lasts.append(line.ends_on.isoformat())
        ends = line.ends_on
    assert (starts, lasts) == (day("2024-02-29"), ["2026-02-27", "2027-02-27", "2028-02-28", "2029-02-27"])


def test_the_first_of_a_month_is_the_order_day_or_the_next() -> None:
    rule = replace(POLICY.reinstatement, new_term_starts=NewTermStarts.FIRST_OF_MONTH)
    policy = replace(POLICY, reinstatement=rule)
    starts = [
        quoted(held(), on=on, policy=policy).lines[0].starts_on for on in ("2026-06-01", "2026-06-02", "2026-12-24")
    ]
    assert starts == [day("2026-06-01"), day("2026-07-01"), day("2027-01-01")]


def test_the_day_after_the_last_covered_one_is_late_where_there_is_no_grace_and_terms_begin_on_a_first() -> None:
    policies = (
        replace(POLICY, reinstatement=replace(
            POLICY.reinstatement, new_term_starts=NewTermStarts.FIRST_OF_MONTH, grace_days=grace
        )) for grace in (0, 1)
    )  # fmt: skip
    lines = [quoted(held(until="2026-03-14"), on="2026-03-15", policy=policy).lines[0] for policy in policies]
    assert [(line.starts_on, line.lapsed_days) for line in lines] == [(day("2026-04-01"), 17), (day("2026-03-15"), 0)]


def test_a_common_end_before_the_first_on_which_a_late_term_begins_is_refused() -> None:
    policy = replace(
        POLICY, reinstatement=replace(POLICY.reinstatement, new_term_starts=NewTermStarts.FIRST_OF_MONTH)
    )  # fmt: skip
    assert refusal(held(), on="2026-06-10", until="2026-06-30", policy=policy) is RenewalRefusal.END_IN_PAST
    [line] = quoted(held(), on="2026-06-10", until="2026-07-01", policy=policy).lines
    assert (line.starts_on, line.ends_on, line.lapsed_days) == (day("2026-07-01"), day("2026-07-01"), 91)


def test_a_term_dated_back_to_the_old_end_keeps_the_chain_and_pays_no_day_twice() -> None:
    policy = on_top(
        '[reinstatement]\ngrace_days = 0\nback_charge = "none"\nback_charge_percent = "100"\nnew_term_starts = "old_end"\n'
        'cap_days = 730\n[[reinstatement.surcharges]]\nfrom_days = 1\npercent_of_renewal = "20"\n'
    )
    [line] = quoted(held(), on="2026-06-30", policy=policy).lines
    assert (line.starts_on, line.ends_on, str(line.amount)) == (day("2026-04-01"), day("2027-03-31"), "1440.00")


def test_surcharges_rise_by_steps_of_lapsed_days() -> None:
    policy = on_top(
        '[reinstatement]\ngrace_days = 30\nback_charge = "none"\nback_charge_percent = "100"\n'
        'new_term_starts = "order_day"\ncap_days = 1095\n[[reinstatement.surcharges]]\nfrom_days = 31\nflat = { EUR = "60" }\n'
        '[[reinstatement.surcharges]]\nfrom_days = 366\nflat = { EUR = "120" }\n'
    )
    on = (date(2026, 4, 1) + timedelta(days=days) for days in (29, 30, 31, 365, 366))
    assert [str(quoted(held(), on=each.isoformat(), policy=policy).total) for each in on] == [
        "1200.00", "1200.00", "1260.00", "1260.00", "1320.00",
    ]  # fmt: skip


def test_the_band_that_the_quantity_reaches_prices_all_of_it() -> None:
    book = {("quay-vault", "essential"): (price("10"), price("8", band=100), price("5.123456", band=1000))}
    totals = [str(quoted(held(quantity=n), on="2026-03-01", book=book).total) for n in (99, 100, 999, 1000, 10**9)]
    assert totals == ["990.00", "800.00", "7992.00", "5123.46", "5123456000.00"]


def test_a_price_without_a_yearly_fee_is_the_policys_share_of_the_list_price() -> None:
    book = {("quay-vault", "essential"): (price(None, listed="5000"),)}
    assert str(quoted(held(), on="2026-03-01", book=book).total) == "1000.00"


@pytest.mark.parametrize(("currency", "total"), [("JPY", "1235"), ("EUR", "1234.57"), ("KWD", "1234.568")])
def test_a_line_is_rounded_once_half_up_to_the_minor_unit(currency, total) -> None:
    book = {("quay-vault", "essential"): (price("1234.5675"),)}
    assert str(quoted(held(), on="2026-03-01", book=book, currency=currency).total) == total


def test_a_discount_for_several_years_covers_the_whole_term() -> None:
    policy = on_top(
        '[prices]\npast_end_of_support = "cut"\npartner_percent = "20"\nmulti_year_discounts = [{ years = 2, percent = "5" }, { years = 3, percent = "10" }]\n'
        'currencies = { EMEA = "EUR", AMS = "USD", JP = "JPY", CN = "CNY", SG = "USD" }\n'
    )
    totals = [str(quoted(held(), on="2026-03-01", policy=policy, years=years).total) for years in (1, 2, 3, 5)]
    assert totals == ["1200.00", "2280.00", "3240.00", "5400.00"]


def test_several_assets_end_together_counted_from_the_latest_and_none_has_a_gap() -> None:
    one, two = held(), held("M1000000002", until="2026-06-30", since="2024-07-01")
    told = quoted(one, two, on="2026-03-01", years=1)
    assert [(line.starts_on, line.ends_on) for line in told.lines] == [
        (day("2026-04-01"), day("2027-06-30")), (day("2026-07-01"), day("2027-06-30")),
    ]  # fmt: skip
    assert [str(line.amount) for line in told.lines] == ["1498.36", "1200.00"]  # 1 + 91/365 years


def test_an_asset_on_the_common_end_is_left_out_and_one_that_ends_later_refuses_the_quote() -> None:
    one, two, three = (
        held(f"M100000000{n}", until=end) for n, end in enumerate(["2026-03-31", "2026-12-31", "2027-03-31"])
    )
    told = quoted(one, two, on="2026-03-01", until="2026-12-31")
    assert ([line.serial for line in told.lines], told.left_out) == (["M1000000000"], ("M1000000001",))
    assert refusal(one, three, on="2026-03-01", until="2026-12-31") is RenewalRefusal.ENDS_LATER
    assert refusal(two, on="2026-03-01", until="2026-12-31") is RenewalRefusal.NOTHING_TO_RENEW


def test_a_level_at_renewal_is_the_new_terms() -> None:
    [line] = quoted(held(), on="2026-03-01", level="premium").lines
    assert (line.level, line.starts_on, str(line.amount)) == ("premium", day("2026-04-01"), "2000.00")


def test_a_level_change_pays_the_difference_from_the_order_day_and_a_downgrade_is_credited() -> None:
    up, down = (
        quoted(held(), on="2026-01-01", until="2026-03-31", level=level).lines[0] for level in ("premium", "basic")
    )
    assert (up.starts_on, up.ends_on, str(up.amount)) == (day("2026-01-01"), day("2026-03-31"), "197.26")  # 90/365
    assert (str(down.amount), [step.code.value for step in down.steps]) == ("-73.97", ["new_level", "old_level"])


def test_a_term_that_outlives_its_release_is_cut_or_refused_with_the_reason() -> None:
    ending = held(supported_to=day("2026-10-01"))
    [line] = quoted(ending, on="2026-03-01").lines
    assert (line.ends_on, line.notes[0].facts["supported_until"]) == (day("2026-09-30"), "2026-09-30")
    assert refusal(held(supported_to=day("2026-04-01")), on="2026-03-01") is RenewalRefusal.SUPPORT_ENDED


def test_a_term_that_ends_with_the_support_of_its_release_is_neither_cut_nor_refused() -> None:
    policy = replace(POLICY, prices=replace(POLICY.prices, past_end_of_support=PastSupport.REFUSE))
    [line] = quoted(held(supported_to=day("2027-04-01")), on="2026-03-01", policy=policy).lines
    assert (line.ends_on, line.notes) == (day("2027-03-31"), ())


def test_assets_that_begin_on_one_day_keep_the_years_of_their_own_chains() -> None:
    leap, plain = (
        held(since="2024-02-29", until="2027-02-27"),
        held("M1000000002", since="2024-02-28", until="2027-02-27"),
    )
    told = quoted(plain, leap, on="2027-01-01", until="2028-02-28")
    assert [line.steps[0].facts["years"] for line in told.lines] == ["1 + 1/366", "1"]


@pytest.mark.parametrize(("more", "wish", "code"), [
    ({}, {"on": "2027-04-02"}, "lapsed_too_long"), ({}, {"on": "2026-03-01", "level": "gold"}, "level_unknown"),
    ({}, {"on": "2026-03-01", "level": "cloud"}, "level_not_sold"),
    ({"level": ""}, {"on": "2026-03-01"}, "level_needed"), ({}, {"on": "2026-03-01", "years": 0}, "term_too_long"),
    ({}, {"on": "2026-03-01", "years": 6}, "term_too_long"),
    ({}, {"on": "2026-06-01", "until": "2026-06-01"}, "end_in_past"),
    ({}, {"on": "2026-03-31", "until": "2026-03-31", "level": "premium"}, "end_in_past"),
    ({}, {"on": "2026-03-01", "until": "2026-03-01"}, "end_in_past"),
    ({}, {"on": "2026-03-01", "until": "9999-12-31"}, "day_out_of_range"),
    ({}, {"on": "2026-03-01", "quantities": {"M1000000001": 0}}, "quantity_out_of_range"),
    ({}, {"on": "2026-03-01", "quantities": {"M1000000001": 2}}, "quantity_out_of_range"),
    ({"product": "other"}, {"on": "2026-03-01"}, "no_price"),
])  # fmt: skip
def test_what_cannot_be_quoted_is_refused_by_a_stable_code(more, wish, code) -> None:
    assert refusal(held(**more), **wish).value == code


def test_the_same_serial_twice_is_refused() -> None:
    assert refusal(held(), held(), on="2026-03-01") is RenewalRefusal.SERIAL_TWICE


@pytest.mark.parametrize(("buyer", "said"), [
    (Buyer(country="DE"), ("rate", "19", "228.00")), (Buyer(country="FR", tax_identifier="FR1"), ("reverse_charge", "0", "0.00")),
    (Buyer(country="FR"), ("rate", "19", "228.00")), (Buyer(country="US"), ("exempt", "0", "0.00")),
])  # fmt: skip
def test_tax_follows_the_customers_country(buyer, said) -> None:
    tax = quoted(held(), on="2026-03-01", buyer=buyer).tax
    assert (tax.rule, str(tax.percent), str(tax.amount)) == said


LATE_POLICIES = [POLICY, *(example(f"late-{name}.toml") for name in ("by-days", "at-half-more", "by-months", "by-fee"))]
DAYS_LATE = st.integers(-400, 364)


@given(st.sampled_from(LATE_POLICIES), DAYS_LATE, st.integers(1, 5))
def test_on_time_is_never_dearer_than_late(policy, days, years) -> None:
    on = (day("2026-03-31") + timedelta(days=days)).isoformat()
    assert (
        quoted(held(), on="2026-03-31", policy=policy, years=years).total
        <= quoted(held(), on=on, policy=policy, years=years).total
    )


@given(st.sampled_from(LATE_POLICIES), DAYS_LATE, st.integers(0, 100))
def test_the_total_never_falls_as_the_lapse_grows(policy, days, more) -> None:
    first = day("2026-03-31") + timedelta(days=days)
    later = min(first + timedelta(days=more), day("2027-03-31"))
    one, two = (quoted(held(), on=each.isoformat(), policy=policy).total for each in (first, later))
    assert one <= two


@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    st.decimals("0.000001", "9999.999999", places=6),
    st.integers(0, 300),
)
def test_the_parts_of_a_line_and_the_lines_of_a_quote_add_up(quantities, unit, days) -> None:
    holdings = [held(f"M{n:010}", quantity=quantity) for n, quantity in enumerate(quantities)]
    on = (day("2026-03-31") + timedelta(days=days)).isoformat()
    told = quoted(*holdings, on=on, book={("quay-vault", "essential"): (price(str(unit)),)})
    assert [sum((step.amount for step in line.steps), Decimal(0)) for line in told.lines] == [
        line.amount for line in told.lines
    ]
    assert told.total == sum(line.amount for line in told.lines)


@given(st.integers(-800, 800), st.integers(0, 60))
def test_every_order_day_has_exactly_one_answer(days, grace) -> None:
    """On time, late, or to be bought again: no day falls between."""
    rule = replace(POLICY.reinstatement, grace_days=grace)
    on = day("2026-03-31") + timedelta(days=days)
    try:
        [line] = quoted(
            held(since="2020-04-01"), on=on.isoformat(), policy=replace(POLICY, reinstatement=rule), years=5
        ).lines
    except Refused as refused:
        assert (refused.code, days - 1 > 365) == (RenewalRefusal.LAPSED_TOO_LONG, True)
    else:
        late = days > max(grace, 1)
        assert (line.lapsed_days, line.starts_on) == ((days - 1, on) if late else (0, day("2026-04-01")))


def test_the_cost_of_waiting_begins_today_and_ends_with_buying_again() -> None:
    told = cost_of_waiting(
        holdings=[held()], wish=Wish(on=day("2026-02-10")), policy=POLICY, book=BOOK, currency="EUR", buyer=BUYER
    )
    assert [each.on for each in told[:4]] == [
        day("2026-02-10"),
        day("2026-03-31"),
        day("2026-04-30"),
        day("2026-05-31"),
    ]
    assert (str(told[0].total), str(told[1].total), told[-1].code) == ("1200.00", "1200.00", "lapsed_too_long")
    assert {str(each.buy_again) for each in told} == {"6200.00"}


def refusal(*holdings: object, **wish: object) -> RenewalRefusal:
    with pytest.raises(Refused) as refused:
        quoted(*holdings, **wish)
    return refused.value.code
