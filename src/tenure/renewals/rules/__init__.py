"""The arithmetic of renewals; a module a subject.  Pure."""

from tenure.renewals.rules.quoting import quote, total_of
from tenure.renewals.rules.waiting import cost_of_waiting

__all__ = ["cost_of_waiting", "quote", "total_of"]
