"""Addresses that take no mail: flagged when refused or reported, settled when a letter gets through."""

import logging
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.outbox.models import Bounce, Mail
from tenure.outbox.rules import LONGEST_SAID, reports_in
from tenure.outbox.words import QUIET, Report

LONGEST_READ = 1024 * 1024  # of a notification: what it reports stands before the copy of what was sent
MOST_A_ROUND = 500
log = logging.getLogger(__name__)

# open_bounce: one is open for an address; the latest thing that could not be delivered is told, and when
OPEN = """
INSERT INTO outbox_bounce (address, mail_id, said, bounced_at) VALUES (%(address)s, %(mail)s, %(said)s, %(at)s)
ON CONFLICT (lower(address)) WHERE settled_at IS NULL
DO UPDATE SET mail_id = EXCLUDED.mail_id, said = EXCLUDED.said, bounced_at = EXCLUDED.bounced_at
RETURNING id, xmax = 0
"""
# settle_quiet: reported addresses to which a later letter went out long ago, and no report came of it (C5)
SETTLE_QUIET = """
UPDATE outbox_bounce b SET settled_at = %(at)s
WHERE b.settled_at IS NULL AND EXISTS (
    SELECT FROM outbox_mail m WHERE lower(m.recipient) = lower(b.address)
    AND m.sent_at > b.bounced_at AND m.sent_at <= %(before)s)
RETURNING b.id, b.address
"""


@transaction.atomic
def reported(*, mail_id: int, said: str, at: datetime, by: Actor = JOB) -> bool:
    """Flag the address that a letter of ours did not reach; was it news.

    The same letter flags once, however often it is reported, also after the address was settled.  said: the server's
    words.  Source: C5.
    """
    mail = Mail.objects.select_for_update(no_key=True).get(id=mail_id)
    if Bounce.objects.filter(mail=mail).exists():
        return False
    tidy = "".join(sign for sign in said if sign.isprintable())[:LONGEST_SAID]
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"address": mail.recipient, "mail": mail.id, "said": tidy, "at": at})
        number, new = cursor.fetchone()
    if new:
        record(
            verb="outbox.bounced", subject=("bounce", str(number)), at=at, by=by,
            facts={"address": mail.recipient, "said": tidy},
        )  # fmt: skip
    return bool(new)


@transaction.atomic
def settle(*, address: str, at: datetime, by: Actor = JOB, why: str = "") -> bool:
    """The address takes mail again, or nobody is reached by it any more; was one flagged.  Source: C5."""
    for bounce in open_bounces(address).select_for_update():
        bounce.settled_at = at
        bounce.save(update_fields=["settled_at"])
        _journal_settled(bounce.id, bounce.address, why, at, by)
        return True
    return False


def open_bounces(address: str) -> QuerySet[Bounce]:
    """The flag of an address, if it is open; by the index that keeps it the only one."""
    return Bounce.objects.alias(lower=Lower("address")).filter(lower=address.lower(), settled_at=None)


@transaction.atomic
def settle_quiet(*, at: datetime) -> int:
    """Settle reported addresses to which a later letter went and no report came back in `QUIET`; says how many.

    A server of ours that takes everything proves nothing, so silence has to.  Source: C5; the days are ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(SETTLE_QUIET, {"at": at, "before": at - QUIET})
        settled = cursor.fetchall()
    for number, address in settled:
        _journal_settled(number, address, "no report for a later letter", at, JOB)
    return len(settled)


def read_bounces(*, folder: Path, at: datetime) -> int:
    """Read the new messages of a maildir, and say how many addresses were flagged; at most 500 messages a round.

    Each is taken once: it moves to `cur`, marked as seen, after what it says is kept.  One that cannot be read, or
    reports nothing of ours, moves too: no message stops the others.  Only Message-IDs of our own letters count, which
    nobody knows but the reader, so nobody can flag another's address; the address is that of our letter, not of the
    report.  Source: C5.
    """
    flagged = 0
    for path in _waiting(folder):
        try:
            flagged += sum(_take(report, at) for report in reports_in(_head(path)))
        except Exception:  # the worker's edge: one message must not hold up the others
            log.exception("outbox: a message in %s cannot be read", path.name)
        _move(path, folder / "cur" / f"{path.name.partition(':')[0]}:2,S")
    return flagged


def _take(report: Report, at: datetime) -> bool:
    letters = list(Mail.objects.filter(message_id=report.message_id).values_list("id", "recipient")[:MOST_A_ROUND])
    if len(letters) > 1:  # one text to several: the report has to say whom it is about
        letters = [(number, recipient) for number, recipient in letters if recipient.lower() == report.recipient]
    return bool(letters) and reported(mail_id=letters[0][0], said=report.said, at=at)


def _waiting(folder: Path) -> Iterator[Path]:
    """Plain files in `new`, the oldest name first."""
    try:
        names = sorted(path for path in (folder / "new").iterdir() if not path.name.startswith("."))
    except OSError as fault:
        log.warning("outbox: the maildir %s cannot be read: %s", folder, fault)
        return
    yield from [path for path in names if _is_plain(path)][:MOST_A_ROUND]


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # another worker has moved it
        return False


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_READ)
    except FileNotFoundError:  # another worker has moved it
        return b""


def _move(path: Path, to: Path) -> None:
    try:
        to.parent.mkdir(exist_ok=True)
        path.rename(to)
    except FileNotFoundError:  # another worker has moved it
        pass
    except OSError as fault:
        log.warning("outbox: %s cannot be moved, and is read again: %s", path.name, fault)


def _journal_settled(number: int, address: str, why: str, at: datetime, by: Actor) -> None:
    record(
        verb="outbox.bounce_settled", subject=("bounce", str(number)), at=at, by=by, facts={"address": address}, why=why
    )
