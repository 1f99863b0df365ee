"""Writing mail, and sending it."""

import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from tenure.outbox.actions.bounces import open_bounces, reported, settle
from tenure.outbox.mime import Headers, whole
from tenure.outbox.models import Mail
from tenure.outbox.rendering import rendered
from tenure.outbox.words import MOST_ATTACHED_BYTES, MOST_TRIES, PAUSES, Attachment, LetterText, Reader, Thread
from tenure.toolbox.queue import wake

SENDING = "outbox.send_waiting"
PATIENCE_SECONDS = 30
log = logging.getLogger(__name__)

Send = Callable[[Mail], None]


class Unreachable(Exception):
    """The mail server cannot be reached or spoken to: no message's fault."""


def post_letter(
    *,
    kind: str,
    reader: Reader,
    letter: LetterText,
    at: datetime,
    attachments: Sequence[Attachment] = (),
    thread: Thread | None = None,
    unsubscribe: str = "",
) -> int:
    """Write a letter as text and HTML with the same sentences, in the transaction of its cause, and say its number.

    kind: "accounts.invitation".  letter: in the reader's language.  attachments: together at most 10 MiB.  thread: puts
    the letter among others about the same.  unsubscribe: an address where one POST ends such mail (RFC 8058).  Signs
    that a header cannot carry become blanks in the subject.  Raises ValueError for a line break in the address, or for
    too much attached.  Source: ours.
    """
    letter = replace(letter, subject="".join(sign if sign.isprintable() else " " for sign in letter.subject))
    text, html = rendered(letter, reader=reader, at=at)
    return post(
        kind=kind, recipient=reader.address, language=reader.language, subject=letter.subject, text=text, html=html,
        at=at, attachments=attachments, thread=thread, unsubscribe=unsubscribe,
    )  # fmt: skip


def post(
    *,
    kind: str,
    recipient: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    at: datetime,
    attachments: Sequence[Attachment] = (),
    thread: Thread | None = None,
    unsubscribe: str = "",
) -> int:
    """Write a message to one address, in the transaction of its cause, and say its number; see `post_letter`.

    kind: "accounts.invitation".  recipient: "anna@example.com" or "Anna <anna@example.com>".  at: the installation's
    clock.  Raises ValueError for a line break in the recipient or subject, or for too much attached.  Source: ours.
    """
    name, address = parseaddr(recipient)
    if not address or not (recipient + subject).replace("\t", " ").isprintable():
        raise ValueError(f"no address or no subject that a message can carry: {recipient!r}, {subject!r}")
    if sum(len(each.content) for each in attachments) > MOST_ATTACHED_BYTES:
        raise ValueError(f"more attached than {MOST_ATTACHED_BYTES} bytes")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = Headers(
        sender=settings.DEFAULT_FROM_EMAIL, name=name, address=address, subject=subject, language=language, at=at,
        message_id=make_msgid(domain=domain), domain=domain, thread=thread, unsubscribe=unsubscribe,
    )  # fmt: skip
    return write(
        kind=kind, recipient=address, language=language, subject=subject, text=text, html=html, at=at,
        mime=whole(headers=headers, text=text, html=html, attachments=attachments), message_id=headers.message_id,
    )  # fmt: skip


def write(
    *,
    kind: str,
    recipient: str,
    language: str,
    subject: str,
    text: str,
    html: str,
    mime: bytes,
    message_id: str,
    at: datetime,
) -> int:
    """Keep a finished message for one bare address, and have the worker woken after the commit.

    message_id: as its head says it, by which a report about it is known; "" where it has none.
    """
    mail = Mail.objects.create(
        kind=kind, recipient=recipient, language=language, subject=subject, text=text, html=html, mime=mime,
        message_id=message_id, written_at=at, due_at=Now(),
    )  # fmt: skip
    wake(SENDING)
    return mail.id


