"""What the worker does for cases: reminders and closings of cases that wait, and the scanning of files."""

from tenure.cases import actions
from tenure.cases.actions.attachments import SCANNING
from tenure.cases.actions.scanning import scan_waiting
from tenure.clock.queries import now
from tenure.entitlements.queries.rights import has_policy
from tenure.toolbox.queue import Turn, every, job


@every("*/10 * * * *", name="cases.wait_no_longer", turn=Turn.TELLING)
def wait_no_longer(timestamp: int) -> None:
    """Every ten minutes: close what has waited long enough, then remind."""
    del timestamp
    at = now()
    if has_policy(at.date()):
        actions.close_waiting(at=at)
        actions.remind_waiting(at=at)


@job(SCANNING)
def scan() -> None:
    """Scan the files that have come in."""
    scan_waiting()


@every("*/5 * * * *", name="cases.scan_again", turn=Turn.TELLING)
def scan_again(timestamp: int) -> None:
    """Every five minutes: what no waking call has told of."""
    del timestamp
    scan_waiting()
