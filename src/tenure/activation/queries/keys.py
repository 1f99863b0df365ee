"""Signing keys: which one signs, which are published."""

from django.db.models import Count

from tenure.activation.models import LicenceFile, SigningKey
from tenure.activation.words import KeyRow, KeyState


def current_key() -> SigningKey | None:
    """The key that signs now, if there is one.  One query.  Source: ours."""
    return SigningKey.objects.filter(withdrawn_at=None, used_from__isnull=False).order_by("-used_from", "-id").first()


def signing_keys() -> tuple[KeyRow, ...]:
    """All keys, the newest first.  Two queries.  Source: ours."""
    signed = dict(
        LicenceFile.objects.filter(withdrawn_at=None)
        .values_list("key_id")
        .annotate(count=Count("id"))
        .order_by()
        .values_list("key_id", "count")
    )
    rows = list(SigningKey.objects.order_by("-made_at", "-id"))
    used = [row for row in rows if row.withdrawn_at is None and row.used_from is not None]
    signs = max(used, key=lambda row: (row.used_from is not None and row.used_from.timestamp(), row.pk), default=None)
    return tuple(
        KeyRow(
            key_id=row.key_id,
            public=bytes(row.public),
            state=_state(row, signs),
            made_at=row.made_at,
            used_from=row.used_from,
            withdrawn_at=row.withdrawn_at,
            why=row.why,
            files=signed.get(row.pk, 0),
        )
        for row in rows
    )


def _state(row: SigningKey, signs: SigningKey | None) -> KeyState:
    if row.withdrawn_at is not None:
        return KeyState.WITHDRAWN
    if row.used_from is None:
        return KeyState.PREPARED
    return KeyState.SIGNS if signs is not None and row.pk == signs.pk else KeyState.RETIRED
