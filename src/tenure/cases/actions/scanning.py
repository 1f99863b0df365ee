"""Files are scanned before anybody may take them down, where a scanner is configured."""

import logging

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from tenure.cases.models import Attachment
from tenure.toolbox import clamd

log = logging.getLogger(__name__)


def scan_waiting() -> int:
    """Scan the files that wait, each in its own transaction; says how many got a verdict.

    A scanner that cannot be reached ends the round, and the files wait on.  Source: D7.
    """
    done = 0
    try:
        while settings.CLAMD and _scan_one():
            done += 1
    except clamd.Unscanned as fault:
        log.warning("cases: the scanner gives no verdict, the files wait: %s", fault)
    return done


@transaction.atomic
def _scan_one() -> bool:
    waiting = Attachment.objects.select_for_update(skip_locked=True).filter(scan="waiting").order_by("id")
    file = waiting.first()
    if file is None:
        return False
    with default_storage.open(file.stored_as) as content:
        verdict = clamd.scan(content.chunks(), at=settings.CLAMD)
    file.scan = "clean" if verdict.is_clean else "infected"
    file.save(update_fields=["scan"])
    return True
