"""Who may call for an asset: the contact seats of the agreements behind its terms."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection

from tenure.accounts.queries import may_see_people
from tenure.accounts.words import Who
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.words import SeatRow, SeatsRow
from tenure.policy.queries import VersionedPolicy

# seats_of_asset: the agreements of the terms in force on the day, each with the seats that were taken on it (D2)
SEATS_OF_ASSET = """
SELECT a.organisation_id, g.id, g.level, g.region, s.identifier, k.name, k.email, s.named_at
FROM entitlements_asset a
JOIN LATERAL (SELECT DISTINCT t.agreement_id FROM entitlements_term t
              WHERE t.asset_id = a.id AND upper_inf(t.known) AND t.covers @> %(on)s::date) live ON TRUE
JOIN entitlements_agreement g ON g.id = live.agreement_id
LEFT JOIN entitlements_contactseat s
    ON s.agreement_id = g.id AND (s.named_at AT TIME ZONE a.zone)::date <= %(on)s::date
   AND (s.ended_at IS NULL OR (s.ended_at AT TIME ZONE a.zone)::date > %(on)s::date)
LEFT JOIN accounts_contact k ON k.id = s.contact_id
WHERE a.id = %(asset)s AND {seen}
ORDER BY g.level, g.region, g.id, s.seat, s.id
"""


def seats_of_asset(*, who: Who, asset_id: int, on: date, version: VersionedPolicy) -> tuple[SeatsRow, ...]:
    """The seats of each agreement whose term covers the asset on the day, by level and region; empty without cover.

    on: a day in the asset's zone; version: the policy of that day.  Names are for those who may see the customer's
    people (`may_see_people`): its own and the vendor's; a reseller gets the figures alone.  One query.  Source: D1, D2.
    """
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(SEATS_OF_ASSET.format(seen=seen.sql), {"asset": asset_id, "on": on, **seen.params})
        found = cursor.fetchall()
    return _by_agreement(found, who, version)


def _by_agreement(found: list[tuple[Any, ...]], who: Who, version: VersionedPolicy) -> tuple[SeatsRow, ...]:
    levels = version.policy.levels
    rows: dict[int, SeatsRow] = {}
    for organisation, agreement, level, region, identifier, name, email, named_at in found:
        allowed = levels[level].contacts if level in levels else None
        row = rows.get(agreement) or SeatsRow(level=level, region=region, allowed=allowed, taken=0, people=())
        if identifier is not None:
            person = SeatRow(identifier=identifier, name=name, email=email, named_at=named_at)
            people = (*row.people, person) if may_see_people(who, organisation) else ()
            row = replace(row, taken=row.taken + 1, people=people)
        rows[agreement] = row
    return tuple(rows.values())
