"""Assets as an order compares them with what was quoted: whose, where, through whom, how many, and how covered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tenure.renewals.models import QuoteLine
from tenure.renewals.rules.standing import changed
from tenure.renewals.words import Changed, Held

# held: assets by serial number as they stand now; the level of their last term, courtesy and extensions
# left out (A3, B3)
HELD = """
SELECT a.id, a.serial_number, a.zone, s.region, a.organisation_id, a.site_id, a.reseller_id, a.quantity,
       COALESCE(last.level, ''), a.chain_ends_on, o.country, COALESCE(x.country, ''),
       COALESCE(last.certificate_id, a.certificate_id)
FROM entitlements_asset a
JOIN accounts_site s ON s.id = a.site_id
JOIN accounts_organisation o ON o.id = a.organisation_id
LEFT JOIN accounts_organisation x ON x.id = a.reseller_id
LEFT JOIN LATERAL (
    SELECT t.level, t.certificate_id FROM entitlements_term t
    WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4 ORDER BY upper(t.covers) DESC, t.id DESC LIMIT 1
) last ON TRUE
WHERE a.serial_number = ANY(%(serials)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAsset:
    """An asset, its zone and region, and how it stands.  certificate: the id of the one of its last term."""

    id: int
    serial: str
    zone: str
    region: str
    held: Held
    country: str
    reseller_country: str
    certificate: int


def held_now(serials: Iterable[str]) -> dict[str, HeldAsset]:
    """Assets by serial number as they stand.  For actions, which have asked who may.  One query."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"serials": list(serials)})
        return {
            row[1]: HeldAsset(
                id=row[0], serial=row[1], zone=row[2], region=row[3], country=row[10], reseller_country=row[11],
                certificate=row[12],
                held=Held(
                    organisation=row[4], site=row[5], reseller=row[6], quantity=row[7], level=row[8], ends=row[9]
                ),
            )
            for row in cursor.fetchall()
        }  # fmt: skip


def held_from(told: Mapping[str, Any]) -> Held:
    """An asset as a line of a quote keeps it."""
    ends = told["ends"]
    return Held(**{**told, "ends": date.fromisoformat(ends) if ends else None})


def change_since(*, quote_id: int) -> tuple[str, Changed] | None:
    """The first asset of a quote that the reader was shown which is not as it was quoted, and what of it.  Two queries.

    None: all are.  Source: B3; ours.
    """
    lines = QuoteLine.objects.filter(quote_id=quote_id).order_by("place").values_list("asset__serial_number", "held")
    now = held_now(serial for serial, _ in lines)
    for serial, told in lines:
        what = changed(quoted=held_from(told), now=now[serial].held if serial in now else None)
        if what is not None:
            return serial, what
    return None
