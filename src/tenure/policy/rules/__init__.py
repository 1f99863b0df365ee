"""Pure decisions of the policy: reading a file, comparing two policies, and when a milestone falls due."""

from tenure.policy.rules.reader import read_policy

__all__ = ["read_policy"]
