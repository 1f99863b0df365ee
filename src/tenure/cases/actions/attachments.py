"""Files that come with a message: counted on their real bytes, kept under names of our own, never opened."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from tenure.cases.models import Attachment
from tenure.cases.rules.texts import tidy_line
from tenure.cases.words import CaseRefusal, Upload
from tenure.policy.queries import policy_on
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused

LONGEST_NAME = 200
LONGEST_ENDING = 20
SCANNING = "cases.scan_waiting"
MEBIBYTE = 1024 * 1024


def keep_files(*, case_id: int, event_id: int, uploads: Sequence[Upload], at: datetime) -> None:
    """Store the files of one message.

    Raises Refused: TOO_MANY_FILES, FILE_EMPTY, FILE_TOO_LARGE, FILE_NAME_UNUSABLE, each with the name and the limit by
    the policy of the day; the caller's transaction is then rolled back, and no file stays.  Source: D7.
    """
    limits = policy_on(at.date()).policy.cases
    if len(uploads) > limits.most_files:
        raise Refused(CaseRefusal.TOO_MANY_FILES, most=limits.most_files)
    stored: list[str] = []
    try:
        for upload in uploads:
            file = _Counted(upload, most_bytes=limits.largest_file_mebibytes * MEBIBYTE)
            stored.append(f"cases/{uuid.uuid4().hex}")
            default_storage.save(stored[-1], file)
            if not file.size_bytes:
                raise Refused(CaseRefusal.FILE_EMPTY, name=file.shown)
            Attachment.objects.create(
                event_id=event_id, case_id=case_id, name=file.shown, size_bytes=file.size_bytes,
                sha256=file.digest.digest(), stored_as=stored[-1], scan="waiting" if settings.CLAMD else "none",
            )  # fmt: skip
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise
    if settings.CLAMD:
        wake(SCANNING)


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
                raise Refused(CaseRefusal.FILE_TOO_LARGE, name=self.shown, most_mebibytes=self._most // MEBIBYTE)
            self.digest.update(chunk)
            yield chunk


def _shown(name: str) -> str:
    """The last part of a name, on one line and not too long; its ending is kept."""
    tidy = tidy_line(name.replace("\\", "/").rsplit("/", 1)[-1])
    if not tidy or tidy in {".", ".."}:
        raise Refused(CaseRefusal.FILE_NAME_UNUSABLE, name=tidy)
    stem, dot, ending = tidy.rpartition(".")
    if len(tidy) <= LONGEST_NAME or len(ending) > LONGEST_ENDING:
        return tidy[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
