"""The words of the import of counts: its columns, and what an import did."""

from dataclasses import dataclass
from typing import Final

from tenure.entitlements.intake.words import counted
from tenure.toolbox.tables import Columns

COLUMNS: Final = Columns(
    required=("customer", "site", "product", "quantity", "counted_on"), optional=("release", "serial_number", "host")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did.  new: lines that were kept; unchanged: lines that say what is held already."""

    lines: int
    new: int
    unchanged: int
    positions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer to a file: an outcome, or its faults.  more: faults beyond those that are told."""

    outcome: Outcome | None
    faults: tuple["Told", ...] = ()
    more: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that is wrong.  line 0: the file as a whole; column "": the line as a whole."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        if not self.line:
            return self.reason
        return f"line {self.line}: {self.column}: {self.reason}" if self.column else f"line {self.line}: {self.reason}"


def summary(taken: Taken, *, dry_run: bool = False) -> list[str]:
    """What came of a file, in a few lines of text, for who runs a command."""
    if taken.outcome is None:
        bad = len(taken.faults) + taken.more
        more = [f"and {taken.more:,} more."] if taken.more else []
        return [*more, f"{counted(bad, 'fault')} in {counted(taken.lines, 'line')}.", "Nothing was imported."]
    lines = counted(taken.outcome.lines, "line")
    if not taken.outcome.new:
        return [f"{lines}: everything is held already; nothing changed."]
    positions = counted(taken.outcome.positions, "position")
    said = [f"{lines}: {taken.outcome.new:,} new, {taken.outcome.unchanged:,} unchanged; {positions} touched."]
    return [*said, "This was a dry run: nothing was imported."] if dry_run else said
