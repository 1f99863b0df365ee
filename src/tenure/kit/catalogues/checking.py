"""What can be seen of a translation without knowing the language: each fault is a sentence about one text."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.plurals import get_plural

from tenure.kit.catalogues.extraction import SOURCE, Message
from tenure.kit.catalogues.keeping import OWN_WORDS, SAME, ids_of, strings_of

GLOSSARY = SOURCE.parents[1] / "docs" / "languages" / "glossary.md"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
BARE = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{[^}]*\}|<code>.*?</code>|<[^>]*>|&\w+;")
ENDINGS = {"。": ".", "．": ".", "？": "?", "！": "!", "：": ":", "；": ";", "，": ",", "…": "…"}
CLOSING = '”»"“）)」'
MOST_TIMES, MOST_MORE = 2.2, 12  # how much longer than the English a button's words may be
ENGLISH = re.compile(r"\b(the|and|with|this|that|your|you|is|are|from|for|not|has|have|was|which|when)\b")
ALSO = {"de": {"was"}, "es": {"has"}}  # words of the language that look English
# Words that address the reader as a friend; Tenure does not.
FAMILIAR = {
    "de": r"\b(du|dich|dir|dein\w*)\b",
    "fr": r"\b(tu|toi|tes|tien|tienne)\b",
    "it": r"\b(tu|tuo|tua|tuoi|tue)\b",
    "es": r"\b(tú|tu|tus|vosotros|vuestr\w+)\b",
    "ru": r"\b(ты|тебя|тебе|твой|твоя|твои|твоё)\b",
    "pt": r"\b(tu|teu|tua|teus|tuas)\b",
}
FULL_WIDTH = re.compile(r"[\u3040-\u9fff][,;:?!.](?!\S*\d)")
SPACED = re.compile(r"(?<![\s\u00a0\u202f?!])[;?!»](?=\s|$)|(?<![\u00a0\u202f\d\w/])[ ][:;?!»]|\w:(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An English word of the field, and how each language may say it."""

    name: str
    english: re.Pattern[str]
    ways: Mapping[str, re.Pattern[str]]


def faults(catalog: Catalog, language: str, wanted: Sequence[Message], terms: Sequence[Term]) -> Sequence[str]:
    """Every fault of what is translated, a sentence each.  What is missing is no fault here: `keeping.missing`."""
    pressed = {(each.context, each.forms) for each in wanted if each.pressed}
    found = []
    for entry in catalog:
        if not entry.id or not all(strings_of(entry)):
            continue
        short = (entry.context, ids_of(entry)) in pressed
        found += [f"{ids_of(entry)[0]!r}: {said}" for said in _of_entry(entry, language, short=short, terms=terms)]
    return found


def glossary(path: Path = GLOSSARY) -> Sequence[Term]:
    """The English terms with what each language says for them, longest first.  `|` ends what stays of a word."""
    rows = [line.strip("| \n").split(" | ") for line in path.read_text().splitlines() if line.startswith("| ")]
    head, *rest = [row for row in rows if not set(row[0]) <= {"-"}]
    return [
        Term(
            name=name,
            english=re.compile(rf"\b{re.escape(name)}s?\b", re.IGNORECASE),
            ways={code: _way(cell) for code, cell in zip(head[1:], said, strict=True)},
        )
        for name, *said in sorted(rest, key=lambda row: -len(row[0]))
    ]


@cache
def forms_of(language: str) -> Callable[[int], int]:
    """Which form a number takes in a language."""
    form: Callable[[int], int] = c2py(get_plural(language).plural_expr)
    return form


def _way(cell: str) -> re.Pattern[str]:
    choices = [
        r"\s+".join(re.escape(word.partition("|")[0]) + (r"\w*" if "|" in word else "") for word in each.split())
        for each in cell.split(" / ")
    ]
    return re.compile("|".join(choices), re.IGNORECASE)


def _of_entry(entry: Entry, language: str, *, short: bool, terms: Sequence[Term]) -> Iterator[str]:
    ids, strings = ids_of(entry), strings_of(entry)
    plural = len(ids) > 1
    count = count_of(language) if plural else 1
    if len(strings) != count:
        yield f"has {len(strings)} forms, and this language has {count}"
        return
    alone = _forms_of_one(language) if plural else set()
    for number, said in enumerate(strings):
        yield from _of_form(ids[0] if number in alone else ids[-1], said, may_lack=number in alone)
        yield from _language(said, language)
        if short and len(said) > max(len(ids[0]) * MOST_TIMES, len(ids[0]) + MOST_MORE):
            yield f"is too long for a button: {said!r}"
    if set(strings) <= set(ids) and _letters(ids[0]) and SAME not in entry.user_comments:
        yield "is the English"
    if OWN_WORDS not in entry.user_comments:
        yield from _terms(ids[-1], strings[-1], language, terms)


def count_of(language: str) -> int:
    """How many forms a text with a number has in a language."""
    return get_plural(language).num_plurals


@cache
def _forms_of_one(language: str) -> set[int]:
    """The forms that are used for the number one and for no other: they may say "one" in place of the figure."""
    taken = Counter(forms_of(language)(n) for n in range(1000))
    one = forms_of(language)(1)
    return {one} if taken[one] == 1 else set()


def _of_form(english: str, said: str, *, may_lack: bool) -> Iterator[str]:
    for name, pattern in (("placeholders", PLACEHOLDER), ("tags", TAG)):
        ours, theirs = Counter(pattern.findall(said)), Counter(pattern.findall(english))
        if ours != theirs and not (may_lack and not ours - theirs):
            yield f"has other {name}: {said!r}"
    for end in (0, -1):
        if english[end].isspace() != said[end].isspace():
            yield f"begins or ends with another space: {said!r}"
    if _ending(english) != _ending(said):
        yield f"ends otherwise: {said!r}"


def _ending(text: str) -> str:
    if text.endswith(" 様"):
        return ","  # a Japanese greeting ends by the honorific alone
    last = re.sub(r"</?[a-z][^>]*>", "", text).rstrip().rstrip(CLOSING)[-1:]
    mark = ENDINGS.get(last, last)
    return mark if mark in ".?!:;,…" else ""


def _language(said: str, language: str) -> Iterator[str]:
    bare = BARE.sub(" ", said)
    if (english := ENGLISH.search(bare)) and english[0] not in ALSO.get(language, ()):
        yield f"holds the English word {english[0]!r}: {said!r}"
    if (familiar := FAMILIAR.get(language)) and (found := re.search(familiar, bare, re.IGNORECASE)):
        yield f"addresses the reader by {found[0]!r}: {said!r}"
    if language in {"zh_Hans", "ja"} and (found := FULL_WIDTH.search(bare)):
        yield f"holds a half-width mark after {found[0][0]!r}: {said!r}"
    if language == "fr" and (found := SPACED.search(bare)):
        yield f"lacks the unbreakable space before {found[0][-1]!r}: {said!r}"


def _letters(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2,}", BARE.sub("", text)))


def _terms(english: str, said: str, language: str, terms: Sequence[Term]) -> Iterator[str]:
    left = BARE.sub(" ", english)
    for term in terms:
        left, found = term.english.subn(" ", left)
        if found and not term.ways[language].search(said):
            yield f"says {term.name!r} in other words: {said!r}"
