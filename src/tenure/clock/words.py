"""The words of the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
FURTHEST = timedelta(days=36525)  # a century


class Cannot(StrEnum):
    """Why the clock is not moved."""

    NOT_A_SANDBOX = "not_a_sandbox"
    NOT_FORWARD = "not_forward"  # nothing, backwards, or more than a century in all
    BAD_DURATION = "bad_duration"
    NOT_MOVED = "not_moved"  # nothing to reset
    NO_SNAPSHOT = "no_snapshot"  # facts: reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the clock stands: `now` = `real_now` + `ahead`.  moved_from: what it said just before it was last moved."""

    ahead: timedelta
    now: datetime
    real_now: datetime
    moved_from: datetime | None
