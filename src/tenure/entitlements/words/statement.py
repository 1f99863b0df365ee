"""What a customer owned on a day: the rows of a statement, and what a proof says."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tenure.entitlements.words.kinds import CoverState, LicenceKind, LicencePurpose
from tenure.entitlements.words.rows import Cover, TermRow

MOST_PRINTED = 2_000


class ProofRefusal(StrEnum):
    """Why there is no statement or proof.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    DAY_AHEAD = "day_ahead"
    NOTHING_OWNED = "nothing_owned"
    TOO_MUCH = "too_much"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilters:
    """product: a slug; state None: any; on None: today where each asset is."""

    product: str = ""
    state: CoverState | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One asset as it was owned at the end of a day, with its terms as they were known then or since.

    terms: by start, courtesy with them.  last_day: of the chain of cover that matters on the day, courtesy left out.
    level: of the term in force, or "".
    """

    serial: str
    support_identifier: str
    product: str
    product_slug: str
    release: str
    purpose: LicencePurpose
    site: str
    zone: str
    certificate: str
    quantity: int
    meter: str
    licence_kind: LicenceKind
    day: date
    level: str
    cover: Cover
    last_day: date | None
    terms: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSum:
    """All of one product, by meter and purpose: how many are owned, and how many of these are covered."""

    product: str
    meter: str
    purpose: LicencePurpose
    assets: int
    quantity: int
    covered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """rows: by product and serial number.  next: the cursor to hand back as `after`, or ""."""

    rows: tuple[StatementRow, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """A proof as the customer's people see it.  said: its facts; digest: their SHA-256 in hex."""

    number: str
    organisation: str
    organisation_number: str
    as_of: date
    made_at: datetime
    made_by: str
    said: dict[str, Any]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What anybody is told who has number and digest of a proof."""

    number: str
    as_of: date
    made_at: datetime


def canonical(said: dict[str, Any]) -> bytes:
    """The facts of a proof as the bytes that its digest is of: sorted keys, no blanks, UTF-8.  Source: A8; ours."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(said: dict[str, Any]) -> str:
    """SHA-256 of the facts, in hex."""
    return hashlib.sha256(canonical(said)).hexdigest()
