"""What this package says: values, and why something does not hold."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """Why a file, a list or an answer does not hold.  The codes stay."""

    TOO_LARGE = "too_large"
    NOT_A_LICENCE = "not_a_licence"
    CUT_SHORT = "cut_short"
    EDITED = "edited"
    UNKNOWN_KEY = "unknown_key"
    KEY_WITHDRAWN = "key_withdrawn"
    LICENCE_WITHDRAWN = "licence_withdrawn"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    GAP = "gap"
    OTHER_SERIAL = "other_serial"
    OTHER_HOST = "other_host"
    CLOCK_SET_BACK = "clock_set_back"
    LIST_OLDER = "list_older"
    LIST_STALE = "list_stale"
    KEYS_UNREADABLE = "keys_unreadable"


SENTENCES = {
    Fault.TOO_LARGE: "This is too large for a licence file.",
    Fault.NOT_A_LICENCE: "This is no licence file.",
    Fault.CUT_SHORT: "The file is cut short: fetch it again.",
    Fault.EDITED: "The file was changed after it was signed: fetch it again.",
    Fault.UNKNOWN_KEY: "The file is signed with a key that is not among the trusted ones.",
    Fault.KEY_WITHDRAWN: "The key that signed the file was withdrawn: fetch the file again.",
    Fault.LICENCE_WITHDRAWN: "The file was withdrawn by the vendor.",
    Fault.NOT_STARTED: "The maintenance has not started on this day.",
    Fault.ENDED: "The maintenance has ended before this day.",
    Fault.GAP: "No file covers this day, though others cover days before and after: one of them is missing.",
    Fault.OTHER_SERIAL: "The files are of different serial numbers.",
    Fault.OTHER_HOST: "The file is for another machine.",
    Fault.CLOCK_SET_BACK: "The clock of this machine was set back: put it right.",
    Fault.LIST_OLDER: "The list of withdrawals is older than one that was seen before.",
    Fault.LIST_STALE: "The list of withdrawals is too old: fetch a new one.",
    Fault.KEYS_UNREADABLE: "The file of keys cannot be read.",
}


class Invalid(Exception):
    """Something does not hold.  fault: the code, which stays; the text may change."""

    def __init__(self, fault: Fault, more: str = "") -> None:
        super().__init__(f"{SENTENCES[fault]} {more}".strip())
        self.fault = fault


@dataclass(frozen=True)
class Licence:
    """One file, verified.

    starts_on, ends_on: the covered days, both included; None where it speaks of the right to use alone.
    use_ends_on: the last day on which the product may be used; None: that right does not end.
    host: the one machine it is for, or None.  facts: everything it says.
    """

    number: str
    serial: str
    product: str
    customer: str
    quantity: int
    meter: str
    purpose: str
    level: str
    family: str
    release: str
    starts_on: date | None
    ends_on: date | None
    use_starts_on: date
    use_ends_on: date | None
    zone: str
    host: str | None
    issued_at: datetime
    key_id: str
    facts: dict[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Revocations:
    """The list of what was withdrawn: numbers of files, and IDs of keys."""

    number: int
    issued_at: datetime
    fresh_until: datetime
    licences: frozenset[str]
    keys: frozenset[str]


@dataclass(frozen=True)
class Holding:
    """What the files of one serial number give on a day.

    covered_until: the last day of the unbroken run of covered days around `day`.  why: of a day without cover.
    may_use: whether the product may be used at all, covered or not.
    """

    day: date
    covered: bool
    covered_until: date | None
    why: Fault | None
    may_use: bool
    use_until: date | None
    serial: str
    product: str
    customer: str
    quantity: int
    meter: str
    level: str
    purpose: str


@dataclass(frozen=True)
class Memory:
    """What a product keeps from check to check: the latest instant it knows of, and the last list it saw."""

    seen_at: datetime | None = None
    list_number: int = 0


@dataclass(frozen=True)
class Standing:
    """The answer of a whole check.  memory: to be kept.  faults: of files that were left out, by their place."""

    holding: Holding
    memory: Memory
    faults: dict[int, Fault]
    list_is_stale: bool
