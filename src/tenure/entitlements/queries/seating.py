"""Contact seats of an organisation: what is taken, what is allowed, and the seat of the person asking."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from tenure.accounts.queries import may_see_people
from tenure.accounts.words import Role, Who
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import heirs
from tenure.entitlements.words import AgreementFacts, HeldSeat, SeatGroup, TakenSeat
from tenure.policy.words import Code, Level
from tenure.toolbox.refused import Refused

# agreements: of an organisation; ended: there were terms, and each is over in its asset's own zone (D1, D2)
AGREEMENTS = """
SELECT g.id, g.level, g.region,
       EXISTS (SELECT FROM entitlements_term t WHERE t.agreement_id = g.id AND upper_inf(t.known))
       AND NOT EXISTS (SELECT FROM entitlements_term t JOIN entitlements_asset a ON a.id = t.asset_id
                       WHERE t.agreement_id = g.id AND upper_inf(t.known)
                         AND upper(t.covers) > (%(at)s::timestamptz AT TIME ZONE a.zone)::date)
FROM entitlements_agreement g WHERE g.organisation_id = %(organisation)s ORDER BY g.region, g.level, g.id
"""
# taken: the seats of an organisation that were not ended, the first named first (D2)
TAKEN = """
SELECT s.identifier, k.id, k.name, k.email, s.named_at, g.id, g.level
FROM entitlements_contactseat s
JOIN entitlements_agreement g ON g.id = s.agreement_id
JOIN accounts_contact k ON k.id = s.contact_id
WHERE g.organisation_id = %(organisation)s AND s.ended_at IS NULL ORDER BY s.named_at, s.id
"""
# held: the seats, at an instant, of contacts whose address the person has verified (D2, D9)
HELD = """
SELECT s.identifier, s.agreement_id, s.named_at
FROM entitlements_contactseat s
JOIN entitlements_agreement g ON g.id = s.agreement_id
JOIN accounts_contact k ON k.id = s.contact_id
WHERE g.organisation_id = %(organisation)s
  AND s.named_at <= %(at)s AND (s.ended_at IS NULL OR s.ended_at > %(at)s)
  AND (k.person_id = %(person)s OR EXISTS (
      SELECT FROM account_emailaddress e WHERE e.user_id = %(person)s AND e.verified AND e.email = lower(k.email)))
ORDER BY s.named_at, s.id
"""


def seats_of(*, who: Who, organisation_id: int, at: datetime) -> tuple[SeatGroup, ...]:
    """The agreements of an organisation with the seats that count with each, the highest level first.

    Ended agreements without seats are left out.  Empty unless `may_see_people`.  Source: D1, D2, D3.
    """
    return seat_groups(organisation_id=organisation_id, at=at) if may_see_people(who, organisation_id) else ()


def seat_of(*, who: Who, organisation_id: int, at: datetime) -> tuple[HeldSeat, ...]:
    """The contact seats that the person asking holds in an organisation at an instant, the highest level first.

    Empty for who holds no role there any more, whatever the paperwork says.  A technical case needs one.
    Source: D2, D9.
    """
    if who.person_id is None or not who.holds(organisation_id, *Role):
        return ()
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"organisation": organisation_id, "at": at, "person": who.person_id})
        found = cursor.fetchall()
    if not found:
        return ()
    places = _places(organisation_id, at, _levels(at))
    held = sorted(
        ((places[agreement], identifier, named_at) for identifier, agreement, named_at in found),
        key=lambda each: -each[0].rank,
    )
    return tuple(
        HeldSeat(
            identifier=identifier, agreement_id=place.id, level=place.level, region=place.region, named_at=named_at
        )
        for place, identifier, named_at in held
    )


def seat_groups(*, organisation_id: int, at: datetime) -> tuple[SeatGroup, ...]:
    """The same for actions, which hold the agreements' lock and have asked who may."""
    levels = _levels(at)
    places = _places(organisation_id, at, levels)
    taken: dict[int, list[TakenSeat]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, {"organisation": organisation_id})
        for identifier, contact, name, email, named_at, agreement, level in cursor.fetchall():
            seat = TakenSeat(
                identifier=identifier, contact_id=contact, name=name, email=email, named_at=named_at,
                agreement_id=agreement, level=level,
            )  # fmt: skip
            taken.setdefault(places[agreement].id, []).append(seat)
    shown = [
        place for place in {each.id: each for each in places.values()}.values() if not place.ended or place.id in taken
    ]
    shown.sort(key=lambda place: (-place.rank, place.region, place.id))
    return tuple(
        SeatGroup(
            agreement_id=place.id, level=place.level, region=place.region, seats=tuple(taken.get(place.id, ())),
            allowed=levels[place.level].contacts if place.level in levels else None,
        )
        for place in shown
    )  # fmt: skip


def _places(organisation_id: int, at: datetime, levels: Mapping[str, Level]) -> dict[int, AgreementFacts]:
    """The agreement that the seats of each agreement count with, by id."""
    with connection.cursor() as cursor:
        cursor.execute(AGREEMENTS, {"organisation": organisation_id, "at": at})
        found = cursor.fetchall()
    agreements = {}
    for number, name, region, ended in found:
        level = levels.get(name)
        agreements[number] = AgreementFacts(
            id=number, level=name, region=region, ended=ended, family=level.family.value if level else "",
            rank=level.rank if level else 0,
        )  # fmt: skip
    return {own: agreements[heir] for own, heir in heirs(list(agreements.values())).items()}


def _levels(at: datetime) -> Mapping[str, Level]:
    """The levels of the day; none before any policy was applied, so that pages can be read."""
    try:
        return version_on(at.date()).policy.levels
    except Refused as no:
        if no.code is Code.NO_VERSION:
            return {}
        raise
