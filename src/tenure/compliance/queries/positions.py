"""Positions of all customers and products on a day, in one statement; proved equal to the rules by a property test."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.compliance.queries.sight import Sight, visible_positions
from tenure.compliance.words import Position, PositionFilters, PositionPage, PositionRow, PositionTotals
from tenure.entitlements.queries.rights import version_on

_PAGE = 1000

# moved: what moves of assets did, each with its day in the asset's zone; later, earlier: the move next to the day on
# either side, so that whose an asset was, and how many, is known for any day (A8)
MOVED = """
moved AS MATERIALIZED (
    SELECT l.*, m.at, (m.at AT TIME ZONE a.zone)::date AS day
    FROM entitlements_moveline l JOIN entitlements_move m ON m.id = l.move_id
    JOIN entitlements_asset a ON a.id = l.asset_id),
later AS MATERIALIZED (SELECT DISTINCT ON (asset_id) * FROM moved WHERE day > %(on)s::date ORDER BY asset_id, id),
earlier AS MATERIALIZED (
    SELECT DISTINCT ON (asset_id) * FROM moved WHERE day <= %(on)s::date ORDER BY asset_id, id DESC)
"""
# held: the assets that are somebody's on the day, from the earlier of their paper and their first covered day on
HELD = """
held AS MATERIALIZED (
    SELECT * FROM (
        SELECT a.id, a.product_id, a.reseller_id, c.issued_on, a.purpose = ANY(%(purposes)s::text[]) AS counts,
               a.licence_kind = 'subscription' OR a.purpose = 'temporary' AS ends_with_term, later.at AS known_before,
               earlier.day AS since,
               CASE WHEN later.id IS NOT NULL THEN later.organisation_before_id
                    WHEN earlier.id IS NOT NULL THEN earlier.organisation_after_id
                    ELSE a.organisation_id END AS organisation_id,
               CASE WHEN later.id IS NOT NULL THEN later.site_before_id
                    WHEN earlier.id IS NOT NULL THEN earlier.site_after_id ELSE a.site_id END AS site_id,
               CASE WHEN later.id IS NOT NULL THEN later.quantity_before
                    WHEN earlier.id IS NOT NULL THEN earlier.quantity_after ELSE a.quantity END AS quantity
        FROM entitlements_asset a
        JOIN entitlements_certificate c ON c.id = a.certificate_id
        LEFT JOIN later ON later.asset_id = a.id LEFT JOIN earlier ON earlier.asset_id = a.id
        WHERE {candidates} AND (c.issued_on <= %(on)s::date OR a.chain_starts_on <= %(on)s::date OR EXISTS (
            SELECT FROM entitlements_term t WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4
            AND lower(t.covers) <= %(on)s::date))) h
    WHERE h.quantity > 0 AND {held})
"""
# lives: does the term cover the day, as it is known now, or was before the move that comes next
LIVES = """t.covers @> %(on)s::date AND t.family < 4
      AND CASE WHEN h.known_before IS NULL THEN upper_inf(t.known)
               ELSE lower(t.known) < h.known_before AND (upper_inf(t.known) OR upper(t.known) >= h.known_before) END"""
# live: the greatest quantity that a term covers; all at once for all assets, an index walk an asset for a customer's
LIVE_OF_ALL = f"""LEFT JOIN (
    SELECT t.asset_id, max(t.quantity) AS quantity FROM held h JOIN entitlements_term t ON t.asset_id = h.id
    WHERE {LIVES} GROUP BY t.asset_id) live ON live.asset_id = h.id"""  # noqa: S608  made of the texts above
LIVE_OF_EACH = f"""LEFT JOIN LATERAL (
    SELECT max(t.quantity) AS quantity FROM entitlements_term t WHERE t.asset_id = h.id AND {LIVES}) live ON TRUE"""  # noqa: S608
# owned: licensed, covered and apart by customer and product; a term covers at most its own quantity
OWNED = """
owned AS (
    SELECT h.organisation_id, h.product_id,
           COALESCE(sum(CASE WHEN h.ends_with_term THEN LEAST(h.quantity, COALESCE(live.quantity, 0))
                             ELSE h.quantity END) FILTER (WHERE h.counts), 0) AS licensed,
           COALESCE(sum(LEAST(h.quantity, live.quantity)) FILTER (WHERE h.counts AND live.quantity IS NOT NULL), 0)
               AS covered,
           COALESCE(sum(h.quantity) FILTER (WHERE NOT h.counts), 0) AS apart,
           bool_and(COALESCE(h.reseller_id = ANY(%(resellers)s::bigint[]), FALSE)) AS sold_by_reader
    FROM held h {live} GROUP BY 1, 2)
