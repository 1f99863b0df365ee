"""The list of licences: one statement a page, whatever the filters and however many rows there are."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.decisions import term_from
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import cover
from tenure.entitlements.words import (
    ENDING_DAYS,
    AssetRow,
    Choice,
    CoverState,
    LicenceChoices,
    LicenceCounts,
    LicenceFilters,
    LicenceKind,
    LicencePage,
)

_PAGE = 500

# day_and_chain: the day of each asset, and the chain of terms that matters on it: the last one, kept on the asset,
# unless the day lies before it; then the latest that had begun, or else the first (A3)
DAY_AND_CHAIN = """
CROSS JOIN LATERAL (SELECT COALESCE(%(on)s::date, (%(at)s::timestamptz AT TIME ZONE a.zone)::date) AS day) d
LEFT JOIN LATERAL (
    SELECT lower(c.span) AS starts, upper(c.span) AS ends
    FROM (SELECT unnest(range_agg(t.covers)) AS span FROM entitlements_term t
          WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family <> 5 AND d.day < a.chain_starts_on) c
    ORDER BY lower(c.span) <= d.day DESC, abs(lower(c.span) - d.day) LIMIT 1
) earlier ON TRUE
CROSS JOIN LATERAL (SELECT COALESCE(earlier.starts, a.chain_starts_on) AS starts,
                           COALESCE(earlier.ends, a.chain_ends_on) AS ends) chain
CROSS JOIN LATERAL (SELECT CASE
    WHEN chain.ends IS NULL THEN 'never'
    WHEN d.day < chain.starts THEN 'not_started'
    WHEN d.day >= chain.ends THEN 'lapsed'
    WHEN chain.ends - 1 - d.day <= %(soon)s THEN 'ending'
    ELSE 'covered' END AS state) s
