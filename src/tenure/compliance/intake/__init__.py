"""Counts of the installed from a CSV file: all or nothing, every bad line named, again is a no-op."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tenure.accounts.words import Who
from tenure.compliance.intake.sentences import sentence
from tenure.compliance.intake.staging import (
    CHECKS,
    CURRENT,
    FAULTS,
    KEEP,
    LOOKED_UP,
    TABLES,
    TWICE,
)
from tenure.compliance.intake.words import COLUMNS, Outcome, Taken, Told
from tenure.compliance.queries.counting import counting_for
from tenure.compliance.words import EARLIEST, LONGEST_HOST
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.tables import BadFile, Fault, Row, rows

_ONE_AT_A_TIME = 7_264_004
_BLOCK = 500
MOST_TOLD = 1000


def take(path: Path, *, name: str, who: Who | None, at: datetime, by: Actor, dry_run: bool = False) -> Taken:
    """Import counts; where the file has faults, nothing is kept and they are told.

    path: CSV in UTF-8 (`words.COLUMNS`).  name: what the journal calls it.  who: None is a command, which may count for
    every customer; anybody else for those whose owner or technical contact they are, and others do not exist for them.
    Two at once wait for each other.  Source: A9; the file's layout is ours.
    """
    with transaction.atomic():
        try:
            taken = _take(path, who, at)
        except BadFile as error:
            taken = Taken(outcome=None, faults=(Told(line=0, column="", reason=str(error)),))
        if taken.outcome is None or dry_run:
            transaction.set_rollback(True)
        elif taken.outcome.new:
            _journal(name, taken.outcome, at, by)
    return taken


def _take(path: Path, who: Who | None, at: datetime) -> Taken:
    unreadable: list[Fault] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        cursor.execute(TABLES)
        lines = _copy(cursor, rows(path, columns=COLUMNS, faults=unreadable))
        cursor.execute("ANALYZE counts_text")
        may = None if who is None else f"{{{','.join(map(str, counting_for(who)))}}}"
        cursor.execute(LOOKED_UP, {"may": may})
        cursor.execute("ANALYZE counts_row")
        cursor.execute(CHECKS, {"host": LONGEST_HOST, "today": at.date(), "earliest": EARLIEST})
        cursor.execute(TWICE)
        found = [Told(line=each.line, column=each.column, reason=each.reason) for each in unreadable]
        cursor.execute(FAULTS)
        found += [
            Told(line=line, column=column, reason=sentence(code, value))
            for line, column, code, value in cursor.fetchall()
        ]
        if found:
            found.sort(key=lambda each: (each.line, each.column))
            read = lines + len({each.line for each in unreadable})
            return Taken(outcome=None, faults=tuple(found[:MOST_TOLD]), more=max(0, len(found) - MOST_TOLD), lines=read)
        cursor.execute(CURRENT)
        cursor.execute(KEEP, {"at": at, "person": who.person_id if who else None})
        new, positions = cursor.fetchone()
    return Taken(outcome=Outcome(lines=lines, new=new, unchanged=lines - new, positions=positions), lines=lines)


def _copy(cursor: CursorWrapper, found: Iterator[Row]) -> int:
    count = 0
    block: list[str] = []
    with cursor.copy("COPY counts_text FROM STDIN") as copy:
        for line, cells in found:
            tidy = (" ".join(cell.split()).replace("\\", "\\\\") for cell in cells)
            block.append(f"{line}\t" + "\t".join(tidy) + "\n")
            count += 1
            if len(block) == _BLOCK:
                copy.write("".join(block))
                block.clear()
        copy.write("".join(block))
    return count


def _journal(name: str, outcome: Outcome, at: datetime, by: Actor) -> None:
    record(
        verb="compliance.counts_imported",
        subject=("import", name),
        at=at,
        by=by,
        facts={"lines": outcome.lines, "new": outcome.new, "positions": outcome.positions},
    )
