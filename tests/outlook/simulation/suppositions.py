"""Edits of the standard policy, and what a simulation says of each."""

from datetime import date, timedelta
from typing import Final

from tenure.outlook.queries.simulation import simulate
from tenure.outlook.words import ChangedRow, Part, PartResult, Simulation
from tests import cast
from tests.renewals.books import STANDARD

TODAY: Final = cast.AT.date()


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def edited(*edits: tuple[str, str]) -> str:
    """The standard policy of another edition, with texts in it replaced once each."""
    text = STANDARD.replace('edition = "2026.1"', 'edition = "2026.2"', 1)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def inside(section: str, old: str, new: str) -> tuple[str, str]:
    """An edit of a section of the standard policy: its text from its head to the next."""
    start = STANDARD.index(f"[{section}]")
    end = STANDARD.index("\n[", start)
    whole = STANDARD[start:end]
    assert old in whole, (section, old)
    return whole, whole.replace(old, new, 1)


def simulated(*edits: tuple[str, str], on: date = TODAY, limit: int = 0) -> Simulation:
    return simulate(text=edited(*edits), in_force_from=on, at=cast.AT, limit=limit)


def part(which: Part, *edits: tuple[str, str], on: date = TODAY, limit: int = 0) -> PartResult:
    found = simulated(*edits, on=on, limit=limit)
    return next(each for each in found.parts if each.part is which)


def rows(which: Part, *edits: tuple[str, str], on: date = TODAY) -> tuple[ChangedRow, ...]:
    return part(which, *edits, on=on).rows
