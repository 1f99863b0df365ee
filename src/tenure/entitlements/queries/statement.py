"""Everything that a customer owned at the end of a day, whatever was moved since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.accounts.models import Organisation
from tenure.accounts.words import OrganisationKind, Role, Who
from tenure.entitlements.queries.decisions import term_from
from tenure.entitlements.queries.licences import STATE, ending_days
from tenure.entitlements.queries.newest import NEWEST
from tenure.entitlements.rules import cover
from tenure.entitlements.words import Choice, LicenceKind, LicencePurpose, TermFamily, TermRow
from tenure.entitlements.words.statement import StatementFilters, StatementPage, StatementRow, StatementSum
from tenure.toolbox.spans import ONE_DAY

READERS = (Role.OWNER, Role.TECHNICAL, Role.PURCHASING, Role.VIEWER)
_PAGE = 500

# known: a term as it was known just before the first move after the day, or now
KNOWN = """CASE WHEN l.at IS NULL THEN upper_inf(t.known)
           ELSE lower(t.known) < l.at AND (upper_inf(t.known) OR upper(t.known) >= l.at) END"""
# chain: the one that matters on the day, courtesy and extensions left out: the latest that had begun, or else the first
CHAIN = """LEFT JOIN LATERAL (
        SELECT lower(k.span) AS starts, upper(k.span) AS ends
        FROM (SELECT unnest(range_agg(t.covers)) AS span FROM entitlements_term t
              WHERE t.asset_id = {asset} AND t.family < 4 AND {known}) k
        ORDER BY lower(k.span) <= {day} DESC, abs(lower(k.span) - {day}) LIMIT 1
    ) chain ON TRUE"""
# owned: an asset is whose it was before the first move after the day, and whose it is where there is none.  It is there
# from its certificate's issue or its first covered day on.  Chain and state are worked out here only to be asked for.
OWNED = """
WITH candidates AS MATERIALIZED (
    SELECT id FROM entitlements_asset WHERE organisation_id = %(customer)s
    UNION SELECT asset_id FROM entitlements_moveline WHERE organisation_before_id = %(customer)s
), owned AS (
    SELECT a.id, a.serial_number, a.support_identifier, p.name AS product, p.slug, a.release_id, a.purpose,
           a.meter, a.licence_kind, a.zone, a.certificate_id, d.day, l.at,
           CASE WHEN l.id IS NULL THEN a.quantity ELSE l.quantity_before END AS quantity,
           CASE WHEN l.id IS NULL THEN a.site_id ELSE l.site_before_id END AS site_id
    FROM candidates JOIN entitlements_asset a ON a.id = candidates.id
    JOIN catalog_product p ON p.id = a.product_id
    JOIN entitlements_certificate c ON c.id = a.certificate_id
    CROSS JOIN LATERAL (SELECT COALESCE(%(on)s::date, (%(at)s::timestamptz AT TIME ZONE a.zone)::date) AS day) d
    LEFT JOIN LATERAL (
        SELECT line.id, move.at, line.organisation_before_id, line.site_before_id, line.quantity_before
        FROM entitlements_moveline line JOIN entitlements_move move ON move.id = line.move_id
        WHERE line.asset_id = a.id AND (move.at AT TIME ZONE a.zone)::date > d.day ORDER BY line.id LIMIT 1
    ) l ON TRUE
    {state}
    WHERE CASE WHEN l.id IS NULL THEN a.organisation_id ELSE l.organisation_before_id END = %(customer)s
      AND CASE WHEN l.id IS NULL THEN a.quantity ELSE l.quantity_before END > 0
      AND (c.issued_on <= d.day OR EXISTS (SELECT FROM entitlements_term t WHERE t.asset_id = a.id
                                             AND t.family < 4 AND lower(t.covers) <= d.day AND {known}))
      AND (%(product)s::text = '' OR p.slug = %(product)s::text)
      {in_state}
)
"""
# rows: a page of them, by product and serial number
ROWS = """, page AS MATERIALIZED (
    SELECT * FROM owned
    WHERE %(after)s::text = '' OR (product, serial_number) > (
        (SELECT p.name FROM entitlements_asset a JOIN catalog_product p ON p.id = a.product_id
         WHERE a.serial_number = %(after)s::text), %(after)s::text)
    ORDER BY product, serial_number LIMIT %(limit)s
)
SELECT l.serial_number, l.support_identifier, l.product, l.slug, COALESCE(r.label, ''), l.purpose, site.name, l.zone,
       paper.number, l.quantity, l.meter, l.licence_kind, l.day, chain.starts, chain.ends,
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.level
             FROM entitlements_term t WHERE t.asset_id = l.id AND {known} ORDER BY lower(t.covers), t.family)
FROM page l
LEFT JOIN catalog_release r ON r.id = l.release_id
JOIN accounts_site site ON site.id = l.site_id
{chain}
{newest}
ORDER BY l.product, l.serial_number
"""
# sums: all of them by product; covered where a term covers the day
SUMS = """
SELECT l.product, l.meter, l.purpose, count(*), sum(l.quantity),
       COALESCE(sum(l.quantity) FILTER (WHERE EXISTS (
           SELECT FROM entitlements_term t
           WHERE t.asset_id = l.id AND t.family < 4 AND t.covers @> l.day AND {known})), 0)
