"""Reading values out of a parsed file while collecting every mistake, each with its line and dotted key.

A value that is wrong is reported once and a harmless stand-in is handed on, so that reading goes on to the end; the
stand-ins are never seen outside, because a file with a mistake is not read.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeVar

from tenure.policy.rules.lines import Path
from tenure.policy.words import Mistake

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")

LONGEST_TEXT: Final = 2_000
LARGEST_NUMBER: Final = 1_000_000
_MOST_SHOWN: Final = 60
_PERCENT: Final = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,6})?", re.ASCII)
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(slots=True)
class Reading:
    """The mistakes found so far, and the places they are looked up in."""

    lines: Mapping[Path, int]
    mistakes: list[Mistake] = field(default_factory=list)
    blamed: set[Path] = field(default_factory=set)

    def blame(self, path: Path, reason: str) -> None:
        """Report a mistake at `path`, one a value; a key that is not there is reported where its table stands."""
        if path in self.blamed:
            return
        self.blamed.add(path)
        place = path
        while place and place not in self.lines:
            place = place[:-1]
        self.mistakes.append(Mistake(self.lines.get(place, 1), dotted(path), reason))

    def sound(self, *path: str | int) -> bool:
        """Whether nothing at `path`, above it or below it has been reported."""
        return not any(bad[: len(path)] == path or path[: len(bad)] == bad for bad in self.blamed)


def dotted(path: Path) -> str:
    """A path as people write it: list items from 1, as in notices[2].regions."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{shown(part)}" if text else shown(part)
    return text


def shown(value: object) -> str:
    """A value of the file as it is shown in a reason: short, and on one line."""
    if isinstance(value, int) and abs(value) > 10**20:
        return "a number of more than 20 digits"  # turning it into text may itself be refused
    text = str(value)
    text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."


