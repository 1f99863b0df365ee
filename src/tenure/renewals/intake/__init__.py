"""A price list from a CSV file: all or nothing, every bad line named, the same file again changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.intake.reading import TABLE, Products, Said, read
from tenure.toolbox.tables import BadFile, Fault, rows

_ONE_AT_A_TIME = 7_226_001

Report = Callable[[str], None]
Key = tuple[int, str, str, str, str, date, int]

# products: what a cell of the file may name a product by
PRODUCTS = """
SELECT DISTINCT ON (key) key, id, kind FROM (
    SELECT lower(slug) AS key, 0 AS place, id, kind FROM catalog_product
    UNION ALL SELECT lower(name), 1, id, kind FROM catalog_product) each
ORDER BY key, place, id
"""
# held: what the house has of the products of a file
HELD = """
SELECT product_id, level, currency, region, programme, valid_from, band_from, unit_list_price,
       unit_maintenance_per_year, valid_to
FROM renewals_price WHERE product_id = ANY(%(products)s)
"""
INSERT = """
INSERT INTO renewals_price (product_id, level, currency, region, programme, valid_from, band_from, unit_list_price,
                            unit_maintenance_per_year, valid_to, recorded_at)
SELECT n.*, %(at)s FROM unnest(%(product)s::bigint[], %(level)s::text[], %(currency)s::text[], %(region)s::text[],
                               %(programme)s::text[], %(valid_from)s::date[],
                               %(band)s::bigint[], %(list)s::numeric[], %(year)s::numeric[], %(valid_to)s::date[]) n
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """The amounts and the end of a price that is in the house."""

    list_price: Decimal | None
    per_year: Decimal | None
    valid_to: date | None


def run(path: Path, *, at: datetime, by: Actor, report: Report) -> int:
    """Take a price list in; 0 when it is done, 1 when the file is refused, whole.

    path: CSV in UTF-8, the columns of `reading.TABLE`.  A price of the house is never overwritten: the same row again
    changes nothing, another amount under the same key is a fault.  report: takes one line of text at a time.  Two at
    once wait for each other.  Source: A13; the file's layout is ours.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        faults: list[Fault] = []
        try:
            said = _read(cursor, path, at, faults)
        except BadFile as error:
            report(str(error))
            report("Nothing was imported.")
            return 1
        new = _new(said, _held(cursor, {each.product_id for each in said}), faults)
        if faults:
            for fault in sorted(faults, key=lambda each: each.line):
                report(str(fault))
            report(f"{len(faults):,} {'fault' if len(faults) == 1 else 'faults'}. Nothing was imported.")
            return 1
        if new:
            cursor.execute(INSERT, _columns(new, at))
            facts = {"prices": len(new), "unchanged": len(said) - len(new)}
            record(verb="renewals.prices_imported", subject=("import", path.name), at=at, by=by, facts={**facts})
    noun = "price" if len(said) == 1 else "prices"
    report(f"{len(said):,} {noun}: {len(new):,} new, {len(said) - len(new):,} unchanged.")
    return 0


def _read(cursor: CursorWrapper, path: Path, at: datetime, faults: list[Fault]) -> list[Said]:
    cursor.execute(PRODUCTS)
    products: Products = {key: (ident, kind) for key, ident, kind in cursor.fetchall()}
    policy = policy_on_or_first(at.date()).policy
    lines = rows(path, columns=TABLE, faults=faults)
    return list(read(lines, products=products, policy=policy, faults=faults))


def _held(cursor: CursorWrapper, products: Iterable[int]) -> dict[Key, _Held]:
    cursor.execute(HELD, {"products": sorted(products)})
    return {
        tuple(key): _Held(list_price=listed, per_year=per_year, valid_to=valid_to)
        for *key, listed, per_year, valid_to in cursor.fetchall()
    }


def _new(said: list[Said], held: dict[Key, _Held], faults: list[Fault]) -> list[Said]:
    """The rows that the house does not have; a row that says otherwise than one it has is a fault."""
    new: list[Said] = []
    lines: dict[Key, int] = {}
    for each in said:
        key = (
            each.product_id, each.level, each.currency, each.region, each.programme, each.valid_from, each.band_from,
        )  # fmt: skip
        if key in lines:
            faults.append(Fault(each.line, "", f"is the same price as line {lines[key]}"))
            continue
        lines[key] = each.line
        kept = held.get(key)
        if kept is None:
            new.append(each)
        elif (kept.list_price, kept.per_year, kept.valid_to) != (each.list_price, each.per_year, each.valid_to):
            reason = "is held with another amount or end, and a price is never overwritten; give a later valid_from"
            faults.append(Fault(each.line, "valid_from", reason))
    return new


def _columns(new: list[Said], at: datetime) -> dict[str, Any]:
    return {
        "product": [each.product_id for each in new], "level": [each.level for each in new],
        "currency": [each.currency for each in new], "region": [each.region for each in new],
        "programme": [each.programme for each in new], "valid_from": [each.valid_from for each in new],
        "band": [each.band_from for each in new], "list": [each.list_price for each in new],
        "year": [each.per_year for each in new], "valid_to": [each.valid_to for each in new], "at": at,
    }  # fmt: skip
