"""Reads of the journal."""

from collections.abc import Iterable, Iterator

from django.db import connection

from tenure.journal.models import Entry, Seal
from tenure.journal.rules import Sealable, fault_in
from tenure.journal.words import Fault, Line, Proof

# entry_outside: the first entry in no seal and not waiting for one
ENTRY_OUTSIDE = """
SELECT e.id FROM journal_entry e
WHERE NOT EXISTS (SELECT FROM journal_unsealed u WHERE u.entry_id = e.id)
  AND e.id NOT IN (SELECT unnest(entries) FROM journal_seal)
ORDER BY e.id LIMIT 1
"""
# tail: entries in all, waiting, sealed; one statement, so that the three figures are of one moment
COUNTS = """
SELECT (SELECT count(*) FROM journal_entry), (SELECT count(*) FROM journal_unsealed),
       (SELECT coalesce(sum(cardinality(entries)), 0)::bigint FROM journal_seal)
"""


def history(*, subject_kind: str, subject: str, limit: int = 50, before: int | None = None) -> list[Line]:
    """The acts upon one subject, newest first; `before`: the number of the last line already shown."""
    found = Entry.objects.filter(subject_kind=subject_kind, subject=subject)
    if before is not None:
        found = found.filter(id__lt=before)
    columns = ("id", "at", "actor", "actor_name", "on_behalf_of", "verb", "facts", "why")
    return [Line(**row) for row in found.order_by("-id").values(*columns)[:limit]]


def acts_on(*, subject_kind: str, subjects: Iterable[str], verbs: Iterable[str]) -> list[Line]:
    """The acts of these verbs upon any of the subjects, the oldest first.  One query."""
    found = Entry.objects.filter(subject_kind=subject_kind, subject__in=list(subjects), verb__in=list(verbs))
    columns = ("id", "at", "actor", "actor_name", "on_behalf_of", "verb", "facts", "why")
    return [Line(**row) for row in found.order_by("id").values(*columns)]


def sealables(numbers: Iterable[int]) -> dict[int, Sealable]:
    """Those of the entries that are there, with every column, by number."""
    columns = Sealable.__dataclass_fields__.keys()
    rows = Entry.objects.filter(id__in=list(numbers)).values(*columns)
    return {row["id"]: Sealable(**row) for row in rows.iterator()}


def verify() -> Proof:
    """Recompute the whole chain, and say where it first breaks and how long the unsealed tail is.

    Finds entries altered, removed, slipped in or reordered and seals altered, removed or added, also where the
    triggers were off.  One seal's entries are in memory at a time.  Source: ours.
    """
    before, seals, sealed = b"", 0, 0
    fault: tuple[Fault, int | None] | None = None
    for seal in _seals():
        numbers, marks, digest, previous = seal.entries, bytes(seal.marks), bytes(seal.digest), bytes(seal.previous)
        fault = fault_in(
            numbers=numbers,
            marks=marks,
            digest=digest,
            previous=previous,
            before=before,
            entries=sealables(numbers),
        )
        if fault:
            break
        before, seals, sealed = digest, seals + 1, sealed + len(numbers)
    tail, outside = _tail()
    found, entry = fault or outside or (None, None)
    return Proof(seals=seals, sealed=sealed, tail=tail, head=before.hex(), fault=found, entry=entry)


def _seals() -> Iterator[Seal]:
    """All seals in order; read by number, so that none is held in memory with its neighbours."""
    last = 0
    while (seal := Seal.objects.filter(id__gt=last).order_by("id").first()) is not None:
        last = seal.id
        yield seal


def _tail() -> tuple[int, tuple[Fault, int | None] | None]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        entries, waiting, sealed = cursor.fetchone()
        if entries == waiting + sealed:
            return waiting, None
        cursor.execute(ENTRY_OUTSIDE)
        found = cursor.fetchone()
    return waiting, (Fault.ENTRY_OUTSIDE, found[0]) if found else (Fault.COUNTS_DIFFER, None)
