"""How entries are sealed: canonical text, digests, and the check of a chain."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from tenure.journal.words import JSON, Fault

MARK_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealable:
    """An entry as it is sealed: every column."""

    id: int
    at: datetime
    written_at: datetime
    actor: str
    actor_name: str
    on_behalf_of: str
    verb: str
    subject_kind: str
    subject: str
    organisation_id: int | None
    facts: Mapping[str, JSON]
    why: str
    transaction: int


def mark(entry: Sealable) -> bytes:
    """The SHA-256 of an entry's canonical JSON: a list of its columns in order, instants in UTC with microseconds."""
    columns = [
        entry.id,
        _instant(entry.at),
        _instant(entry.written_at),
        entry.actor,
        entry.actor_name,
        entry.on_behalf_of,
        entry.verb,
        entry.subject_kind,
        entry.subject,
        entry.organisation_id,
        entry.facts,
        entry.why,
        entry.transaction,
    ]
    text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return sha256(text.encode("ascii")).digest()


def chain(*, previous: bytes, marks: bytes) -> bytes:
    """The digest of a seal over its entries' marks, tied to the seal before it."""
    return sha256(previous + marks).digest()


def fault_in(
    *,
    numbers: Sequence[int],
    marks: bytes,
    digest: bytes,
    previous: bytes,
    before: bytes,
    entries: Mapping[int, Sealable],
) -> tuple[Fault, int | None] | None:
    """What is wrong with a seal, and with which of its entries; None when it holds.

    numbers, marks, digest, previous: the seal as kept.  before: the digest of the seal before it, empty for none.
    entries: those of `numbers` that are still there.
    """
    if previous != before:
        return Fault.CHAIN_BROKEN, numbers[0] if numbers else None
    for place, number in enumerate(numbers):
        entry = entries.get(number)
        if entry is None:
            return Fault.ENTRY_REMOVED, number
        if mark(entry) != marks[place * MARK_BYTES : (place + 1) * MARK_BYTES]:
            return Fault.ENTRY_ALTERED, number
    if len(marks) != len(numbers) * MARK_BYTES or chain(previous=previous, marks=marks) != digest:
        return Fault.SEAL_ALTERED, numbers[0] if numbers else None
    return None


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
