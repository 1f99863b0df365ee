"""Writing the journal."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from tenure.journal.models import RequestKey, Seal
from tenure.journal.queries import sealables
from tenure.journal.rules import chain, mark
from tenure.journal.words import JSON, Actor, Kept

MOST_IN_A_SEAL = 10_000
KEYS_LAST = timedelta(hours=24)
SEALING = 7_362_013  # the advisory lock of who seals

# take_unsealed: entries whose transactions have all ended, in order.  A number beyond the snapshot's end was given by
# another server, before the data was restored here: such an entry is visible, so it is committed.
TAKE_UNSEALED = """
WITH settled AS (
    SELECT entry_id FROM journal_unsealed
    WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
       OR transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    ORDER BY transaction, entry_id LIMIT %s)
DELETE FROM journal_unsealed u USING settled s WHERE u.entry_id = s.entry_id
RETURNING u.entry_id, u.transaction
"""
RECORD = """
INSERT INTO journal_entry
    (at, actor, actor_name, on_behalf_of, verb, subject_kind, subject, organisation_id, facts, why)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# claim: waits for the transaction of a twin in flight, then is void if that one has kept the key
CLAIM = """
INSERT INTO journal_requestkey (scope, key, fingerprint, location, content_type, body, kept_at)
VALUES (%s, %s, %s, '', '', '', %s) ON CONFLICT (scope, key) DO NOTHING RETURNING id
"""
KEEP = """
UPDATE journal_requestkey SET status = %s, location = %s, content_type = %s, body = %s WHERE scope = %s AND key = %s
"""


def record(
    *,
    verb: str,
    subject: tuple[str, str],
    at: datetime,
    by: Actor,
    facts: Mapping[str, JSON] | None = None,
    why: str = "",
    organisation_id: int | None = None,
) -> None:
    """Append one entry, in the transaction of the act it tells of.

    verb: "entitlements.serial_registered"; subject: (kind, identifier); at: the installation's clock (the database
    adds the real one).  facts: plain JSON, never a secret.  Source: ours.
    """
    told = json.dumps(dict(facts or {}), allow_nan=False)
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [at, str(by), by.name, by.on_behalf_of, verb, *subject, organisation_id, told, why])


@transaction.atomic
def seal(*, at: datetime) -> int:
    """Seal the committed entries that wait, at most 10,000, and say how many; 0 when there is nothing to seal.

    No writer waits: an entry of a transaction that still runs, or may precede one, is left for the next seal.  Two
    sealers go one after the other.  Source: ours.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING])
        cursor.execute(TAKE_UNSEALED, [MOST_IN_A_SEAL])
        taken = sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))
    if not taken:
        return 0
    numbers = [number for number, _ in taken]
    entries = sealables(numbers)
    marks = b"".join(mark(entries[number]) for number in numbers if number in entries)
    last = Seal.objects.order_by("-id").first()
    previous = bytes(last.digest) if last else b""
    digest = chain(previous=previous, marks=marks)
    Seal.objects.create(entries=numbers, marks=marks, digest=digest, previous=previous, sealed_at=at)
    return len(numbers)


def claim(*, scope: str, key: str, fingerprint: bytes, at: datetime) -> Kept | None:
    """Take a request's key in the running transaction; None: it is ours, do the work.

    scope: whose key it is ("person:12").  fingerprint: SHA-256 of what is asked.  Waits while an equal request is in
    flight.  Where the key is kept already, answers what that request got; `same` says whether it asked the same.
    Source: ours.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [scope, key, fingerprint, at])
            if cursor.fetchone():
                return None
        kept = RequestKey.objects.filter(scope=scope, key=key).first()
        if kept is None:
            continue  # pruned in the instant between the two statements
        return Kept(
            same=bytes(kept.fingerprint) == fingerprint,
            status=kept.status or 204,
            location=kept.location,
            content_type=kept.content_type,
            body=bytes(kept.body),
        )


def keep(*, scope: str, key: str, status: int, location: str = "", content_type: str = "", body: bytes = b"") -> None:
    """Keep the answer with the claimed key; it becomes true with the transaction that has its effects."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [status, location, content_type, body, scope, key])


def drop(*, scope: str, key: str) -> None:
    """Let go of a claimed key: the request had no effect, and may come again with another body."""
    RequestKey.objects.filter(scope=scope, key=key).delete()


def prune(*, at: datetime) -> int:
    """Forget request keys older than 24 hours, and say how many.  Source: ours."""
    return RequestKey.objects.filter(kept_at__lt=at - KEYS_LAST).delete()[0]
