"""What a sheet becomes before it is set: plain data, cleaned, and spelled out where no font has a character."""

import json
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from tenure.papers.words import Sheet

LONGEST_WORD = 28
LONGEST_ADDRESS = 90  # a line of a paragraph holds it, and a break inside would be copied with it
JOINERS = "\u200c\u200d"
BREAK = "\u200b"


def plain(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON can carry it: days as ISO text, every text cleaned."""
    said = asdict(sheet)
    return {**_each(said, clean), "dated_on": sheet.dated_on.isoformat()}


def digest_of(said: dict[str, Any]) -> str:
    """The name of a document: SHA-256, in hex, of what it says."""
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def characters(said: dict[str, Any]) -> frozenset[str]:
    """Every character that has to be printed."""
    found: set[str] = set()

    def take(text: str) -> str:
        found.update(text)
        return text

    _each(said, take)
    return frozenset(found)


def spelled(said: dict[str, Any], lacking: Collection[str]) -> dict[str, Any]:
    """The same with each lacking character written as [U+1F600]."""
    table = {ord(each): f"[U+{ord(each):04X}]" for each in lacking}
    return _each(said, lambda text: text.translate(table))


def breakable(said: dict[str, Any]) -> dict[str, Any]:
    """The same with places to break a line in words that no column would hold."""
    return _each(said, lambda text: " ".join(_broken(word) for word in text.split(" ")))


def clean(text: str) -> str:
    """The text without what has no place on paper: control signs, half characters, and marks that turn its direction.

    Line breaks stay.
    """
    return "".join(_kept(sign) for sign in unicodedata.normalize("NFC", text))


def _kept(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign == "\n" or sign in JOINERS:
        return sign
    if kind in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if kind == "Cs":
        return "\ufffd"
    return "" if kind == "Cf" else sign


def _broken(word: str) -> str:
    longest = LONGEST_ADDRESS if "://" in word else LONGEST_WORD
    if len(word) <= longest or "\n" in word:
        return word
    return BREAK.join(word[start : start + LONGEST_WORD] for start in range(0, len(word), LONGEST_WORD))


def _each(said: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {key: _changed(value, change) for key, value in said.items()}


def _changed(said: Any, change: Callable[[str], str]) -> Any:
    if isinstance(said, str):
        return change(said)
    if isinstance(said, dict):
        return _each(said, change)
    if isinstance(said, list | tuple):
        return [_changed(value, change) for value in said]
    return said