"""
# by_hand: of each site and product the last count up to the day; of the same line of it what was kept last
BY_HAND = """
last_day AS (
    SELECT organisation_id, product_id, site_id, max(counted_on) AS counted_on FROM compliance_count
    WHERE counted_on <= %(on)s::date AND {counted} GROUP BY 1, 2, 3),
by_hand AS (
    SELECT organisation_id, product_id, site_id, counted_on, sum(quantity) AS quantity
    FROM (SELECT DISTINCT ON (c.organisation_id, c.product_id, c.site_id, c.release_id, c.asset_id, c.host)
                 c.organisation_id, c.product_id, c.site_id, c.counted_on, c.quantity
          FROM compliance_count c JOIN last_day USING (organisation_id, product_id, site_id, counted_on)
          ORDER BY c.organisation_id, c.product_id, c.site_id, c.release_id, c.asset_id, c.host, c.id DESC) line
    GROUP BY 1, 2, 3, 4)
"""
# reported: the last report of each activation that is not over on the day, by site; fresh ones, and all of them
REPORTED = """
report AS (
    SELECT h.organisation_id, h.product_id, h.site_id, r."on", r.installed,
           %(on)s::date - r."on" <= %(fresh)s::int AS fresh
    FROM held h JOIN entitlements_asset a ON a.id = h.id
    JOIN activation_activation v ON v.asset_id = h.id
        AND (v.ended_at IS NULL OR %(on)s::date < (v.ended_at AT TIME ZONE a.zone)::date)
    CROSS JOIN LATERAL (
        SELECT c."on", c.installed FROM activation_checkin c
        WHERE c.activation_id = v.id AND c."on" <= %(on)s::date AND c."on" >= GREATEST(h.since, LEAST(h.issued_on, (
            SELECT min(lower(t.covers)) FROM entitlements_term t
            WHERE t.asset_id = h.id AND upper_inf(t.known) AND t.family < 4)))
        ORDER BY c."on" DESC LIMIT 1) r),
reported AS (
    SELECT organisation_id, product_id, site_id, bool_or(fresh) AS fresh,
           sum(installed) FILTER (WHERE fresh) AS fresh_quantity, min("on") FILTER (WHERE fresh) AS fresh_oldest,
           sum(installed) AS quantity, min("on") AS oldest, max("on") AS newest
    FROM report GROUP BY 1, 2, 3)
"""
# installed: one source a site (rules.place_count): fresh reports, else the count by hand, else the last reports
INSTALLED = """
installed AS (
    SELECT organisation_id, product_id,
           sum(CASE WHEN r.fresh THEN r.fresh_quantity ELSE COALESCE(n.quantity, r.quantity) END) AS installed,
           min(CASE WHEN r.fresh THEN r.fresh_oldest ELSE COALESCE(n.counted_on, r.oldest) END) AS oldest,
           max(CASE WHEN r.fresh THEN r.newest ELSE COALESCE(n.counted_on, r.newest) END) AS newest
    FROM by_hand n FULL JOIN reported r USING (organisation_id, product_id, site_id) GROUP BY 1, 2)
