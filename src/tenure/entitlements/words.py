"""The words of entitlements: benefits, families of terms, and why an answer is what it is."""

from enum import IntEnum, StrEnum


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
    """A term belongs to one family; two of one family never overlap.  Source: A3."""

    MAINTENANCE = 1
    SUBSCRIPTION = 2
    HARDWARE = 3
    EXTENSION = 4
    COURTESY = 5


class LicenceKind(StrEnum):
    PERPETUAL = "perpetual"
    SUBSCRIPTION = "subscription"
    HARDWARE = "hardware"


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
