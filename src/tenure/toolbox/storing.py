"""Files of strangers: counted on their real bytes, kept under names of our own, never opened; scanned on demand."""

import hashlib
import logging
import uuid
from collections.abc import Iterator, Sequence
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from tenure.toolbox import clamd
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_line
from tenure.toolbox.upload import FileFault, Stored, Upload

LONGEST_NAME = 200
LONGEST_ENDING = 20
MEBIBYTE = 1024 * 1024
log = logging.getLogger(__name__)


def store(*, uploads: Sequence[Upload], folder: str, most_files: int, most_mebibytes: int) -> list[Stored]:
    """Put the files into the storage, all or none.

    Raises Refused with a `FileFault`, each with the name or the limit.  Source: ours.
    """
    if len(uploads) > most_files:
        raise Refused(FileFault.TOO_MANY_FILES, most=most_files)
    kept: list[Stored] = []
    places: list[str] = []
    try:
        for upload in uploads:
            file = _Counted(upload, most_bytes=most_mebibytes * MEBIBYTE)
            places.append(f"{folder}/{uuid.uuid4().hex}")
            default_storage.save(places[-1], file)
            if not file.size_bytes:
                raise Refused(FileFault.FILE_EMPTY, name=file.shown)
            kept.append(Stored(
                name=file.shown, stored_as=places[-1], size_bytes=file.size_bytes, sha256=file.digest.digest(),
                scan="waiting" if settings.CLAMD else "none",
            ))  # fmt: skip
    except BaseException:
        for place in places:
            default_storage.delete(place)
        raise
    return kept


def verdict(*, stored_as: str) -> str | None:
    """What the scanner says of a stored file: clean or infected; None where it refuses it, or the file is missing.

    Raises clamd.Unreachable.  Source: ours.
    """
    try:
        with default_storage.open(stored_as) as content:
            said = clamd.scan(content.chunks(), at=settings.CLAMD)
    except (clamd.Unscannable, FileNotFoundError) as fault:
        log.warning("file %s gets no verdict and waits: %s", stored_as, fault)
        return None
    return "clean" if said.is_clean else "infected"


class _Counted(File):  # type: ignore[type-arg]  # not subscriptable at run time
    """An upload on its way into the storage: counted, bounded and digested as it passes."""

    def __init__(self, upload: Upload, *, most_bytes: int) -> None:
        nothing: IO[bytes] | None = None
        super().__init__(nothing, name="upload")
        self.shown = _shown(upload.name)
        self.size_bytes = 0
        self.digest = hashlib.sha256()
        self._upload, self._most = upload, most_bytes

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        del chunk_size
        for chunk in self._upload.chunks:
            self.size_bytes += len(chunk)
            if self.size_bytes > self._most:
                raise Refused(FileFault.FILE_TOO_LARGE, name=self.shown, most_mebibytes=self._most // MEBIBYTE)
            self.digest.update(chunk)
            yield chunk


def _shown(name: str) -> str:
    """The last part of a name, on one line and not too long; its ending is kept."""
    tidy = tidy_line(name.replace("\\", "/").rsplit("/", 1)[-1])
    if not tidy or tidy in {".", ".."}:
        raise Refused(FileFault.FILE_NAME_UNUSABLE, name=tidy)
    stem, dot, ending = tidy.rpartition(".")
    if len(tidy) <= LONGEST_NAME or len(ending) > LONGEST_ENDING:
        return tidy[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
