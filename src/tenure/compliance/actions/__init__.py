"""What can be done in compliance, one function a verb: keyword-only, atomic, journalled."""

from tenure.compliance.actions.counting import count_installed

__all__ = ["count_installed"]
