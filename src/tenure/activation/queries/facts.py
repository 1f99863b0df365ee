"""An asset as its licence files tell of it, in one statement."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from tenure.activation.words import Licensed, LicensedTerm
from tenure.entitlements.words import LicenceKind, LicencePurpose, TermFamily

# licensed: what licence files say of an asset, with its terms as known now, courtesy and extensions left out (A7)
LICENSED = """
SELECT a.id, a.organisation_id, a.serial_number, p.name, p.slug, o.name, COALESCE(r.label, ''), a.quantity, a.meter,
       a.licence_kind, a.purpose, a.zone, c.issued_on, (%(at)s::timestamptz AT TIME ZONE a.zone)::date,
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.quantity || ' ' || t.level
             FROM entitlements_term t
             WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4
             ORDER BY lower(t.covers), t.family)
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN entitlements_certificate c ON c.id = a.certificate_id
LEFT JOIN catalog_release r ON r.id = a.release_id
WHERE a.id = %(asset)s
"""


def licensed_of(*, asset_id: int, at: datetime) -> Licensed:
    """The asset's facts.  One query; who may read them is decided by who asks for them.  Source: A7."""
    with connection.cursor() as cursor:
        cursor.execute(LICENSED, {"asset": asset_id, "at": at})
        row: tuple[Any, ...] = cursor.fetchone()
    return Licensed(
        asset_id=row[0],
        organisation_id=row[1],
        serial=row[2],
        product=row[3],
        product_slug=row[4],
        customer=row[5],
        release=row[6],
        quantity=row[7],
        meter=row[8],
        kind=LicenceKind(row[9]),
        purpose=LicencePurpose(row[10]),
        zone=row[11],
        issued_on=row[12],
        today=row[13],
        terms=tuple(_term(text) for text in row[14]),
    )


def _term(text: str) -> LicensedTerm:
    family, starts, ends, quantity, level = text.split(" ", 4)
    return LicensedTerm(
        family=TermFamily(int(family)),
        starts=date.fromisoformat(starts),
        ends=date.fromisoformat(ends),
        level=level,
        quantity=int(quantity),
    )