@dataclass(slots=True)
class Table:
    """One table of the file; `done` reports the keys that nobody asked for.

    absent: the table itself was reported, so nothing inside it is.
    """

    reading: Reading
    path: Path
    values: Mapping[str, object]
    absent: bool = False
    asked: set[str] = field(default_factory=set)

    def blame(self, key: str, reason: str) -> None:
        """Report a mistake at a key of this table."""
        if not self.absent:
            self.reading.blame((*self.path, key), reason)

    def blame_itself(self, reason: str) -> None:
        """Report a mistake of the table as a whole."""
        if not self.absent:
            self.reading.blame(self.path, reason)

    def sound(self, *keys: str) -> bool:
        """Whether the table is there and nothing was reported at these keys."""
        return not self.absent and all(self.reading.sound(*self.path, key) for key in keys)

    def has(self, key: str) -> bool:
        """Whether the key is there, right or wrong."""
        self.asked.add(key)
        return key in self.values

    def done(self) -> None:
        """Report every key that was not asked for."""
        for key in self.values:
            if key not in self.asked:
                self.blame(key, f"unknown key; known here: {', '.join(sorted(self.asked))}")

    def text(self, key: str, *, longest: int = LONGEST_TEXT) -> str:
        """A text of one line with something in it."""
        value = self._get(key, str, "a text")
        if value is not None:
            self._one_line((*self.path, key), value, longest)
        return value or ""

    def lines(self, key: str) -> tuple[str, ...]:
        """One or more texts of one line each; the same may come twice."""
        values = self._items(key, str, "a text", least=1, twice=True)
        for place, value in enumerate(values):
            self._one_line((*self.path, key, place), value, LONGEST_TEXT)
        return tuple(values)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """true or false; missing is a mistake unless there is a default."""
        if default is not None and not self.has(key):
            return default
        return bool(self._get(key, bool, "true or false"))

    def number(self, key: str, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
        """A whole number from `least` to `most`."""
        value = self._get(key, int, "a whole number")
        if value is None or not self._in_range((*self.path, key), value, least, most):
            return least
        return value

    def percent(self, key: str, *, most: int = 1_000) -> Decimal:
        """A percentage written as a text, so that it stays exact."""
        value = self._get(key, str, 'a percentage written as a text, such as "12.5"')
        if value is None:
            return Decimal(0)
        if not _PERCENT.fullmatch(value):
            self.blame(key, f'{shown(value)} is not a percentage such as "12.5"')
        elif value.startswith("-"):
            self.blame(key, f"{shown(value)} is negative")
        elif Decimal(value) > most:
            self.blame(key, f"{shown(value)} is more than {most}")
        else:
            return Decimal(value)
        return Decimal(0)

    def amount(self, key: str) -> Decimal:
        """An amount of money written as a text, so that it stays exact; up to six decimals."""
        value = self._get(key, str, 'an amount written as a text, such as "100.00"')
        if value is not None and _AMOUNT.fullmatch(value):
            return Decimal(value)
        if value is not None:
            self.blame(key, f'{shown(value)} is not an amount such as "100.00"')
        return Decimal(0)

    def day(self, key: str) -> date:
        """A date."""
        value = self._get(key, date, "a date such as 2026-01-31")
        return value or date.min

    def choice(self, key: str, among: type[E]) -> E:
        """One of the members of an enumeration."""
        value = self._get(key, str, "a text")
        return next(iter(among)) if value is None else self._member((*self.path, key), value, among)

    def choices(self, key: str, among: type[E]) -> tuple[E, ...]:
        """One or more members of an enumeration, none twice."""
        texts = self._items(key, str, "a text", least=1)
        found = [self._member((*self.path, key, place), text, among) for place, text in enumerate(texts)]
        return tuple(dict.fromkeys(found))

    def texts(self, key: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of texts, none twice."""
        return tuple(self._items(key, str, "a text", least))

    def numbers(self, key: str, *, falling: bool = False, most: int = LARGEST_NUMBER) -> tuple[int, ...]:
        """A list of whole numbers above 0, each once, rising or falling."""
        values = self._items(key, int, "a whole number", 0)
        right = [self._in_range((*self.path, key, place), value, 1, most) for place, value in enumerate(values)]
        if all(right) and self.sound(key) and values != sorted(values, reverse=falling):
            self.blame(key, f"must be {'falling' if falling else 'rising'}")
        return tuple(values)

    def references(self, key: str, among: Collection[str], what: str, *, least: int = 1) -> tuple[str, ...]:
        """A list of keys of another table, none twice."""
        texts = self.texts(key, least=least)
        for place, text in enumerate(texts):
            if text not in among:
                self.reading.blame((*self.path, key, place), unknown(what, text, among))
        return texts

    def reference(self, key: str, among: Collection[str], what: str) -> str:
        """A key of another table."""
        value = self._get(key, str, "a text")
        if value is not None and value not in among:
            self.blame(key, unknown(what, value, among))
        return value or ""

    def table(self, key: str) -> "Table":
        """A table inside this one; one that is missing is reported, and nothing inside it."""
        self.asked.add(key)
        value = self.values.get(key)
        if isinstance(value, dict):
            return Table(self.reading, (*self.path, key), value)
        self.blame(key, "is missing" if key not in self.values else f"expected a table, found {kind_of(value)}")
        return Table(self.reading, (*self.path, key), {}, absent=True)

    def tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """Every table inside the table `key`, by its key; at least one."""
        outer = self.table(key)
        if not outer.values:
            outer.blame_itself("has nothing in it")
        for name in outer.values:
            inner = outer.table(name)
            if not inner.absent:
                yield name, inner

    def rows(self, key: str, *, least: int = 0) -> Iterator["Table"]:
        """Every row of an array of tables."""
        value = self.values.get(key, []) if self.has(key) else []
        if not isinstance(value, list):
            self.blame(key, f"expected rows, each a table, found {kind_of(value)}")
            return
        if len(value) < least:
            self.blame(key, "has no rows" if self.has(key) else "is missing")
        for place, row in enumerate(value):
            if isinstance(row, dict):
                yield Table(self.reading, (*self.path, key, place), row)
            else:
                self.reading.blame((*self.path, key, place), f"expected a table, found {kind_of(row)}")

    def _get(self, key: str, kind: type[V], what: str) -> V | None:
        if not self.has(key):
            self.blame(key, "is missing")
            return None
        value = self.values[key]
        if type(value) is kind:  # not isinstance: true is no number, and an instant is no date
            return value
        self.blame(key, f"expected {what}, found {kind_of(value)}")
        return None

    def _items(self, key: str, kind: type[V], what: str, least: int, *, twice: bool = False) -> list[V]:
        values = self._get(key, list, f"a list, each item {what}")
        if values is None:
            return []
        found: list[V] = []
        for place, value in enumerate(values):
            if type(value) is not kind:
                self.reading.blame((*self.path, key, place), f"expected {what}, found {kind_of(value)}")
            elif value in found and not twice:
                self.reading.blame((*self.path, key, place), f"{shown(value)} is there twice")
            found.append(value)
        if len(values) < least:
            self.blame(key, "is empty")
        # A wrong item was reported; without it the numbers of the others would no longer be their places.
        return [value if type(value) is kind else kind() for value in found]

    def _one_line(self, path: Path, value: str, longest: int) -> None:
        if not value.strip():
            self.reading.blame(path, "is empty")
        elif len(value) > longest:
            self.reading.blame(path, f"is longer than {longest} characters")
        elif not value.isprintable():
            self.reading.blame(path, "holds a line break or another sign that cannot be shown")

    def _in_range(self, path: Path, value: int, least: int, most: int) -> bool:
        if value < 0:
            self.reading.blame(path, f"{shown(value)} is negative")
        elif value < least:
            self.reading.blame(path, f"{shown(value)} is less than {least}")
        elif value > most:
            self.reading.blame(path, f"{shown(value)} is more than {most}")
        else:
            return True
        return False

    def _member(self, path: Path, value: str, among: type[E]) -> E:
        try:
            return among(value)
        except ValueError:
            self.reading.blame(path, f"{shown(value)} is none of: {', '.join(among)}")
            return next(iter(among))


def unknown(what: str, name: str, among: Collection[str]) -> str:
    """The reason for a reference to something that is not there, with the nearest name that is."""
    near = get_close_matches(name, among, n=1)
    return f"unknown {what} {shown(name)}" + (f"; did you mean {near[0]}?" if near else "")


def kind_of(value: object) -> str:
    """What a value of the file is, in words."""
    return _KINDS.get(type(value), "a date or time")


_KINDS: Final[dict[type, str]] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    float: "a number with a fraction",
    list: "a list",
    dict: "a table",
}
