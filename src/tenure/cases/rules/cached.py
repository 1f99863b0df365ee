"""What is kept beside a case for lists and queues: all of it follows from its events."""

from typing import Any

from tenure.cases.words import Promise, Story


def cache_of(story: Story, told: tuple[Promise, ...]) -> dict[str, Any]:
    """The columns of a case that repeat what its events add up to."""
    following = next_of(told)
    return {
        "state": story.state.value, "severity": story.severity, "assignee": story.assignee,
        "registered_at": story.registered_at, "changed_at": story.changed_at, "waiting_since": story.waiting_since,
        "closed_at": story.closed_at, "next_milestone": following.name.value if following else "",
        "next_due_at": following.due_at if following else None,
    }  # fmt: skip


def next_of(told: tuple[Promise, ...]) -> Promise | None:
    """The promise that falls due next, or is missed the longest, of those that still can be met."""
    going = [each for each in told if each.due_at is not None and each.met_at is None and each.ended_at is None]
    return min(going, key=lambda each: (each.due_at, each.name), default=None)
