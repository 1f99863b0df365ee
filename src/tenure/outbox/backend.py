"""Django's mail backend: whatever Django and allauth send is written to the outbox, in the running transaction."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import get_language

from tenure.clock.queries import now
from tenure.outbox.actions import write


class OutboxBackend(BaseEmailBackend):
    """Keeps every message as it is, one row a recipient."""

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; all of them or none."""
        at = now()
        for message in email_messages:
            _write(message, at=at)
        return len(email_messages)


def _write(message: EmailMessage, *, at: datetime) -> None:
    message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
    whole = message.message()
    mime, message_id = whole.as_bytes(), str(whole.get("Message-ID", ""))
    for recipient in message.recipients():
        write(
            kind=str(message.extra_headers.get("X-Tenure-Kind", "account")),
            recipient=parseaddr(recipient)[1],
            language=get_language() or "en",
            subject=str(message.subject),
            text=str(message.body) if message.content_subtype == "plain" else "",
            html=_html(message),
            mime=mime,
            message_id=message_id,
            at=at,
        )


def _html(message: EmailMessage) -> str:
    if message.content_subtype == "html":
        return str(message.body)
    if isinstance(message, EmailMultiAlternatives):
        for content, kind in message.alternatives:
            if kind == "text/html":
                return str(content)
    return ""