"""
POSITION = """
position AS MATERIALIZED (
    SELECT p.*, CASE WHEN p.installed IS NULL THEN -1 ELSE GREATEST(0, p.installed - p.licensed) END AS short,
           CASE WHEN p.installed IS NULL THEN -1 ELSE GREATEST(0, p.installed - p.covered) END AS uncovered,
           CASE WHEN p.installed IS NULL THEN 'not_counted' WHEN p.installed > p.licensed THEN 'short'
                WHEN p.installed > p.covered THEN 'uncovered' ELSE 'within' END AS state,
           COALESCE(%(on)s::date - p.oldest > %(fresh)s::int, FALSE) AS old,
           o.name AS organisation, o.number, o.country, x.name AS product, x.slug, x.kind, x.has_content
    FROM (SELECT organisation_id, product_id, w.licensed IS NOT NULL AS owns,
                 COALESCE(w.licensed, 0)::bigint AS licensed, COALESCE(w.covered, 0)::bigint AS covered,
                 COALESCE(w.apart, 0)::bigint AS apart, i.installed::bigint AS installed, i.oldest, i.newest,
                 COALESCE(w.sold_by_reader, FALSE) AS sold_by_reader
          FROM owned w FULL JOIN installed i USING (organisation_id, product_id)) p
    JOIN accounts_organisation o ON o.id = p.organisation_id JOIN catalog_product x ON x.id = p.product_id
    WHERE {seen} AND {narrow} AND (p.owns OR p.installed > 0))
"""
# page: with how many positions there are in each state; those that lack most above
PAGE = """
totals AS (
    SELECT count(*) FILTER (WHERE state = 'short') AS short, count(*) FILTER (WHERE state = 'uncovered') AS uncovered,
           count(*) FILTER (WHERE state = 'within') AS within,
           count(*) FILTER (WHERE state = 'not_counted') AS not_counted, count(*) FILTER (WHERE old) AS old
    FROM position),
page AS (
    SELECT *, -short AS first, -uncovered AS second FROM position WHERE {state})
SELECT t.short, t.uncovered, t.within, t.not_counted, t.old, q.*
FROM totals t LEFT JOIN (
    SELECT organisation_id, organisation, number, country, product_id, product, slug, kind, has_content,
           licensed, covered, apart, installed, oldest, newest, page.old AS is_old, first, second
    FROM page WHERE {beyond} ORDER BY {order} LIMIT {limit}) q ON TRUE
