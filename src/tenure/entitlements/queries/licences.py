"""The list of licences: one statement a page, whatever the filters and however many rows there are."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.decisions import span_from, term_from
from tenure.entitlements.queries.newest import NEWEST
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import cover
from tenure.entitlements.words import (
    AssetRow,
    CoverState,
    LicenceFilters,
    LicenceKind,
    LicencePage,
    LicencePurpose,
    TermFamily,
    TermRow,
)

_PAGE = 500
_DAY = timedelta(days=1)  # a day somewhere on earth is at most one away from the day in UTC

# day_and_chain: the day of each asset, and the chain of terms that matters on it: the last one, kept on the asset,
# unless the day lies before it; then the latest that had begun, or else the first (A3)
DAY_AND_CHAIN = """
CROSS JOIN LATERAL (SELECT COALESCE(%(on)s::date, (%(at)s::timestamptz AT TIME ZONE a.zone)::date) AS day) d
LEFT JOIN LATERAL (
    SELECT lower(c.span) AS starts, upper(c.span) AS ends
    FROM (SELECT unnest(range_agg(t.covers)) AS span FROM entitlements_term t
          WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4 AND d.day < a.chain_starts_on) c
    ORDER BY lower(c.span) <= d.day DESC, abs(lower(c.span) - d.day) LIMIT 1
) earlier ON TRUE
CROSS JOIN LATERAL (SELECT COALESCE(earlier.starts, a.chain_starts_on) AS starts,
                           COALESCE(earlier.ends, a.chain_ends_on) AS ends) chain
"""
# state: where an asset stands on its day, as rules.cover says it (A8)
STATE = """
CROSS JOIN LATERAL (SELECT CASE
    WHEN chain.ends IS NULL THEN 'never'
    WHEN d.day < chain.starts THEN 'not_started'
    WHEN d.day >= chain.ends THEN 'lapsed'
    WHEN chain.ends - 1 - d.day <= %(soon)s::int THEN 'ending'
    ELSE 'covered' END AS state) s
"""
# may_be: what must hold of the asset itself where it stands in a state on a day between `earliest` and `latest`; it is
# read off the row, before its day and chain are worked out.  An earlier chain matters only before the last one starts.
BEFORE = "a.chain_starts_on > %(earliest)s::date"
MAY_BE = {
    CoverState.COVERED: f"(a.chain_ends_on > %(earliest)s::date OR {BEFORE})",
    CoverState.ENDING: "(a.chain_ends_on BETWEEN %(earliest)s::date AND %(latest)s::date + 1 + %(soon)s::int"
    f" OR {BEFORE})",
    CoverState.LAPSED: f"(a.chain_ends_on <= %(latest)s::date OR {BEFORE})",
    CoverState.NEVER: "a.chain_ends_on IS NULL",
    CoverState.NOT_STARTED: BEFORE,
}
# named: what a search text is looked for in
NAMED = """
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site site ON site.id = a.site_id
JOIN entitlements_certificate c ON c.id = a.certificate_id
"""
FIELDS = ("a.serial_number", "a.support_identifier", "p.name", "site.name", "c.number", "o.name")

# renewed: the same by the number of a renewal's certificate; only asked where the text looks like such a number
RENEWED = """a.id IN (
    SELECT t.asset_id FROM entitlements_term t JOIN entitlements_certificate n ON n.id = t.certificate_id
    WHERE n.number ILIKE %(text)s AND upper_inf(t.known))"""
NUMBER_LIKE = re.compile(r"[0-9-]{4,}")

# licence_rows: everything a line shows, of the assets of one page that was found before (A8)
LICENCE_ROWS = """
WITH page AS MATERIALIZED ({page})
SELECT a.id, a.serial_number, a.support_identifier, p.id, p.name, p.slug, p.kind, p.has_content, r.id,
       COALESCE(r.label, ''), a.organisation_id, o.name, o.number, COALESCE(seller.name, ''), a.site_id, site.name,
       site.country, a.zone, c.number, c.sales_order_number, c.issued_on, a.quantity, a.meter, a.licence_kind,
       a.purpose, d.day, chain.starts, chain.ends, a.chain_ends_on,
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.level
             FROM entitlements_term t WHERE t.asset_id = a.id AND upper_inf(t.known)
             ORDER BY lower(t.covers), t.family),
       ARRAY(SELECT g.registered_on || ' ' || COALESCE(((g.withdrawn_at AT TIME ZONE a.zone)::date)::text, '')
             FROM entitlements_registration g WHERE g.asset_id = a.id ORDER BY g.id)
