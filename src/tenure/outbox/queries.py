"""Reads of the outbox, for the desk's mailbox page; the screen lets in only those who may read everybody's mail."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from tenure.outbox.models import Bounce, Mail
from tenure.outbox.words import BounceRow, Envelope, Letter

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


def bounced(addresses: Iterable[str]) -> dict[str, BounceRow]:
    """Those of the addresses that take no mail now, by the address in small letters.  One query.

    The caller has asked who may see the addresses.  Source: C5.
    """
    wanted = {address.lower() for address in addresses}
    if not wanted:
        return {}
    rows = Bounce.objects.annotate(lower=Lower("address")).filter(lower__in=wanted, settled_at=None)
    return {
        row["address"].lower(): BounceRow(**row)
        for row in rows.values("id", "address", "said", "bounced_at", "told_at")
    }
