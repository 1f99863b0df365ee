"""Texts that people type: composed, without signs that cannot be seen, on one line or several.  Pure."""

import re
import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT = frozenset("\n\t\u200c\u200d")  # the joiners are part of words in some scripts and of emoji


def tidy_line(text: str) -> str:
    """The text on one line: no control signs, blanks at the ends or in a row.  Source: ours."""
    return " ".join(_visible(text).split())


def tidy_body(text: str) -> str:
    """The text with its lines: no control signs, one empty line in a row at most, none at the ends.  Source: ours."""
    lines = [line.rstrip() for line in _visible(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _visible(text: str) -> str:
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if whole.isascii() and whole.replace("\n", "").replace("\t", "").isprintable():
        return whole
    return "".join(sign for sign in whole if sign in _KEPT or unicodedata.category(sign) not in _INVISIBLE)
