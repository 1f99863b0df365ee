"""Ordering documents, and printing them.  Typst and pyHanko are imported where they are used: not in the web."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from tenure.papers.models import MissingGlyph, Paper
from tenure.papers.rules import digest_of, plain
from tenure.papers.words import MOST_TRIES, Sheet
from tenure.toolbox.queue import wake

PRINTING = "papers.print_waiting"
log = logging.getLogger(__name__)


def order(*, sheet: Sheet, at: datetime) -> bytes | None:
    """The document as a signed PDF if it is printed; otherwise None, and the worker prints it soon.

    Equal sheets are one document.  A file that is gone from the storage is printed again.  Source: A1.
    """
    paper = _kept(sheet, at)
    printed = _file(paper)
    if printed is None:
        wake(PRINTING)
    return printed


@transaction.atomic
def print_now(*, sheet: Sheet, at: datetime) -> bytes:
    """The document as a signed PDF, printed here if it is not yet: for jobs.  Raises what printing raises.

    Two at once print it once.  Source: A1.
    """
    paper = Paper.objects.select_for_update().get(id=_kept(sheet, at).id)
    return _file(paper) or _print(paper, at)


def print_waiting(*, at: datetime) -> int:
    """Print what is ordered, and say how many documents came out.

    Each is a transaction of its own and locked while it is made.  One that cannot be printed is tried five times, after
    the others.  Source: ours.
    """
    printed = 0
    while (came_out := _print_one(at)) is not None:
        printed += came_out
    return printed


@transaction.atomic
def _print_one(at: datetime) -> bool | None:
    waiting = Paper.objects.select_for_update(skip_locked=True).filter(printed_at=None, tries__lt=MOST_TRIES)
    paper = waiting.order_by("tries", "id").first()
    if paper is None:
        return None
    try:
        with transaction.atomic():
            _print(paper, at)
    except Exception as error:  # the worker's edge: one document must not hold up the others
        log.exception("papers: %s %s cannot be printed", paper.kind, paper.about)
        tried = {"tries": paper.tries + 1, "error": str(error)[:2000].replace("\x00", "")}
        Paper.objects.filter(id=paper.id).update(**tried)
        return False
    return True


def _kept(sheet: Sheet, at: datetime) -> Paper:
    said = plain(sheet)
    row = Paper(
        digest=digest_of(said), kind=sheet.kind, about=said["about"], language=sheet.language, said=said, ordered_at=at
    )
    Paper.objects.bulk_create([row], ignore_conflicts=True)
    return Paper.objects.get(digest=row.digest)


def _file(paper: Paper) -> bytes | None:
    """The printed file; a paper whose file is gone waits again."""
    if paper.printed_at is None:
        return None
    try:
        with default_storage.open(paper.file) as file:
            return bytes(file.read())
    except FileNotFoundError:
        Paper.objects.filter(id=paper.id).update(printed_at=None, file="", tries=0)
        return None


def _print(paper: Paper, at: datetime) -> bytes:
    from tenure.papers.signing import sign
    from tenure.papers.typesetting import typeset

    said: dict[str, Any] = paper.said
    pdf, missing = typeset(said)
    signed = sign(pdf, vendor=settings.VENDOR_NAME, folder=settings.DATA / "keys")
    MissingGlyph.objects.bulk_create(
        [MissingGlyph(paper=paper, code_point=ord(sign), seen_at=at) for sign in sorted(missing)], ignore_conflicts=True
    )
    name = default_storage.save(f"papers/{paper.digest[:2]}/{paper.digest}.pdf", ContentFile(signed))
    printed = {"printed_at": at, "file": name, "size_bytes": len(signed), "error": ""}
    Paper.objects.filter(id=paper.id).update(**printed)
    return signed