FROM owned l GROUP BY l.product, l.meter, l.purpose ORDER BY l.product, l.meter, l.purpose
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOf:
    """The customer that a statement is of."""

    id: int
    number: str
    name: str


def statement_of(who: Who, number: str) -> StatementOf | None:
    """The customer of that number for its own people and for staff; None for everybody else.  Source: A8."""
    asked = number.replace("\0", "")
    found = Organisation.objects.filter(number=asked, kind=OrganisationKind.CUSTOMER).first()
    if found is None or not (who.is_staff or who.holds(found.pk, *READERS)):
        return None
    return StatementOf(id=found.pk, number=found.number, name=found.name)


def statements_of(who: Who) -> tuple[StatementOf, ...]:
    """The customers of which the person may have a statement because they hold a role there, by name."""
    rows = Organisation.objects.filter(pk__in=who.organisation_ids, kind=OrganisationKind.CUSTOMER).order_by(
        "name", "id"
    )
    return tuple(StatementOf(id=row.pk, number=row.number, name=row.name) for row in rows)


def statement(
    *, of: StatementOf, filters: StatementFilters, at: datetime, after: str = "", limit: int = 50
) -> StatementPage:
    """A page of what the customer owned at the end of the day.  One query beside the policy's.

    of: from `statement_of`, which has asked who may.  after: the last serial number of the page before.  Source: A8.
    """
    values = _values(of, filters, at) | {"after": after.replace("\0", ""), "limit": limit + 1}
    rows = [_row(raw, values["soon"]) for raw in _ask(ROWS, values)]
    more = len(rows) > limit
    return StatementPage(rows=tuple(rows[:limit]), next=rows[limit - 1].serial if more else "")


def whole_statement(*, of: StatementOf, filters: StatementFilters, at: datetime) -> Iterator[StatementRow]:
    """All of it, read a page at a time."""
    after = ""
    while True:
        page = statement(of=of, filters=filters, at=at, after=after, limit=_PAGE)
        yield from page.rows
        after = page.next
        if not after:
            return


def statement_sums(*, of: StatementOf, filters: StatementFilters, at: datetime) -> tuple[StatementSum, ...]:
    """How many of each product, by meter and purpose.  One query beside the policy's.  Source: A8."""
    return tuple(
        StatementSum(
            product=product, meter=meter, purpose=LicencePurpose(purpose), assets=assets, quantity=int(quantity),
            covered=int(covered),
        )
        for product, meter, purpose, assets, quantity, covered in _ask(SUMS, _values(of, filters, at))
    )  # fmt: skip


def statement_products(*, of: StatementOf) -> tuple[Choice, ...]:
    """The products that the customer owns or owned, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, name FROM catalog_product WHERE id IN ("
            " SELECT product_id FROM entitlements_asset WHERE organisation_id = %(customer)s UNION"
            " SELECT a.product_id FROM entitlements_moveline l JOIN entitlements_asset a ON a.id = l.asset_id"
            " WHERE l.organisation_before_id = %(customer)s) ORDER BY name, id",
            {"customer": of.id},
        )
        return tuple(Choice(value=slug, name=name) for slug, name in cursor.fetchall())


def _values(of: StatementOf, filters: StatementFilters, at: datetime) -> dict[str, Any]:
    return {
        "customer": of.id, "on": filters.on, "at": at, "soon": ending_days(at=at, on=filters.on),
        "product": filters.product.replace("\0", ""), "state": filters.state.value if filters.state else "",
    }  # fmt: skip


def _ask(select: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    state, in_state = "", ""
    if values["state"]:
        state = CHAIN.format(asset="a.id", day="d.day", known=KNOWN) + STATE
        in_state = "AND s.state = %(state)s::text"
    sql = OWNED.format(known=KNOWN, state=state, in_state=in_state)
    newest = NEWEST.format(first="l.certificate_id", asset="l.id", known=KNOWN, day="l.day", name="paper")
    sql += select.format(known=KNOWN, chain=CHAIN.format(asset="l.id", day="l.day", known=KNOWN), newest=newest)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _row(raw: tuple[Any, ...], soon: int) -> StatementRow:
    day, starts, ends, terms = raw[12:]
    held = tuple(term_from(text) for text in terms)
    names = ("serial", "support_identifier", "product", "product_slug", "release")
    return StatementRow(
        **dict(zip(names, raw[:5], strict=True)), purpose=LicencePurpose(raw[5]), site=raw[6], zone=raw[7],
        certificate=raw[8], quantity=raw[9], meter=raw[10], licence_kind=LicenceKind(raw[11]), day=day,
        level=_level(held, day), cover=cover(starts=starts, ends=ends, on=day, soon_days=soon),
        last_day=ends - ONE_DAY if ends else None, terms=held,
    )  # fmt: skip


def _level(terms: tuple[TermRow, ...], day: Any) -> str:
    own = [term for term in terms if term.family is not TermFamily.EXTENSION]
    live = [term for term in own if term.starts <= day < term.ends]
    if not live:
        return ""
    return max(live, key=lambda term: (term.family is not TermFamily.COURTESY, term.ends, -term.family)).level
