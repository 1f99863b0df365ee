"""Licence files: issue those that a machine is to have, for any machine where care says so, and withdraw them."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from tenure.accounts.words import Who
from tenure.activation.actions.keys import signature_of, signer
from tenure.activation.models import Activation, ActivationCode, LicenceFile
from tenure.activation.queries.facts import licensed_of
from tenure.activation.queries.files import said_by, signed_file
from tenure.activation.queries.seen import SeenAsset, asset_seen
from tenure.activation.rules.files import facts_of, same_but_for_issue, wanted
from tenure.activation.words import ActivationRefusal, Licensed, SignedFile, Year
from tenure.entitlements.queries.rights import version_on
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.words import IdentifierFormat
from tenure.toolbox.refused import Refused
from tenure_licence import canonical

REPLACED = "replaced"


@transaction.atomic
def renew_files(*, who: Who | None, activation_id: int, at: datetime, by: Actor) -> tuple[SignedFile, ...]:
    """Give a machine the files of all terms that have not ended, after a renewal or a correction; says those it has.

    Files that would say the same are left alone.  Raises Refused: NOT_FOUND, NOT_ALLOWED, ACTIVATION_ENDED,
    KEY_UNREADABLE.  Source: A7.
    """
    row = Activation.objects.filter(id=activation_id).first()
    seen = asset_seen(who=who, asset_id=row.asset_id, lock=True) if row is not None else None
    if row is None or seen is None:
        raise Refused(ActivationRefusal.NOT_FOUND)
    if not seen.may_act:
        raise Refused(ActivationRefusal.NOT_ALLOWED)
    row.refresh_from_db()
    if row.ended_at is not None:
        raise Refused(ActivationRefusal.ACTIVATION_ENDED)
    licensed = licensed_of(asset_id=row.asset_id, at=at)
    return keep_files(licensed=licensed, years=wanted(licensed=licensed), activation=row, at=at, by=by)


@transaction.atomic
def issue_file_for_any_machine(
    *, who: Who | None, serial: str, why: str, at: datetime, by: Actor
) -> tuple[SignedFile, ...]:  # fmt: skip
    """Customer care gives files that are bound to no machine, for closed networks.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, KEY_UNREADABLE.  Source: ours.
    """
    seen = for_care(who, serial)
    if not why.strip():
        raise Refused(ActivationRefusal.WHY_MISSING)
    licensed = licensed_of(asset_id=seen.id, at=at)
    files = keep_files(licensed=licensed, years=wanted(licensed=licensed), activation=None, at=at, by=by)
    record(
        verb="activation.files_for_any_machine",
        subject=("asset", seen.serial),
        at=at,
        by=by,
        why=why.strip(),
        facts={"files": [file.number for file in files]},
        organisation_id=seen.organisation_id,
    )
    return files


@transaction.atomic
def withdraw_file(*, who: Who | None, number: str, why: str, at: datetime, by: Actor) -> None:
    """Customer care withdraws a file: it goes on the list of withdrawals.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, FILE_WITHDRAWN.  Source: ours.
    """
    row = LicenceFile.objects.select_related("asset").filter(number=number.replace("\0", "")).first()
    if row is None:
        raise Refused(ActivationRefusal.NOT_FOUND)
    seen = for_care(who, row.asset.serial_number)
    if not why.strip():
        raise Refused(ActivationRefusal.WHY_MISSING)
    if not LicenceFile.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at, why=why.strip()):
        raise Refused(ActivationRefusal.FILE_WITHDRAWN)
    record(
        verb="activation.file_withdrawn",
        subject=("asset", seen.serial),
        at=at,
        by=by,
        why=why.strip(),
        facts={"number": row.number},
        organisation_id=seen.organisation_id,
    )


@transaction.atomic
def withdraw_licence(*, who: Who | None, serial: str, why: str, at: datetime, by: Actor) -> int:
    """Customer care takes back all that a licence has given out: its codes, its files, its use on every machine.

    Its terms stay, so it can be activated anew, by new codes.  Says how many files were withdrawn.
    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING.  Source: ours.
    """
    seen = for_care(who, serial)
    reason = why.strip()
    if not reason:
        raise Refused(ActivationRefusal.WHY_MISSING)
    gone = {"withdrawn_at": at, "why": reason}
    files = LicenceFile.objects.filter(asset_id=seen.id, withdrawn_at=None).update(**gone)
    codes = ActivationCode.objects.filter(asset_id=seen.id, withdrawn_at=None).update(**gone)
    machines = Activation.objects.filter(asset_id=seen.id, ended_at=None).update(
        ended_at=Greatest(F("activated_at"), Value(at)), ended_by_id=who.person_id if who else None, why=reason
    )
    record(
        verb="activation.licence_withdrawn",
        subject=("asset", seen.serial),
        at=at,
        by=by,
        why=reason,
        facts={"files": files, "codes": codes, "machines": machines},
        organisation_id=seen.organisation_id,
    )
    return files


def for_care(who: Who | None, serial: str) -> SeenAsset:
    """The asset, locked, for customer care alone.  Refused: NOT_FOUND, NOT_ALLOWED."""
    seen = asset_seen(who=who, serial=serial, lock=True)
    if seen is None:
        raise Refused(ActivationRefusal.NOT_FOUND)
    if not seen.by_care:
        raise Refused(ActivationRefusal.NOT_ALLOWED)
    return seen


def withdraw_files_of(*, activation_id: int, why: str, at: datetime) -> int:
    """All live files of an activation that ends; says how many."""
    live = LicenceFile.objects.filter(activation_id=activation_id, withdrawn_at=None)
    return live.update(withdrawn_at=at, why=why)


def keep_files(
    *, licensed: Licensed, years: Sequence[Year], activation: Activation | None, at: datetime, by: Actor
) -> tuple[SignedFile, ...]:  # fmt: skip
    """Issue the files of these years that are missing or would say something else now; says the files of all.

    The caller holds the lock on the asset.  Source: A7.
    """
    kept: dict[tuple[int | None, object], LicenceFile] = {
        (row.family, row.starts_on): row
        for row in LicenceFile.objects.select_related("key").filter(
            asset_id=licensed.asset_id, activation=activation, withdrawn_at=None
        )
    }
    found: list[LicenceFile] = []
    form = version_on(at.date()).policy.identifiers["licence_file"]
    for year in years:
        family = year.term.family.value if year.term else None
        held = kept.get((family, year.starts_on))
        facts = _facts(licensed, year, activation, at)
        if held is not None and same_but_for_issue(json.loads(held.facts), facts):
            found.append(held)
        else:
            found.append(_issued(licensed, year, activation, {**facts, "number": _number(form)}, held, at, by))
    return tuple(signed_file(row) for row in found)


def _facts(licensed: Licensed, year: Year, activation: Activation | None, at: datetime) -> dict[str, object]:
    whole = year.term.quantity if year.term else licensed.quantity
    return facts_of(
        licensed=licensed,
        year=year,
        number="",
        issued_at=at,
        host=activation.host if activation else None,
        quantity=activation.units if activation else whole,
    )


def _issued(
    licensed: Licensed, year: Year, activation: Activation | None, facts: dict[str, object],
    held: LicenceFile | None, at: datetime, by: Actor,
) -> LicenceFile:  # fmt: skip
    """Sign a new file; the one that it says anew is withdrawn."""
    key = signer(at=at)
    if held is not None:
        LicenceFile.objects.filter(pk=held.pk).update(withdrawn_at=at, why=REPLACED)
    row = LicenceFile.objects.create(
        number=str(facts["number"]),
        asset_id=licensed.asset_id,
        activation=activation,
        family=year.term.family if year.term else None,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        purpose=licensed.purpose,
        facts=canonical(facts).decode(),
        key=key,
        signature=signature_of(key=key, said=said_by(facts, key)),
        issued_at=at,
    )
    if held is not None:
        LicenceFile.objects.filter(pk=held.pk).update(replaced_by=row)
    record(
        verb="activation.file_issued",
        subject=("asset", licensed.serial),
        at=at,
        by=by,
        facts={
            "number": row.number,
            "host": activation.host if activation else None,
            "starts_on": year.starts_on.isoformat() if year.starts_on else None,
            "replaces": held.number if held else None,
        },
        organisation_id=licensed.organisation_id,
    )
    return row


def _number(form: IdentifierFormat) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('activation_file_number')")
        return form.made_from(number=int(cursor.fetchone()[0]))
