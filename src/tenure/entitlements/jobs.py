"""The worker side of entitlements."""

from tenure.clock.queries import now
from tenure.entitlements.actions import apply_due, ask_who_stays, pass_on_joinings, tell_of_bounces, write_letters
from tenure.entitlements.actions.claims import TELLING, tell_holders
from tenure.entitlements.actions.evidence import SCANNING, scan_evidence
from tenure.entitlements.actions.mailing import WRITING
from tenure.entitlements.queries.rights import has_policy
from tenure.journal.words import JOB
from tenure.toolbox.queue import Turn, every, job


@every("*/10 * * * *", name="entitlements.pass_on_joinings")
def pass_on(timestamp: int) -> None:
    """Every ten minutes: requests that no owner has answered in time become customer care's."""
    del timestamp
    pass_on_joinings(at=now(), by=JOB)


@every("20 * * * *", name="entitlements.ask_who_stays", turn=Turn.TELLING)
def ask(timestamp: int) -> None:
    """Every hour: owners with more contacts than a level allows are asked who stays, once."""
    del timestamp
    at = now()
    if has_policy(at.date()):
        ask_who_stays(at=at, by=JOB)


@job(WRITING)
def write_due() -> None:
    """Write the letters that are due."""
    write_letters(at=now())


@every("* * * * *", name="entitlements.write_letters_again", turn=Turn.LETTERS)
def write_again(timestamp: int) -> None:
    """Every minute: letters that could not be written, and those no waking call has told of."""
    del timestamp
    write_letters(at=now())


@every("*/10 * * * *", name="entitlements.apply_contact_changes")
def apply_contact_changes(timestamp: int) -> None:
    """Every ten minutes: granted changes of contacts whose day has come."""
    del timestamp
    apply_due(at=now())


@every("* * * * *", name="entitlements.tell_of_bounces", turn=Turn.ANSWERS)
def tell(timestamp: int) -> None:
    """Every minute: owners are asked for another address where mail came back."""
    del timestamp
    tell_of_bounces(at=now())


@job(TELLING)
def tell_of_claims() -> None:
    """Write to those whose serial numbers others claim."""
    tell_holders(at=now())


@every("* * * * *", name="entitlements.tell_holders_again", turn=Turn.LETTERS)
def tell_again(timestamp: int) -> None:
    """Every minute: claims that no waking call has told of."""
    del timestamp
    tell_holders(at=now())


@job(SCANNING)
def scan() -> None:
    """Scan the files that have come in with requests."""
    scan_evidence()


@every("*/5 * * * *", name="entitlements.scan_evidence_again", turn=Turn.TELLING)
def scan_again(timestamp: int) -> None:
    """Every five minutes: what no waking call has told of."""
    del timestamp
    scan_evidence()
