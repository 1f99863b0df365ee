"""Kept files are scanned before anybody may take them down, where a scanner is set."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tenure.toolbox import clamd
from tenure.toolbox.storing import verdict

log = logging.getLogger(__name__)


def scan_waiting(files: "QuerySet[Any]") -> int:
    """Scan the files that wait, each in its own transaction; says how many got a verdict.

    files: rows with `stored_as` and `scan`, which is "waiting".  A scanner that cannot be reached ends the round.  One
    that refuses a file, or a file that is missing from the storage, holds up no other: it waits for the next round, and
    is not handed out.  Source: D7.
    """
    done, last = 0, 0
    try:
        while settings.CLAMD and (tried := _scan_next(files, last)) is not None:
            last, has_verdict = tried
            done += has_verdict
    except clamd.Unreachable as fault:
        log.warning("%s: the scanner cannot be reached, the files wait: %s", files.model._meta.label, fault)
    return done


@transaction.atomic
def _scan_next(files: "QuerySet[Any]", last: int) -> tuple[int, bool] | None:
    """Try the next file after one: its id, and whether it got a verdict; None at the end."""
    waiting = files.select_for_update(skip_locked=True).filter(scan="waiting", id__gt=last)
    file = waiting.order_by("id").first()
    if file is None:
        return None
    said = verdict(stored_as=file.stored_as)
    if said is None:
        return int(file.pk), False
    file.scan = said
    file.save(update_fields=["scan"])
    return int(file.pk), True