def send_waiting(*, at: datetime) -> int:
    """Send the messages that are due, and say how many went out.

    Each is its own transaction and locked while it goes, so any number of workers may send at once.  A worker killed
    between the server's yes and the commit sends the message again, with the same Message-ID.  at: the installation's
    clock, for display; due times are the database's real ones.  A server that cannot be reached ends the round, and
    costs no message a try; one that hangs up costs the message it hung up over a try.  With no server set, a
    message counts as delivered to the mailbox page.  Source: ours.
    """
    sent = 0
    with _Line() as line:
        try:
            while (went_out := _send_one(line.send, at=at)) is not None:
                sent += went_out
        except Unreachable as unreachable:
            log.warning("outbox: the mail server cannot be reached, the mail waits: %s", unreachable)
    return sent


@transaction.atomic
def _send_one(send: Send, *, at: datetime) -> bool | None:
    """Try the message that is due longest: did it go out; None when none is due."""
    due = Mail.objects.select_for_update(skip_locked=True).filter(sent_at=None, failed_at=None, due_at__lte=Now())
    mail = due.order_by("due_at", "id").first()
    if mail is None:
        return None
    mail.tries += 1
    try:
        send(mail)
    except (smtplib.SMTPException, UnicodeError) as refusal:  # the latter: a non-ASCII address
        _put_off(mail, refusal, at=at)
        return False
    mail.sent_at, mail.error = at, ""
    mail.save(update_fields=["tries", "sent_at", "error"])
    _settle_refused(mail, at=at)
    return True


def _put_off(mail: Mail, refusal: Exception, *, at: datetime) -> None:
    mail.error = str(refusal)[:2000].replace("\x00", "")
    if _is_final(refusal) or mail.tries >= MOST_TRIES:
        mail.failed_at = at
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            mail.due_at = cursor.fetchone()[0] + PAUSES[mail.tries - 1]
    mail.save(update_fields=["tries", "error", "failed_at", "due_at"])
    if _is_of_the_address(refusal):
        reported(mail_id=mail.id, said=mail.error, at=at)


def _settle_refused(mail: Mail, *, at: datetime) -> None:
    """The server that had refused an address takes it again.  With no server set, nothing is proved.

    Addresses that a report has flagged wait for `settle_quiet`: a server that takes everything reports later.
    """
    if settings.SMTP_HOST:
        refused = open_bounces(mail.recipient).filter(mail__failed_at__isnull=False, mail__sent_at=None)
        if refused.exists():
            settle(address=mail.recipient, at=at, why="a letter was taken")


def _is_of_the_address(refusal: Exception) -> bool:
    """Whether the address itself was refused for good, not what was written to it."""
    return _is_final(refusal) and isinstance(refusal, UnicodeError | smtplib.SMTPRecipientsRefused)


def _is_final(refusal: Exception) -> bool:
    """Whether trying again is of no use: the server said so (RFC 5321, codes from 500), or the address is not ASCII."""
    if isinstance(refusal, UnicodeError):
        return True
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in refusal.recipients.values())
    return isinstance(refusal, smtplib.SMTPResponseException) and refusal.smtp_code >= 500


class _Line:
    """One connection to the mail server for many messages, opened at the first."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    def send(self, mail: Mail) -> None:
        if not settings.SMTP_HOST:
            return
        server = self._server = self._server or _connect()
        try:
            server.sendmail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], [mail.recipient], bytes(mail.mime))
        except smtplib.SMTPException:
            self._hang_up(server if server.sock is None else None)
            raise
        except OSError as error:  # this message may be the cause, so it counts as a try of it
            self._hang_up(server)
            raise smtplib.SMTPServerDisconnected(str(error)) from error

    def _hang_up(self, server: smtplib.SMTP | None) -> None:
        if server is not None:
            server.close()
            self._server = None


def _connect() -> smtplib.SMTP:
    try:
        server = smtplib.SMTP(settings.SMTP_HOST, settings.SMTP_PORT, timeout=PATIENCE_SECONDS)
        if settings.SMTP_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.SMTP_USER:
            server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
    except OSError as error:  # smtplib's own exceptions are among them
        raise Unreachable(str(error)) from error
    return server
