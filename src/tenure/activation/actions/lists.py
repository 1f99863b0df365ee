"""The signed list of withdrawn files and keys, that products fetch."""

import json
from datetime import datetime, timedelta

from django.db import connection, transaction

from tenure.activation.actions.keys import signature_of, signer
from tenure.activation.models import LicenceFile, RevocationList, SigningKey
from tenure.activation.rules.files import instant_text
from tenure.entitlements.queries.rights import version_on
from tenure_licence import REVOCATIONS, canonical, document

TURN = 7_204_032  # the advisory lock of who publishes

# withdrawn: all files that a product which has not heard could still believe
WITHDRAWN = "SELECT number, withdrawn_at FROM activation_licencefile WHERE withdrawn_at IS NOT NULL ORDER BY number"


def revocation_list(*, at: datetime) -> tuple[int, bytes]:
    """The list and its number: the last published one, or a new one.

    A new one is published when something was withdrawn since, or when half the time is over that the last counts as
    fresh.  Numbers grow by one.  Raises Refused: KEY_UNREADABLE.  Source: ours.
    """
    last = RevocationList.objects.select_related("key").order_by("-number").first()
    if last is None or not _still_says_all(last, at):
        last = _published(at)
    return last.number, document(said=last.said.encode(), signature=bytes(last.signature))


@transaction.atomic
def _published(at: datetime) -> RevocationList:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        last = RevocationList.objects.select_related("key").order_by("-number").first()
        if last is not None and _still_says_all(last, at):
            return last
        cursor.execute(WITHDRAWN)
        files = cursor.fetchall()
    key = signer(at=at)
    fresh_until = at + timedelta(days=version_on(at.date()).policy.activation.revocation_list_days)
    keys = SigningKey.objects.filter(withdrawn_at__isnull=False).order_by("key_id")
    entries = len(files) + len(keys)
    said = canonical({
        "format": REVOCATIONS,
        "number": last.number + 1 if last else 1,
        "issued_at": instant_text(at),
        "fresh_until": instant_text(fresh_until),
        "key_id": key.key_id,
        "licences": [{"number": number, "withdrawn_at": instant_text(when)} for number, when in files],
        "keys": [{"key_id": each.key_id, "withdrawn_at": instant_text(each.withdrawn_at or at)} for each in keys],
    })  # fmt: skip
    return RevocationList.objects.create(
        number=json.loads(said)["number"], said=said.decode(), key=key,
        signature=signature_of(key=key, said=said), issued_at=at, fresh_until=fresh_until,
        entries=entries,
    )  # fmt: skip


def _still_says_all(last: RevocationList, at: datetime) -> bool:
    """Whether nothing was withdrawn since, its key is trusted, and half of its time is left."""
    if last.key.withdrawn_at is not None:
        return False
    if not last.issued_at <= at < last.issued_at + (last.fresh_until - last.issued_at) / 2:
        return False
    gone = {"withdrawn_at__isnull": False}
    return last.entries == LicenceFile.objects.filter(**gone).count() + SigningKey.objects.filter(**gone).count()
