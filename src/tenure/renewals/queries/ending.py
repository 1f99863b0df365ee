"""What ends in the next months, or has ended, of what the reader may see, each with the last notice of its term."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import Sight, visible_assets

PAGE = 25
CHUNK = 1000
MOST_COUNTED = 1000
# walk: the numbers of a page, along an index of each organisation, the first to end above (A8)
WALK = """
SELECT a.chain_ends_on, a.id FROM entitlements_asset a {{join}}
WHERE {side} AND a.quantity > 0 AND a.purpose <> 'trial'
  AND a.chain_ends_on > %(first)s AND a.chain_ends_on <= %(last)s AND (a.chain_ends_on, a.id) > (%(day)s, %(place)s)
  {{text}}
ORDER BY a.chain_ends_on, a.id LIMIT %(limit)s
"""
JOIN = """JOIN catalog_product p ON p.id = a.product_id JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id"""
TEXT = """AND (a.serial_number ILIKE %(like)s OR p.name ILIKE %(like)s OR o.name ILIKE %(like)s
     OR w.name ILIKE %(like)s)"""
# ending: the rows of those numbers, each with the last notice of its term
ENDING = """
SELECT a.id, a.serial_number, p.name, COALESCE(r.label, ''), a.quantity, a.meter, COALESCE(last.level, ''),
       a.organisation_id, o.name, o.number, w.name, COALESCE(s.name, ''), COALESCE(s.number, ''), a.chain_starts_on,
       a.chain_ends_on - 1, told.step, told.written_at
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY asked(id, nth)
JOIN entitlements_asset a ON a.id = asked.id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
LEFT JOIN catalog_release r ON r.id = a.release_id
LEFT JOIN accounts_organisation s ON s.id = a.reseller_id
LEFT JOIN LATERAL (
    SELECT t.level FROM entitlements_term t
    WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4 ORDER BY upper(t.covers) DESC, t.id DESC LIMIT 1
) last ON TRUE
LEFT JOIN LATERAL (
    SELECT n.step, n.written_at FROM renewals_notice n
    WHERE n.asset_id = a.id AND n.ends_on = a.chain_ends_on - 1 ORDER BY n.step DESC LIMIT 1
) told ON TRUE
ORDER BY asked.nth
"""
# counted: how many end in a span of days, and the first of them; no further than people care
COUNTED = """
SELECT count(*), min(f.chain_ends_on) FROM ({walk}) f
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Last covered days from `first` to `last`, both included; text: of serial, product, customer or site."""

    first: date
    last: date
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRow:
    """An asset whose last chain of terms ends on `last_day`.  step, told_at: of the latest notice of that end."""

    id: int
    serial: str
    product: str
    release: str
    quantity: int
    meter: str
    level: str
    organisation_id: int
    organisation: str
    number: str
    site: str
    reseller: str
    reseller_number: str
    starts: date
    last_day: date
    step: int | None
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingPage:
    """A page.  next: where the next one begins, or ""."""

    rows: tuple[EndingRow, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many end, at most 1,000 are counted, and the first last covered day."""

    count: int
    first: date | None


def ending(*, who: Who, span: Span, after: str = "", limit: int = PAGE) -> EndingPage:
    """What ends in a span of days and the reader may see, the first to end above.  Two queries.  Source: B1, A8."""
    found = _walk(visible_assets(who), span, _place(after), limit + 1)
    rows = _rows([ident for _, ident in found[:limit]])
    more = len(found) > limit
    return EndingPage(rows=rows, next=f"{found[limit - 1][0].isoformat()}~{found[limit - 1][1]}" if more else "")


def ending_all(*, who: Who, span: Span) -> Iterator[EndingRow]:
    """The same whole, a thousand at a time, for a file."""
    seen, place = visible_assets(who), _place("")
    while found := _walk(seen, span, place, CHUNK):
        yield from _rows([ident for _, ident in found])
        place = found[-1]


def counted(*, who: Who, span: Span) -> Counted:
    """How many end in a span of days.  One query.  Source: ours."""
    seen = visible_assets(who)
    statement, params = _statement(seen, span, _place(""), MOST_COUNTED + 1)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(walk=statement), params)
        count, first = cursor.fetchone()
    return Counted(count=count, first=first and first - timedelta(days=1))


def ending_asset(*, who: Who, serial: str) -> EndingRow | None:
    """One asset that the reader may see, with a term; None for any other.  Two queries."""
    seen = visible_assets(who)
    if "\0" in serial:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.id FROM entitlements_asset a WHERE a.serial_number = %(serial)s AND a.chain_ends_on IS NOT NULL AND {seen.sql}",  # noqa: S608, E501
            {"serial": serial, **seen.params},
        )
        found = cursor.fetchone()
    return _rows([found[0]])[0] if found else None


def _walk(seen: Sight, span: Span, place: tuple[date, int], limit: int) -> list[tuple[date, int]]:
    statement, params = _statement(seen, span, place, limit)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[date, int]] = cursor.fetchall()
    return found


def _statement(seen: Sight, span: Span, place: tuple[date, int], limit: int) -> tuple[str, dict[str, Any]]:
    text = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in span.text if sign != "\0")
    walked = seen.walk(WALK).format(join=JOIN if text else "", text=TEXT if text else "") if seen.sides else ""
    statement = walked or "SELECT NULL::date AS chain_ends_on, NULL::bigint AS id WHERE FALSE"
    params: dict[str, Any] = {
        **seen.params, "first": span.first, "last": span.last + timedelta(days=1), "day": place[0], "place": place[1],
        "limit": limit, "like": f"%{text}%",
    }  # fmt: skip
    return f"{statement} ORDER BY 1, 2 LIMIT %(limit)s", params


def _place(after: str) -> tuple[date, int]:
    day, _, ident = after.partition("~")
    try:
        return date.fromisoformat(day), int(ident) if len(ident) < 19 else 0
    except ValueError:
        return date.min, 0


def _rows(ids: list[int]) -> tuple[EndingRow, ...]:
    if not ids:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(ENDING, {"ids": ids})
        names = tuple(EndingRow.__dataclass_fields__)
        return tuple(EndingRow(**dict(zip(names, raw, strict=True))) for raw in cursor.fetchall())
