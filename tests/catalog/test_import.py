"""Importing a catalogue: A10, on the real database."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections

from tenure.catalog.models import Family, LifecycleChange, Platform, Product, Release
from tenure.catalog.words import CatalogRefusal, Imported
from tenure.journal.models import Entry
from tenure.toolbox.refused import Refused

LATER = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
FIRST = Imported(products=4, releases=7, new=7, changed=0, unchanged=0, products_new=4, products_changed=0)
AGAIN = Imported(products=4, releases=7, new=0, changed=0, unchanged=7, products_new=0, products_changed=0)


def everything() -> list[list[dict[str, object]]]:
    tables = (Family, Platform, Product, Release, LifecycleChange, Product.platforms.through, Entry)
    return [list(table.objects.order_by("id").values()) for table in tables]


@pytest.mark.django_db
def test_a_file_becomes_products_and_releases(take, small):
    assert take(small) == FIRST
    brook = Product.objects.get(slug="brook")
    assert (brook.name, brook.kind, brook.family.name, brook.aliases) == (
        "Brook", "software", "Server applications", ["brk"],
    )  # fmt: skip
    third = Release.objects.get(product=brook, name="3")
    assert (third.available_from, third.active_support_ends_from) == (date(2024, 2, 1), date(2025, 2, 1))
    assert (third.standard_support_ends_from, third.extended_support_ends_from) == (
        date(2026, 12, 1), date(2027, 12, 1),
    )  # fmt: skip
    first = Release.objects.get(product=brook, name="1")
    assert (first.standard_support_ended, first.standard_support_ended_by) == (True, date(2026, 8, 22))


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(take, small):
    take(small)
    before = everything()
    assert take(small, at=LATER) == AGAIN
    assert everything() == before


@pytest.mark.django_db
def test_an_import_makes_one_journal_entry(take, small):
    take(small)
    assert [(e.verb, e.subject_kind, e.facts["new"]) for e in Entry.objects.all()] == [
        ("catalog.imported", "catalog", 7)
    ]


@pytest.mark.django_db
def test_a_changed_day_is_an_update_with_history(take, small):
    take(small)
    small["result"][0]["releases"][1]["eolFrom"] = "2027-02-01"
    assert take(small, at=LATER) == Imported(
        products=4, releases=7, new=0, changed=1, unchanged=6, products_new=0, products_changed=0
    )
    assert list(LifecycleChange.objects.values_list("release__name", "field", "before", "after", "changed_at")) == [
        ("3", "standard_support_ends_from", "2026-12-01", "2027-02-01", LATER)
    ]
    assert Release.objects.get(name="3").standard_support_ends_from == date(2027, 2, 1)


@pytest.mark.django_db
def test_a_day_for_what_had_ended_on_an_unknown_day_takes_the_flags_place(take, small):
    take(small)
    small["result"][2]["releases"][1]["eolFrom"] = "2025-05-01"
    take(small, at=LATER)
    crate = Release.objects.get(name="10a")
    assert (crate.standard_support_ends_from, crate.standard_support_ended, crate.standard_support_ended_by) == (
        date(2025, 5, 1), False, None,
    )  # fmt: skip
    assert list(LifecycleChange.objects.order_by("field").values_list("field", "before", "after")) == [
        ("standard_support_ended", "true", "false"),
        ("standard_support_ends_from", "", "2025-05-01"),
    ]


@pytest.mark.django_db
def test_a_later_file_keeps_the_day_on_which_an_end_was_first_known(take, small):
    take(small)
    small["generated_at"] = "2026-11-01T00:00:00Z"
    small["result"][0]["releases"][3]["label"] = "1 (Newt)"
    assert take(small, at=LATER).changed == 1
    assert Release.objects.get(name="1").standard_support_ended_by == date(2026, 8, 22)


@pytest.mark.django_db
def test_a_file_made_in_the_future_was_known_on_the_day_of_the_import(take, small):
    small["generated_at"] = "2199-01-01T00:00:00Z"
    take(small)
    assert Release.objects.get(name="1").standard_support_ended_by == date(2026, 11, 24)


@pytest.mark.django_db
def test_a_release_that_a_later_file_lacks_is_kept(take, small):
    take(small)
    del small["result"][0]["releases"][3], small["result"][1:]
    assert take(small, at=LATER) == Imported(
        products=1, releases=3, new=0, changed=0, unchanged=3, products_new=0, products_changed=0
    )
    assert (Product.objects.count(), Release.objects.count()) == (4, 7)


@pytest.mark.django_db
def test_a_new_release_is_new_and_changes_no_other(take, small):
    take(small)
    small["result"][0]["releases"].insert(0, {"name": "5", "label": "5", "releaseDate": "2026-11-20"})
    done = take(small, at=LATER)
    assert (done.new, done.changed, done.unchanged) == (1, 0, 7)


@pytest.mark.django_db
def test_a_file_that_says_nothing_of_our_own_keys_leaves_them(take, small):
    take(small)
    for key in ("platforms", "has_content", "reminds_customer"):
        del small["result"][3][key]
    assert take(small, at=LATER).products_changed == 0
    kept = Product.objects.get(slug="millrace")
    assert (kept.has_content, kept.reminds_customer) == (True, True)
    assert list(kept.platforms.order_by("name").values_list("name", flat=True)) == ["Debian 12", "Debian 13"]


@pytest.mark.django_db
def test_a_file_that_lists_platforms_replaces_them(take, small):
    take(small)
    small["result"][3]["platforms"] = ["Debian 13", "Debian 14"]
    take(small, at=LATER)
    names = Product.objects.get(slug="millrace").platforms.order_by("name").values_list("name", flat=True)
    assert list(names) == ["Debian 13", "Debian 14"]


@pytest.mark.django_db
def test_a_file_with_a_mistake_is_refused_whole(take, small):
    take(small)
    before = everything()
    small["result"][0]["releases"][0]["eolFrom"] = "2026-02-30"
    small["result"][1]["label"] = "Other"
    with pytest.raises(Refused) as caught:
        take(small, at=LATER)
    assert caught.value.code is CatalogRefusal.FILE_HAS_MISTAKES
    assert [str(each) for each in caught.value.facts["mistakes"]] == [
        "result[0].releases[0].eolFrom: 2026-02-30 is not a day of the calendar"
    ]
    assert everything() == before


@pytest.mark.django_db
def test_an_import_leaves_no_temporary_table(take, small):
    take(small)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('pg_temp.arriving_product')::text, to_regclass('pg_temp.arriving_release')::text"
        )
        assert cursor.fetchone() == (None, None)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_go_one_after_the_other(take, small):
    done, gate = [], threading.Barrier(4)

    def run() -> None:
        try:
            gate.wait()
            done.append(take(small))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done, key=lambda each: each.unchanged) == [FIRST, AGAIN, AGAIN, AGAIN]
    assert Release.objects.count() == 7
