"""What can be renewed: the assets that the reader sees, by customer, the first to end above; and whose they are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets

MOST = 50
# renewable: of one customer, the first to end above, those that were never covered last (B3)
RENEWABLE = """
SELECT a.serial_number, p.name, COALESCE(r.label, ''), s.name, a.quantity, a.meter, COALESCE(last.level, ''),
       a.chain_ends_on - 1, COALESCE(x.name, '')
FROM entitlements_asset a
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site s ON s.id = a.site_id
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
LEFT JOIN accounts_organisation x ON x.id = a.reseller_id
LEFT JOIN LATERAL (
    SELECT t.level FROM entitlements_term t
    WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4 ORDER BY upper(t.covers) DESC, t.id DESC LIMIT 1
) last ON TRUE
WHERE o.number = %(customer)s AND a.quantity > 0 AND {seen}
ORDER BY a.chain_ends_on NULLS LAST, a.id LIMIT %(limit)s
"""
# customers: whose assets the reader sees, by name
CUSTOMERS = """
SELECT o.number, o.name FROM accounts_organisation o
WHERE o.kind = 'customer' AND EXISTS (
    SELECT FROM entitlements_asset a WHERE a.organisation_id = o.id AND a.quantity > 0 AND {seen})
ORDER BY o.name, o.id LIMIT %(limit)s
"""
MOST_CUSTOMERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewableRow:
    """An asset that may be chosen.  level: of its last term, or "".  last_day: the last covered one, or None."""

    serial: str
    product: str
    release: str
    site: str
    quantity: int
    meter: str
    level: str
    last_day: date | None
    reseller: str


def renewable(*, who: Who, customer: str) -> tuple[RenewableRow, ...]:
    """The first fifty assets of a customer to end that the reader sees.  One query.  Source: B3."""
    seen = visible_assets(who)
    values: dict[str, Any] = {"customer": customer[:60].replace("\0", ""), "limit": MOST, **seen.params}
    with connection.cursor() as cursor:
        cursor.execute(RENEWABLE.format(seen=seen.sql), values)
        names = tuple(RenewableRow.__dataclass_fields__)
        return tuple(RenewableRow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall())


def customers_of(*, who: Who) -> tuple[tuple[str, str], ...]:
    """Number and name of the customers whose assets the reader sees, by name, five hundred at most.  One query."""
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMERS.format(seen=seen.sql), {"limit": MOST_CUSTOMERS, **seen.params})
        return tuple(cursor.fetchall())
