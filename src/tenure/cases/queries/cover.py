"""What a technical case is opened on: the asset, where it runs, and the contact seat of whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from tenure.accounts.words import Who
from tenure.entitlements.queries import decision_for
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.rules import rests_on_courtesy
from tenure.entitlements.words import Benefit, Decision
from tenure.policy.queries import VERSIONS, hold
from tenure.policy.words import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """An asset as a case stands on it.  releases: the names and labels that may be given, the newest first.

    contact_id: the live contact seat of the person, or of the caller; "" where there is none.  contact_person: who
    signed in as that contact, or None.  Source: D2, D7.
    """

    asset_id: int
    serial: str
    organisation_id: int
    organisation: str
    site_id: int
    site: str
    zone: str
    country: str
    subdivision: str
    region: str
    product_id: int
    product: str
    release: str
    releases: tuple[tuple[str, str], ...]
    contact_id: str
    contact_name: str
    contact_email: str
    contact_person: int | None

    def day(self, at: datetime) -> date:
        """The day at the asset's site."""
        return at.astimezone(ZoneInfo(self.zone)).date()


# ground: one asset, its site and product, and a live contact seat in its organisation: of the caller who named a
# contact ID, or else of the person asking (D2, D9); and the policy's versions
GROUND = """
SELECT a.id, a.serial_number, a.organisation_id, o.name, site.id, site.name, a.zone, site.country, site.subdivision,
       site.region, p.id, p.name, COALESCE(r.label, ''),
       ARRAY(SELECT ARRAY[each.name, each.label] FROM catalog_release each WHERE each.product_id = p.id
             ORDER BY each.position DESC, each.id DESC),
       COALESCE(seat.identifier, ''), COALESCE(seat.name, ''), COALESCE(seat.email, ''), seat.person_id,
       ({versions})
FROM entitlements_asset a
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site site ON site.id = a.site_id
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN catalog_release r ON r.id = a.release_id
LEFT JOIN LATERAL (
    SELECT s.identifier, k.name, k.email, k.person_id
    FROM entitlements_contactseat s
    JOIN entitlements_agreement g ON g.id = s.agreement_id
    JOIN accounts_contact k ON k.id = s.contact_id
    WHERE g.organisation_id = a.organisation_id AND s.ended_at IS NULL
      AND CASE WHEN %(caller)s <> '' THEN s.identifier = %(caller)s ELSE k.person_id = %(person)s END
    ORDER BY s.id LIMIT 1
) seat ON TRUE
WHERE a.serial_number = %(serial)s AND {seen}
"""


def ground(*, who: Who, serial: str, caller: str = "") -> Ground | None:
    """What a case on the asset stands on; None for an asset that the person may not see.  One query.

    caller: the contact ID that somebody gave by phone; "" for one's own case.  Source: D7.
    """
    asked = serial.strip().upper()
    if "\0" in asked or "\0" in caller:
        return None
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(
            GROUND.format(seen=seen.sql, versions=VERSIONS),
            {"serial": asked, "caller": caller.strip().upper(), "person": who.person_id, **seen.params},
        )
        row = cursor.fetchone()
    if row is None:
        return None
    hold(row[18])
    return Ground(
        asset_id=row[0], serial=row[1], organisation_id=row[2], organisation=row[3], site_id=row[4], site=row[5],
        zone=row[6], country=row[7], subdivision=row[8], region=row[9], product_id=row[10], product=row[11],
        release=row[12], releases=tuple((name, label) for name, label in row[13]), contact_id=row[14],
        contact_name=row[15], contact_email=row[16], contact_person=row[17],
    )  # fmt: skip


def support_decision(*, who: Who, ground: Ground, at: datetime) -> Decision:
    """Whether technical support is covered today at the site, and why.  Source: A5."""
    return decision_for(who=who, serial=ground.serial, benefit=Benefit.TECHNICAL_SUPPORT, on=ground.day(at))


def promises_nothing(*, decision: Decision, policy: Policy) -> bool:
    """Whether a case that rests on the decision runs no clock: it rests on a courtesy, and the policy says so.

    Source: A12.
    """
    return rests_on_courtesy(decision) and not policy.courtesy.targets_apply


def is_entitled_contact(*, organisation_id: int | None, contact_id: str) -> bool:
    """Whether the contact ID holds a live seat in the organisation.  Source: D2."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM entitlements_contactseat s"
            " JOIN entitlements_agreement g ON g.id = s.agreement_id"
            " WHERE s.identifier = %s AND s.ended_at IS NULL AND g.organisation_id = %s)",
            [contact_id.strip().upper().replace("\0", ""), organisation_id],
        )
        return bool(cursor.fetchone()[0])
