"""Moving in: cases of another help desk from a file, each with its history; the same file again changes nothing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from tenure.cases.intake.people import People
from tenure.cases.intake.reading import cases_in, customers_in
from tenure.cases.intake.words import BadFile, Counts, Customer, Fault, Given
from tenure.cases.intake.writing import held_of, write
from tenure.entitlements.queries.rights import version_on
from tenure.journal.actions import record
from tenure.journal.words import JSON, Actor

__all__ = ["run"]

BATCH = 2_000
_ONE_AT_A_TIME = 7_362_021  # the advisory lock of moving in

Report = Callable[[str], object]


def run(
    path: Path, *, customers: Path | None, at: datetime, by: Actor, report: Report, complain: Report
) -> int:  # fmt: skip
    """Import the cases; 0 when it is done, 1 when the file is refused, whole.

    path, customers: JSON lines (docs/guide/moving-in.md).  at: when it is done.  report: takes the last line; complain:
    every bad line and the progress.  Each batch is one transaction, and what is imported is passed over: after a kill
    the same command goes on where it stopped.  Two at once take turns.  Source: ours.
    """
    try:
        found, faults = _checked(path, customers, complain)
    except BadFile as error:
        complain(str(error))
        faults = 1
    if faults:
        complain(f"{faults:,} {'line is' if faults == 1 else 'lines are'} wrong. Nothing was imported.")
        return 1
    policy = version_on(at.date()).policy
    counts = Counts()
    people = People(form=policy.identifiers["organisation"], at=at, by=by, counts=counts, given=found)
    with transaction.atomic():
        _take_turns()
        people.meet_customers()
    form = policy.identifiers["case"]
    for batch in _batches(_sound(cases_in(path))):
        _import(batch, people, path, lambda number: form.made_from(number=number))
        complain(f"{counts.read:,} cases read, {counts.new:,} new")
    _analyse()
    report(_told(counts))
    return 0


def _checked(path: Path, customers: Path | None, complain: Report) -> tuple[dict[str, Customer], int]:
    """The customers of their file, and how many lines of both are wrong; each is named."""
    faults, found = 0, {}
    for line in customers_in(customers) if customers else ():
        if isinstance(line, Fault):
            faults += 1
            complain(f"{customers}: {line}")
        else:
            found[line.customer] = line
    seen: set[str] = set()
    for each in cases_in(path):
        fault = each if isinstance(each, Fault) else None
        if isinstance(each, Given):
            fault = Fault(each.line, "id", f"{each.number} is there twice") if each.number in seen else None
            seen.add(each.number)
        if fault is not None:
            faults += 1
            complain(str(fault))
    return found, faults


def _sound(lines: Iterable[Given | Fault]) -> Iterator[Given]:
    """The cases of a file that was checked; should it have changed since, the import stops there."""
    for each in lines:
        if isinstance(each, Fault):
            raise BadFile(f"{each}: the file was changed while it was read")
        yield each


def _batches(cases: Iterator[Given]) -> Iterator[list[Given]]:
    while batch := list(islice(cases, BATCH)):
        yield batch


@transaction.atomic
def _import(batch: list[Given], people: People, path: Path, made_from: Callable[[int], str]) -> None:
    _take_turns()
    held = held_of([given.number for given in batch])
    new = [given for given in batch if given.number not in held]
    if new:
        write(new, people=people, made_from=made_from)
        facts: dict[str, JSON] = {"cases": len(new), "first_line": batch[0].line, "last_line": batch[-1].line}
        record(verb="cases.imported", subject=("import", path.name), at=people.at, by=people.by, facts=facts)
    counts = people.counts
    counts.read += len(batch)
    counts.held += len(held)
    counts.new += len(new)
    counts.comments += sum(len(given.comments) for given in new)


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _analyse() -> None:
    """Fresh statistics: lists and searches of so many new rows are planned by them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case, cases_event, cases_text")


def _told(counts: Counts) -> str:
    return (
        f"{counts.read:,} cases: {counts.new:,} new with {counts.comments:,} comments, {counts.held:,} held already; "
        f"{counts.customers:,} customers, {counts.contacts:,} contacts and {counts.agents:,} agents new"
    )
