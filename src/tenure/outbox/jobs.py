"""The outbox's worker side: woken after each commit that wrote mail, and every minute for what waits to be retried."""

import time
from pathlib import Path

from django.conf import settings

from tenure.clock.queries import now
from tenure.outbox import actions
from tenure.toolbox.queue import Turn, every, job

MOMENT_SECONDS = 0.3


@job(actions.SENDING)
def send_waiting() -> None:
    """Send what is due, after a moment in which more may come: a job for every message would cost as much as a page."""
    time.sleep(MOMENT_SECONDS)
    actions.send_waiting(at=now())


@every("* * * * *", name="outbox.send_again", turn=Turn.GOING_OUT)
def send_again(timestamp: int) -> None:
    """Every minute: what is due again, and what no waking call has told of."""
    del timestamp
    actions.send_waiting(at=now())


@every("* * * * *", name="outbox.read_bounces", turn=Turn.GOING_OUT)
def read_bounces(timestamp: int) -> None:
    """Every minute: what came back, where a maildir is named; and what has been quiet long enough."""
    del timestamp
    at = now()
    if settings.MAIL_IN:
        actions.read_bounces(folder=Path(settings.MAIL_IN), at=at)
    actions.settle_quiet(at=at)
