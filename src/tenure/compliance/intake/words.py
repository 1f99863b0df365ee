"""The words of the import of counts: its columns, and what an import did."""

from dataclasses import dataclass
from typing import Final

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
