"""Files that come with a message: counted on their real bytes, kept under names of our own, never opened."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from tenure.cases.models import Attachment
from tenure.cases.words import CaseRefusal, Upload
from tenure.entitlements.queries.rights import version_on
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused
from tenure.toolbox.storing import store
from tenure.toolbox.upload import FileFault

SCANNING = "cases.scan_waiting"


def keep_files(*, case_id: int, event_id: int, uploads: Sequence[Upload], at: datetime) -> None:
    """Store the files of one message.

    Raises Refused: TOO_MANY_FILES, FILE_EMPTY, FILE_TOO_LARGE, FILE_NAME_UNUSABLE, each with the name and the limit by
    the policy of the day; the caller's transaction is then rolled back, and no file stays.  Source: D7.
    """
    limits = version_on(at.date()).policy.cases
    try:
        files = store(
            uploads=uploads, folder="cases", most_files=limits.most_files, most_mebibytes=limits.largest_file_mebibytes
        )
    except Refused as no:
        if isinstance(no.code, FileFault):
            raise Refused(CaseRefusal(no.code.value), **no.facts) from no
        raise
    for file in files:
        Attachment.objects.create(
            event_id=event_id, case_id=case_id, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256,
            stored_as=file.stored_as, scan=file.scan,
        )  # fmt: skip
    if settings.CLAMD:
        wake(SCANNING)
