"""What can be done with entitlements: register a serial, take that back, name a technical contact, end a seat."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tenure.accounts.models import Contact
from tenure.accounts.words import Role, Who
from tenure.entitlements.models import Agreement, Asset, ContactSeat, Registration
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.entitlements.words import EntitlementRefusal
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused


@transaction.atomic
def register_serial(*, who: Who, serial: str, at: datetime, by: Actor) -> None:
    """Register a serial number from the day of `at` in the asset's zone; again changes nothing.

    who: an owner or technical contact of the asset's organisation.  Raises Refused: NOT_FOUND for an asset that the
    person may not see, NOT_ALLOWED for one they may only see.  Source: A6.
    """
    asset = _asset_to_change(who, serial)
    if who.person_id is None:
        raise Refused(EntitlementRefusal.NOT_ALLOWED, serial=asset.serial_number)
    if Registration.objects.filter(asset=asset, withdrawn_at=None).exists():
        return
    on = at.astimezone(ZoneInfo(asset.zone)).date()
    Registration.objects.create(asset=asset, person_id=who.person_id, registered_at=at, registered_on=on)
    record(
        verb="entitlements.serial_registered",
        subject=("asset", asset.serial_number),
        at=at,
        by=by,
        facts={"registered_on": on.isoformat()},
        organisation_id=asset.organisation_id,
    )


@transaction.atomic
def withdraw_registration(*, who: Who, serial: str, at: datetime, by: Actor) -> None:
    """End the registration of a serial number; upgrades stop with that day.

    who: as for registering.  Raises Refused: NOT_FOUND, NOT_ALLOWED, NOT_REGISTERED.  Source: A6.
    """
    asset = _asset_to_change(who, serial)
    if not Registration.objects.filter(asset=asset, withdrawn_at=None).update(withdrawn_at=at):
        raise Refused(EntitlementRefusal.NOT_REGISTERED, serial=asset.serial_number)
    record(
        verb="entitlements.registration_withdrawn",
        subject=("asset", asset.serial_number),
        at=at,
        by=by,
        organisation_id=asset.organisation_id,
    )


@transaction.atomic
def name_contact(*, agreement_id: int, contact_id: int, at: datetime, by: Actor) -> str:
    """Give a technical contact a seat of an agreement; says their contact ID.  Named already: the ID they have.

    The caller decides who may do this.  Raises Refused: NOT_FOUND, CONTACT_ELSEWHERE for another customer's contact,
    LEVEL_UNKNOWN, SEATS_TAKEN when the level's seats are all taken, however many ask at once.  Source: D1, D2.
    """
    # The agreement's row is the queue: whoever comes second counts after the first has written.
    agreement = Agreement.objects.select_for_update(no_key=True).filter(id=agreement_id).first()
    contact = Contact.objects.filter(id=contact_id).first()
    if agreement is None or contact is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if contact.organisation_id != agreement.organisation_id:
        raise Refused(EntitlementRefusal.CONTACT_ELSEWHERE)
    taken = ContactSeat.objects.filter(agreement=agreement, ended_at=None)
    held = taken.filter(contact=contact).first()
    if held:
        return held.identifier
    policy = version_on(at.date()).policy
    level = policy.levels.get(agreement.level)
    if level is None:
        raise Refused(EntitlementRefusal.LEVEL_UNKNOWN, level=agreement.level)
    free = set(range(1, level.contacts + 1)) - set(taken.values_list("seat", flat=True))
    if not free:
        raise Refused(EntitlementRefusal.SEATS_TAKEN, level=agreement.level, seats=level.contacts)
    identifier = policy.identifiers["contact_id"].made_from(number=_next_contact_number())
    ContactSeat.objects.create(
        agreement=agreement, contact=contact, identifier=identifier, seat=min(free), named_at=at
    )  # fmt: skip
    record(
        verb="entitlements.contact_named",
        subject=("agreement", str(agreement.id)),
        at=at,
        by=by,
        facts={"contact": contact.email, "identifier": identifier, "seat": min(free)},
        organisation_id=agreement.organisation_id,
    )
    return identifier


@transaction.atomic
def end_seat(*, identifier: str, at: datetime, by: Actor) -> None:
    """Take the seat of a contact ID back; the ID is never given again.  Raises Refused: NOT_FOUND.  Source: D2."""
    seat = ContactSeat.objects.select_related("agreement").filter(identifier=identifier, ended_at=None).first()
    if seat is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    ContactSeat.objects.filter(id=seat.id).update(ended_at=at)
    record(
        verb="entitlements.seat_ended",
        subject=("agreement", str(seat.agreement_id)),
        at=at,
        by=by,
        facts={"identifier": identifier},
        organisation_id=seat.agreement.organisation_id,
    )


def _asset_to_change(who: Who, serial: str) -> Asset:
    """The asset, locked against a second registration at once, if the person may register it."""
    seen = visible_assets(who)
    asked = serial.strip().upper().replace("\0", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.id FROM entitlements_asset a WHERE a.serial_number = %(serial)s AND {seen.sql}"  # noqa: S608
            " FOR NO KEY UPDATE",
            {"serial": asked, **seen.params},
        )
        found = cursor.fetchone()
    if found is None:
        raise Refused(EntitlementRefusal.NOT_FOUND, serial=serial)
    asset = Asset.objects.get(id=found[0])
    if not who.holds(asset.organisation_id, Role.OWNER, Role.TECHNICAL):
        raise Refused(EntitlementRefusal.NOT_ALLOWED, serial=asset.serial_number)
    return asset


def _next_contact_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('entitlements_contact_number')")
        return int(cursor.fetchone()[0])
