"""Put units of a licence to use on a machine, move them to another one, and end it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum

from tenure.accounts.words import Who
from tenure.activation.actions.files import keep_files, withdraw_files_of
from tenure.activation.models import Activation
from tenure.activation.queries.facts import licensed_of
from tenure.activation.queries.machines import MOVES, moves_since
from tenure.activation.queries.seen import SeenAsset, asset_seen, rights_on_asset
from tenure.activation.rules.codes import Misread, read_code
from tenure.activation.rules.files import wanted
from tenure.activation.words import LONGEST_HOST, MOST_UNITS, Activated, ActivationRefusal
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.sight import visible_assets
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

YEAR = timedelta(days=365)

# asset_of_code: a code of an asset that the reader sees; one that is unknown and one of somebody else read the same
ASSET_OF_CODE = """
SELECT a.id, a.organisation_id, a.serial_number, c.starts_on,
       c.withdrawn_at IS NOT NULL OR (c.family IS NOT NULL AND NOT EXISTS (
           SELECT FROM entitlements_term t WHERE t.asset_id = a.id AND t.family = c.family
           AND lower(t.covers) = c.starts_on AND upper_inf(t.known)))
FROM activation_activationcode c JOIN entitlements_asset a ON a.id = c.asset_id
WHERE c.code = %(code)s AND {seen}
FOR NO KEY UPDATE OF a
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where a licence is to be used.  units: None for one, or for as many as the machine has already."""

    host: str
    name: str = ""
    units: int | None = None


@transaction.atomic
def activate_by_code(*, who: Who | None, code: str, machine: Machine, at: datetime, by: Actor) -> Activated:
    """Activate with a typed code; again on the same machine is the same activation, with the files of the code's term.

    Files are those of the terms that start no later than the code's.  Raises Refused: CODE_MALFORMED with the slip and
    its group, CODE_UNKNOWN also for somebody else's, CODE_WITHDRAWN, NOT_ALLOWED, HOST_INVALID, UNITS_INVALID,
    UNITS_TAKEN, TOO_MANY_MOVES, KEY_UNREADABLE.  Source: A7.
    """
    try:
        read = read_code(code)
    except Misread as slip:
        raise Refused(
            ActivationRefusal.CODE_MALFORMED, slip=slip.slip.value, group=slip.group, sign=slip.sign, signs=slip.signs
        ) from None
    seen = visible_assets(who)
    with connection.cursor() as cursor:
        cursor.execute(ASSET_OF_CODE.format(seen=seen.sql), {"code": read, **seen.params})
        row = cursor.fetchone()
    if row is None:
        raise Refused(ActivationRefusal.CODE_UNKNOWN)
    *found, starts_on, withdrawn = row
    asset = rights_on_asset(who, *found)
    if not asset.may_act:
        raise Refused(ActivationRefusal.NOT_ALLOWED)
    if withdrawn:
        raise Refused(ActivationRefusal.CODE_WITHDRAWN)
    return _activated(who, asset, machine, at=at, by=by, through=starts_on)


@transaction.atomic
def activate(*, who: Who | None, serial: str, machine: Machine, why: str = "", at: datetime, by: Actor) -> Activated:
    """Activate from the page of the licence, for products that have no way out; its files are those of all its terms.

    Customer care gives a reason.  Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, HOST_INVALID, UNITS_INVALID,
    UNITS_TAKEN, TOO_MANY_MOVES, KEY_UNREADABLE.  Source: A7.
    """
    asset = _to_act(who, asset_seen(who=who, serial=serial, lock=True), why)
    return _activated(who, asset, machine, at=at, by=by, why=why)


@transaction.atomic
def move_activation(
    *, who: Who | None, activation_id: int, machine: Machine, why: str = "", at: datetime, by: Actor
) -> Activated:
    """End an activation and begin another on a new machine, also where the old one is dead; its files are withdrawn.

    A customer may do so as often a year as the policy says; care with a reason as often as needed.
    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, ACTIVATION_ENDED, HOST_INVALID, HOST_TAKEN, TOO_MANY_MOVES,
    KEY_UNREADABLE.  Source: A7; the limit is ours.
    """
    old, asset = _activation(who, activation_id, why)
    host, name = _host(machine)
    if Activation.objects.filter(asset_id=asset.id, host=host, ended_at=None).exists():
        raise Refused(ActivationRefusal.HOST_TAKEN, host=host)
    if not asset.by_care:
        _allow_move(moves_since(activation_id=old.pk, since=at - YEAR), at)
    _end(old, who, at)
    new = Activation.objects.create(
        asset_id=asset.id, units=old.units, host=host, host_name=name, activated_at=at, moved_from=old,
        activated_by_id=who.person_id if who else None, by_care=asset.by_care, why=why.strip(),
    )  # fmt: skip
    withdraw_files_of(activation_id=old.pk, why="moved", at=at)
    _told("activation.moved", asset, new, at=at, by=by, why=why, facts={"from": old.host, "to": host})
    return _with_files(asset, new, is_new=True, at=at, by=by)


@transaction.atomic
def end_activation(*, who: Who | None, activation_id: int, why: str = "", at: datetime, by: Actor) -> None:
    """End an activation: its units are free, and its files are withdrawn.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, ACTIVATION_ENDED.  Source: A7.
    """
    old, asset = _activation(who, activation_id, why)
    _end(old, who, at, why=why.strip())
    withdraw_files_of(activation_id=old.pk, why="ended", at=at)
    _told("activation.ended", asset, old, at=at, by=by, why=why, facts={"host": old.host, "units": old.units})


def _activated(
    who: Who | None, asset: SeenAsset, machine: Machine, *, at: datetime, by: Actor, why: str = "",
    through: date | None = None,
) -> Activated:  # fmt: skip
    """The activation of a machine; the asset's row is locked, so whoever comes second counts what the first took."""
    host, name = _host(machine)
    units = machine.units
    if units is not None and not 0 < units <= MOST_UNITS:
        raise Refused(ActivationRefusal.UNITS_INVALID)
    live = Activation.objects.filter(asset_id=asset.id, ended_at=None)
    held = live.filter(host=host).first()
    licensed = licensed_of(asset_id=asset.id, at=at)
    others = live.exclude(host=host).aggregate(sum=Sum("units"))["sum"] or 0
    wished = units or (held.units if held else 1)
    if others + wished > licensed.quantity and not (held is not None and wished <= held.units):
        free = max(0, licensed.quantity - others)
        raise Refused(ActivationRefusal.UNITS_TAKEN, free=free, quantity=licensed.quantity, wished=wished)
    if held is None:
        head = None if asset.by_care else _rested(asset.id, host, wished, licensed.quantity - others, at)
        new = Activation.objects.create(
            asset_id=asset.id, units=wished, host=host, host_name=name, activated_at=at, moved_from_id=head,
            activated_by_id=who.person_id if who else None, by_care=asset.by_care, why=why.strip(),
        )  # fmt: skip
        _told("activation.activated", asset, new, at=at, by=by, why=why, facts={"host": host, "units": wished})
        return _with_files(asset, new, is_new=True, at=at, by=by, through=through)
    if wished != held.units:
        Activation.objects.filter(pk=held.pk).update(units=wished)
        before, held.units = held.units, wished
        facts: dict[str, str | int] = {"host": host, "units": wished, "before": before}
        _told("activation.units_changed", asset, held, at=at, by=by, why=why, facts=facts)
    return _with_files(asset, held, is_new=False, at=at, by=by, through=through)


