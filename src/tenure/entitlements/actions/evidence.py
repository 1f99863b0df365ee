"""Files that come with a request about contacts or a claim: kept as they are, scanned where a scanner is set."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tenure.entitlements.models import Evidence
from tenure.entitlements.queries.rights import version_on
from tenure.toolbox import clamd
from tenure.toolbox.queue import wake
from tenure.toolbox.storing import store, verdict
from tenure.toolbox.upload import Upload

SCANNING = "entitlements.scan_evidence"
log = logging.getLogger(__name__)


def keep_evidence(
    *, uploads: Sequence[Upload], contact_request_id: int | None = None, claim_id: int | None = None, at: datetime
) -> None:
    """Store the files of one request or one claim, within the limits that the policy sets for cases.

    Raises Refused with a `toolbox.upload.FileFault`; the caller's transaction is then rolled back, and no file stays.
    Source: D2, A8; the limits are ours.
    """
    limits = version_on(at.date()).policy.cases
    files = store(
        uploads=uploads, folder="evidence", most_files=limits.most_files, most_mebibytes=limits.largest_file_mebibytes
    )
    for file in files:
        Evidence.objects.create(
            contact_request_id=contact_request_id, claim_id=claim_id, name=file.name, stored_as=file.stored_as,
            size_bytes=file.size_bytes, sha256=file.sha256, scan=file.scan, kept_at=at,
        )  # fmt: skip
    if files and settings.CLAMD:
        wake(SCANNING)


def scan_evidence() -> int:
    """Scan the files that wait, each in its own transaction; says how many got a verdict.

    A scanner that cannot be reached ends the round.  One that refuses a file holds up no other: the file waits, and is
    not handed out.  Source: D7.
    """
    done, last = 0, 0
    try:
        while settings.CLAMD and (tried := _scan_next(last)) is not None:
            last, has_verdict = tried
            done += has_verdict
    except clamd.Unreachable as fault:
        log.warning("entitlements: the scanner cannot be reached, the files wait: %s", fault)
    return done


@transaction.atomic
def _scan_next(last: int) -> tuple[int, bool] | None:
    """Try the next file after one: its id, and whether it got a verdict; None at the end."""
    waiting = Evidence.objects.select_for_update(skip_locked=True).filter(scan="waiting", id__gt=last)
    file = waiting.order_by("id").first()
    if file is None:
        return None
    said = verdict(stored_as=file.stored_as)
    if said is None:
        return file.pk, False
    file.scan = said
    file.save(update_fields=["scan"])
    return file.pk, True