ORDER BY {order}
"""

# among: each part walks its index; with OR, all assets would be read
_AMONG = """a.id IN (
    SELECT mine.id FROM scope JOIN entitlements_asset mine ON mine.organisation_id = scope.id
    UNION SELECT asset_id FROM moved WHERE organisation_before_id IN (SELECT id FROM scope)
        OR organisation_after_id IN (SELECT id FROM scope))"""
_FORWARD = "first, second, organisation_id, product_id"
_BACK = "first DESC, second DESC, organisation_id DESC, product_id DESC"
_KEYS = ("first", "second", "organisation", "product")


def positions(
    *, who: Who | None, filters: PositionFilters, after: str = "", before: str = "", limit: int = 25
) -> tuple[PositionPage, PositionTotals]:
    """A page of the positions the reader may see on a day, what is short above, and how many there are in each state.

    The totals leave the filter by state out.  One query beside the policy's.  after, before: a cursor; a broken one
    starts over.  Source: A9.
    """
    cursor = _cursor_from(before) or _cursor_from(after)
    backwards = _cursor_from(before) is not None
    found, totals = _read(who, filters, cursor, backwards=backwards, limit=limit + 1)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    page = PositionPage(
        rows=tuple(row for row, _ in found),
        next=found[-1][1] if found and has_next else "",
        previous=found[0][1] if found and has_previous else "",
    )
    return page, totals


def export_positions(*, who: Who | None, filters: PositionFilters) -> Iterator[PositionRow]:
    """All positions of a filtered list, in its order, read a page at a time.  Source: A9."""
    after = ""
    while True:
        page, _ = positions(who=who, filters=filters, after=after, limit=_PAGE)
        yield from page.rows
        after = page.next
        if not after:
            return


def _read(
    who: Who | None, filters: PositionFilters, cursor: tuple[int, ...] | None, *, backwards: bool, limit: int
) -> tuple[list[tuple[PositionRow, str]], PositionTotals]:
    sight = visible_positions(who)
    policy = version_on(filters.on).policy.compliance
    narrow, values = _narrow(filters)
    beyond = "TRUE"
    if cursor is not None:
        sign = "<" if backwards else ">"
        places = ", ".join(f"%({key})s::bigint" for key in _KEYS)
        beyond = f"({_FORWARD}) {sign} ({places})"
        values |= dict(zip(_KEYS, cursor, strict=True))
    state = "TRUE" if not filters.state else "old" if filters.state == "old" else "state = %(state)s"
    order = _BACK if backwards else _FORWARD
    sql = statement(sight, narrow=narrow) + "," + PAGE.format(state=state, beyond=beyond, order=order, limit=limit)
    values |= {
        **sight.params, "on": filters.on, "fresh": policy.fresh_days, "state": filters.state,
        "purposes": [each.value for each in policy.counted_purposes],
    }  # fmt: skip
    with connection.cursor() as rows:
        rows.execute(sql, values)
        raw = rows.fetchall()
    totals = PositionTotals(
        short=raw[0][0], uncovered=raw[0][1], within=raw[0][2], not_counted=raw[0][3], old=raw[0][4]
    )
    return [_row(each[5:]) for each in raw if each[5] is not None], totals


def statement(sight: Sight, *, narrow: str = "TRUE") -> str:
    """The part of the statement that works out every position, as the table `position`."""
    scope = f"scope AS MATERIALIZED ({sight.scope})," if sight.scope else ""
    among = "organisation_id IN (SELECT id FROM scope)" if sight.scope else "TRUE"
    candidates = _AMONG if sight.scope else "TRUE"
    held = f"h.{among}" if sight.scope else "TRUE"
    live = LIVE_OF_EACH if sight.scope else LIVE_OF_ALL
    parts = (
        MOVED,
        HELD.format(candidates=candidates, held=held),
        OWNED.format(live=live),
        BY_HAND.format(counted=among),
        REPORTED,
        INSTALLED,
        POSITION.format(seen=sight.seen, narrow=narrow),
    )
    return "WITH " + scope + ",".join(part.strip() + "\n" for part in parts)


def _narrow(filters: PositionFilters) -> tuple[str, dict[str, Any]]:
    where, values = ["TRUE"], dict[str, Any]()
    if filters.product:
        where.append("x.slug = %(slug)s")
        values["slug"] = filters.product.replace("\0", "")
    if filters.customer:
        where.append("o.number = %(customer)s")
        values["customer"] = filters.customer.replace("\0", "")
    text = filters.text.replace("\0", "").strip()
    if text:
        where.append("(o.name ILIKE %(text)s OR o.number ILIKE %(text)s OR x.name ILIKE %(text)s)")
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values["text"] = f"%{escaped}%"
    return " AND ".join(where), values


def _row(raw: tuple[Any, ...]) -> tuple[PositionRow, str]:
    (organisation_id, organisation, number, country, product_id, product, slug, kind, has_content, licensed, covered,
     apart, installed, oldest, newest, old, first, second) = raw  # fmt: skip
    row = PositionRow(
        organisation_id=organisation_id,
        organisation=organisation,
        organisation_number=number,
        country=country,
        product_id=product_id,
        product=product,
        product_slug=slug,
        product_kind=kind,
        has_content=has_content,
        position=Position(
            licensed=licensed,
            covered=covered,
            apart=apart,
            installed=installed,
            oldest=oldest,
            newest=newest,
            is_old=old,
        ),
    )
    return row, f"{first}.{second}.{organisation_id}.{product_id}"


def _cursor_from(text: str) -> tuple[int, ...] | None:
    """The four keys of a place in the list; None where the text is none."""
    try:
        keys = tuple(int(part) for part in text.split("."))
    except ValueError:
        return None
    return keys if len(keys) == len(_KEYS) and all(abs(key) < 2**62 for key in keys) else None
