"""The worker side of activation."""

from tenure.activation.actions import issue_codes, revocation_list, sign_again
from tenure.activation.actions.keys import SIGNING
from tenure.clock.queries import now
from tenure.journal.words import JOB
from tenure.toolbox.queue import Turn, every, job


@every("*/5 * * * *", name="activation.issue_codes", turn=Turn.TELLING)
def issue(timestamp: int) -> None:
    """Every five minutes: codes of terms that came by import, renewal or correction."""
    del timestamp
    issue_codes(at=now(), by=JOB)


@job(SIGNING)
def sign() -> None:
    """Sign all files anew after a rotation; the list of withdrawals follows."""
    sign_again(at=now())
    revocation_list(at=now())


@every("17 * * * *", name="activation.sign_the_rest", turn=Turn.TELLING)
def sign_rest(timestamp: int) -> None:
    """Every hour: files of a machine that signed by the old key while it was changed, and a fresh list."""
    del timestamp
    sign_again(at=now())
    revocation_list(at=now())
