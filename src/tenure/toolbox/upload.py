"""A file on its way in, and why it is not kept.  Pure; `storing` keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FileFault(StrEnum):
    """Why a file is not kept.  Codes are API."""

    TOO_MANY_FILES = "too_many_files"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_NAME_UNUSABLE = "file_name_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it arrived.  chunks: read once; the size is counted on them, not believed."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file that is in the storage.  name: to show; scan: waiting where a scanner is set, else none."""

    name: str
    stored_as: str
    size_bytes: int
    sha256: bytes
    scan: str


def is_handed_out(scan: str) -> bool:
    """Whether a kept file is given to a reader: found clean, or where no scanner is set.  Source: D7; ours."""
    return scan in {"clean", "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of a message, a claim or a request.  scan: waiting, clean, infected, or none where no scanner is set."""

    id: int
    name: str
    size_bytes: int
    scan: str

    @property
    def may_be_taken_down(self) -> bool:
        return is_handed_out(self.scan)
