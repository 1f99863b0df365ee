"""Attachments are scanned before anybody may take them down, where a scanner is set."""

from tenure.cases.models import Attachment
from tenure.toolbox import scanning


def scan_waiting() -> int:
    """Scan the attachments that wait; says how many got a verdict.  Source: D7."""
    return scanning.scan_waiting(Attachment.objects.all())
