"""The words of the catalogue."""

from enum import StrEnum


class ProductKind(StrEnum):
    """A2: three kinds of product."""

    SOFTWARE = "software"
    ONLINE_SERVICE = "online_service"
    HARDWARE = "hardware"


class ReleaseState(StrEnum):
    """Where a release stands on a day.  Source: A10."""

    ANNOUNCED = "announced"
    STANDARD = "standard"
    EXTENDED = "extended"
    ENDED = "ended"
    UNKNOWN = "unknown"
