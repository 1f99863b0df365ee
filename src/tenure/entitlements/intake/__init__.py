"""The installed base from a CSV file: all or nothing, every bad line named, the same file again changes nothing."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from tenure.accounts.actions import join_known_contacts
from tenure.entitlements.intake.announcing import tell_by_mail
from tenure.entitlements.intake.checks import check, faults
from tenure.entitlements.intake.staging import stage
from tenure.entitlements.intake.words import TABLE, Outcome, counted
from tenure.entitlements.intake.writing import write
from tenure.entitlements.queries.rights import version_on
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.tables import BadFile, Fault, rows

IMPORTING = 7_214_001

Report = Callable[[str], None]


def run(path: Path, *, announce: bool, correct: bool, dry_run: bool, at: datetime, by: Actor, report: Report) -> int:
    """Import certificates, assets, terms and contacts; 0 when it is done, 1 when the file is refused, whole.

    path: CSV in UTF-8 (columns: `intake.words.COLUMNS`).  correct: a term of the same certificate, serial and family
    that overlaps the file's one is closed and the file's one inserted; without it that is a fault.  dry_run: says what
    would be done.
    announce: owners of new certificates get them by mail, and technical contacts their new contact IDs.  at: when it
    becomes known.  report: takes one line of text at a time.  Two at once wait for each other.
    Source: A1, A3; the file's layout is ours.
    """
    with transaction.atomic():
        try:
            outcome = _import(path, correct, at, report)
        except BadFile as error:
            report(str(error))
            outcome = None
        if outcome is None:
            report("Nothing was imported.")
            transaction.set_rollback(True)
            return 1
        _tell(outcome, dry_run, report)
        if dry_run:
            transaction.set_rollback(True)
            return 0
        if outcome.certificates or outcome.assets or outcome.terms or outcome.corrected:
            if announce:
                owners, contacts = tell_by_mail(seat_ids=outcome.seat_ids, at=at)
                report(f"{counted(owners, 'owner')} and {counted(contacts, 'technical contact')} told by mail.")
            _journal(path, outcome, correct, announce, at, by)
            join_known_contacts(contact_ids=outcome.contact_ids, at=at, by=by)
    return 0


def _import(path: Path, correct: bool, at: datetime, report: Report) -> Outcome | None:
    """The outcome, or None where the file has faults, which are reported."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORTING])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Tables filled in this very transaction have no statistics yet, and the planner would loop over them.
        cursor.execute("SET LOCAL enable_nestloop = off")
    policy = version_on(at.date()).policy
    unreadable: list[Fault] = []
    lines = stage(rows(path, columns=TABLE, faults=unreadable), policy=policy)
    check(policy=policy, correct=correct)
    for fault in unreadable:
        report(str(fault))
    bad = len(unreadable)
    for fault in faults(policy=policy):
        report(str(fault))
        bad += 1
    if bad:
        read = lines + len({fault.line for fault in unreadable})
        report(f"{counted(bad, 'fault')} in {counted(read, 'line')}.")
        return None
    outcome = write(policy=policy, at=at, lines=lines)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")
    return outcome


def _tell(outcome: Outcome, dry_run: bool, report: Report) -> None:
    if not (outcome.certificates or outcome.assets or outcome.terms or outcome.corrected):
        report(f"{counted(outcome.lines, 'line')}: everything is held already; nothing changed.")
        return
    new = ", ".join(
        counted(number, f"new {noun}")
        for number, noun in (
            (outcome.certificates, "certificate"), (outcome.assets, "asset"), (outcome.terms, "term"),
        )
    )  # fmt: skip
    said = f"{outcome.corrected:,} corrected, {outcome.unchanged:,} unchanged"
    report(f"{counted(outcome.lines, 'line')}: {new}, {said}.")
    if dry_run:
        report("This was a dry run: nothing was imported.")


def _journal(path: Path, outcome: Outcome, correct: bool, announce: bool, at: datetime, by: Actor) -> None:
    record(
        verb="entitlements.certificates_imported",
        subject=("import", path.name),
        at=at,
        by=by,
        facts={
            "lines": outcome.lines,
            "certificates": outcome.certificates,
            "assets": outcome.assets,
            "terms": outcome.terms,
            "corrected": outcome.corrected,
            "correct": correct,
            "announce": announce,
        },
    )
