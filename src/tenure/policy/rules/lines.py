"""On which line of a TOML text each key and list item stands: `tomllib` keeps no places, so they are found again.

Only for a text that `tomllib` has read: its grammar is not checked here a second time, only followed. A test proves
that for any such text the index names exactly the keys that `tomllib` found.
"""

import re
import tomllib
from typing import Final

Path = tuple[str | int, ...]
"""Keys from the top of the file; a list item is its number from 0."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_BASIC_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_LITERAL_STRING: Final = re.compile(r"'[^']*'")
# Up to two quotation marks may stand right before the closing three.
_LONG_BASIC: Final = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL)
_LONG_LITERAL: Final = re.compile(r"'''(?:[^']|'(?!''))*'{3,5}", re.DOTALL)
_PLAIN_VALUE: Final = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every key, table header and list item of a TOML text that `tomllib.loads` accepts.

    A table that is spread over the file stands where it is first named.  Source: ours.
    """
    return _Index(text).read()


class _Index:
    """One walk through the text."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.counted_to = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.rows: dict[Path, int] = {}  # arrays of tables: how many rows so far

    def read(self) -> dict[Path, int]:
        table: Path = ()
        self._skip()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text[self.at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
            self._skip()
        return self.lines

    def _header(self, brackets: int) -> Path:
        line = self._line_here()
        self.at += brackets
        parts = self._dotted_key()
        self.at += brackets
        path: Path = ()
        for place, part in enumerate(parts):
            path = (*path, part)
            self.lines.setdefault(path, line)
            if brackets == 2 and place == len(parts) - 1:
                self.rows[path] = self.rows.get(path, 0) + 1
            if path in self.rows:
                path = (*path, self.rows[path] - 1)
                self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line_here()
        path = table
        for part in self._dotted_key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip()
        self._value(path)

    def _dotted_key(self) -> list[str]:
        """Read up to the sign behind the key: an equals sign or a closing bracket."""
        parts = [self._key()]
        while self._next_sign() == ".":
            self.at += 1
            parts.append(self._key())
        return parts

    def _key(self) -> str:
        self._skip()
        sign = self.text[self.at]
        if sign == '"':
            return str(tomllib.loads(f"key = {self._take(_BASIC_STRING)}")["key"])
        if sign == "'":
            return self._take(_LITERAL_STRING)[1:-1]
        return self._take(_BARE_KEY)

    def _value(self, path: Path) -> None:
        sign = self.text[self.at]
        if sign == "[":
            self._list(path)
        elif sign == "{":
            self._inline_table(path)
        elif self.text.startswith('"""', self.at):
            self._take(_LONG_BASIC)
        elif self.text.startswith("'''", self.at):
            self._take(_LONG_LITERAL)
        else:
            self._take({'"': _BASIC_STRING, "'": _LITERAL_STRING}.get(sign, _PLAIN_VALUE))

    def _list(self, path: Path) -> None:
        self.at += 1
        item = 0
        while self._next_sign() != "]":
            self.lines[(*path, item)] = self._line_here()
            self._value((*path, item))
            item += 1
            if self._next_sign() == ",":
                self.at += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._next_sign() != "}":
            self._pair(path)
            if self._next_sign() == ",":
                self.at += 1
        self.at += 1

    def _next_sign(self) -> str:
        self._skip()
        return self.text[self.at]

    def _skip(self) -> None:
        self._take(_BLANK)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise AssertionError(f"no {pattern.pattern} on line {self._line_here()}")
        self.at = found.end()
        return found[0]

    def _line_here(self) -> int:
        self.line += self.text.count("\n", self.counted_to, self.at)
        self.counted_to = self.at
        return self.line
