"""Serial numbers: register one, and take that back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tenure.accounts.words import Role, Who
from tenure.entitlements.models import Asset, Registration
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
