"""A licence certificate as its reader may see it: every line of it is an asset that they see."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from tenure.accounts.queries import may_see_people
from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLine:
    """An asset of the certificate with a term that came by it; without level and days where none did.

    last_day: the last covered one, in the asset's zone.  purpose: what the licence may be used for.  is_extension: the
    term keeps its old release supported, and covers nothing alone.
    """

    product: str
    release: str
    serial: str
    support_identifier: str
    quantity: int
    meter: str
    region: str
    level: str
    starts_on: date | None
    last_day: date | None
    purpose: str
    is_extension: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSeat:
    """A named technical contact of an agreement that the certificate's terms hang on."""

    identifier: str
    name: str
    email: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    """owner, owner_email and seats are empty for those who may not see the customer's people."""

    number: str
    sales_order: str
    issued_on: date
    organisation: str
    reseller: str
    owner: str
    owner_email: str
    lines: tuple[CertificateLine, ...]
    seats: tuple[CertificateSeat, ...]


HEAD = """
SELECT c.id, c.number, c.sales_order_number, c.issued_on, o.id, o.name, coalesce(s.name, ''),
       coalesce(k.name, ''), coalesce(k.email, '')
FROM entitlements_certificate c JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN accounts_organisation s ON s.id = c.reseller_id
LEFT JOIN accounts_contact k ON k.id = c.owner_id
WHERE c.number = %s
"""
# lines: the assets the certificate brought, and those whose term it brought, as known now (A1); the last column is
# whose they are now: who got one of them by a move is not told to whom the paper was issued
LINES = """
SELECT p.name, coalesce(r.label, ''), a.serial_number, a.support_identifier, coalesce(t.quantity, a.quantity), a.meter,
       s.region, coalesce(t.level, ''), lower(t.covers), upper(t.covers) - 1, a.purpose,
       coalesce(t.family = 4, FALSE), a.organisation_id, o.name
FROM (SELECT id FROM entitlements_asset WHERE certificate_id = %(certificate)s
      UNION SELECT asset_id FROM entitlements_term WHERE certificate_id = %(certificate)s AND upper_inf(known)) held
JOIN entitlements_asset a ON a.id = held.id
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site s ON s.id = a.site_id
LEFT JOIN catalog_release r ON r.id = a.release_id
LEFT JOIN entitlements_term t
    ON t.asset_id = a.id AND t.certificate_id = %(certificate)s AND upper_inf(t.known)
WHERE {seen} AND a.quantity > 0 ORDER BY p.name, a.serial_number, lower(t.covers), t.id
"""
SEATS = """
SELECT DISTINCT s.identifier, k.name, k.email, g.level
FROM entitlements_term t JOIN entitlements_agreement g ON g.id = t.agreement_id
JOIN entitlements_contactseat s ON s.agreement_id = g.id AND s.ended_at IS NULL
JOIN accounts_contact k ON k.id = s.contact_id
WHERE t.certificate_id = %s AND upper_inf(t.known) ORDER BY k.name, s.identifier
"""


def certificate(*, who: Who, number: str) -> CertificateRow | None:
    """The certificate of that number, with the lines that `who` may see; None where they see none of it.

    A reseller sees the lines sold through them, and nobody's name.  At most three queries.  Source: A1, A8.
    """
    if "\0" in number:
        return None
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [number])
        head = cursor.fetchone()
        if head is None:
            return None
        cursor.execute(LINES.format(seen=seen.sql), {"certificate": head[0], **seen.params})
        names = CertificateLine.__dataclass_fields__
        found = cursor.fetchall()
        lines = tuple(CertificateLine(**dict(zip(names, row[:-2], strict=True))) for row in found)
        if not lines:
            return None
        moved_on = head[4] not in {row[-2] for row in found} and not who.is_staff
        may_see = may_see_people(who, head[4])
        cursor.execute(SEATS, [head[0] if may_see else 0])
        seats = tuple(
            CertificateSeat(identifier=identifier, name=name, email=email, level=level)
            for identifier, name, email, level in cursor.fetchall()
        )
    owner, owner_email = head[7:9] if may_see else ("", "")
    return CertificateRow(
        number=head[1], sales_order=head[2], issued_on=head[3], reseller=head[6],
        organisation=found[0][-1] if moved_on else head[5],
        owner=owner, owner_email=owner_email, lines=lines, seats=seats,
    )  # fmt: skip
