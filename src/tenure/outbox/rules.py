"""What a delivery status notification says (RFC 3464).  Pure; hostile bytes give no report, and no exception."""

import email
import email.policy
import re
from collections.abc import Iterable
from email.message import Message

from tenure.outbox.words import Report

LONGEST_SAID = 500
MOST_RECIPIENTS = 20
_ID = re.compile(r"<[^<>\s]{1,250}>")


def reports_in(raw: bytes) -> tuple[Report, ...]:
    """The recipients that a notification says were not reached, each with the message it is about; else nothing.

    raw: a message, perhaps cut off.  Only `Action: failed` counts: delayed, relayed and expanded are no end.  Without
    the Message-ID of what was sent nothing is reported, as anybody can write a notification.  Source: C5.
    """
    try:
        return _reports(email.message_from_bytes(raw, policy=email.policy.compat32))
    except RecursionError:  # parts within parts without end
        return ()


def _reports(message: Message) -> tuple[Report, ...]:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return ()
    parts = [part for part in message.walk() if part is not message]
    about = _about(parts, message)
    if not about:
        return ()
    found = [
        Report(message_id=about, recipient=recipient, said=said)
        for part in parts if part.get_content_type() == "message/delivery-status"
        for recipient, said in _failed(part)
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))[:MOST_RECIPIENTS]


def _failed(part: Message) -> Iterable[tuple[str, str]]:
    """The recipient and the diagnosis of each group of fields that says failed."""
    groups = part.get_payload()
    for group in groups if isinstance(groups, list) else ():
        if not isinstance(group, Message) or _field(group, "Action").partition(" ")[0].lower() != "failed":
            continue
        recipient = _field(group, "Original-Recipient") or _field(group, "Final-Recipient")
        said = _field(group, "Diagnostic-Code") or _field(group, "Status")
        yield _after_type(recipient).strip("<> ").lower(), _after_type(said)[:LONGEST_SAID]


def _about(parts: Iterable[Message], whole: Message) -> str:
    """The Message-ID of what was sent: of the copy that came back, or of its headers, or what is answered."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            copy = inner[0] if isinstance(inner, list) and inner else None
            found = _id(_field(copy, "Message-ID")) if isinstance(copy, Message) else ""
        elif kind == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            found = _id(_field(email.message_from_bytes(content), "Message-ID")) if isinstance(content, bytes) else ""
        else:
            continue
        if found:
            return found
    return _id(_field(whole, "In-Reply-To"))


def _id(text: str) -> str:
    found = _ID.search(text)
    return found[0] if found else ""


def _field(message: Message, name: str) -> str:
    """A header as text on one line of printable signs; "" where there is none."""
    text = str(message.get(name, ""))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _after_type(text: str) -> str:
    """The value of "rfc822; anna@example.com" or "smtp; 550 no such user"."""
    kind, mark, value = text.partition(";")
    return value.strip() if mark and kind.strip().replace("-", "").isalnum() else text.strip()
