"""The worker side of papers: woken after each commit that ordered a document, and every minute for what waits."""

from tenure.clock.queries import now
from tenure.papers import actions
from tenure.toolbox.queue import Turn, every, job


@job(actions.PRINTING)
def print_waiting() -> None:
    """Print what is ordered."""
    actions.print_waiting(at=now())


@every("* * * * *", name="papers.print_again", turn=Turn.GOING_OUT)
def print_again(timestamp: int) -> None:
    """Every minute: what could not be printed, and what no waking call has told of."""
    del timestamp
    actions.print_waiting(at=now())
