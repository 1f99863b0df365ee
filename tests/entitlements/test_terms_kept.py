"""What the database itself keeps of terms: nothing altered, nothing removed, no overlap in any race, chains kept."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.backends.utils import CursorWrapper

from tenure.catalog.models import Product
from tenure.entitlements.models import Asset, Term
from tenure.entitlements.words import TermFamily
from tests.entitlements.conftest import apply_standard, make_asset, make_term

M, H, C, E = TermFamily.MAINTENANCE, TermFamily.HARDWARE, TermFamily.COURTESY, TermFamily.EXTENSION
KNOWN = datetime(2025, 1, 1, tzinfo=UTC)
CLOSED = DateTimeTZRange(KNOWN, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("change", [
    {"level": "premium"}, {"covers": DateRange(date(2026, 1, 1), date(2028, 1, 1))}, {"quantity": 11},
    {"known": DateTimeTZRange(datetime(2024, 1, 1, tzinfo=UTC), None)}, {"known": CLOSED, "level": "premium"},
    {"family": 4},
])  # fmt: skip
@pytest.mark.usefixtures("products")
def test_nothing_of_a_term_is_altered(change: dict[str, object]) -> None:
    term = make_term(make_asset(), M, "essential", date(2026, 1, 1), date(2027, 1, 1))
    before = Term.objects.filter(id=term.id).values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(id=term.id).update(**change)
    assert Term.objects.filter(id=term.id).values().get() == before


@pytest.mark.usefixtures("products")
def test_the_open_end_of_what_was_known_is_set_once() -> None:
    term = make_term(make_asset(), M, "essential", date(2026, 1, 1), date(2027, 1, 1))
    assert Term.objects.filter(id=term.id).update(known=CLOSED) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(id=term.id).update(known=DateTimeTZRange(KNOWN, datetime(2026, 2, 1, tzinfo=UTC)))
    assert Term.objects.get(id=term.id).known == CLOSED


@pytest.mark.usefixtures("products")
def test_a_term_is_never_removed() -> None:
    term = make_term(make_asset(), M, "essential", date(2026, 1, 1), date(2027, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(id=term.id).delete()
    assert Term.objects.filter(id=term.id).count() == 1


@pytest.mark.usefixtures("products")
def test_the_asset_keeps_its_last_unbroken_chain_without_courtesy_and_extensions() -> None:
    asset = make_asset()
    said = []
    for family, starts, ends in (
        (M, date(2024, 1, 1), date(2025, 1, 1)), (M, date(2026, 1, 1), date(2027, 1, 1)),
        (H, date(2026, 6, 1), date(2027, 6, 1)), (C, date(2027, 6, 1), date(2027, 7, 1)),
        (E, date(2027, 6, 1), date(2027, 8, 1)),
    ):  # fmt: skip
        last = make_term(asset, family, "essential", starts, ends)
        asset.refresh_from_db()
        said.append((asset.chain_starts_on, asset.chain_ends_on))
    Term.objects.exclude(id=last.id).update(known=CLOSED)
    asset.refresh_from_db()
    assert (said, asset.chain_ends_on) == ([
        (date(2024, 1, 1), date(2025, 1, 1)), (date(2026, 1, 1), date(2027, 1, 1)),
        *[(date(2026, 1, 1), date(2027, 6, 1))] * 3,
    ], None)  # fmt: skip


@pytest.mark.usefixtures("products")
def test_many_terms_after_a_single_one_read_no_more_rows_than_with_a_fresh_plan() -> None:
    first, many = make_asset(), 3_000
    make_term(first, M, "essential", date(2026, 1, 1), date(2027, 1, 1))
    with connection.cursor() as cursor:
        after_one = _rows_read_for_many(cursor, first.id, "B", many)
        cursor.execute("DISCARD PLANS")
        afresh = _rows_read_for_many(cursor, first.id, "C", many)
    assert Asset.objects.filter(chain_ends_on=date(2027, 1, 1)).count() == 2 * many + 1
    assert after_one < 2 * afresh  # a plan made for one row would read all the rows again for each


def _rows_read_for_many(cursor: CursorWrapper, asset_id: int, prefix: str, many: int) -> int:
    """Copy an asset `many` times and give each copy a term; says how many rows the terms made the server read."""
    cursor.execute(
        "INSERT INTO entitlements_asset (serial_number, support_identifier, organisation_id, site_id, certificate_id,"
        " product_id, licence_kind, quantity, meter, zone)"
        " SELECT %(prefix)s || n, %(prefix)s, organisation_id, site_id, certificate_id, product_id, licence_kind, 1,"
        " meter, zone FROM entitlements_asset, generate_series(1, %(many)s) n WHERE id = %(id)s",
        {"prefix": prefix, "many": many, "id": asset_id},
    )
    before = _rows_read(cursor)
    cursor.execute(
        "INSERT INTO entitlements_term (asset_id, family, level, quantity, covers, known)"
        " SELECT id, 1, 'essential', 1, '[2026-01-01,2027-01-01)', tstzrange('2025-01-01', NULL)"
        " FROM entitlements_asset WHERE support_identifier = %s",
        [prefix],
    )
    return _rows_read(cursor) - before


def _rows_read(cursor: CursorWrapper) -> int:
    """So far in this transaction, of assets and terms."""
    cursor.execute(
        "SELECT sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('entitlements_asset', 'entitlements_term')"
    )
    return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_of_two_overlapping_terms_at_once_exactly_one_is_kept() -> None:
    apply_standard()
    Product.objects.create(slug="wall", name="Wall", kind="software")
    asset = make_asset()
    ready, outcomes = threading.Barrier(2), list[str]()

    def insert(starts: date) -> None:
        ready.wait()
        try:
            make_term(asset, M, "essential", starts, date(2027, 1, 1))
            outcomes.append("kept")
        except IntegrityError:
            outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=insert, args=(date(2026, month, 1),)) for month in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(outcomes), Term.objects.count()) == (["kept", "refused"], 1)


@pytest.mark.django_db(transaction=True)
def test_two_terms_of_one_asset_at_once_leave_the_chain_of_both() -> None:
    apply_standard()
    Product.objects.create(slug="wall", name="Wall", kind="software")
    asset = make_asset()
    ready = threading.Barrier(2)

    def insert(family: TermFamily, starts: date, ends: date) -> None:
        ready.wait()
        make_term(asset, family, "essential", starts, ends)
        connection.close()

    spans = ((M, date(2026, 1, 1), date(2027, 1, 1)), (H, date(2027, 1, 1), date(2028, 1, 1)))
    threads = [threading.Thread(target=insert, args=span) for span in spans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asset.refresh_from_db()
    assert (asset.chain_starts_on, asset.chain_ends_on) == (date(2026, 1, 1), date(2028, 1, 1))
