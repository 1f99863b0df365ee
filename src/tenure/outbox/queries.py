"""Reads of the outbox, for the desk's mailbox page; the screen lets in only those who may read everybody's mail."""

from tenure.outbox.models import Mail
from tenure.outbox.words import Envelope, Letter

SHOWN = ("id", "recipient", "subject", "kind", "language", "written_at", "sent_at", "failed_at", "tries", "error")


def mailbox(*, limit: int, before: int | None = None, recipient_like: str = "") -> list[Envelope]:
    """The newest messages first; `before`: the number of the last one already shown.

    recipient_like: a part of the address, in any case; empty for all.
    """
    found = Mail.objects.all()
    if before is not None:
        found = found.filter(id__lt=before)
    if recipient_like:
        found = found.filter(recipient__icontains=recipient_like)
    return [Envelope(**row) for row in found.order_by("-id").values(*SHOWN)[:limit]]


def mail(number: int) -> Letter | None:
    """One message whole, or None."""
    row = Mail.objects.filter(id=number).values(*SHOWN, "text", "html", "mime").first()
    return Letter(**{**row, "mime": bytes(row["mime"])}) if row else None
