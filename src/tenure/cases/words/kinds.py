"""What can be told of a case in one word: kinds, states, what happens, and every no."""

from enum import StrEnum


class Kind(StrEnum):
    """D7: a technical case needs an entitlement, a customer-care case only somebody signed in."""

    TECHNICAL = "technical"
    CARE = "care"


class State(StrEnum):
    """How a case stands; a pure function of its events.  Codes are API.  Source: D8."""

    NEW = "new"
    OPEN = "open"
    AWAITING_REVIEW = "awaiting_review"
    PENDING_CLOSE = "pending_close"
    CLOSED = "closed"


class View(StrEnum):
    """The lists of cases.  OPEN holds every case that is not closed, whatever it waits for.  Source: D8."""

    ALL = "all"
    NEW = "new"
    OPEN = "open"
    AWAITING_REVIEW = "awaiting_review"
    PENDING_CLOSE = "pending_close"
    CLOSED = "closed"


class Channel(StrEnum):
    """How a case came in.  Source: D5; imports are ours."""

    WEB = "web"
    PHONE = "phone"
    API = "api"
    IMPORT = "import"


class Topic(StrEnum):
    """What a customer-care case is about; technical cases have the one of their kind.  Source: D10."""

    TECHNICAL = "technical"
    LICENCES = "licences"
    SUPPORT_CONTRACT = "support_contract"
    ACCOUNT = "account"
    OTHER = "other"


class Side(StrEnum):
    CUSTOMER = "customer"
    VENDOR = "vendor"
    SYSTEM = "system"


class Happening(StrEnum):
    """What can happen to a case.  The state and the promises follow from these alone.  Source: D8, D6."""

    OPENED = "opened"  # the call began, or the form was sent
    REGISTERED = "registered"  # the case was written down
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    CUSTOMER_WROTE = "customer_wrote"
    WROTE = "wrote"  # a message to the entitled contact: a response
    ASKED = "asked"  # a message that asks for information: a response, and we wait
    NOTED = "noted"  # an internal note
    CALLED = "called"  # a call that reached the entitled contact: a response
    CALL_FAILED = "call_failed"
    RESTORED = "restored"  # service is back, by a workaround or for good
    CLOSE_PROPOSED = "close_proposed"
    CONSENTED = "consented"
    DECLINED = "declined"
    CLOSED = "closed"
    REOPENED = "reopened"
    SEVERITY_CHANGED = "severity_changed"
    REMINDED = "reminded"  # the customer was reminded that we wait
    LEFT_TO_UPDATE = "left_to_update"  # the resolution comes with the next product update, where the target allows it


class Standing(StrEnum):
    """How a promise stands at an instant.  Source: D6; the words are ours."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"
    WITH_UPDATE = "with_update"  # nothing falls due: it comes with the next product update
    ENDED = "ended"  # the case closed without it, in time


class CaseRefusal(StrEnum):
    """Why cases says no.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_ENTITLED = "not_entitled"
    COURTESY_USED_UP = "courtesy_used_up"
    CONTACT_SEAT_NEEDED = "contact_seat_needed"
    SEVERITY_NEEDS_PHONE = "severity_needs_phone"
    SEVERITY_UNKNOWN = "severity_unknown"
    SEVERITY_SAME = "severity_same"
    RELEASE_UNKNOWN = "release_unknown"
    TOPIC_UNKNOWN = "topic_unknown"
    CALLER_UNKNOWN = "caller_unknown"
    REGION_UNKNOWN = "region_unknown"
    SUMMARY_MISSING = "summary_missing"
    SUMMARY_TOO_LONG = "summary_too_long"
    DETAILS_MISSING = "details_missing"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    REASON_MISSING = "reason_missing"
    NOT_IN_THIS_STATE = "not_in_this_state"
    ALREADY_TAKEN = "already_taken"
    NOT_AN_ENGINEER = "not_an_engineer"
    REOPEN_TOO_LATE = "reopen_too_late"
    TARGET_HAS_NO_UPDATE = "target_has_no_update"
    TOO_MANY_FILES = "too_many_files"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_NAME_UNUSABLE = "file_name_unusable"
    FILE_INFECTED = "file_infected"