FROM page
JOIN entitlements_asset a ON a.id = page.id
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
JOIN accounts_organisation o ON o.id = a.organisation_id
LEFT JOIN accounts_organisation seller ON seller.id = a.reseller_id
JOIN accounts_site site ON site.id = a.site_id
{day_and_chain}
{newest}
ORDER BY {order}
"""
# page: the keys of the assets of one page, of each organisation as many as the page has, then of them all
PAGE = "{walks} ORDER BY {order} LIMIT {limit}"
WALK = """SELECT a.id, a.chain_ends_on FROM entitlements_asset a {joins}
WHERE {{side}} AND a.quantity > 0 AND {where} ORDER BY {order} LIMIT {limit}"""
ONE = "SELECT a.id FROM entitlements_asset a WHERE a.serial_number = %(serial)s AND {seen}"

_FORWARD = "{0}chain_ends_on ASC NULLS LAST, {0}id ASC"
_BACK = "{0}chain_ends_on DESC NULLS FIRST, {0}id DESC"


def asset(*, who: Who | None, serial: str, at: datetime, on: date | None = None) -> AssetRow | None:
    """The asset with this serial number, if the reader may see it.  One query beside the policy's.  Source: A8."""
    asked = serial.strip().upper()
    if "\0" in asked:
        return None
    seen = visible_assets(who)
    values = {"serial": asked, "on": on, "at": at, **seen.params}
    rows = _rows(ONE.format(seen=seen.sql), values, _FORWARD, ending_days(at=at, on=on))
    return rows[0][0] if rows else None


def licences(
    *, who: Who | None, filters: LicenceFilters, at: datetime, after: str = "", before: str = "", limit: int = 25
) -> LicencePage:
    """A page of the assets that the reader may see, by the end of their cover, never covered last.

    One query beside the policy's.  at: the instant of reading.  after, before: a cursor of the page before or after; a
    broken one starts over.  Source: A8.
    """
    cursor = _cursor_from(before) or _cursor_from(after)
    backwards = _cursor_from(before) is not None
    order, soon = _BACK if backwards else _FORWARD, ending_days(at=at, on=filters.on)
    where, params = _beyond(cursor, backwards=backwards)
    joins, narrow, narrowing = _narrow(filters, at)
    seen = visible_assets(who)
    walk = WALK.format(
        joins=joins, where=" AND ".join([*where, *narrow]) or "TRUE", order=order.format("a."), limit=limit + 1
    )
    page = PAGE.format(walks=seen.walk(walk), order=order.format(""), limit=limit + 1)
    values = {"on": filters.on, "at": at, **seen.params, **params, **narrowing}
    found = _rows(page, values, order, soon)
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


def ending_days(*, at: datetime, on: date | None) -> int:
    """So many days before its last covered day an asset counts as ending, by the policy of the day.  Source: ours."""
    return version_on(on or at.date()).policy.terms.ending_days


def _rows(page: str, values: dict[str, Any], order: str, soon: int) -> list[tuple[AssetRow, date | None]]:
    """The rows, each with the end that it is sorted by."""
    newest = NEWEST.format(
        first="a.certificate_id", asset="a.id", known="upper_inf(t.known)", day="d.day", name="c"
    )  # fmt: skip
    sql = LICENCE_ROWS.format(page=page, day_and_chain=DAY_AND_CHAIN, newest=newest, order=order.format("a."))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "soon": soon})
        return [_row(raw, soon) for raw in cursor.fetchall()]


