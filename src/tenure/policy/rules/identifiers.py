"""Reading identifiers out of whatever people paste: a sentence, a column of a table, the text of a certificate."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from tenure.policy.words.identifiers import (
    LONGEST_IDENTIFIER,
    Identifier,
    IdentifierFormat,
    NearMiss,
    ReadingFault,
    ReadText,
)

LONGEST_READ: Final = 10_000
_SIGNS: Final = "-./"  # what may stand inside an identifier, beside letters, digits and blanks
_WORD: Final = re.compile(rf"[^\W_](?:[^\W_]|[{_SIGNS}])*")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣"), "-")
_MOST_WORDS: Final = 4  # an identifier typed with blanks is looked for in so many words
_LEAST_LENGTH: Final = 5  # shorter words are never called a near miss
_MOST_WRONG: Final = 3  # so many letters or digits too few or too many are still near
_DIGITS: Final = {"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}
_LETTERS: Final = {"0": "O", "1": "I", "5": "S", "8": "B"}
_MILDEST: Final = tuple(ReadingFault)


def read_identifiers(*, text: str, formats: Sequence[IdentifierFormat]) -> ReadText:
    """Every identifier of these formats in a text, and what nearly is one, explained by its format alone.

    text: anything; of more than 10,000 characters the first are read.  Small letters, wide digits and long dashes are
    forgiven.  Where two formats are equally near, the earlier is named.  Never raises.  Source: D2, D16; the forgiving
    is ours.
    """
    words = _words(text)
    found: dict[Identifier, None] = {}
    missed: dict[NearMiss, None] = {}
    at = 0
    while at < len(words):
        exact = _first(words, at, formats)
        near = None if exact else _nearest(words, at, formats)
        if exact:
            found[exact[0]] = None
        elif near:
            missed[near[0]] = None
        at += (exact or near or (None, 1))[1]
    return ReadText(found=tuple(found), missed=tuple(missed))


def _words(text: str) -> list[str]:
    tidy = unicodedata.normalize("NFKC", text[:LONGEST_READ]).translate(_DASHES).upper()
    return [word.rstrip(_SIGNS) for word in _WORD.findall(tidy)]


def _first(words: list[str], at: int, formats: Sequence[IdentifierFormat]) -> tuple[Identifier, int] | None:
    """The identifier that begins with this word, and how many words it takes; only shapes with blanks take several."""
    for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
        candidate = " ".join(words[at : at + count])
        for form in formats:
            value = form.read(candidate)
            if value is not None:
                return Identifier(kind=form.key, value=value), count
    return None


def _nearest(words: list[str], at: int, formats: Sequence[IdentifierFormat]) -> tuple[NearMiss, int] | None:
    for count in range(min(_MOST_WORDS, len(words) - at), 1, -1):
        several = words[at : at + count]
        if len(_bare("".join(several))) < _LEAST_LENGTH:
            break  # fewer words hold fewer signs still
        misses = _misses(" ".join(several), formats, among=(ReadingFault.SIGNS,))
        if misses and not any(_first(several, place, formats) for place in range(count)):
            return misses[0], count
    word = words[at]
    if len(word) > LONGEST_IDENTIFIER or len(_bare(word)) < _LEAST_LENGTH or not any(map(str.isdigit, word)):
        return None
    misses = _misses(word, formats, among=_MILDEST)
    return (misses[0], 1) if misses else None


def _misses(text: str, formats: Sequence[IdentifierFormat], among: Iterable[ReadingFault]) -> list[NearMiss]:
    """What the text nearly is, the mildest fault first; among counts the closest."""
    allowed = set(among)
    found = [miss for form in formats if (miss := _miss(text, form)) is not None and miss.fault in allowed]
    return sorted(found, key=lambda miss: (_MILDEST.index(miss.fault), abs(miss.has - miss.wanted)))


def _miss(text: str, form: IdentifierFormat) -> NearMiss | None:
    bare = _bare(text)
    for prefix in form.prefixes:
        if len(_groups(text)) > len(_groups(prefix + form.shape)) + bool(prefix):
            continue  # 2026-04-01 is a day, not eight digits
        meant = _filled(bare, prefix + form.shape, fixed=len(prefix), form=form)
        if meant:
            fault = ReadingFault.SIGNS if _bare(meant) == bare else ReadingFault.LETTERS
            return NearMiss(text=text, kind=form.key, fault=fault, meant=meant)
    for prefix in filter(None, form.prefixes):
        meant = _filled(_bare(prefix) + bare, prefix + form.shape, fixed=len(prefix), form=form)
        if meant and len(_groups(text)) <= len(_groups(form.shape)):
            return NearMiss(text=text, kind=form.key, fault=ReadingFault.PREFIX, meant=meant)
    return _miscounted(text, form)


def _filled(bare: str, shape: str, *, fixed: int, form: IdentifierFormat) -> str | None:
    """The letters and digits where the shape has theirs, look-alikes exchanged; None if that gives no identifier."""
    if len(bare) != len(_bare(shape.replace("#", "0").replace("@", "A"))):
        return None
    signs, rest = [], iter(bare)
    for place, sign in enumerate(shape):
        if sign == "#":
            given = next(rest)
            signs.append(_DIGITS.get(given, given))
        elif sign == "@":
            given = next(rest)
            signs.append(_LETTERS.get(given, given))
        elif sign.isalnum():
            given = next(rest)
            signs.append(_LETTERS.get(given, given) if place < fixed else given)
        else:
            signs.append(sign)
    return form.read("".join(signs))


def _miscounted(text: str, form: IdentifierFormat) -> NearMiss | None:
    """Right at the beginning, with as many groups as the shape, but a few letters or digits too many or too few."""
    for prefix in sorted(form.prefixes, key=len, reverse=True):
        rest = text[len(prefix) :]
        if not text.startswith(prefix) or not rest.replace("-", "").isalnum():
            continue
        has, wanted = len(_bare(rest)), len(_bare(form.shape.replace("#", "0").replace("@", "A")))
        fits = "@" in form.shape or _bare(rest).isdigit()
        if fits and len(_groups(rest)) == len(_groups(form.shape)) and 0 < abs(has - wanted) <= _MOST_WRONG:
            return NearMiss(text=text, kind=form.key, fault=ReadingFault.COUNT, has=has, wanted=wanted)
    return None


def _groups(text: str) -> list[str]:
    return [group for group in re.split(rf"[{_SIGNS} ]+", text) if group]


def _bare(text: str) -> str:
    """The letters and digits alone."""
    return "".join(filter(str.isalnum, text))
