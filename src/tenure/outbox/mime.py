"""A message as it goes over the wire: ASCII, CRLF, text and HTML side by side, and what is attached."""

import quopri
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from uuid import uuid4

from tenure.outbox.words import Attachment, Thread

# The older classes of the library: four times cheaper than EmailMessage, which parses each header it is given.
WIRE = compat32.clone(linesep="\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What the head of a message says.  sender: "Name <address>".  domain: of what it refers to.

    unsubscribe: an https address where one POST without signing in ends such mail (RFC 8058), or "".
    """

    sender: str
    name: str
    address: str
    subject: str
    language: str
    at: datetime
    message_id: str
    domain: str
    thread: Thread | None = None
    unsubscribe: str = ""


def whole(*, headers: Headers, text: str, html: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """The message, whole.  html: "" where there is none."""
    words = [_words(text, "plain"), *([_words(html, "html")] if html else [])]
    message = words[0] if len(words) == 1 else _together("alternative", words)
    if attachments:
        message = _together("mixed", [message, *map(_attached, attachments)])
    for name, value in _said(headers):
        message[name] = value
    return message.as_bytes()


def _said(headers: Headers) -> list[tuple[str, str]]:
    # an address that is not ASCII fails when it is sent
    to = formataddr((headers.name, headers.address)) if headers.address.isascii() else headers.address
    said = [
        ("From", formataddr(parseaddr(headers.sender))),
        ("To", to),
        ("Subject", headers.subject),
        ("Date", format_datetime(headers.at)),
        ("Message-ID", headers.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", headers.language),
    ]
    if headers.unsubscribe:
        said += [
            ("List-Unsubscribe", f"<{headers.unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    if headers.thread is None:
        return said
    references = headers.thread.references(headers.domain)
    return [*said, ("In-Reply-To", references[-1]), ("References", " ".join(references))]


def _words(words: str, form: str) -> Message:
    """A text as quoted-printable: not every server takes 8-bit mail, or long lines."""
    part = MIMENonMultipart("text", form, policy=WIRE, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    lines = words.replace("\r\n", "\n").encode("utf-8", "replace")
    part.set_payload(quopri.encodestring(lines).decode("ascii"))
    return part


def _together(form: str, parts: Sequence[Message]) -> Message:
    # neither encoding of a part makes "=_" (RFC 2045, 6.7), so no part need be searched for it
    whole = MIMEMultipart(form, boundary=f"=_{uuid4().hex}", policy=WIRE)
    for part in parts:
        whole.attach(part)
    return whole


def _attached(file: Attachment) -> Message:
    family, _, form = file.content_type.partition("/")
    part = MIMENonMultipart(family, form, policy=WIRE)
    part.set_payload(file.content)
    encode_base64(part)
    name = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part
