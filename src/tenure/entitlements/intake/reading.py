"""From the bytes of a hostile file to rows of text, a line at a time: memory does not grow with the file."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from tenure.entitlements.intake.words import COLUMNS, LONGEST_CELL, LONGEST_LINE, REQUIRED, BadFile, Fault

Row = tuple[int, list[str]]
"""The line that a row starts on, and its cells in the order of COLUMNS."""


def rows(path: Path, faults: list[Fault]) -> Iterator[Row]:
    """The rows of the file; lines that cannot be rows go to `faults`.  Raises BadFile where there is no table.

    Source: ours.
    """
    try:
        with path.open("rb") as raw:
            _check_start(raw.read(4))
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from _rows(text, faults)
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


def _rows(text: TextIO, faults: list[Fault]) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    places, width = _header(reader)
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
            faults.extend(_cell_faults(line, ordered))
            continue
        yield line, ordered


def _header(reader: Iterator[list[str]]) -> tuple[list[int | None], int]:
    """Where each of COLUMNS stands, and how many cells a row has."""
    try:
        header = [cell.strip().lower() for cell in next(reader)]
    except StopIteration:
        raise BadFile("the file is empty; its first line must name the columns") from None
    except csv.Error as error:
        raise BadFile(f"line 1: cannot be read as CSV: {error}") from None
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise BadFile("the cells are separated by semicolons or tabs; save the file with commas")
    problems = [f"column {name!r} is missing" for name in REQUIRED if name not in header]
    problems += [f"column {name[:60]!r} is unknown" for name in header if name not in COLUMNS]
    problems += [f"column {name!r} is there twice" for name in COLUMNS if header.count(name) > 1]
    if problems:
        raise BadFile("line 1: " + "; ".join(problems))
    return [header.index(name) if name in header else None for name in COLUMNS], len(header)


def _cell_faults(line: int, cells: list[str]) -> Iterator[Fault]:
    for column, cell in zip(COLUMNS, cells, strict=True):
        if len(cell) > LONGEST_CELL:
            yield Fault(line, column, f"has {len(cell)} characters; at most {LONGEST_CELL} are taken")
        elif "\0" in cell:
            yield Fault(line, column, "contains a NUL character")