"""

# licence_rows: everything a line shows (A8)
LICENCE_ROWS = """
SELECT a.id, a.serial_number, a.support_identifier, p.name, p.slug, p.kind, p.has_content, COALESCE(r.label, ''),
       a.organisation_id, o.name, o.number, COALESCE(seller.name, ''), a.site_id, site.name, site.country, a.zone,
       c.number, c.sales_order_number, c.issued_on, a.quantity, a.meter, a.licence_kind,
       d.day, chain.starts, chain.ends, a.chain_ends_on,
       COALESCE((SELECT t.level FROM entitlements_term t
                 WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.covers @> d.day
                 ORDER BY t.family = 5, upper(t.covers) DESC, t.family LIMIT 1), ''),
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.level
             FROM entitlements_term t WHERE t.asset_id = a.id AND upper_inf(t.known)
             ORDER BY lower(t.covers), t.family),
       (SELECT g.registered_on FROM entitlements_registration g
        WHERE g.asset_id = a.id AND g.registered_on <= d.day
          AND (g.withdrawn_at IS NULL OR (g.withdrawn_at AT TIME ZONE a.zone)::date > d.day)
        ORDER BY g.id DESC LIMIT 1)
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
JOIN accounts_organisation o ON o.id = a.organisation_id
LEFT JOIN accounts_organisation seller ON seller.id = a.reseller_id
JOIN accounts_site site ON site.id = a.site_id
JOIN entitlements_certificate c ON c.id = a.certificate_id
{day_and_chain}
WHERE {where}
ORDER BY {order} LIMIT %(limit)s
"""

# licence_counts: how many assets stand in each state; most are in or after their last chain and need no term (A8)
LICENCE_COUNTS = """
SELECT state, count(*) FROM (
    SELECT CASE
        WHEN a.chain_ends_on IS NULL THEN 'never'
        WHEN d.day >= a.chain_ends_on THEN 'lapsed'
        WHEN a.chain_ends_on - 1 - d.day <= %(soon)s THEN 'ending'
        ELSE 'covered' END AS state
    FROM entitlements_asset a
    CROSS JOIN LATERAL (SELECT COALESCE(%(on)s::date, (%(at)s::timestamptz AT TIME ZONE a.zone)::date) AS day) d
    WHERE {seen} AND (a.chain_starts_on IS NULL OR a.chain_starts_on <= d.day)
    UNION ALL
    SELECT s.state FROM entitlements_asset a {day_and_chain} WHERE {seen} AND d.day < a.chain_starts_on
) found GROUP BY state
"""

# licence_choices: the products and sites that a reader has assets of
LICENCE_CHOICES = """
WITH own AS MATERIALIZED (SELECT DISTINCT a.product_id, a.site_id FROM entitlements_asset a WHERE {seen})
SELECT 'product', p.slug, p.name FROM catalog_product p WHERE p.id IN (SELECT product_id FROM own)
UNION ALL
SELECT 'site', x.id::text, x.name FROM accounts_site x WHERE x.id IN (SELECT site_id FROM own)
ORDER BY 1, 3, 2
"""

_FORWARD = "a.chain_ends_on ASC NULLS LAST, a.id ASC"
_BACK = "a.chain_ends_on DESC NULLS FIRST, a.id DESC"


def asset(*, who: Who | None, serial: str, at: datetime, on: date | None = None) -> AssetRow | None:
    """The asset with this serial number, if the reader may see it.  One query.  Source: A8."""
    asked = serial.strip().upper()
    if "\0" in asked:
        return None
    rows = _rows(who, LicenceFilters(on=on), at, ["a.serial_number = %(serial)s"], {"serial": asked}, _FORWARD, 1)
    return rows[0][0] if rows else None


def licences(
    *, who: Who | None, filters: LicenceFilters, at: datetime, after: str = "", before: str = "", limit: int = 25
) -> LicencePage:
    """A page of the assets that the reader may see, by the end of their cover, never covered last.  One query.

    at: the instant of reading.  after, before: a cursor of the page before or after; a broken one starts over.
    Source: A8.
    """
    cursor = _cursor_from(before) or _cursor_from(after)
    backwards = _cursor_from(before) is not None
    where, params = _beyond(cursor, backwards=backwards)
    found = _rows(who, filters, at, where, params, _BACK if backwards else _FORWARD, limit + 1)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    return LicencePage(
        rows=tuple(row for row, _ in found),
        next=_cursor_of(found[-1]) if found and has_next else "",
        previous=_cursor_of(found[0]) if found and has_previous else "",
    )


def export_licences(*, who: Who | None, filters: LicenceFilters, at: datetime) -> Iterator[AssetRow]:
    """All assets of a filtered list, in its order, read a page at a time.  Source: A8."""
    after = ""
    while True:
        page = licences(who=who, filters=filters, at=at, after=after, limit=_PAGE)
        yield from page.rows
        after = page.next
        if not after:
            return


def licence_counts(*, who: Who | None, at: datetime, on: date | None = None) -> LicenceCounts:
    """How many of the reader's assets stand in each state on the day.  One query.  Source: A8."""
    seen = visible_assets(who)
    sql = LICENCE_COUNTS.format(day_and_chain=DAY_AND_CHAIN, seen=seen.sql)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"on": on, "at": at, "soon": ENDING_DAYS, **seen.params})
        counts: dict[str, int] = dict(cursor.fetchall())
    return LicenceCounts(
        **{state.value: counts.get(state.value, 0) for state in CoverState}, total=sum(counts.values())
    )


def licence_choices(*, who: Who | None) -> LicenceChoices:
    """The products and sites that the reader's assets are of, by name.  One query.  Source: A8."""
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(LICENCE_CHOICES.format(seen=seen.sql), seen.params)
        rows = cursor.fetchall()
    return LicenceChoices(
        products=tuple(Choice(value=value, name=name) for kind, value, name in rows if kind == "product"),
        sites=tuple(Choice(value=value, name=name) for kind, value, name in rows if kind == "site"),
    )


