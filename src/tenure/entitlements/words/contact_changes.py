"""The words of requests about named technical contacts: what is asked, what the evidence says, how it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tenure.entitlements.words.kinds import ContactAnswer, ContactWish
from tenure.policy.words.identifiers import Identifier

LONGEST = {"name": 100, "company": 200, "address": 1_000, "phone": 50, "words": 2_000}


class ContactRefusal(StrEnum):
    """Why a request about contacts is refused.  Codes are API."""

    EVIDENCE_MISSING = "evidence_missing"
    ONE_CONTACT_ID = "one_contact_id"
    DETAIL_MISSING = "detail_missing"
    DETAIL_TOO_LONG = "detail_too_long"
    DAY_PAST = "day_past"
    DAY_TOO_FAR = "day_too_far"
    ALREADY_NAMED = "already_named"
    SEAT_ENDED = "seat_ended"
    SEAT_NEEDED = "seat_needed"
    AGREEMENT_NEEDED = "agreement_needed"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_BOUNCES = "address_bounces"


class ContactState(StrEnum):
    """How a request stands.  scheduled: granted for a day that has not come."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWanted:
    """What is asked.  email: of the new person; for a missing contact ID, the address it should have gone to, or "".

    takes_effect_on: None for as soon as it is granted.  words: what the asker adds.  Source: D2, D3.
    """

    wish: ContactWish
    identifiers: tuple[Identifier, ...] = ()
    name: str = ""
    email: str = ""
    company: str = ""
    address: str = ""
    phone: str = ""
    words: str = ""
    takes_effect_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What bears an identifier: a customer, by one of its certificates; a contact ID belongs to no certificate."""

    organisation_id: int
    certificate_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the identifiers of a request say together.

    unknown: nothing bears them.  organisation_id: the one customer that is named, or None for none or several.
    certificate_id: the one certificate that bears all of them, where they are consistent.
    """

    unknown: tuple[Identifier, ...]
    organisation_id: int | None
    certificate_id: int | None
    is_consistent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTold:
    """What came of a request, as its asker may know it.  day: from which it holds, where that is later."""

    request_id: int
    state: ContactState
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequestRow:
    """A request as its asker, the customer's people and customer care see it.  given: the identifiers themselves.

    organisation, number: of the customer, "" for nobody's; empty for an asker.  due_on: when an answer is due.
    files: how many came with it.
    """

    id: int
    wish: ContactWish
    asked_by: str
    asked_by_email: str
    as_reseller: str
    asked_at: datetime
    due_on: date
    given: tuple[Identifier, ...]
    replaces: str
    name: str
    email: str
    company: str
    address: str
    phone: str
    words: str
    takes_effect_on: date | None
    answered_at: datetime | None
    answer: str
    why: str
    applied_at: datetime | None
    organisation_id: int | None
    organisation: str
    number: str
    files: int

    @property
    def state(self) -> ContactState:
        """How it stands."""
        if self.answered_at is None:
            return ContactState.OPEN
        if self.answer == ContactAnswer.GRANTED:
            return ContactState.SCHEDULED if self.applied_at is None else ContactState.DONE
        return ContactState(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """An identifier of a request with what bears it.  certificates: their numbers; customers: (number, name)."""

    identifier: Identifier
    customers: tuple[tuple[str, str], ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSpan:
    """A contact seat from its naming to its end.  by, ended_by: names, "" where only paperwork names them.

    asked_by: who asked for the change that named or ended them, "" where nobody had to.
    """

    identifier: str
    name: str
    email: str
    level: str
    region: str
    since: datetime
    by: str
    asked_by: str
    why: str
    until: datetime | None
    ended_by: str
    end_asked_by: str
    end_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """A contact whose address takes no mail.  id: of the contact; bounce_id sorts.  told_at: when owners were asked."""

    bounce_id: int
    id: int | None
    name: str
    email: str
    role: str
    organisation: str
    number: str
    said: str
    bounced_at: datetime
    told_at: datetime | None
