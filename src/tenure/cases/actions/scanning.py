"""Files are scanned before anybody may take them down, where a scanner is configured."""

import logging

from django.conf import settings
from django.db import transaction

from tenure.cases.models import Attachment
from tenure.toolbox import clamd
from tenure.toolbox.storing import verdict

log = logging.getLogger(__name__)


def scan_waiting() -> int:
    """Scan the files that wait, each in its own transaction; says how many got a verdict.

    A scanner that cannot be reached ends the round, and the files wait on.  One that refuses a file, or a file that
    is missing from the storage, holds up no other: it waits for the next round, and is not handed out.  Source: D7.
    """
    done, last = 0, 0
    try:
        while settings.CLAMD and (tried := _scan_next(last)) is not None:
            last, has_verdict = tried
            done += has_verdict
    except clamd.Unreachable as fault:
        log.warning("cases: the scanner cannot be reached, the files wait: %s", fault)
    return done


@transaction.atomic
def _scan_next(last: int) -> tuple[int, bool] | None:
    """Try the next file after one: its id, and whether it got a verdict; None at the end."""
    waiting = Attachment.objects.select_for_update(skip_locked=True).filter(scan="waiting", id__gt=last)
    file = waiting.order_by("id").first()
    if file is None:
        return None
    said = verdict(stored_as=file.stored_as)
    if said is None:
        return file.id, False
    file.scan = said
    file.save(update_fields=["scan"])
    return file.id, True
