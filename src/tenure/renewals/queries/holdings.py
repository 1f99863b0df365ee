"""Assets as a quote looks at them: one statement, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets
from tenure.renewals.words import Holding

# holdings: assets by serial number, with the level of their last term, the ends of their release's support, and the
# programme of their customer on a day (A3, A10, B11)
HOLDINGS = """
SELECT a.serial_number, p.slug, p.kind, COALESCE(r.label, ''), a.quantity, COALESCE(last.level, ''),
       a.chain_starts_on, a.chain_ends_on,
       CASE WHEN r.extended_support_offered
            THEN COALESCE(r.extended_support_ends_from, r.extended_support_ended_by)
            ELSE COALESCE(r.standard_support_ends_from, r.standard_support_ended_by) END,
       COALESCE(r.standard_support_ends_from, r.standard_support_ended_by),
       COALESCE(r.extended_support_offered, FALSE), o.id, o.name, o.country, p.name, o.tax_identifier,
       COALESCE((SELECT e.programme FROM renewals_enrolment e WHERE e.organisation_id = o.id
                 AND e.starts_on <= %(on)s::date AND (e.ends_on IS NULL OR e.ends_on > %(on)s::date)), '')
FROM unnest(%(serials)s::text[]) WITH ORDINALITY asked(serial, place)
JOIN entitlements_asset a ON a.serial_number = asked.serial
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
JOIN accounts_organisation o ON o.id = a.organisation_id
LEFT JOIN LATERAL (
    SELECT t.level FROM entitlements_term t
    WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.family < 4 ORDER BY upper(t.covers) DESC, t.id DESC LIMIT 1
) last ON TRUE
WHERE {seen}
ORDER BY asked.place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A holding, whose it is, and what its product is called.  programme: the customer's on the day, or ""."""

    holding: Holding
    organisation_id: int
    organisation: str
    country: str
    product_name: str
    tax_identifier: str
    programme: str


def holdings_of(*, who: Who | None, serials: Sequence[str], on: date | None = None) -> tuple[HeldRow, ...]:
    """The assets that the reader may see, in the order asked.  who: None is a command.  on: the order day, which
    decides the programme; None: nobody asks for it.  Source: A8, B11.
    """
    seen = visible_assets(who)
    asked = [serial.strip().upper() for serial in serials if "\0" not in serial]
    with connection.cursor() as cursor:
        cursor.execute(HOLDINGS.format(seen=seen.sql), {"serials": asked, "on": on, **seen.params})
        return tuple(_row(raw) for raw in cursor.fetchall())


def _row(raw: Sequence[Any]) -> HeldRow:
    serial, product, kind, release, quantity, level, starts, ends, supported_to, standard_to, offered = raw[:11]
    assert supported_to is None or isinstance(supported_to, date)  # noqa: S101  a day, as the columns are
    return HeldRow(
        holding=Holding(
            serial=serial, product=product, kind=kind, release=release, quantity=quantity, level=level,
            chain_starts=starts, chain_ends=ends, supported_to=supported_to,
            standard_to=standard_to, extended_offered=offered,
        ),
        organisation_id=raw[11], organisation=raw[12], country=raw[13], product_name=raw[14],
        tax_identifier=raw[15], programme=raw[16],
    )  # fmt: skip
