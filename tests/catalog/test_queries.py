"""Reading the catalogue on a day: A10, on the real database."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.catalog import queries
from tenure.catalog.models import Product, Release
from tenure.catalog.words import SUPPORTED, CatalogRefusal, ProductKind, ReleaseState
from tenure.toolbox.refused import Refused

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


def slugs(**asked: object) -> list[str]:
    return [row.slug for row in queries.products(on=ON, **asked).rows]


def test_products_are_listed_by_name(take, small):
    take(small)
    assert slugs() == ["brook", "crate-10", "millrace", "tidepool"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("BRO", ["brook"]),
        ("brk", ["brook"]),
        ("e", ["crate-10", "millrace", "tidepool"]),
        ("%", []),
        ("\0", []),
        ("' --", []),
    ],
)
def test_a_search_takes_what_name_slug_or_alias_contains(take, small, q, found):
    take(small)
    assert slugs(q=q) == found


def test_those_that_begin_with_the_search_come_first(take, small):
    take(small)
    Product.objects.create(slug="a-mill", name="A mill", kind="software")
    assert slugs(q="mill") == ["millrace", "a-mill"]


def test_a_kind_narrows_the_list(take, small):
    take(small)
    assert slugs(kind=ProductKind.HARDWARE) == ["crate-10"]


def test_pages_follow_each_other_without_gap_or_repetition(take, small):
    take(small)
    first = queries.products(on=ON, limit=3)
    second = queries.products(on=ON, limit=3, after=first.after)
    assert [row.slug for row in (*first.rows, *second.rows)] == ["brook", "crate-10", "millrace", "tidepool"]
    assert (first.after, second.after) == ("millrace", None)


@pytest.mark.parametrize("after", ["nobody", "tidepool", "x" * 5000, "\0"])
def test_a_place_after_which_nothing_comes_is_refused(take, small, after):
    take(small)
    with pytest.raises(Refused) as caught:
        queries.products(on=ON, after=after)
    assert caught.value.code is CatalogRefusal.UNKNOWN_PLACE


def test_a_product_says_what_is_latest_and_supported_on_the_day(take, small):
    take(small)
    now, then = queries.product(slug="brook", on=ON), queries.product(slug="brook", on=date(2024, 6, 1))
    assert (now.latest, now.latest_from, now.releases, now.supported) == ("4 (Otter)", date(2026, 2, 1), 4, 3)
    assert (then.latest, then.supported) == ("3", 2)
    assert queries.product(slug="Brook", on=ON) is not None
    assert queries.product(slug="broo", on=ON) is None


@pytest.mark.parametrize(("text", "slug"), [("Crate 10", "crate-10"), ("CRATE-10", "crate-10"), (" brk ", "brook")])
def test_a_product_is_found_by_slug_name_or_alias_in_any_case(take, small, text, slug):
    take(small)
    assert queries.find_product(text=text, on=ON).slug == slug
    assert queries.find_product(text=text[:-2], on=ON) is None


def test_releases_come_newest_first_with_their_state_on_the_day(take, small):
    take(small)
    brook = queries.product(slug="brook", on=ON)
    assert [(r.name, r.state) for r in queries.releases(product_id=brook.id, on=ON)] == [
        ("4", ReleaseState.STANDARD),
        ("3", ReleaseState.STANDARD),
        ("2", ReleaseState.EXTENDED),
        ("1", ReleaseState.ENDED),
    ]
    assert queries.latest_release(product_id=brook.id, on=date(2021, 1, 1)).name == "1"
    assert queries.latest_release(product_id=brook.id, on=date(2019, 1, 1)) is None


def test_what_is_supported_on_a_day_is_listed_newest_first(take, small):
    take(small)
    rows = queries.supported_on(on=ON, limit=10)
    assert [(r.product_slug, r.release, r.state, r.ends_from) for r in rows] == [
        ("brook", "4", ReleaseState.STANDARD, None),
        ("tidepool", "2026", ReleaseState.STANDARD, date(2028, 1, 1)),
        ("brook", "3", ReleaseState.STANDARD, date(2026, 12, 1)),
        ("brook", "2", ReleaseState.EXTENDED, date(2026, 12, 1)),
    ]
    assert queries.supported_on(on=ON, limit=1) == rows[:1]


def test_changes_are_listed_last_first(take, small):
    take(small)
    small["result"][0]["releases"][1]["eolFrom"] = "2027-02-01"
    take(small)
    brook = queries.product(slug="brook", on=ON)
    assert [(c.release, c.before, c.after) for c in queries.changes(product_id=brook.id)] == [
        ("3", "2026-12-01", "2027-02-01")
    ]


def test_one_statement_lists_any_number_of_products(take, small, django_assert_num_queries):
    take(small)
    with django_assert_num_queries(1):
        queries.products(on=ON)


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 12))
ENDINGS = st.tuples(DAYS, st.booleans(), DAYS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lives=st.lists(st.tuples(DAYS, ENDINGS, st.booleans(), ENDINGS), min_size=1, max_size=12),
    on=st.dates(date(2019, 12, 30), date(2020, 1, 14)),
)
def test_the_statements_say_supported_exactly_where_the_rule_does(db, lives, on):
    Release.objects.all().delete()
    Product.objects.all().delete()
    made = Product.objects.create(slug="made", name="Made", kind="software")
    Release.objects.bulk_create(
        Release(
            product=made,
            name=str(number),
            label=str(number),
            available_from=available,
            standard_support_ends_from=standard[0],
            standard_support_ended=standard[1],
            standard_support_ended_by=standard[2],
            extended_support_offered=offered,
            extended_support_ends_from=extended[0],
            extended_support_ended=extended[1],
            extended_support_ended_by=extended[2],
        )
        for number, (available, standard, offered, extended) in enumerate(lives)
    )
    by_rule = {r.name: r.state for r in queries.releases(product_id=made.id, on=on) if r.state in SUPPORTED}
    by_statement = {r.release: r.state for r in queries.supported_on(on=on, limit=100)}
    assert by_statement == by_rule
    assert queries.product(slug="made", on=on).supported == len(by_rule)


def test_every_day_of_a_release_is_one_of_its_states(take, small):
    take(small)
    brook = queries.product(slug="brook", on=ON)
    days = [date(2020, 1, 1) + timedelta(days=30 * n) for n in range(100)]
    seen = [next(r.state for r in queries.releases(product_id=brook.id, on=day) if r.name == "2") for day in days]
    assert list(dict.fromkeys(seen)) == ["announced", "standard", "extended", "ended"]
