"""A table from the bytes of a hostile CSV file, a line at a time: memory does not grow with the file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

LONGEST_CELL: Final = 500
LONGEST_LINE: Final = 1_000_000

Row = tuple[int, list[str]]
"""The line that a row starts on, and its cells in the order of the columns."""


class BadFile(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a line.  column: "" where it is the line as a whole."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.column}: {self.reason}" if self.column else f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a table, in the order in which rows are handed out."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.required + self.optional


def rows(path: Path, *, columns: Columns, faults: list[Fault]) -> Iterator[Row]:
    """The rows of the file; lines that cannot be rows go to `faults`.  Raises BadFile where there is no table.

    Source: ours.
    """
    try:
        with path.open("rb") as raw:
            _check_start(raw.read(4))
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from _rows(text, columns, faults)
    except UnicodeDecodeError as error:
        raise BadFile(
            f"the file is not UTF-8 (byte {error.object[error.start]:#04x}); save it as CSV in UTF-8"
        ) from None
    except OSError as error:
        raise BadFile(f"the file cannot be read: {error.strerror}") from None


def _check_start(start: bytes) -> None:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[1:2] == b"\0" or start[:1] == b"\0":
        raise BadFile("the file is UTF-16, not UTF-8; save it as CSV in UTF-8")


class _Lines:
    """Physical lines with their count; refuses one that would fill the memory."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.read = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.read += 1
        if len(line) > LONGEST_LINE:
            raise BadFile(f"line {self.read}: longer than {LONGEST_LINE} characters; is a quote left open?")
        return line


def _rows(text: TextIO, columns: Columns, faults: list[Fault]) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    places, width = _header(reader, columns)
    while True:
        line = lines.read + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(line, "", f"cannot be read as CSV: {error}"))
            continue
        if not cells:
            continue
        if len(cells) != width:
            faults.append(Fault(line, "", f"has {len(cells)} cells, the header has {width}"))
            continue
        ordered = [cells[place].strip() if place is not None else "" for place in places]
        if max(map(len, ordered)) > LONGEST_CELL or "\0" in "".join(ordered):
            faults.extend(_cell_faults(line, columns, ordered))
            continue
        yield line, ordered


def _header(reader: Iterator[list[str]], columns: Columns) -> tuple[list[int | None], int]:
    """Where each of the columns stands, and how many cells a row has."""
    try:
        header = [cell.strip().lower() for cell in next(reader)]
    except StopIteration:
        raise BadFile("the file is empty; its first line must name the columns") from None
    except csv.Error as error:
        raise BadFile(f"line 1: cannot be read as CSV: {error}") from None
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise BadFile("the cells are separated by semicolons or tabs; save the file with commas")
    problems = [f"column {name!r} is missing" for name in columns.required if name not in header]
    problems += [f"column {name[:60]!r} is unknown" for name in header if name not in columns.all]
    problems += [f"column {name!r} is there twice" for name in columns.all if header.count(name) > 1]
    if problems:
        raise BadFile("line 1: " + "; ".join(problems))
    return [header.index(name) if name in header else None for name in columns.all], len(header)


def _cell_faults(line: int, columns: Columns, cells: list[str]) -> Iterator[Fault]:
    for column, cell in zip(columns.all, cells, strict=True):
        if len(cell) > LONGEST_CELL:
            yield Fault(line, column, f"has {len(cell)} characters; at most {LONGEST_CELL} are taken")
        elif "\0" in cell:
            yield Fault(line, column, "contains a NUL character")
