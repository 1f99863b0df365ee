"""Signing keys: make one, let another sign, withdraw one.  Files keep their numbers and what they say."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tenure.activation import keyring
from tenure.activation.models import LicenceFile, SigningKey
from tenure.activation.queries.files import said_by
from tenure.activation.queries.keys import current_key
from tenure.activation.words import ActivationRefusal
from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.toolbox.queue import defer
from tenure.toolbox.refused import Refused
from tenure_licence import key_id_of, signed_answer

TURN = 7_204_031  # the advisory lock of who makes, changes or withdraws a key
BATCH = 1000
SIGNING = "activation.sign_again"

# sign_files: new signatures of many files at once; a file that was signed anew or withdrawn meanwhile keeps what it has
SIGN_FILES = """
UPDATE activation_licencefile f SET key_id = %(key)s, signature = s.signature
FROM unnest(%(ids)s::bigint[], %(signatures)s::bytea[]) AS s(id, signature)
WHERE f.id = s.id AND f.withdrawn_at IS NULL
"""


def signer(*, at: datetime) -> SigningKey:
    """The key that signs now; the first one is made when it is first needed.  Source: ours."""
    found = current_key()
    if found is not None:
        return found
    with transaction.atomic():
        _wait_for_turn()
        return current_key() or _made(at=at, used_from=at, by=JOB)


def signature_of(*, key: SigningKey, said: bytes) -> bytes:
    """Sign with a key.  Raises Refused: KEY_UNREADABLE where its private half is not on this machine.  Source: ours."""
    try:
        return keyring.private_key(folder(), key.key_id).sign(said)
    except keyring.Unreadable as error:
        raise Refused(ActivationRefusal.KEY_UNREADABLE, key_id=key.key_id, file=str(error)) from None


def answer_signed(*, answer: dict[str, object], at: datetime) -> dict[str, object]:
    """An answer with its signature over all other members.  Raises Refused: KEY_UNREADABLE.  Source: ours."""
    return answer_signed_by(key_id=signer(at=at).key_id, answer=answer)


def answer_signed_by(*, key_id: str, answer: dict[str, object]) -> dict[str, object]:
    """As `answer_signed`, by a key that was read already.  No query."""
    try:
        return signed_answer(answer, key_id=key_id, signer=keyring.private_key(folder(), key_id))
    except keyring.Unreadable as error:
        raise Refused(ActivationRefusal.KEY_UNREADABLE, key_id=key_id, file=str(error)) from None


@transaction.atomic
def prepare_key(*, at: datetime, by: Actor) -> str:
    """Make a key that is published and does not sign yet, so that products can learn it; says its ID.  Source: ours."""
    _wait_for_turn()
    return _made(at=at, used_from=None, by=by).key_id


@transaction.atomic
def rotate_key(*, at: datetime, by: Actor, why: str = "") -> str:
    """Let another key sign from now on: the prepared one, or a new one.  Says its ID.

    All live files are signed anew, by a job; until then, and where they were fetched already, the old signatures hold,
    as the old key is not withdrawn.  Source: ours.
    """
    _wait_for_turn()
    prepared = SigningKey.objects.filter(used_from=None, withdrawn_at=None).order_by("made_at", "id").first()
    key = prepared or _made(at=at, used_from=at, by=by)
    if prepared is not None:
        SigningKey.objects.filter(pk=prepared.pk).update(used_from=at)
    record(
        verb="activation.key_rotated", subject=("signing_key", key.key_id), at=at, by=by, why=why,
        facts={"prepared": prepared is not None},
    )  # fmt: skip
    defer(SIGNING, queueing_lock=SIGNING)
    return key.key_id


@transaction.atomic
def withdraw_key(*, key_id: str, why: str, at: datetime, by: Actor) -> str:
    """Trust a key no more: it goes on the list of withdrawals, and what it signed is signed anew by another.

    The key that signs is replaced in the same step.  Says the ID of the key that signs now.
    Raises Refused: NOT_FOUND, KEY_WITHDRAWN, WHY_MISSING.  Source: ours.
    """
    _wait_for_turn()
    if not why.strip():
        raise Refused(ActivationRefusal.WHY_MISSING)
    key = SigningKey.objects.filter(key_id=key_id.replace("\0", "")).first()
    if key is None:
        raise Refused(ActivationRefusal.NOT_FOUND)
    if key.withdrawn_at is not None:
        raise Refused(ActivationRefusal.KEY_WITHDRAWN)
    current = current_key()
    SigningKey.objects.filter(pk=key.pk).update(withdrawn_at=at, why=why.strip())
    if current is not None and current.pk == key.pk:
        rotate_key(at=at, by=by, why=why.strip())
    record(
        verb="activation.key_withdrawn",
        subject=("signing_key", key.key_id),
        at=at,
        by=by,
        why=why.strip(),
    )
    defer(SIGNING, queueing_lock=SIGNING)
    return signer(at=at).key_id


def sign_again(*, at: datetime) -> int:
    """Sign every live file that another key has signed, a batch in a transaction; says how many.

    Numbers, facts and instants of issue stay.  Again does nothing.  Raises Refused: KEY_UNREADABLE.  Source: ours.
    """
    key, done = signer(at=at), 0
    while True:
        with transaction.atomic():
            stale = LicenceFile.objects.filter(withdrawn_at=None).exclude(key_id=key.pk).order_by("id")
            rows = list(stale.values_list("id", "facts")[:BATCH])
            if not rows:
                return done
            signatures = [signature_of(key=key, said=said_by(json.loads(facts), key)) for _, facts in rows]
            with connection.cursor() as cursor:
                cursor.execute(SIGN_FILES, {
                    "key": key.pk, "ids": [ident for ident, _ in rows], "signatures": signatures,
                })  # fmt: skip
            done += len(rows)


def folder() -> Path:
    """Where the private keys are kept."""
    return Path(settings.DATA) / "keys"


def _made(*, at: datetime, used_from: datetime | None, by: Actor) -> SigningKey:
    public = keyring.made(folder())
    key = SigningKey.objects.create(key_id=key_id_of(public), public=public, made_at=at, used_from=used_from)
    record(verb="activation.key_made", subject=("signing_key", key.key_id), at=at, by=by)
    return key


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
