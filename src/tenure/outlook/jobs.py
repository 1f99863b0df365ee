"""The worker side of the outlook."""

from tenure.clock.queries import now
from tenure.outlook.actions import simulate_draft
from tenure.policy.actions import SIMULATING
from tenure.toolbox.queue import job


@job(SIMULATING, retry=2)
def simulate(number: int) -> None:
    """Simulate a draft of a policy."""
    simulate_draft(number=number, at=now())
