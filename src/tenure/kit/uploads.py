"""Files on their way in: to disk, bounded while they arrive, and only where a screen takes files at all.

A file that is too large is thrown away as it comes, so the rest of the form is kept and the page can say what was
wrong; what is beyond all reason ends the request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])
PATIENCE = 2  # so many times what may be sent is read to its end, for the sake of a readable answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one form may bring.  most_bytes: of one file."""

    most_files: int
    most_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The files of a form.  too_large: the name of the first that was, or ""; too_many: more came than may."""

    files: tuple["UploadedFile[Any]", ...]
    too_large: str = ""
    too_many: bool = False


Ask = Callable[[HttpRequest], Limits | None]


def takes_files(limits: Ask) -> Callable[[View], View]:
    """Mark a view as one that takes files, within limits that are asked for when the first file comes.

    limits: None for somebody who may send none.
    """

    def mark(view: View) -> View:
        view.takes_files = limits  # type: ignore[attr-defined]
        return view

    return mark


def received(request: HttpRequest, name: str = "files") -> Received:
    """The files that came in the field `name`.  Source: ours."""
    files = tuple(file for file in request.FILES.getlist(name) if isinstance(file, UploadedFile))
    cut = next((file for file in files if isinstance(file, _Cut) and file.too_large), None)
    stopped = str(getattr(request, "upload_stopped_at", ""))
    return Received(
        files=files,
        too_large=stopped or (str(cut.name) if cut else ""),
        too_many=any(isinstance(file, _Cut) and not file.too_large for file in files),
    )


class _Cut(UploadedFile):  # type: ignore[type-arg]  # not subscriptable at run time
    """A file of which nothing was kept; its size is what came."""

    def __init__(self, name: str, *, too_large: bool) -> None:
        super().__init__(name=name, size=0)
        self.too_large = too_large

    def chunks(self, chunk_size: int | None = None) -> Any:
        del chunk_size
        return iter(())

    def seek(self, offset: int, whence: int = 0, /) -> int:
        del offset, whence
        return 0

    def close(self) -> None:
        return


class Bounded(FileUploadHandler):
    """Keeps files on disk while they are within the limits of the view they are sent to."""

    file: "UploadedFile[Any]"

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._limits: Limits | None = None
        self._asked = False
        self._files = self._total = self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        limits = self._limits_of_view()
        if limits is None:
            raise SkipFile
        self._files, self._size = self._files + 1, 0
        name = self.file_name or ""
        if self._files > limits.most_files:
            self.file = _Cut(name, too_large=False)
        else:
            self.file = TemporaryUploadedFile(name, self.content_type, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        del start
        limits = self._limits_of_view()
        self._size += len(raw_data)
        self._total += len(raw_data)
        if limits is None or self._total > PATIENCE * limits.most_files * limits.most_bytes:
            if self.request is not None:
                self.request.upload_stopped_at = self.file_name or ""  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=True)
        if isinstance(self.file, TemporaryUploadedFile):
            if self._size > limits.most_bytes:
                self.file.close()
                self.file = _Cut(self.file_name or "", too_large=True)
            else:
                self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        del file_size
        done = self.file
        done.size = self._size
        done.seek(0)
        del self.file  # Django closes what is still here when a later file is skipped
        return done

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def _limits_of_view(self) -> Limits | None:
        if not self._asked and self.request is not None:
            self._asked = True
            limits = _asked_by_view(self.request)
            self._limits = limits(self.request) if limits else None
        return self._limits


def _asked_by_view(request: HttpRequest) -> Ask | None:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return None
    return getattr(view, "takes_files", None)
