"""What a text may be: bounded, without signs that cannot be seen, and found again by its words."""

import re

from tenure.cases.words import CaseRefusal
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body, tidy_line

LONGEST_SUMMARY = 200
LONGEST_TEXT = 50_000
LONGEST_WORDS = 200
MOST_WORDS = 12
EXCERPT, EXCERPT_BEFORE, LONGEST_SKIP = 200, 60, 20

# Han, Hiragana, Katakana and Hangul: written without spaces, or with endings, so found by pairs of signs
_CJK = re.compile("[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿\U00020000-\U0002fa1f]+")
_WORDS = re.compile(r"\w+(?:[.-]\w+)*")


def check_summary(text: str) -> str:
    """The summary as it is kept.  Raises Refused: SUMMARY_MISSING, SUMMARY_TOO_LONG.  Source: D7."""
    tidy = tidy_line(text)
    if not tidy:
        raise Refused(CaseRefusal.SUMMARY_MISSING)
    if len(tidy) > LONGEST_SUMMARY:
        raise Refused(CaseRefusal.SUMMARY_TOO_LONG, most=LONGEST_SUMMARY, length=len(tidy))
    return tidy


def check_body(text: str, *, missing: CaseRefusal = CaseRefusal.TEXT_MISSING) -> str:
    """A text as it is kept.  Raises Refused: `missing`, TEXT_TOO_LONG.  Source: D7."""
    tidy = tidy_body(text)
    if not tidy.strip():
        raise Refused(missing)
    if len(tidy) > LONGEST_TEXT:
        raise Refused(CaseRefusal.TEXT_TOO_LONG, most=LONGEST_TEXT, length=len(tidy))
    return tidy


def searchable(text: str) -> str:
    """The text as it is indexed: runs of Chinese, Japanese and Korean signs become pairs.  Source: ours."""
    if text.isascii():
        return text
    return _CJK.sub(lambda run: f" {' '.join(_pairs(run.group()))} ", text)


def asked_words(text: str) -> str:
    """A tsquery that finds texts with all the words, each also as a beginning; "" where no word is asked for.

    Source: ours.
    """
    words: list[str] = []
    for part in _WORDS.findall(tidy_line(text)[:LONGEST_WORDS].lower()):
        words += _asked(part)
    return " & ".join(dict.fromkeys(words[:MOST_WORDS]))


def excerpt_of(body: str, text: str) -> str:
    """The part of a text around the first word that was asked for, on one line; its beginning where none is in it.

    Source: ours.
    """
    words = _WORDS.findall(tidy_line(text)[:LONGEST_WORDS].lower())
    lower = body.lower()
    places = [place for word in words if (place := _place(lower, word)) >= 0]
    begin = max(0, min(places, default=0) - EXCERPT_BEFORE)
    if begin:
        begin = body.find(" ", begin, begin + LONGEST_SKIP) + 1 or begin
    cut = " ".join(body[begin : begin + EXCERPT].split())
    if len(body) > begin + EXCERPT:
        cut = f"{cut.rpartition(' ')[0] or cut}…"
    return f"…{cut}" if begin else cut


def _place(lower: str, word: str) -> int:
    """Where a word begins in the text, or where the first pair of its signs stands; -1: nowhere."""
    run = _CJK.search(word)
    if run:
        return lower.find(_pairs(run.group())[0])
    found = re.search(rf"\b{re.escape(word)}", lower)
    return found.start() if found else -1


def _asked(part: str) -> list[str]:
    if not _CJK.search(part):
        return [f"'{part}':*"]
    found = [f"'{pair}'" if len(pair) > 1 else f"'{pair}':*" for run in _CJK.findall(part) for pair in _pairs(run)]
    return found + [f"'{word}':*" for word in _CJK.sub(" ", part).split()]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
