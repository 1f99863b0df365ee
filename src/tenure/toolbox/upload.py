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