def _narrow(filters: LicenceFilters, at: datetime) -> tuple[str, list[str], dict[str, Any]]:
    """What a page is narrowed by: joins, conditions, values."""
    joins, where, params = "", [], dict[str, Any]()
    if filters.product:
        where.append("a.product_id = (SELECT wanted.id FROM catalog_product wanted WHERE wanted.slug = %(product)s)")
        params["product"] = filters.product.replace("\0", "")
    if filters.site is not None:
        where.append("a.site_id = %(site)s")
        params["site"] = filters.site
    if filters.purpose is not None:
        where.append("a.purpose = %(purpose)s")
        params["purpose"] = filters.purpose.value
    if filters.state:
        joins += DAY_AND_CHAIN + STATE
        where += [MAY_BE[filters.state], "s.state = %(state)s"]
        first, last = (filters.on, filters.on) if filters.on else (at.date() - _DAY, at.date() + _DAY)
        params |= {"state": filters.state.value, "earliest": first, "latest": last}
    text = filters.text.replace("\0", "").strip()
    if text:
        joins += NAMED
        named = [f"{field} ILIKE %(text)s" for field in FIELDS]
        where.append("(" + " OR ".join([*named, *([RENEWED] if NUMBER_LIKE.fullmatch(text) else [])]) + ")")
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        params["text"] = f"%{escaped}%"
    return joins, where, params


def _row(raw: tuple[Any, ...], soon: int) -> tuple[AssetRow, date | None]:
    day, starts, ends, sorted_by, terms, registered = raw[25:]
    held = tuple(term_from(text) for text in terms)
    row = AssetRow(
        id=raw[0],
        serial=raw[1],
        support_identifier=raw[2],
        product_id=raw[3],
        product=raw[4],
        product_slug=raw[5],
        product_kind=raw[6],
        has_content=raw[7],
        release_id=raw[8],
        release=raw[9],
        organisation_id=raw[10],
        organisation=raw[11],
        organisation_number=raw[12],
        reseller=raw[13],
        site_id=raw[14],
        site=raw[15],
        site_country=raw[16],
        zone=raw[17],
        certificate=raw[18],
        sales_order=raw[19],
        issued_on=raw[20],
        quantity=raw[21],
        meter=raw[22],
        licence_kind=LicenceKind(raw[23]),
        purpose=LicencePurpose(raw[24]),
        day=day,
        level=_level(held, day),
        cover=cover(starts=starts, ends=ends, on=day, soon_days=soon),
        last_day=ends - timedelta(days=1) if ends else None,
        terms=held,
        registered=tuple(span_from(text) for text in registered),
    )
    return row, sorted_by


def _level(terms: tuple[TermRow, ...], day: date) -> str:
    """The level of the term in force that ends last; a courtesy term's only where it is alone."""
    own = [term for term in terms if term.family is not TermFamily.EXTENSION]
    live = [term for term in own if term.starts <= day < term.ends]
    if not live:
        return ""
    return max(live, key=lambda term: (term.family is not TermFamily.COURTESY, term.ends, -term.family)).level


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
    params = {"place": place} if ends is None else {"place": place, "ends": ends}
    if ends is None:
        side = "(a.chain_ends_on IS NOT NULL OR a.id < %(place)s::bigint)"
        return [side if backwards else "(a.chain_ends_on IS NULL AND a.id > %(place)s::bigint)"], params
    if backwards:
        return ["(a.chain_ends_on, a.id) < (%(ends)s::date, %(place)s::bigint)"], params
    return ["((a.chain_ends_on, a.id) > (%(ends)s::date, %(place)s::bigint) OR a.chain_ends_on IS NULL)"], params
