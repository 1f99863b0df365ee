"""Decisions and lists over the real database: who sees what, which state, how many queries, and bulk equal to one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.words import NOBODY, Role, StaffRole, Who
from tenure.entitlements import queries
from tenure.entitlements.models import Asset, Registration
from tenure.entitlements.rules import cover
from tenure.entitlements.words import Benefit, CoverState, LicenceFilters, TermFamily, Why
from tests import cast
from tests.entitlements.conftest import AT, make_asset, make_term

M, C, E = TermFamily.MAINTENANCE, TermFamily.COURTESY, TermFamily.EXTENSION
STAFF = Who(person_id=1, staff=frozenset({StaffRole.CARE_AGENT}))
pytestmark = pytest.mark.usefixtures("products")


def owner_of(asset: Asset) -> Who:
    return Who(person_id=7, roles=frozenset({(asset.organisation_id, Role.OWNER)}))


def year(asset: Asset, first: date, days: int = 365, level: str = "essential") -> None:
    make_term(asset, M, level, first, first + timedelta(days))


def test_another_customers_serial_and_one_that_does_not_exist_get_the_same_answer() -> None:
    mine, theirs = make_asset(customer="Aurora Mills"), make_asset(customer="Birch Bank")
    who, on = owner_of(mine), date(2026, 7, 1)
    for serial in (theirs.serial_number, "M9999999999", "nul\0"):
        answer = queries.decision_for(who=who, serial=serial, benefit=Benefit.TECHNICAL_SUPPORT, on=on)
        assert (answer.why, answer.because[0].facts) == (Why.UNKNOWN_SERIAL, {"serial": serial})
        assert queries.asset(who=who, serial=serial, at=AT) is None


def test_staff_customer_reseller_and_visitor_each_see_their_own() -> None:
    seller = cast.organisation("Northway", kind="reseller")
    first, second = make_asset(customer="Aurora Mills", reseller=seller), make_asset(customer="Birch Bank")
    dealer = Who(person_id=8, roles=frozenset({(seller.id, Role.RESELLER)}))
    seen = {
        name: [row.serial for row in queries.licences(who=who, filters=LicenceFilters(), at=AT).rows]
        for name, who in {"staff": STAFF, "owner": owner_of(second), "dealer": dealer, "nobody": NOBODY}.items()
    }
    assert seen == {
        "staff": [first.serial_number, second.serial_number], "owner": [second.serial_number],
        "dealer": [first.serial_number], "nobody": [],
    }  # fmt: skip


def test_the_receipt_can_be_asked_for_as_it_was_known() -> None:
    asset = make_asset()
    make_term(asset, M, "essential", date(2026, 1, 1), date(2027, 1, 1), known=datetime(2026, 5, 1, tzinfo=UTC))
    asked = {"who": None, "serial": asset.serial_number, "benefit": Benefit.TECHNICAL_SUPPORT, "on": date(2026, 3, 1)}
    assert [queries.decision_for(**asked, known=known).why for known in (datetime(2026, 4, 1, tzinfo=UTC), AT, None)] == [
        Why.NO_TERM, Why.COVERED, Why.COVERED,
    ]  # fmt: skip


def test_all_benefits_take_as_many_queries_as_one() -> None:
    asset = make_asset((M, "essential", date(2026, 1, 1), date(2027, 1, 1)))
    counts = []
    for read in (
        lambda: queries.decision_for(who=None, serial=asset.serial_number, benefit=Benefit.SELF_SERVICE, on=AT.date()),
        lambda: queries.decisions_for_asset(who=None, serial=asset.serial_number, on=AT.date()),
    ):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            read()
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_page_is_one_query_beside_the_policys_for_one_row_and_for_thirty() -> None:
    counts = []
    for _ in range(2):
        make_asset((M, "essential", date(2026, 1, 1), date(2027, 1, 1)))
        with CaptureQueriesContext(connection) as caught:
            queries.licences(who=STAFF, filters=LicenceFilters(), at=AT)
        counts.append(len(caught))
        for _ in range(28):
            make_asset()
    assert counts == [2, 2]


def test_pages_walk_forth_and_back_over_every_asset_once() -> None:
    for days in (30, 10, 10, 20):
        year(make_asset(), AT.date(), days)
    for _ in range(3):
        make_asset()
    forth, pages, cursor = [], [], ""
    while True:
        page = queries.licences(who=STAFF, filters=LicenceFilters(), at=AT, after=cursor, limit=2)
        forth += [row.id for row in page.rows]
        pages.append([row.id for row in page.rows])
        cursor = page.next
        if not cursor:
            break
    assert sorted(forth) == sorted(Asset.objects.values_list("id", flat=True))
    assert forth == [row.id for row in queries.export_licences(who=STAFF, filters=LicenceFilters(), at=AT)]
    back = [pages[-1]]
    while page.previous:
        page = queries.licences(who=STAFF, filters=LicenceFilters(), at=AT, before=page.previous, limit=2)
        back.append([row.id for row in page.rows])
    assert back == pages[::-1]


@pytest.mark.parametrize("broken", ["x", "2026-01-01", "2026-13-01.4", "never.-1", "never.99999999999999999999", "."])
def test_a_broken_cursor_starts_over(broken: str) -> None:
    asset = make_asset()
    page = queries.licences(who=STAFF, filters=LicenceFilters(), at=AT, after=broken)
    assert [row.id for row in page.rows] == [asset.id]


def test_today_is_the_day_in_the_assets_zone() -> None:
    late = datetime(2026, 7, 1, 23, tzinfo=UTC)
    days = [
        queries.asset(who=None, serial=make_asset(zone=zone).serial_number, at=late).day  # type: ignore[union-attr]
        for zone in ("Asia/Tokyo", "America/Denver", "Europe/London")
    ]
    assert days == [date(2026, 7, 2), date(2026, 7, 1), date(2026, 7, 2)]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Denver", "Europe/Berlin"])
def test_the_filters_and_counts_put_every_day_in_the_same_one_state_as_the_rule(zone: str) -> None:
    starts, ends = date(2025, 8, 1), date(2026, 8, 1)
    asset = make_asset((M, "essential", starts, ends), zone=zone)
    for offset in (-800, -366, -365, -364, -92, -91, -90, -1, 0, 1, 800):
        on = ends - timedelta(1) + timedelta(offset)
        expected = cover(starts=starts, ends=ends, on=on, soon_days=90)
        found = {
            state: [row.cover for row in queries.licences(
                who=STAFF, filters=LicenceFilters(state=state, on=on), at=AT).rows]
            for state in CoverState
        }  # fmt: skip
        assert found == {state: [expected] if state is expected.state else [] for state in CoverState}
        counts = queries.licence_overview(who=STAFF, at=AT, on=on).counts
        assert counts is not None
        assert (getattr(counts, expected.state.value), counts.total) == (1, 1)
    assert asset.zone == zone


def test_a_day_before_the_last_chain_is_judged_by_the_chain_before_it() -> None:
    asset = make_asset(
        (M, "basic", date(2024, 1, 1), date(2025, 1, 1)), (M, "essential", date(2026, 1, 1), date(2027, 1, 1))
    )
    said = [
        (row.cover.state, row.cover.days, row.level)
        for on in (date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 5), date(2026, 1, 1))
        if (row := queries.asset(who=None, serial=asset.serial_number, at=AT, on=on))
    ]
    assert said == [
        (CoverState.NOT_STARTED, 1, ""), (CoverState.ENDING, 0, "basic"), (CoverState.LAPSED, 5, ""),
        (CoverState.COVERED, 364, "essential"),
    ]  # fmt: skip


def test_the_choices_are_the_readers_own_products_and_sites() -> None:
    mine = make_asset(customer="Aurora Mills", product="wall")
    make_asset(customer="Birch Bank", product="vault")
    choices = queries.licence_overview(who=owner_of(mine), at=AT).choices
    assert ([c.value for c in choices.products], [c.name for c in choices.sites]) == (["wall"], ["Plant Europe/Berlin"])


def test_who_owns_and_sells_the_same_asset_reads_it_once() -> None:
    both = cast.organisation("Northway", kind="reseller")
    first, second = make_asset(reseller=both), make_asset(customer="Birch Bank", reseller=both)
    make_asset(customer="Cedar Mill")
    roles = {(first.organisation_id, Role.OWNER), (second.organisation_id, Role.VIEWER), (both.id, Role.RESELLER)}
    who = Who(person_id=9, roles=frozenset(roles))
    found = queries.licences(who=who, filters=LicenceFilters(), at=AT)
    counts = queries.licence_overview(who=who, at=AT).counts
    assert ([row.id for row in found.rows], counts and counts.total) == ([first.id, second.id], 2)


def test_a_reader_of_very_many_assets_waits_for_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.entitlements.queries.overview.MOST_COUNTED", 2)
    mine = [make_asset(customer="Aurora Mills", product="wall") for _ in range(3)]
    found = queries.licence_overview(who=owner_of(mine[0]), at=AT)
    assert (found.counts, found.most_counted, [each.value for each in found.choices.products], found.choices.sites) == (
        None, 2, ["box", "mail", "vault", "wall"], (),
    )  # fmt: skip


@pytest.mark.parametrize(("text", "found"), [("wall", 1), ("%", 0), ("_", 0), ("\\", 0), ("nul\0", 0), ("aurora", 1)])
def test_a_search_text_is_taken_literally(text: str, found: int) -> None:
    make_asset(product="wall")
    assert len(queries.licences(who=STAFF, filters=LicenceFilters(text=text), at=AT).rows) == found


SPANS = st.lists(
    st.tuples(st.sampled_from([M, E, C]), st.sampled_from(["basic", "essential", "premium", "gone"]),
              st.integers(0, 40), st.integers(1, 15)), max_size=5,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=SPANS, offset=st.integers(-3, 60), benefit=st.sampled_from(Benefit), registered=st.integers(-5, 60) | st.none(),
       product=st.sampled_from(["wall", "vault"]))  # fmt: skip
def test_a_decision_in_bulk_is_the_decision(
    spans: list[tuple[TermFamily, str, int, int]], offset: int, benefit: Benefit, registered: int | None, product: str
) -> None:
    first = date(2026, 1, 1)
    asset, taken = make_asset(product=product), list[tuple[TermFamily, int, int]]()
    for family, level, start, length in spans:
        if all(f is not family or start + length <= s or e <= start for f, s, e in taken):
            taken.append((family, start, start + length))
            make_term(asset, family, level, first + timedelta(start), first + timedelta(start + length))
    if registered is not None:
        Registration.objects.create(
            asset=asset, person_id=1, registered_at=AT, registered_on=first + timedelta(registered)
        )
    on = first + timedelta(offset)
    one = queries.decision_for(who=None, serial=asset.serial_number, benefit=benefit, on=on)
    many = queries.decide_many(asset_ids=[asset.id], benefit=benefit, on=on)[asset.id]
    assert (many.granted, many.why, many.level, many.until) == (one.granted, one.why, one.level, one.until)
