"""The words of entitlements: benefits, families of terms, states, answers, and why something is refused."""

from enum import IntEnum, StrEnum

from tenure.policy.words.known import LicencePurpose as LicencePurpose  # the policy says which of them count


class Benefit(StrEnum):
    """What a term can entitle to.  Source: A4."""

    TECHNICAL_SUPPORT = "technical_support"
    VERSION_UPGRADES = "version_upgrades"
    PRODUCT_UPDATES = "product_updates"
    CONTENT_UPDATES = "content_updates"
    SERVICE_ACCESS = "service_access"
    HARDWARE_REPLACEMENT = "hardware_replacement"
    OS_RELEASES = "os_releases"
    SELF_SERVICE = "self_service"


class TermFamily(IntEnum):
    """A term belongs to one family; two of one family never overlap.

    An extension is support of an old release beside the term that it goes with: alone it covers nothing.
    Source: A3, A11.
    """

    MAINTENANCE = 1
    SUBSCRIPTION = 2
    HARDWARE = 3
    EXTENSION = 4
    COURTESY = 5


class LicenceKind(StrEnum):
    PERPETUAL = "perpetual"
    SUBSCRIPTION = "subscription"
    HARDWARE = "hardware"


class ContactWish(StrEnum):
    """What is asked for about technical contacts.  Source: D2, D3."""

    MISSING_CONTACT_ID = "missing_contact_id"
    REPLACE = "replace"
    ADD = "add"


class ContactAnswer(StrEnum):
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class CourtesyAnswer(StrEnum):
    GIVEN = "given"
    DECLINED = "declined"


class CourtesyState(StrEnum):
    """Where a courtesy stands on a day; every one is in exactly one.  Source: A12; the words are ours."""

    ASKED = "asked"
    SECOND = "second"  # one approver said yes, and a second one must
    COMING = "coming"  # given, and begins when the one before it ends
    RUNNING = "running"
    USED_UP = "used_up"  # runs, but no further case may be opened
    ENDED = "ended"
    REVOKED = "revoked"
    DECLINED = "declined"


class CourtesyView(StrEnum):
    """The lists of courtesies."""

    ASKED = "asked"
    SECOND = "second"
    RUNNING = "running"
    OVER = "over"


class MoveKind(StrEnum):
    """What customer care does with assets.  merge: all of a customer to another one.  Source: A8."""

    TRANSFER = "transfer"
    MERGE = "merge"
    SPLIT = "split"
    JOIN = "join"
    UNDO = "undo"


class ClaimAnswer(StrEnum):
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Stable codes of a decision; API.  Source: A5."""

    COVERED = "covered"
    NO_TERM = "no_term"
    TERM_ENDED = "term_ended"
    TERM_NOT_STARTED = "term_not_started"
    BETWEEN_TERMS = "between_terms"
    LEVEL_LACKS_BENEFIT = "level_lacks_benefit"
    PRODUCT_HAS_NO_CONTENT = "product_has_no_content"
    NOT_REGISTERED = "not_registered"
    UNKNOWN_SERIAL = "unknown_serial"


MOST_LETTER_TRIES = 5
BY_COURTESY = "courtesy"  # the fact "by" of a decision that nothing but a courtesy grants or stands for; API


class EntitlementRefusal(StrEnum):
    """Why entitlements says no.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_REGISTERED = "not_registered"
    SEATS_TAKEN = "seats_taken"
    SEATS_OVER = "seats_over"
    CONTACT_ELSEWHERE = "contact_elsewhere"
    LEVEL_UNKNOWN = "level_unknown"
    NO_IDENTIFIER = "no_identifier"
    TOO_MANY_IDENTIFIERS = "too_many_identifiers"
    TOO_MANY_REQUESTS = "too_many_requests"
    REQUEST_ANSWERED = "request_answered"
    WHY_MISSING = "why_missing"
    OWNER_MISSING = "owner_missing"
    COURTESY_NOT_NEEDED = "courtesy_not_needed"
    COURTESY_OPEN = "courtesy_open"
    COURTESY_DAYS = "courtesy_days"
    COURTESY_CASES = "courtesy_cases"
    COURTESY_OF_ASSET = "courtesy_of_asset"
    COURTESY_OF_CUSTOMER = "courtesy_of_customer"
    COURTESY_OF_APPROVER = "courtesy_of_approver"
    COURTESY_AHEAD = "courtesy_ahead"
    COURTESY_ENDED = "courtesy_ended"
    SAME_APPROVER = "same_approver"


class JoiningAnswer(StrEnum):
    """What became of a joining request.  Source: C4, D16."""

    APPROVED = "approved"
    DECLINED = "declined"


class CoverState(StrEnum):
    """Where an asset stands on a day; every day is in exactly one.  Source: A8; the words are ours."""

    COVERED = "covered"
    ENDING = "ending"
    LAPSED = "lapsed"
    NEVER = "never"
    NOT_STARTED = "not_started"
