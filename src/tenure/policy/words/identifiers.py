"""How identifiers look, are made from numbers, and are read from what people type."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_IDENTIFIER: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierFormat:
    """How an identifier looks: one of `prefixes`, then `shape`, where # is a digit and @ a capital letter.

    pattern: a regular expression for everything that is accepted, which may be more than what is made.
    Source: A1, D2; the formats are the vendor's to set.
    """

    key: str
    name: str
    prefixes: tuple[str, ...]
    shape: str
    pattern: str
    example: str

    @property
    def capacity(self) -> int:
        """How many different identifiers one prefix and the shape can make."""
        return int(10 ** self.shape.count("#") * 26 ** self.shape.count("@"))

    def made_from(self, *, number: int, prefix: str | None = None) -> str:
        """The identifier of `number`, 0 to capacity - 1: different numbers give different identifiers.

        prefix: one of `prefixes`; None takes the first.  Raises ValueError out of range.  Source: A1.
        """
        chosen = self.prefixes[0] if prefix is None else prefix
        if not 0 <= number < self.capacity or chosen not in self.prefixes:
            raise ValueError(f"{self.key}: no identifier for number {number} and prefix {chosen!r}")
        signs = []
        for sign in reversed(self.shape):
            if sign == "#":
                number, digit = divmod(number, 10)
                signs.append(str(digit))
            elif sign == "@":
                number, letter = divmod(number, 26)
                signs.append(chr(ord("A") + letter))
            else:
                signs.append(sign)
        return chosen + "".join(reversed(signs))

    def read(self, text: str) -> str | None:
        """The identifier as it is stored, if `text` is one: blanks around it and small letters are forgiven.

        Source: A1.
        """
        if len(text) > LONGEST_IDENTIFIER * 2:
            return None
        tidy = text.strip().upper()
        accepted = len(tidy) <= LONGEST_IDENTIFIER and re.fullmatch(self.pattern, tidy, re.ASCII)
        return tidy if accepted else None


class ReadingFault(StrEnum):
    """Why something that looks like an identifier is none; the mildest first.  Source: ours."""

    LETTERS = "letters"  # O typed for 0
    SIGNS = "signs"  # dashes missing, or blanks in their place
    PREFIX = "prefix"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier that was read: the key of its format, and how it is stored."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """What nearly is an identifier of `kind`.

    meant: the identifier it probably is, or "".  has, wanted: letters and digits after the prefix, where their count is
    wrong.
    """

    text: str
    kind: str
    fault: ReadingFault
    meant: str = ""
    has: int = 0
    wanted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """The identifiers in a text, each once and in its order, and what nearly was one; not whether they exist."""

    found: tuple[Identifier, ...]
    missed: tuple[NearMiss, ...]