def _rested(asset_id: int, host: str, wished: int, free: int, at: datetime) -> int | None:
    """The ended activation whose units come to use again, so that ending and activating is a move like any other.

    None while there are units that nobody has used within a year.  Refused: TOO_MANY_MOVES.
    """
    ended = Activation.objects.filter(asset_id=asset_id, ended_at__gt=at - YEAR, moved_to=None)
    rows = {row.pk: row for row in ended}
    if free - sum(row.units for row in rows.values()) >= wished or not rows:
        return None
    same = [row.pk for row in rows.values() if row.host == host]
    if same:
        return same[-1]
    with connection.cursor() as cursor:
        cursor.execute(MOVES, {"heads": f"{{{','.join(map(str, rows))}}}", "since": at - YEAR})
        head, moves = cursor.fetchone()
    _allow_move(moves, at)
    return int(head)


def _allow_move(moves: int, at: datetime) -> None:
    most = version_on(at.date()).policy.activation.most_moves_a_year
    if moves >= most:
        raise Refused(ActivationRefusal.TOO_MANY_MOVES, most=most)


def _with_files(
    asset: SeenAsset, row: Activation, *, is_new: bool, at: datetime, by: Actor, through: date | None = None
) -> Activated:  # fmt: skip
    licensed = licensed_of(asset_id=asset.id, at=at)
    years = wanted(licensed=licensed, through=through)
    files = keep_files(licensed=licensed, years=years, activation=row, at=at, by=by)
    return Activated(id=row.pk, serial=asset.serial, is_new=is_new, units=row.units, host=row.host, files=files)


def _activation(who: Who | None, activation_id: int, why: str) -> tuple[Activation, SeenAsset]:
    """A live activation, its asset locked.  Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, ACTIVATION_ENDED."""
    row = Activation.objects.filter(id=activation_id).first() if 0 < activation_id < 2**63 else None
    seen = asset_seen(who=who, asset_id=row.asset_id, lock=True) if row is not None else None
    asset = _to_act(who, seen, why)
    current = Activation.objects.get(id=activation_id)
    if current.ended_at is not None:
        raise Refused(ActivationRefusal.ACTIVATION_ENDED)
    return current, asset


def _to_act(who: Who | None, seen: SeenAsset | None, why: str) -> SeenAsset:
    if seen is None:
        raise Refused(ActivationRefusal.NOT_FOUND)
    if not seen.may_act:
        raise Refused(ActivationRefusal.NOT_ALLOWED)
    if seen.by_care and who is not None and not why.strip():
        raise Refused(ActivationRefusal.WHY_MISSING)
    return seen


def _end(row: Activation, who: Who | None, at: datetime, why: str = "") -> None:
    """Ends not before it began, whatever a sandbox's clock does."""
    more = {"why": why} if why else {}
    Activation.objects.filter(pk=row.pk).update(
        ended_at=max(at, row.activated_at), ended_by_id=who.person_id if who else None, **more
    )


def _host(machine: Machine) -> tuple[str, str]:
    """Host and name as they are kept: blanks at the ends gone.  Refused: HOST_INVALID."""
    host = unicodedata.normalize("NFC", machine.host).strip()
    name = unicodedata.normalize("NFC", machine.name).strip()
    if not host or len(host) > LONGEST_HOST or not host.isprintable():
        raise Refused(ActivationRefusal.HOST_INVALID, longest=LONGEST_HOST)
    if len(name) > LONGEST_HOST or not name.isprintable():
        raise Refused(ActivationRefusal.HOST_INVALID, longest=LONGEST_HOST)
    return host, name


def _told(
    verb: str, asset: SeenAsset, row: Activation, *, at: datetime, by: Actor, why: str, facts: Mapping[str, str | int]
) -> None:
    record(
        verb=verb, subject=("asset", asset.serial), at=at, by=by, why=why.strip(),
        facts={"activation": row.pk, **facts}, organisation_id=asset.organisation_id,
    )  # fmt: skip
