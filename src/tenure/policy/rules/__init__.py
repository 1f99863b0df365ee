"""Pure decisions of the policy: reading a file, comparing two policies, and when a milestone falls due."""

from tenure.policy.rules.difference import Change, difference
from tenure.policy.rules.milestones import MilestoneDue, Timetables, calendar_of, due_at, milestones
from tenure.policy.rules.parts import is_part, whole
from tenure.policy.rules.reader import LARGEST_BYTES, read_policy

__all__ = [
    "LARGEST_BYTES",
    "Change",
    "MilestoneDue",
    "Timetables",
    "calendar_of",
    "difference",
    "due_at",
    "is_part",
    "milestones",
    "read_policy",
    "whole",
]
