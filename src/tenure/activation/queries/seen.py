"""Whose machines and files these are: the one predicate of assets, and what a reader may do with one."""

from dataclasses import dataclass

from django.db import connection

from tenure.accounts.words import LINKERS, Role, Who
from tenure.entitlements.queries.sight import visible_assets

ACTORS = (Role.OWNER, Role.TECHNICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAsset:
    """An asset that the reader sees.  is_customer: as one of the customer's own people, or of the vendor's.

    may_act: may activate, move and end; by_care: in the customer's place.
    """

    id: int
    organisation_id: int
    serial: str
    is_customer: bool
    may_act: bool
    by_care: bool


def asset_seen(
    *, who: Who | None, asset_id: int | None = None, serial: str = "", as_customer: bool = False, lock: bool = False
) -> SeenAsset | None:
    """The asset with this id or serial number, if the reader may see it.  One query.

    as_customer: a reseller is told that it is not there.  lock: whoever counts its units waits for each other.
    who: None is a command, which may do all.  Source: A7, A8.
    """
    seen = visible_assets(who)
    asked = serial.strip().upper()
    if "\0" in asked:
        return None
    where = "a.serial_number = %(serial)s" if asset_id is None else "a.id = %(asset)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.id, a.organisation_id, a.serial_number FROM entitlements_asset a WHERE {where} AND {seen.sql}"  # noqa: S608
            + (" FOR NO KEY UPDATE" if lock else ""),
            {"serial": asked, "asset": asset_id, **seen.params},
        )
        row = cursor.fetchone()
    if row is None:
        return None
    found = rights_on_asset(who, *row)
    return found if found.is_customer or not as_customer else None


def rights_on_asset(who: Who | None, asset_id: int, organisation_id: int, serial: str) -> SeenAsset:
    """What the reader may do with an asset that they see.  Source: A7."""
    by_care = who is None or bool(who.staff & LINKERS)
    return SeenAsset(
        id=asset_id,
        organisation_id=organisation_id,
        serial=serial,
        is_customer=who is None or who.is_staff or organisation_id in who.organisation_ids,
        may_act=by_care or (who is not None and who.holds(organisation_id, *ACTORS)),
        by_care=by_care and not (who is not None and who.holds(organisation_id, *ACTORS)),
    )
