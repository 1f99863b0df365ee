"""Somebody says that a serial number is theirs: the words and rows of claims."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tenure.entitlements.words.kinds import ClaimAnswer
from tenure.toolbox.upload import KeptFile

LONGEST_WORDS = 5_000


class ClaimRefusal(StrEnum):
    """Why a claim, or an answer to one, is refused.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    SERIAL_INVALID = "serial_invalid"
    WORDS_MISSING = "words_missing"
    WORDS_TOO_LONG = "words_too_long"
    TOO_MANY_CLAIMS = "too_many_claims"
    CLAIM_ANSWERED = "claim_answered"
    WHY_MISSING = "why_missing"
    NOTHING_TO_GRANT = "nothing_to_grant"
    THEIRS_ALREADY = "theirs_already"
    HOLDER_NOT_HEARD = "holder_not_heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnClaim:
    """A claim as those see it who made it: nothing about whether the number exists, or whose it is.

    answer: None while it waits.  may_withdraw: for who made it and for owners, while it waits.
    """

    id: int
    serial: str
    organisation: str
    claimed_by: str
    claimed_at: datetime
    words: str
    given: tuple[str, ...]
    files: tuple[str, ...]
    answer_due_on: date
    answer: ClaimAnswer | None
    answered_at: datetime | None
    why: str
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAgainst:
    """An open claim on what the reader's organisation has: not by whom.  words, given, files: their own answer."""

    id: int
    serial: str
    product: str
    organisation: str
    claimed_at: datetime
    answer_due_on: date
    heard_at: datetime | None
    words: str
    given: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForCare:
    """A claim with both sides, for customer care.  holder: who has the asset now; "" where nothing bears the number.

    may_grant_from: the first day on which it can be granted although the holder has said nothing.
    """

    own: OwnClaim
    organisation_number: str
    claimed_by_email: str
    product: str
    quantity: int
    holder: str
    holder_number: str
    told_at: datetime | None
    heard_at: datetime | None
    heard_by: str
    holder_words: str
    holder_given: tuple[str, ...]
    evidence: tuple[KeptFile, ...]
    holder_evidence: tuple[KeptFile, ...]
    may_grant_from: date
    answered_by: str
    move: int | None

    @property
    def is_theirs(self) -> bool:
        return self.holder_number == self.organisation_number