def _rows(
    who: Who | None,
    filters: LicenceFilters,
    at: datetime,
    where: list[str],
    params: dict[str, Any],
    order: str,
    limit: int,
) -> list[tuple[AssetRow, date | None]]:
    """The rows, each with the end that it is sorted by."""
    seen = visible_assets(who)
    narrow, narrowing = _narrow(filters)
    sql = LICENCE_ROWS.format(day_and_chain=DAY_AND_CHAIN, where=" AND ".join([seen.sql, *where, *narrow]), order=order)
    values = {"on": filters.on, "at": at, "soon": ENDING_DAYS, "limit": limit, **seen.params, **params, **narrowing}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_row(raw) for raw in cursor.fetchall()]


def _narrow(filters: LicenceFilters) -> tuple[list[str], dict[str, Any]]:
    where, params = [], dict[str, Any]()
    if filters.product:
        where.append("p.slug = %(product)s")
        params["product"] = filters.product.replace("\0", "")
    if filters.site is not None:
        where.append("a.site_id = %(site)s")
        params["site"] = filters.site
    if filters.state:
        where.append("s.state = %(state)s")
        params["state"] = filters.state.value
    text = filters.text.replace("\0", "").strip()
    if text:
        fields = ("a.serial_number", "a.support_identifier", "p.name", "site.name", "c.number", "o.name")
        where.append("(" + " OR ".join(f"{field} ILIKE %(text)s" for field in fields) + ")")
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        params["text"] = f"%{escaped}%"
    return where, params


def _row(raw: tuple[Any, ...]) -> tuple[AssetRow, date | None]:
    day, starts, ends, sorted_by, level, terms, registered_on = raw[22:]
    row = AssetRow(
        id=raw[0],
        serial=raw[1],
        support_identifier=raw[2],
        product=raw[3],
        product_slug=raw[4],
        product_kind=raw[5],
        has_content=raw[6],
        release=raw[7],
        organisation_id=raw[8],
        organisation=raw[9],
        organisation_number=raw[10],
        reseller=raw[11],
        site_id=raw[12],
        site=raw[13],
        site_country=raw[14],
        zone=raw[15],
        certificate=raw[16],
        sales_order=raw[17],
        issued_on=raw[18],
        quantity=raw[19],
        meter=raw[20],
        licence_kind=LicenceKind(raw[21]),
        day=day,
        level=level,
        cover=cover(starts=starts, ends=ends, on=day, soon_days=ENDING_DAYS),
        last_day=ends - timedelta(days=1) if ends else None,
        terms=tuple(term_from(text) for text in terms),
        registered_on=registered_on,
    )
    return row, sorted_by


def _cursor_of(found: tuple[AssetRow, date | None]) -> str:
    row, ends = found
    return f"{ends.isoformat() if ends else 'never'}.{row.id}"


def _cursor_from(text: str) -> tuple[date | None, int] | None:
    day, _, number = text.partition(".")
    try:
        place = int(number)
        ends = None if day == "never" else date.fromisoformat(day)
    except ValueError:
        return None
    return (ends, place) if 0 < place < 2**63 else None


def _beyond(cursor: tuple[date | None, int] | None, *, backwards: bool) -> tuple[list[str], dict[str, Any]]:
    """The condition of a keyset page; never covered comes last."""
    if cursor is None:
        return [], {}
    ends, place = cursor
    params = {"place": place, "ends": ends}
    if ends is None:
        side = "(a.chain_ends_on IS NOT NULL OR a.id < %(place)s)"
        return [side if backwards else "(a.chain_ends_on IS NULL AND a.id > %(place)s)"], params
    if backwards:
        return ["(a.chain_ends_on, a.id) < (%(ends)s, %(place)s)"], params
    return ["((a.chain_ends_on, a.id) > (%(ends)s, %(place)s) OR a.chain_ends_on IS NULL)"], params
