"""The desk's one search box: any identifier, name or address leads to the customer.  For staff alone."""

from dataclasses import dataclass

from django.db import connection

from tenure.accounts.words import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something found.  kind: asset, support, certificate, order, contact_id, organisation, person or site.

    purpose: what a licence that was found may be used for, or "".
    """

    kind: str
    found: str
    says: str
    organisation_number: str
    organisation_name: str
    country: str
    purpose: str


# identifiers: whole identifiers, upper case, spaces taken out; each part is one index look-up (A1, D2)
IDENTIFIERS = """
SELECT 'asset' AS kind, a.serial_number AS found, p.name AS says, a.organisation_id
  FROM entitlements_asset a JOIN catalog_product p ON p.id = a.product_id WHERE a.serial_number = %(exact)s
UNION ALL
SELECT 'support', a.support_identifier, a.serial_number, a.organisation_id
  FROM entitlements_asset a WHERE a.support_identifier = %(exact)s
UNION ALL
SELECT 'certificate', c.number, c.issued_on::text, c.organisation_id
  FROM entitlements_certificate c WHERE c.number = %(exact)s
UNION ALL
SELECT 'order', c.sales_order_number, c.number, c.organisation_id
  FROM entitlements_certificate c WHERE c.sales_order_number = %(exact)s
UNION ALL
SELECT 'contact_id', s.identifier, k.name, k.organisation_id
  FROM entitlements_contactseat s JOIN accounts_contact k ON k.id = s.contact_id WHERE s.identifier = %(exact)s
UNION ALL
SELECT 'organisation', o.number, o.name, o.id FROM accounts_organisation o WHERE o.number = %(exact)s
"""

# names: organisations, sites and addresses that contain the words, in any case (D16)
NAMES = """
SELECT 'organisation' AS kind, o.name AS found, o.number AS says, o.id AS organisation_id
  FROM accounts_organisation o WHERE lower(o.name) LIKE %(like)s
UNION ALL
SELECT 'site', s.name, s.address, s.organisation_id
  FROM accounts_site s WHERE lower(s.name) LIKE %(like)s OR lower(s.address) LIKE %(like)s
UNION ALL
SELECT 'person', k.email, k.name, k.organisation_id
  FROM accounts_contact k WHERE lower(k.email) LIKE %(like)s OR lower(k.name) LIKE %(like)s
UNION ALL
SELECT 'person', p.email, p.name, m.organisation_id
  FROM accounts_person p JOIN accounts_membership m ON m.person_id = p.id AND m.ended_at IS NULL
 WHERE lower(p.email) LIKE %(like)s OR lower(p.name) LIKE %(like)s
"""

FOUND = """
SELECT DISTINCT ON (found, kind, o.id) h.kind, h.found, h.says, o.number, o.name, o.country, coalesce(a.purpose, '')
FROM ({parts}) h JOIN accounts_organisation o ON o.id = h.organisation_id
LEFT JOIN entitlements_asset a ON a.serial_number = CASE h.kind WHEN 'asset' THEN h.found WHEN 'support' THEN h.says END
ORDER BY found, kind, o.id LIMIT %(limit)s
"""


def search(*, who: Who, text: str, limit: int = 50) -> list[Hit]:
    """What the words lead to, at most `limit`; identifiers first, names only when no identifier fits.

    Nothing for anybody who is not staff.  Source: D16.
    """
    words = " ".join(text.split()).replace("\x00", "")
    if not who.is_staff or not words:
        return []
    exact = words.upper().replace(" ", "")
    like = "%" + words.lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    values: dict[str, str | int] = {"exact": exact, "like": like, "limit": limit}
    with connection.cursor() as cursor:
        for parts in (IDENTIFIERS, NAMES):
            cursor.execute(FOUND.format(parts=parts), values)
            rows = cursor.fetchall()
            if rows:
                return [_hit(*row) for row in rows]
    return []


def _hit(kind: str, found: str, says: str, number: str, name: str, country: str, purpose: str) -> Hit:
    return Hit(
        kind=kind, found=found, says=says, organisation_number=number, organisation_name=name, country=country,
        purpose=purpose,
    )  # fmt: skip
