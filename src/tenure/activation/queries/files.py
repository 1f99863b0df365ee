"""Licence files: the list of an asset, the bytes of one, and whether they still verify."""

import json

from tenure.accounts.words import Who
from tenure.activation.models import Activation, LicenceFile, SigningKey
from tenure.activation.queries.seen import asset_seen
from tenure.activation.words import FileRow, HeldActivation, SignedFile
from tenure.entitlements.words import LicencePurpose, TermFamily
from tenure_licence import Keys, Licence, canonical, document, verify


def files_of(*, asset_id: int, activation_id: int | None = None, most: int = 100) -> tuple[FileRow, ...]:
    """The files of a machine, or those for any machine, the newest first.  One query.

    The caller has asked whether the asset may be seen.  Source: A7.
    """
    found = LicenceFile.objects.filter(asset_id=asset_id)
    found = found.filter(activation=None) if activation_id is None else found.filter(activation_id=activation_id)
    rows = found.select_related("key", "replaced_by").order_by("-id")[:most]
    return tuple(file_row(row) for row in rows)


def bytes_of_file(*, who: Who | None, number: str) -> SignedFile | None:
    """A live file that the reader may have: the customer's people and the vendor's, and no reseller.  Source: A7."""
    if "\0" in number:
        return None
    row = LicenceFile.objects.select_related("key").filter(number=number.strip().upper(), withdrawn_at=None).first()
    if row is None or asset_seen(who=who, asset_id=row.asset_id, as_customer=True) is None:
        return None
    return signed_file(row)


def held_activation(*, who: Who, activation_id: int) -> HeldActivation | None:
    """An activation and its live files, by the key that signs them now; nothing for a reseller.  Source: A7."""
    known = Activation.objects.select_related("asset") if 0 < activation_id < 2**63 else Activation.objects.none()
    row = known.filter(id=activation_id).first()
    if row is None or asset_seen(who=who, asset_id=row.asset_id, as_customer=True) is None:
        return None
    files = LicenceFile.objects.select_related("key").filter(activation_id=row.pk, withdrawn_at=None)
    return HeldActivation(
        id=row.pk, serial=row.asset.serial_number, units=row.units, host=row.host, ended_at=row.ended_at,
        files=tuple(signed_file(each) for each in files.order_by("starts_on", "id")),
    )  # fmt: skip


def signed_file(row: LicenceFile) -> SignedFile:
    """The file of a row whose key was read with it."""
    said = said_by(json.loads(row.facts), row.key)
    return SignedFile(
        number=row.number,
        asset_id=row.asset_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        content=document(said=said, signature=bytes(row.signature)),
    )


def said_by(facts: dict[str, object], key: SigningKey) -> bytes:
    """What a file says, with its key's ID: the bytes that are signed."""
    return canonical({**facts, "key_id": key.key_id})


def verified(*, content: bytes) -> Licence:
    """A licence file by this installation's own keys and withdrawals.  Raises tenure_licence.Invalid.  Source: ours."""
    keys = SigningKey.objects.all()
    trusted = Keys(
        [bytes(key.public) for key in keys if key.withdrawn_at is None],
        [bytes(key.public) for key in keys if key.withdrawn_at is not None],
    )
    return verify(content, keys=trusted)


def is_withdrawn(number: str) -> bool:
    return LicenceFile.objects.filter(number=number, withdrawn_at__isnull=False).exists()


def file_row(row: LicenceFile) -> FileRow:
    """The row as it is shown."""
    return FileRow(
        number=row.number,
        activation_id=row.activation_id,
        family=TermFamily(row.family) if row.family is not None else None,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        purpose=LicencePurpose(row.purpose),
        key_id=row.key.key_id,
        issued_at=row.issued_at,
        withdrawn_at=row.withdrawn_at,
        why=row.why,
        replaced_by=row.replaced_by.number if row.replaced_by is not None else "",
    )
