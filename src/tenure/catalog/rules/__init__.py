"""What the catalogue decides: a file's meaning, and a release's state on a day."""

from tenure.catalog.rules.file import Unreadable, read
from tenure.catalog.rules.states import days_left, latest, state_on

__all__ = ["Unreadable", "days_left", "latest", "read", "state_on"]
