"""What becomes of a term in the made-up year: drawn from its serial number and its end, so each run says the same."""

import zlib
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from tenure.renewals.words import LostReason


class Fate(StrEnum):
    """How a term goes on."""

    ON_TIME = "on_time"
    LATE = "late"  # the first quote runs out, and some time after the end they come back
    DECLINED = "declined"
    SILENT = "silent"


SHARES = ((72, Fate.ON_TIME), (84, Fate.LATE), (93, Fate.DECLINED), (100, Fate.SILENT))
REASONS = (
    (LostReason.PRICE, "It has become too dear for what we use of it."),
    (LostReason.NO_LONGER_USED, "The department that used it was closed."),
    (LostReason.COMPETITOR, "Our group buys something else for all its companies."),
)
DONE = (
    "Called them; they know what is coming.",
    "Another address is on file now.",
    "Wrote to the buyer, who answers by the end of the week.",
)


def fate_of(serials: Sequence[str], ends_on: date) -> Fate:
    """The fate of what ends together."""
    drawn = draw(serials, ends_on) % 100
    return next(fate for below, fate in SHARES if drawn < below)


def draw(serials: Sequence[str], ends_on: date, what: str = "") -> int:
    """A number that is the same whenever it is asked for."""
    return zlib.crc32(f"{min(serials)} {ends_on} {what}".encode())
