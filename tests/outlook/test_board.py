"""The renewal board: what came of each end, what is at risk, and what to do next."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Contact, Organisation, Site
from tenure.accounts.words import StaffRole, Who
from tenure.catalog.models import Product
from tenure.entitlements.models import Asset, Term
from tenure.entitlements.words import TermFamily
from tenure.outlook.queries.board import OTHERS, lost_reasons, pipeline, work, work_all
from tenure.outlook.rules.board import last_of, months_of
from tenure.outlook.words import BoardFilters, EndCount, EndState, NextStep, WorkFilters, WorkRow
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.models import Enrolment, Lost, Notice, Price, Quote
from tenure.renewals.queries.prices import price_books
from tenure.renewals.rules.fees import rate_for
from tenure.renewals.rules.money import rounded
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.renewals import world

TODAY = cast.AT.date()
ANY = BoardFilters()
READER = Who(person_id=1, staff=frozenset({StaffRole.RENEWALS}))
SERIALS = (f"M30000{n:05}" for n in range(100_000))


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    estate.policy()


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def owned(*spans: tuple[int, int], of: Organisation | None = None, level: str = "essential", **more: Any) -> Asset:
    """An asset with terms of days from today, both included."""
    made = estate.asset(of or cast.aster(), next(SERIALS), **more)
    for first, last in spans:
        estate.term(made, days(first), days(last + 1), level=level)
    made.refresh_from_db()
    return made


def states(**filters: str) -> Counter[str]:
    """How many ends stand how, told by the months."""
    counted: Counter[str] = Counter()
    for row in pipeline(who=READER, at=cast.AT, filters=BoardFilters(**filters)).months:
        counted[row.state.value] += row.count
    return counted


def worklist(**more: Any) -> list[WorkRow]:
    asked = {"first": days(-365), "last": days(365), **more}
    return list(work_all(who=READER, at=cast.AT, filters=ANY, only=WorkFilters(**asked)))


def test_cover_that_goes_on_the_day_after_was_renewed_on_time_and_after_a_gap_late() -> None:
    owned((-400, -36), (-35, 330))
    owned((-500, -136), (-60, 304))
    assert states() == {"on_time": 1, "late": 1, "open": 2}


def test_an_end_without_a_later_term_is_open_and_lapsed_from_the_day_after() -> None:
    for last in (1, 0, -1, -2):
        owned((last - 364, last))
    assert states() == {"open": 2, "lapsed": 2}


def test_the_day_is_the_assets_own() -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # at noon UTC it is the 25th in one, the 24th in the other
        made = owned((-364, 0))
        Asset.objects.filter(id=made.id).update(zone=zone)
    assert states() == {"open": 1, "lapsed": 1}


def test_courtesy_a_trial_what_is_given_up_and_a_change_of_level_are_no_ends() -> None:
    first = owned((-200, 100))
    estate.term(first, days(101), days(120), family=TermFamily.COURTESY)
    trial, gone = owned((-200, 100)), owned((-200, 100))
    Asset.objects.filter(id=trial.id).update(purpose="trial")
    Asset.objects.filter(id=gone.id).update(quantity=0)
    assert states() == {"open": 1}
    world.prices()
    world.owned(ends=days(200))
    number = world.accepted(cast.reseller(), cast.owner(), level="premium", until=days(199))
    world.ordered(cast.renewals(), number)
    assert len(world.terms()) == 2
    assert states() == {"open": 2}


def test_two_families_that_end_on_one_day_are_one_end() -> None:
    made = owned((-200, 100))
    estate.term(made, days(-10), days(101), family=TermFamily.HARDWARE)
    assert states() == {"open": 1}


def test_an_extension_of_an_old_release_is_no_end_and_follows_nothing() -> None:
    made = owned((-200, -10))
    estate.term(made, days(-9), days(100), family=TermFamily.EXTENSION)
    assert states() == {"lapsed": 1}
    assert [row.last_day for row in worklist()] == [days(-10)]


SPANS = st.lists(
    st.tuples(st.integers(-500, 300), st.integers(0, 400), st.sampled_from(list(TermFamily))), min_size=1, max_size=6
)


@settings(max_examples=100, deadline=None)
@given(spans=SPANS)
def test_each_end_is_in_one_state_which_follows_from_the_terms_alone(spans: list[tuple[int, int, TermFamily]]) -> None:
    Asset.objects.filter(quantity__gt=0).update(quantity=0)
    made, kept = owned(), list[tuple[int, int, TermFamily]]()
    for first, length, family in spans:
        after = first + length + 1
        if all(family is not other or after <= begun or first >= ended for begun, ended, other in kept):
            estate.term(made, days(first), days(after), family=family)
            kept.append((first, after, family))
    counting = [(first, after) for first, after, family in kept if family.value < 4]
    wanted: Counter[tuple[str, str]] = Counter()
    months = months_of(today=TODAY)
    for end in {after for _first, after in counting}:
        last = days(end - 1)
        if not months[0] <= last <= last_of(months[-1]):
            continue
        if end == max(after for _first, after in counting):
            state = "lapsed" if last < TODAY else "open"
        else:
            state = "on_time" if any(first <= end < after for first, after in counting) else "late"
        wanted[last.replace(day=1).isoformat(), state] += 1
    found = pipeline(who=READER, at=cast.AT, filters=ANY).months
    assert {(row.key, row.state.value): row.count for row in found} == wanted


def test_a_correction_counts_at_once() -> None:
    made = owned((-400, -36))
    assert states() == {"lapsed": 1}
    estate.term(made, days(-35), days(330))
    assert states() == {"on_time": 1, "open": 1}


def test_a_quote_makes_it_quoted_an_acceptance_accepted_and_an_order_on_time() -> None:
    world.prices()
    world.owned(ends=days(5))
    seller = cast.reseller()
    number = world.prepared(seller)
    assert states() == {"quoted": 1}
    assert [(row.quote, row.quote_state, row.next_step) for row in worklist()] == [(number, "prepared", NextStep.SEND)]
    number = world.accepted(seller, cast.owner())
    assert states() == {"accepted": 1}
    assert [(row.quote, row.next_step) for row in worklist()] == [(number, NextStep.ORDER)]
    world.ordered(cast.renewals(), number)
    assert states() == {"on_time": 1, "open": 1}


def test_what_was_said_to_be_lost_counts_for_that_end_alone() -> None:
    made = owned((-400, -36))
    Lost.objects.create(asset=made, ends_on=days(-36), reason="price", said_at=cast.AT, said_by=cast.renewals())
    assert states() == {"lost": 1}
    assert worklist() == []
    assert [(row.serial, row.reason, row.next_step) for row in worklist(state="lost")] == [
        (made.serial_number, "price", NextStep.NONE)
    ]
    estate.term(made, days(-35), days(330))
    assert states() == {"on_time": 1, "open": 1}


def test_value_at_risk_is_told_by_currency_and_what_no_list_prices_is_counted_apart() -> None:
    world.prices()
    owned((-300, 20), quantity=10)
    owned((-300, 20), quantity=3, level="basic")
    owned((-300, 20), level="business_critical")
    found = pipeline(who=READER, at=cast.AT, filters=ANY)
    for way in (found.months, found.regions, found.resellers, found.kinds):
        assert {(row.currency, row.count, row.worth, row.unpriced) for row in way} == {
            ("EUR", 2, Decimal("14700.00"), 0), ("", 1, None, 1),
        }  # fmt: skip


@pytest.mark.parametrize(("years", "share"), [(1, 1), (2, 2), (3, 3)])
def test_of_an_open_quote_the_part_of_a_year_is_at_risk_in_its_currency(years: int, share: int) -> None:
    world.prices()
    world.prices(currency="USD")
    world.owned(ends=days(30))
    world.prepared(cast.reseller(), currency="USD", years=years)
    [line] = Quote.objects.get().lines.all()
    worth = rounded(Fraction(line.amount) / share, "USD")
    assert [(row.currency, row.worth) for row in worklist()] == [("USD", worth)]
    assert {(row.currency, row.worth) for row in pipeline(who=READER, at=cast.AT, filters=ANY).months} == {
        ("USD", worth)
    }


def test_an_open_quote_for_less_than_a_year_is_at_risk_as_quoted() -> None:
    world.prices()
    world.owned(ends=days(30))
    world.prepared(cast.reseller(), until=days(100))
    [line] = Quote.objects.get().lines.all()
    assert [row.worth for row in worklist()] == [line.amount]


def test_a_list_in_the_only_currency_there_is_holds_for_a_customer_of_another() -> None:
    world.prices(currency="JPY")
    owned((-300, 20), quantity=2)
    assert [(row.currency, row.worth) for row in worklist()] == [("JPY", Decimal(2400))]


amounts = st.decimals(min_value=0, max_value=10**7, places=6)
LISTS = [("", ""), ("EMEA", ""), ("JP", ""), ("", "education"), ("EMEA", "education"), ("", "public_sector")]


@settings(max_examples=60, deadline=None)
@given(
    bands=st.lists(st.tuples(st.integers(1, 60), amounts | st.none(), amounts | st.none()), min_size=1, max_size=4),
    quantity=st.integers(1, 70) | st.just(10**9), level=st.sampled_from(["essential", "basic", "premium"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]), older=st.booleans(),
    lists=st.lists(st.sampled_from(LISTS), unique=True), programme=st.sampled_from(["", "education", "public_sector", "gone"]),
    elsewhere=st.booleans(),
)  # fmt: skip
def test_the_yearly_fee_in_sql_is_that_of_the_rule_by_the_list_that_holds_for_the_customer(
    bands: list[tuple[int, Decimal | None, Decimal | None]], quantity: int, level: str, currency: str, older: bool,
    lists: list[tuple[str, str]], programme: str, elsewhere: bool,
) -> None:  # fmt: skip
    product = estate.product(f"P{next(SERIALS)}")
    editions = [(date(2020, 1, 1), "0.5"), (date(2026, 1, 1), "1")] if older else [(date(2026, 1, 1), "1")]
    rows = {band: (listed, yearly) for band, listed, yearly in bands if not listed is yearly is None}
    for n, (region, of) in enumerate(lists):
        for starts, share in editions:
            for band, (listed, yearly) in rows.items():
                part = Decimal(share) / (n + 1)
                Price.objects.create(
                    product=product, level=level, currency=currency, band_from=band + n, valid_from=starts,
                    recorded_at=cast.AT, region=region, programme=of,
                    unit_list_price=None if listed is None else (listed * part).quantize(Decimal("0.000001")),
                    unit_maintenance_per_year=None if yearly is None else (yearly * part).quantize(Decimal("0.000001")),
                )  # fmt: skip
    number = next(SERIALS)
    customer = Organisation.objects.create(
        number=number, name=number, country="JP" if elsewhere else "DE", kind="customer"
    )
    if programme:
        Enrolment.objects.create(
            organisation=customer, programme=programme, starts_on=days(-10), ends_on=days(1), recorded_at=cast.AT,
        )  # fmt: skip
    made = estate.asset(customer, next(SERIALS), of=product, quantity=quantity)
    estate.term(made, days(-100), days(50), level=level)
    rules = policy_on_or_first(TODAY).policy
    book = price_books(
        products=[product.slug], on=TODAY, region=rules.region_of(country=customer.country).key,
        programme=programme if programme in rules.programmes else "",
    ).get(currency, {})  # fmt: skip
    try:
        rate = rate_for(
            book=book, policy=rules, product=product.slug, level=level, quantity=quantity, currency=currency
        )
        wanted = rounded(rate.per_year * quantity, currency)
    except Refused:
        wanted = None
    assert [row.worth for row in worklist(text=made.serial_number)] == [wanted]
    counted = pipeline(who=READER, at=cast.AT, filters=ANY).months
    assert sum(row.worth for row in counted if row.worth is not None) == sum(
        row.worth for row in worklist() if row.worth is not None
    )


def test_ends_are_counted_by_month_region_reseller_and_kind_with_the_smaller_resellers_together() -> None:
    cinder = cast.cinder()
    owned((-300, 20), reseller=cinder)
    owned((-300, 50), reseller=cinder)
    owned((-300, 20))
    other = owned((-300, 20), of=cast.bellwether())
    Site.objects.filter(id=other.site_id).update(region="JP")
    Product.objects.filter(id=other.product_id).update(kind="software")
    small = Organisation.objects.create(number="R-SMALL", name="Small", country="DE", kind="reseller")
    owned((-300, 20), reseller=small)

    def told(rows: tuple[EndCount, ...]) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for row in rows:
            counted[row.key] += row.count
        return dict(counted)

    found = pipeline(who=READER, at=cast.AT, filters=ANY, resellers=1)
    assert told(found.months) == {"2026-12-01": 4, "2027-01-01": 1}
    assert told(found.regions) == {"EMEA": 4, "JP": 1}
    assert told(found.resellers) == {cinder.number: 2, "": 2, OTHERS: 1}
    assert told(found.kinds) == {"software": 5}


def test_filters_narrow_the_counts_and_the_worklist_alike() -> None:
    cinder = cast.cinder()
    mine = owned((-300, 20), reseller=cinder)
    other = owned((-300, 20), of=cast.bellwether())
    Site.objects.filter(id=other.site_id).update(region="JP")
    who = READER
    span = WorkFilters(first=days(-1), last=days(90))
    for filters, serials in (
        (BoardFilters(reseller=cinder.number), [mine.serial_number]),
        (BoardFilters(region="JP"), [other.serial_number]),
        (BoardFilters(kind="hardware"), []),
        (BoardFilters(region="\0", reseller="nobody"), []),
    ):
        assert sum(row.count for row in pipeline(who=who, at=cast.AT, filters=filters).months) == len(serials)
        found = work(who=who, at=cast.AT, filters=filters, only=span).rows
        assert [row.serial for row in found] == serials


def test_the_worklist_finds_by_customer_serial_and_quote() -> None:
    world.prices()
    made = world.owned(ends=days(30))
    number = world.prepared(cast.reseller())
    owned((-300, 40), of=cast.bellwether())
    for text in (made.serial_number, cast.aster().name[:5], number.lower()):
        assert [row.serial for row in worklist(text=text)] == [made.serial_number]
    assert worklist(text="%") == worklist(text="nobody\0") == []


@pytest.mark.parametrize("worth", [False, True])
def test_pages_follow_each_other_whatever_the_order(worth: bool) -> None:
    world.prices()
    for n in range(23):
        owned((-300, n % 5), quantity=n % 4 + 1, level="business_critical" if n % 7 == 0 else "essential")
    who, pages, after = READER, list[WorkRow](), ""
    only = WorkFilters(first=days(-1), last=days(90), worth=worth)
    while True:
        page = work(who=who, at=cast.AT, filters=ANY, only=only, after=after, limit=4)
        pages += page.rows
        after = page.next
        if not after:
            break
    assert len({row.id for row in pages}) == len(pages) == 23
    keys = [(row.currency, -(row.worth or -1), row.id) if worth else (row.last_day, row.id) for row in pages]
    assert keys == sorted(keys)


def test_when_the_last_notice_before_the_end_went_without_answer_somebody_is_called() -> None:
    made = owned((-300, 20))
    term = Term.objects.get(asset=made)
    assert [row.next_step for row in worklist()] == [NextStep.PREPARE]
    for step in (-30, -7):
        Notice.objects.create(
            asset=made, term=term, organisation=made.organisation, region="EMEA", step=step, ends_on=days(20),
            due_on=days(20 + step), policy=1, run_at=cast.AT, written_at=cast.AT,
        )  # fmt: skip
    assert [(row.step, row.next_step) for row in worklist()] == [(-7, NextStep.CALL)]


def test_whom_to_call_is_the_owner_or_buyer_one_with_a_telephone_first() -> None:
    made = owned((-300, 20))

    def told() -> list[tuple[str, str, str]]:
        return [(row.contact, row.phone, row.email) for row in worklist()]

    Contact.objects.filter(organisation=made.organisation).delete()
    assert told() == [("", "", "")]
    for role, name, phone in (("technical", "Tara", "+49 1"), ("purchasing", "Pia", ""), ("owner", "Olga", "")):
        Contact.objects.create(
            organisation=made.organisation, role=role, name=name, phone=phone, email=f"{name}@aster.example"
        )
    assert told() == [("Olga", "", "Olga@aster.example")]
    Contact.objects.filter(name="Pia").update(phone="+49 89 1234")
    assert told() == [("Pia", "+49 89 1234", "Pia@aster.example")]


def test_reasons_are_counted_with_what_was_lost_by_them() -> None:
    world.prices()
    by = cast.renewals()
    for n, reason in enumerate(("price", "price", "competitor")):
        made = owned((-400, -36 - n), quantity=n + 1)
        Lost.objects.create(asset=made, ends_on=days(-36 - n), reason=reason, said_at=cast.AT, said_by=by)
    found = lost_reasons(who=READER, at=cast.AT, filters=ANY)
    assert [(row.reason, row.currency, row.count, row.worth, row.unpriced) for row in found] == [
        ("price", "EUR", 2, Decimal("3600.00"), 0), ("competitor", "EUR", 1, Decimal("3600.00"), 0),
    ]  # fmt: skip


def test_nobody_but_those_who_renew_and_care_sees_the_board() -> None:
    owned((-300, 20))
    span, seen = WorkFilters(first=days(-1), last=days(90)), []
    for someone in (cast.renewals(), cast.care_agent(), cast.manager(), cast.engineer(), cast.owner(), cast.reseller()):
        who = cast.who(someone)
        with CaptureQueriesContext(connection) as asked:
            rows = (
                pipeline(who=who, at=cast.AT, filters=ANY).months, work(who=who, at=cast.AT, filters=ANY, only=span).rows
            )  # fmt: skip
        seen.append([bool(each) for each in rows])
        assert bool(asked.captured_queries) == any(seen[-1])
    assert seen == [[True, True]] * 3 + [[False, False]] * 3


def test_the_months_are_twelve_before_this_one_and_twelve_after() -> None:
    months = months_of(today=TODAY)
    assert (len(months), months[0], months[12], months[-1]) == (
        25, date(2025, 11, 1), date(2026, 11, 1), date(2027, 11, 1),
    )  # fmt: skip
    for day in (date(2025, 10, 31), date(2025, 11, 1), date(2027, 11, 30), date(2027, 12, 1)):
        made = estate.asset(cast.aster(), next(SERIALS))
        estate.term(made, day - timedelta(days=364), day + timedelta(days=1))
    found = pipeline(who=READER, at=cast.AT, filters=ANY).months
    assert [row.key for row in found] == ["2025-11-01", "2027-11-01"]
    assert {row.state for row in found} == {EndState.LAPSED, EndState.OPEN}
