"""The worker side of renewals."""

from tenure.clock.queries import now
from tenure.entitlements.queries.rights import has_policy
from tenure.journal.words import JOB
from tenure.renewals.actions.bounces import follow_bounces
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.papers import SCANNING, scan_papers
from tenure.renewals.actions.resellers import apply_reseller_changes
from tenure.renewals.actions.waves import WRITING, run_wave
from tenure.renewals.actions.windows import warn_of_windows
from tenure.toolbox.queue import Turn, every, job


@every("5 * * * *", name="renewals.run_wave", turn=Turn.TELLING)
def wave(timestamp: int) -> None:
    """Every hour, as somewhere a day has begun: the notices that are due on each asset's own day."""
    del timestamp
    at = now()
    if has_policy(at.date()):
        run_wave(on=None, at=at, by=JOB)


@job(WRITING)
def write() -> None:
    """Write the letters of a wave."""
    write_notices(at=now())


@every("* * * * *", name="renewals.write_notices_again", turn=Turn.LETTERS)
def write_again(timestamp: int) -> None:
    """Every minute: letters that could not be written, and those that no waking call has told of."""
    del timestamp
    write_notices(at=now())


@every("* * * * *", name="renewals.follow_bounces", turn=Turn.ANSWERS)
def follow(timestamp: int) -> None:
    """Every minute: letters that did not arrive go to the next contact."""
    del timestamp
    follow_bounces(at=now())


@every("35 * * * *", name="renewals.warn_of_windows", turn=Turn.WARNINGS)
def warn(timestamp: int) -> None:
    """Every hour, after the wave and its letters: legal windows that are open while nobody was told."""
    del timestamp
    at = now()
    if has_policy(at.date()):
        warn_of_windows(at=at)


@every("3 * * * *", name="renewals.apply_reseller_changes")
def change_resellers(timestamp: int) -> None:
    """Every hour, as somewhere a day has begun, and before the wave: another reseller of record from today on."""
    del timestamp
    apply_reseller_changes(at=now())


@job(SCANNING)
def scan() -> None:
    """Scan the signed papers that have come in."""
    scan_papers()


@every("*/5 * * * *", name="renewals.scan_papers_again", turn=Turn.TELLING)
def scan_again(timestamp: int) -> None:
    """Every five minutes: what no waking call has told of."""
    del timestamp
    scan_papers()
