"""The certificates of an asset: the one that brought it, and one for each renewal since.  The newest is shown."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOf:
    """A certificate of an asset.  starts_on, last_day: of the terms that came by it, or None."""

    number: str
    sales_order: str
    issued_on: date
    starts_on: date | None
    last_day: date | None


# newest: of an asset's certificates, as terms are {known}, the last issued by a {day}; before the first, the first (A1)
NEWEST = """CROSS JOIN LATERAL (
    SELECT c.number, c.sales_order_number, c.issued_on
    FROM (SELECT {first} AS id
          UNION SELECT t.certificate_id FROM entitlements_term t WHERE t.asset_id = {asset} AND {known}) held
    JOIN entitlements_certificate c ON c.id = held.id
    ORDER BY c.issued_on <= {day} DESC, abs(c.issued_on - {day}), c.id DESC LIMIT 1
) {name}"""
# papers: every certificate of an asset, the newest first, with the days that came by it
PAPERS = """
SELECT c.number, c.sales_order_number, c.issued_on, min(lower(t.covers)), max(upper(t.covers)) - 1
FROM entitlements_asset a
CROSS JOIN LATERAL (
    SELECT a.certificate_id AS id
    UNION SELECT h.certificate_id FROM entitlements_term h WHERE h.asset_id = a.id AND upper_inf(h.known)) held
JOIN entitlements_certificate c ON c.id = held.id
LEFT JOIN entitlements_term t
    ON t.asset_id = a.id AND t.certificate_id = c.id AND upper_inf(t.known) AND t.family <> 5
WHERE a.serial_number = %(serial)s AND {seen}
GROUP BY c.id ORDER BY c.issued_on DESC, c.id DESC
"""


def papers_of_asset(*, who: Who | None, serial: str) -> tuple[PaperOf, ...]:
    """The certificates of an asset that the reader may see, the newest first.  One query.  Source: A1, B3."""
    if "\0" in serial:
        return ()
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(PAPERS.format(seen=seen.sql), {"serial": serial, **seen.params})
        names = tuple(PaperOf.__dataclass_fields__)
        return tuple(PaperOf(**dict(zip(names, raw, strict=True))) for raw in cursor.fetchall())
