"""Tables and constraints of entitlements: what is owned, and what happens to it.  No verbs here."""

from tenure.entitlements.models.changes import (
    Claim,
    ContactRequest,
    Courtesy,
    CourtesyUse,
    Evidence,
    Move,
    MoveLine,
    Proof,
)
from tenure.entitlements.models.owned import (
    Agreement,
    Asset,
    Certificate,
    ContactSeat,
    Joining,
    JoiningRequest,
    LetterDue,
    Registration,
    Term,
)

__all__ = [
    "Agreement",
    "Asset",
    "Certificate",
    "Claim",
    "ContactRequest",
    "ContactSeat",
    "Courtesy",
    "CourtesyUse",
    "Evidence",
    "Joining",
    "JoiningRequest",
    "LetterDue",
    "Move",
    "MoveLine",
    "Proof",
    "Registration",
    "Term",
]
