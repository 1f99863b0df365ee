"""The journal's periodic work, by the real clock: a sandbox's moved one has no part in the audit."""

from datetime import UTC, datetime

from tenure.journal import actions
from tenure.toolbox.queue import Turn, every


@every("* * * * *", name="journal.seal", turn=Turn.REAL)
def seal(timestamp: int) -> None:
    """Every minute: seal what has been committed."""
    del timestamp
    while actions.seal(at=datetime.now(UTC)):
        pass


@every("17 * * * *", name="journal.prune_keys", turn=Turn.REAL)
def prune_keys(timestamp: int) -> None:
    """Every hour: forget the request keys that nobody will send again."""
    del timestamp
    actions.prune(at=datetime.now(UTC))
