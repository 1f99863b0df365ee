"""Proofs of entitlement: for the customer's people, and for anybody who has number and digest."""

import hmac

from tenure.accounts.words import Who
from tenure.entitlements.models import Proof
from tenure.entitlements.queries.statement import StatementOf, statement_of
from tenure.entitlements.words.statement import ProofRow, Verified

MOST_LISTED = 50


def proof(*, who: Who, number: str) -> ProofRow | None:
    """A proof for those who may read its customer's statement; None for everybody else.  Source: A8."""
    found = Proof.objects.select_related("organisation", "made_by").filter(number=number.replace("\0", "")).first()
    if found is None or statement_of(who, found.organisation.number) is None:
        return None
    return _row(found)


def proofs_of(*, of: StatementOf) -> tuple[ProofRow, ...]:
    """The proofs of a customer, the newest first, at most 50.  of: from `statement_of`, which has asked who may."""
    rows = Proof.objects.select_related("organisation", "made_by").filter(organisation_id=of.id)
    return tuple(_row(row) for row in rows.order_by("-id")[:MOST_LISTED])


def verified(*, number: str, digest: str) -> Verified | None:
    """What anybody may know who has both; None where they do not belong together, or nothing has that number.

    Source: A8.
    """
    found = Proof.objects.filter(number=number.replace("\0", "").strip().upper()).first()
    kept = bytes(found.digest).hex() if found else "-" * 64
    given = "".join(digest.lower().split())
    if not hmac.compare_digest(kept.encode(), given.encode()) or found is None:
        return None
    return Verified(number=found.number, as_of=found.as_of, made_at=found.made_at)


def _row(found: Proof) -> ProofRow:
    by = found.made_by
    return ProofRow(
        number=found.number, organisation=found.organisation.name, organisation_number=found.organisation.number,
        as_of=found.as_of, made_at=found.made_at, made_by=(by.name or by.email) if by else "", said=found.said,
        digest=bytes(found.digest).hex(),
    )  # fmt: skip
