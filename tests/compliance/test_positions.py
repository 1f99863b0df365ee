"""The bulk statement says what the rules say, of every customer and product and of any day; and who sees it."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tenure.accounts.words import NOBODY, Who
from tenure.activation.queries.reported import reported
from tenure.compliance import queries, rules
from tenure.compliance.words import Position, PositionFilters, PositionRow, PositionState
from tenure.entitlements.models import Certificate
from tests import cast, estate
from tests.compliance.world import LAST, START, World

DAY = timedelta(days=1)
ON = date(2026, 11, 24)


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


def _rows(who: Who | None = None, **filters: object) -> tuple[PositionRow, ...]:
    page, _ = queries.positions(who=who, filters=PositionFilters(**{"on": ON} | filters), limit=500)
    return page.rows


def _said_by_the_rules(number: str, slug: str, on: date) -> Position | None:
    found = queries.detail(who=None, number=number, slug=slug, on=on)
    return found and rules.position(found.facts, on=on, measure=found.measure)


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.integers(0, 2**32))
def test_the_statement_for_all_says_what_the_rules_say_of_each(policy: None, seed: int):
    draw = random.Random(seed)
    with transaction.atomic():
        world = World(draw)
        for on in (world.day(), world.day(), date(2026, 5, 5)):
            rows = {(row.organisation_number, row.product_slug): row.position for row in _rows(on=on)}
            for customer in world.customers:
                for product in world.products:
                    said = _said_by_the_rules(customer.number, product.slug, on)
                    held = rows.get((customer.number, product.slug))
                    if held is None:
                        figures = (said.licensed, said.covered, said.apart, said.installed or 0) if said else ()
                        assert (seed, on, *figures) in {(seed, on), (seed, on, 0, 0, 0, 0)}
                    else:
                        assert (seed, on, held) == (seed, on, said)
        transaction.set_rollback(True)


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example(934)  # a licence that becomes its owner's between two reports of the same quantity, a few days apart
@given(st.integers(0, 2**32))
def test_the_steps_drawn_from_what_one_page_reads_are_those_of_every_day(policy: None, seed: int):
    draw = random.Random(seed)
    with transaction.atomic():
        world = World(draw)
        customer, product = world.customers[0], world.products[0]
        found = queries.detail(who=None, number=customer.number, slug=product.slug, on=LAST)
        if found is not None:
            for step in rules.steps(found.facts, starts=START, ends=LAST, measure=found.measure):
                for on in {step.starts, step.ends - DAY}:
                    rows = [row.position for row in _rows(on=on, customer=customer.number, product=product.slug)]
                    held = rows[0] if rows else Position(licensed=0, covered=0, apart=0, installed=step.installed)
                    assert (seed, on, held.licensed, held.covered, held.installed or 0) == (
                        seed, on, step.licensed, step.covered, step.installed or 0,
                    )  # fmt: skip
        transaction.set_rollback(True)


@pytest.fixture
def estates(policy: None) -> World:
    """Aster is short of Quay Vault, Bellwether within; Cinder sold all of Aster's and one of Bellwether's two."""
    world = World.__new__(World)
    world._draw = random.Random(1)
    mine = estate.asset(cast.aster(), "M1000000001", reseller=cast.cinder(), quantity=48)
    theirs = estate.asset(cast.bellwether(), "M2000000002", reseller=cast.cinder(), quantity=5)
    other = estate.asset(cast.bellwether(), "M2000000003", quantity=5)
    for owned in (mine, theirs, other):
        estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
    for owned, quantity in ((mine, 60), (theirs, 7)):
        world.count(owned.organisation, owned.product, owned.site, date(2026, 11, 3), quantity)
    return world


def test_what_is_short_stands_above_with_its_figures(estates: World):
    rows = _rows()
    assert [(row.organisation, row.position) for row in rows] == [
        ("Aster Mills", Position(licensed=48, covered=48, apart=0, installed=60,
                                 oldest=date(2026, 11, 3), newest=date(2026, 11, 3))),
        ("Bellwether Ferries", Position(licensed=10, covered=10, apart=0, installed=7,
                                        oldest=date(2026, 11, 3), newest=date(2026, 11, 3))),
    ]  # fmt: skip
    assert [row.position.state for row in rows] == [PositionState.SHORT, PositionState.WITHIN]


def test_customers_see_their_own_and_a_reseller_those_of_which_they_sold_every_licence(estates: World):
    seen = {
        name: [row.organisation for row in _rows(who)]
        for name, who in {
            "owner": cast.who(cast.owner()), "other": cast.who(cast.other_owner()),
            "reseller": cast.who(cast.reseller()), "staff": cast.who(cast.engineer()), "nobody": NOBODY,
        }.items()
    }  # fmt: skip
    assert seen == {
        "owner": ["Aster Mills"], "other": ["Bellwether Ferries"], "reseller": ["Aster Mills"],
        "staff": ["Aster Mills", "Bellwether Ferries"], "nobody": [],
    }  # fmt: skip


def test_the_detail_is_there_for_whom_the_list_shows_it_and_for_nobody_else(estates: World):
    customers = {"aster": cast.aster().number, "bellwether": cast.bellwether().number}
    for who in (cast.owner(), cast.other_owner(), cast.reseller(), cast.stranger(), cast.manager()):
        listed = {row.organisation_number for row in _rows(cast.who(who))}
        opened = {
            number for number in customers.values()
            if queries.detail(who=cast.who(who), number=number, slug="quay-vault", on=ON)
        }  # fmt: skip
        assert (who.email, opened) == (who.email, listed)


@pytest.mark.parametrize(("number", "slug"), [("K-999999", "quay-vault"), ("x\0", "quay-vault"), ("", "y\0")])
def test_a_position_that_is_nowhere_is_none(estates: World, number: str, slug: str):
    assert queries.detail(who=None, number=number, slug=slug, on=ON) is None


def test_the_filters_narrow_and_the_totals_leave_the_state_out(estates: World):
    def names(**filters: object) -> list[str]:
        return [row.organisation for row in _rows(**filters)]

    both = ["Aster Mills", "Bellwether Ferries"]
    assert names(state="short") == ["Aster Mills"]
    assert names(state="within") == ["Bellwether Ferries"]
    assert names(state="old") == []
    assert names(state="old", on=date(2027, 3, 1)) == both
    assert names(state="uncovered", on=date(2027, 5, 1)) == ["Bellwether Ferries"]
    assert names(state="not_counted", on=date(2026, 11, 2)) == both
    assert names(product="quay-vault") == both
    assert names(product="nothing") == []
    assert names(customer=cast.aster().number) == ["Aster Mills"]
    assert names(text="bellw") == ["Bellwether Ferries"]
    assert names(text="100%") == []
    _, totals = queries.positions(who=None, filters=PositionFilters(on=ON, state="short"))
    assert (totals.short, totals.within, totals.uncovered, totals.not_counted, totals.old, totals.total) == (
        1, 1, 0, 0, 0, 2,
    )  # fmt: skip


def test_pages_walk_forth_and_back_over_every_position_once(estates: World):
    for number in range(5):
        owned = estate.asset(cast.aster(), f"M300000000{number}", of=estate.product(f"Quay {number}"))
        if number % 2:
            estates.count(cast.aster(), owned.product, owned.site, date(2026, 11, 3), 10 + number)
    forth, cursor = [], ""
    while True:
        page, _ = queries.positions(who=None, filters=PositionFilters(on=ON), after=cursor, limit=2)
        forth.append([(row.organisation_id, row.product_id) for row in page.rows])
        cursor = page.next
        if not cursor:
            break
    assert [key for keys in forth for key in keys] == [(row.organisation_id, row.product_id) for row in _rows()]
    assert len({key for keys in forth for key in keys}) == 7
    back = [forth[-1]]
    while page.previous:
        page, _ = queries.positions(who=None, filters=PositionFilters(on=ON), before=page.previous, limit=2)
        back.append([(row.organisation_id, row.product_id) for row in page.rows])
    assert back == forth[::-1]


@pytest.mark.parametrize("broken", ["x", "1.2.3", "1.2.3.x", f"1.2.3.{2**70}", "....", "-1"])
def test_a_broken_cursor_starts_over(estates: World, broken: str):
    page, _ = queries.positions(who=None, filters=PositionFilters(on=ON), after=broken)
    assert [row.organisation for row in page.rows] == ["Aster Mills", "Bellwether Ferries"]


def test_the_export_has_every_row_of_the_list(estates: World):
    assert list(queries.export_positions(who=None, filters=PositionFilters(on=ON))) == list(_rows())


def test_a_page_takes_as_many_queries_for_one_row_as_for_thirty(estates: World):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            queries.positions(who=None, filters=PositionFilters(on=ON))
            found = queries.detail(who=None, number=cast.aster().number, slug="quay-vault", on=ON)
        counts.append(len(caught))
        assert found is not None
        for number in range(30):
            estate.asset(cast.aster(), f"M4{len(counts)}0000{number:04d}", of=estate.product(f"Quay {number}"))
            estate.asset(cast.aster(), f"M5{len(counts)}0000{number:04d}")
    assert counts[0] == counts[1]


def test_a_purpose_that_does_not_count_stands_apart(estates: World):
    estate.asset(cast.aster(), "M6000000001", purpose="trial", quantity=100)
    [row] = _rows(customer=cast.aster().number)
    assert (row.position.licensed, row.position.apart, row.position.short) == (48, 100, 12)


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.integers(0, 2**32))
def test_the_last_reports_are_those_that_activation_tells(policy: None, seed: int):
    draw = random.Random(seed)
    with transaction.atomic():
        world = World(draw, moving=False)
        Certificate.objects.update(issued_on=date(2020, 1, 1))
        on = world.day()
        told = {(row.activation_id, row.on, row.installed) for row in reported(who=None, on=on)}
        found = set()
        for customer in world.customers:
            for product in world.products:
                position = queries.detail(who=None, number=customer.number, slug=product.slug, on=on)
                for each in position.facts.reports if position else ():
                    if each.on <= on and (each.ends is None or on < each.ends):
                        found.add((each.activation_id, each.on, each.quantity))
        last = {key: max(day for other, day, _ in found if other == key) for key, _, _ in found}
        assert (seed, {row for row in found if row[1] == last[row[0]]}) == (seed, told)
        transaction.set_rollback(True)
