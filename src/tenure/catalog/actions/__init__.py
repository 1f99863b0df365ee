"""Changing the catalogue."""

from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tenure.catalog.actions import statements
from tenure.catalog.rules import Unreadable, read
from tenure.catalog.rules.file import MOST_BYTES
from tenure.catalog.words import CatalogRefusal, Ending, Imported, ReadCatalog, ReadProduct, ReadRelease
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

IMPORTING = 7_362_041  # the advisory lock of who imports a catalogue


def import_catalog(*, content: bytes, at: datetime, by: Actor) -> Imported:
    """Take a whole file into the catalogue, or nothing of it.

    content: public endoflife.date v1 JSON in UTF-8, with our optional keys (see the README).  Releases that a later
    file lacks are kept; the same file again changes nothing; a changed day leaves a LifecycleChange.  Two imports go
    one after the other.  Refused(FILE_HAS_MISTAKES, mistakes, more) lists every mistake.  Source: A10.
    """
    try:
        catalog = read(content=content)
    except Unreadable as error:
        raise Refused(CatalogRefusal.FILE_HAS_MISTAKES, mistakes=error.mistakes, more=error.more) from None
    return _take(catalog, at=at, by=by)


def import_catalog_file(*, path: Path, at: datetime, by: Actor) -> Imported:
    """As `import_catalog`, from a file; never holds more than the most a file may have.  Raises OSError."""
    with path.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)  # one byte more is enough to know that it is too large
    return import_catalog(content=content, at=at, by=by)


@transaction.atomic
def _take(catalog: ReadCatalog, *, at: datetime, by: Actor) -> Imported:
    today = at.date()
    by_day = min(catalog.told_on or today, today)
    releases = sum(len(product.releases) for product in catalog.products)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORTING])
        for statement in statements.ARRIVALS:
            cursor.execute(statement)
        _copy(cursor, statements.COPY_PRODUCTS, map(_product_row, catalog.products))
        _copy(cursor, statements.COPY_RELEASES, chain.from_iterable(_release_rows(p, by_day) for p in catalog.products))
        cursor.execute(statements.TAKE_FAMILIES)
        products_new, products_changed = _counted(cursor, statements.TAKE_PRODUCTS)
        cursor.execute(statements.TAKE_PLATFORMS)
        cursor.execute(statements.DROP_RUNS_ON)
        cursor.execute(statements.TAKE_RUNS_ON)
        cursor.execute(statements.KEEP_HISTORY, [at])
        new, changed = _counted(cursor, statements.TAKE_RELEASES)
        cursor.execute(statements.TAKE_POSITIONS)
        cursor.execute(statements.LEAVE)
    done = Imported(
        products=len(catalog.products),
        releases=releases,
        new=new,
        changed=changed,
        unchanged=releases - new - changed,
        products_new=products_new,
        products_changed=products_changed,
    )
    if new or changed or products_new or products_changed:
        counts = {name: getattr(done, name) for name in Imported.__dataclass_fields__}
        record(verb="catalog.imported", subject=("catalog", "lifecycles"), at=at, by=by, facts=counts)
    return done


def _copy(cursor: Any, statement: str, rows: Any) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _counted(cursor: Any, statement: str) -> tuple[int, int]:
    """How many rows a statement that returns `inserted` has inserted, and how many it has updated."""
    cursor.execute(statement)
    new, changed = cursor.fetchone()
    return new, changed


def _product_row(product: ReadProduct) -> tuple[object, ...]:
    return (
        product.slug,
        product.name,
        product.kind.value,
        product.category,
        product.family_slug,
        product.family_name,
        list(product.aliases),
        None if product.platforms is None else list(product.platforms),
        product.has_content,
        product.reminds_customer,
    )


def _release_rows(product: ReadProduct, by_day: date) -> list[tuple[object, ...]]:
    """The file has the newest first; positions count from the oldest, so that a new release moves no other."""
    count = len(product.releases)
    return [_release_row(product, each, count - n, by_day) for n, each in enumerate(product.releases)]


def _release_row(product: ReadProduct, release: ReadRelease, position: int, by_day: date) -> tuple[object, ...]:
    return (
        product.slug,
        release.name,
        release.label,
        release.available_from,
        release.active.from_day,
        release.active.ended,
        release.standard.from_day,
        release.standard.ended,
        _known(release.standard, by_day),
        release.extended.offered,
        release.extended.from_day,
        release.extended.ended,
        _known(release.extended, by_day),
        release.discontinued.from_day,
        release.discontinued.ended,
        release.is_long_term,
        release.latest,
        release.latest_on,
        position,
    )


def _known(ending: Ending, by_day: date) -> date | None:
    return by_day if ending.ended else None
