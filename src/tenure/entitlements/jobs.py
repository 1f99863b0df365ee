"""The worker side of entitlements."""

from tenure.clock.queries import now
from tenure.entitlements.actions import ask_who_stays, pass_on_joinings, write_letters
from tenure.entitlements.actions.mailing import WRITING
from tenure.entitlements.queries.rights import has_policy
from tenure.journal.words import JOB
from tenure.toolbox.queue import every, job


@every("*/10 * * * *", name="entitlements.pass_on_joinings")
def pass_on(timestamp: int) -> None:
    """Every ten minutes: requests that no owner has answered in time become customer care's."""
    del timestamp
    pass_on_joinings(at=now(), by=JOB)


@every("20 * * * *", name="entitlements.ask_who_stays")
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


@every("* * * * *", name="entitlements.write_letters_again")
def write_again(timestamp: int) -> None:
    """Every minute: letters that could not be written, and those no waking call has told of."""
    del timestamp
    write_letters(at=now())
