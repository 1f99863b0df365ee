"""Everything about one customer that the desk shows beside each other.  For staff alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.licences import ending_days
from tenure.entitlements.rules import cover
from tenure.entitlements.words import Cover
from tenure.toolbox.formats import in_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    name: str
    address: str
    country: str
    zone: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact of the paperwork; `signed_in` when their address joined; seats: the contact IDs they hold."""

    name: str
    email: str
    role: str
    joined: bool
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedRow:
    """An asset in a few words; `ends_on` is the last covered day of its last chain of terms, `cover` how it stands."""

    serial: str
    product: str
    release: str
    site: str
    quantity: int
    meter: str
    ends_on: date | None
    cover: Cover
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A certificate of the customer; `owner_email` is where it is sent."""

    number: str
    issued_on: date
    owner_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    id: int
    number: str
    name: str
    country: str
    kind: str
    size: str
    language: str
    sites: tuple[SiteRow, ...]
    contacts: tuple[ContactRow, ...]
    assets: tuple[OwnedRow, ...]
    asset_count: int
    certificates: tuple[PaperRow, ...]
    certificate_count: int


MOST_ASSETS = 200
MOST_CERTIFICATES = 50

HEAD = "SELECT id, number, name, country, kind, size, language FROM accounts_organisation WHERE number = %s"
SITES = "SELECT name, address, country, zone, region FROM accounts_site WHERE organisation_id = %s ORDER BY name, id"
CONTACTS = """
SELECT k.name, k.email, k.role, k.person_id IS NOT NULL,
       ARRAY(SELECT s.identifier FROM entitlements_contactseat s
             WHERE s.contact_id = k.id AND s.ended_at IS NULL ORDER BY s.identifier)
FROM accounts_contact k WHERE k.organisation_id = %s ORDER BY k.role, k.name, k.id
"""
# owned: what the customer owns, first to end above; of a reseller, what it sold (A8)
OWNED = """
SELECT a.serial_number, p.name, coalesce(r.label, ''), s.name, a.quantity, a.meter,
       a.chain_starts_on, a.chain_ends_on, a.zone, a.purpose, count(*) OVER ()
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_site s ON s.id = a.site_id
LEFT JOIN catalog_release r ON r.id = a.release_id
WHERE (a.organisation_id = %(id)s OR a.reseller_id = %(id)s) AND a.quantity > 0
ORDER BY a.chain_ends_on NULLS LAST, a.id LIMIT %(most)s
"""

CERTIFICATES = """
SELECT c.number, c.issued_on, coalesce(k.email, ''), count(*) OVER ()
FROM entitlements_certificate c LEFT JOIN accounts_contact k ON k.id = c.owner_id
WHERE c.organisation_id = %s ORDER BY c.issued_on DESC, c.id DESC LIMIT %s
"""


def customer(*, who: Who, number: str, at: datetime) -> CustomerRow | None:
    """The customer or reseller of that number with sites, contacts, certificates and assets, in five queries.

    Of assets there are at most 200, of certificates 50; cover is of the day that `at` is where each asset is.
    None for an unknown number, and for anybody who is not staff.
    Source: A8, D16.
    """
    if not who.is_staff:
        return None
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [number])
        head = cursor.fetchone()
        if head is None:
            return None
        cursor.execute(SITES, [head[0]])
        sites = tuple(
            SiteRow(name=name, address=address, country=country, zone=zone, region=region)
            for name, address, country, zone, region in cursor.fetchall()
        )
        cursor.execute(CONTACTS, [head[0]])
        contacts = tuple(
            ContactRow(name=name, email=email, role=role, joined=joined, seats=tuple(seats))
            for name, email, role, joined, seats in cursor.fetchall()
        )
        cursor.execute(OWNED, {"id": head[0], "most": MOST_ASSETS})
        owned = cursor.fetchall()
        cursor.execute(CERTIFICATES, [head[0], MOST_CERTIFICATES])
        papers = cursor.fetchall()
    names = ("id", "number", "name", "country", "kind", "size", "language")
    return CustomerRow(
        **dict(zip(names, head, strict=True)),
        sites=sites, contacts=contacts, assets=_owned(owned, at), asset_count=owned[0][-1] if owned else 0,
        certificates=tuple(
            PaperRow(number=number, issued_on=issued_on, owner_email=email) for number, issued_on, email, _ in papers
        ),
        certificate_count=papers[0][3] if papers else 0,
    )  # fmt: skip


def _owned(rows: list[tuple[Any, ...]], at: datetime) -> tuple[OwnedRow, ...]:
    soon = ending_days(at=at, on=None) if rows else 0
    return tuple(
        OwnedRow(
            serial=serial, product=product, release=release, site=site, quantity=quantity, meter=meter,
            ends_on=ends - timedelta(days=1) if ends else None,
            cover=cover(starts=starts, ends=ends, on=in_zone(at, zone).date(), soon_days=soon),
            purpose=purpose,
        )
        for serial, product, release, site, quantity, meter, starts, ends, zone, purpose, _ in rows
    )  # fmt: skip
