"""Files that come with a request about contacts or a claim: kept as they are, scanned where a scanner is set."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from tenure.entitlements.models import Evidence
from tenure.entitlements.queries.rights import version_on
from tenure.toolbox.queue import wake
from tenure.toolbox.scanning import scan_waiting
from tenure.toolbox.storing import store
from tenure.toolbox.upload import Upload

SCANNING = "entitlements.scan_evidence"


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
    """Scan the evidence that waits; says how many files got a verdict.  Source: D7."""
    return scan_waiting(Evidence.objects.all())
