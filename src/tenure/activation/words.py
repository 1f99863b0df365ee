"""The words of activation: refusals, and the rows that its doors hand out."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tenure.entitlements.words import LicenceKind, LicencePurpose, TermFamily

LONGEST_HOST = 200
LONGEST_VERSION = 100
MOST_UNITS = 2**53 - 1  # what a licence file can say


class ActivationRefusal(StrEnum):
    """Why activation says no.  Codes are API; the screen chooses the sentence."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    CODE_MALFORMED = "code_malformed"
    CODE_UNKNOWN = "code_unknown"
    CODE_WITHDRAWN = "code_withdrawn"
    HOST_INVALID = "host_invalid"
    HOST_TAKEN = "host_taken"
    UNITS_INVALID = "units_invalid"
    UNITS_TAKEN = "units_taken"
    ACTIVATION_ENDED = "activation_ended"
    TOO_MANY_MOVES = "too_many_moves"
    WHY_MISSING = "why_missing"
    FILE_WITHDRAWN = "file_withdrawn"
    KEY_WITHDRAWN = "key_withdrawn"
    KEY_IS_LAST = "key_is_last"
    KEY_UNREADABLE = "key_unreadable"


class Slip(StrEnum):
    """What is wrong with a code that was typed.  Source: ours."""

    LENGTH = "length"
    SIGN = "sign"
    CHECK = "check"


class KeyState(StrEnum):
    """Where a key stands.  retired: another signs now, and what this one signed still holds.  Source: ours."""

    PREPARED = "prepared"
    SIGNS = "signs"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensedTerm:
    """A term as licence files tell of it; half-open."""

    family: TermFamily
    starts: date
    ends: date
    level: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """An asset as its licence files tell of it.  today: in its zone.  terms: known now, courtesy left out, by start."""

    asset_id: int
    organisation_id: int
    serial: str
    product: str
    product_slug: str
    customer: str
    release: str
    quantity: int
    meter: str
    kind: LicenceKind
    purpose: LicencePurpose
    zone: str
    issued_on: date
    today: date
    terms: tuple[LicensedTerm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What one licence file covers: at most a year of a term, first and last day; no days without a term."""

    term: LicensedTerm | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """An activation code of a term; ends: half-open, None where no term covers.  is_held: its term still stands."""

    code: str
    family: TermFamily | None
    starts: date | None
    ends: date | None
    level: str
    issued_at: datetime
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A licence file without its bytes.  replaced_by: the number of the file that says it anew, or ""."""

    number: str
    activation_id: int | None
    family: TermFamily | None
    starts_on: date | None
    ends_on: date | None
    purpose: LicencePurpose
    key_id: str
    issued_at: datetime
    withdrawn_at: datetime | None
    why: str
    replaced_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRow:
    """One activation.  reported: its last check-in, if any.  moved_from: the host before, or ""."""

    id: int
    units: int
    host: str
    host_name: str
    activated_at: datetime
    activated_by: str
    ended_at: datetime | None
    ended_by: str
    moved_from: str
    moved_to: str
    by_care: bool
    why: str
    reported_on: date | None
    reported_version: str
    reported_installed: int | None
    files: tuple[FileRow, ...] = field(default=())

    @property
    def reports_more(self) -> bool:
        """Whether the product last reported more than is activated on its machine."""
        return (self.reported_installed or 0) > self.units


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePage:
    """A page of activations, the newest first.  next: a cursor, "" where there is none."""

    rows: tuple[MachineRow, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an asset's units stand: of `quantity`, `used` are put to use on `machines` machines."""

    quantity: int
    used: int
    machines: int

    @property
    def free(self) -> int:
        return max(0, self.quantity - self.used)

    @property
    def over(self) -> int:
        """By how much more is in use than is licensed: after a split or a correction."""
        return max(0, self.used - self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile:
    """A licence file as it is handed out."""

    number: str
    asset_id: int
    starts_on: date | None
    ends_on: date | None
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """What became of an activation: its ID, whether it is new, its units, and its signed files."""

    id: int
    serial: str
    is_new: bool
    units: int
    host: str
    files: tuple[SignedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldActivation:
    """An activation as its product reads it, with the files that hold now.  ended_at: null while it is live."""

    id: int
    serial: str
    units: int
    host: str
    ended_at: datetime | None
    files: tuple[SignedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A signing key, the public half.  files: how many live files it signed."""

    key_id: str
    public: bytes
    state: KeyState
    made_at: datetime
    used_from: datetime | None
    withdrawn_at: datetime | None
    why: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    """The latest report of an activation at or before a day.  Source: A9."""

    activation_id: int
    asset_id: int
    organisation_id: int
    product_id: int
    host: str
    on: date
    installed: int
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a product says of itself.  clock: what its own clock shows, aware."""

    installed: int
    version: str
    clock: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """The answer to a report, signed: a JSON object with its signature."""

    answer: dict[str, object]
