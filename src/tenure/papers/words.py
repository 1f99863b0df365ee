"""The words of papers: what a document says, and how it stands."""

from dataclasses import dataclass
from datetime import date, datetime

MOST_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table.  A line break in a cell parts its first line from smaller ones.  figures: columns set at the end."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some paragraphs under a title."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that a document says, in its reader's language; equal sheets are one document.

    kind: "certificate".  about: the number people know it by.  language: a code of Django's.  lead: the one sentence
    under the title.  page_words: "Page {page} of {pages}".  Any text may hold anything: none of it is ever code.
    """

    kind: str
    about: str
    language: str
    vendor: str
    title: str
    lead: str
    dated_on: date
    facts: tuple[Fact, ...]
    grids: tuple[Grid, ...]
    parts: tuple[Part, ...]
    foot: tuple[str, ...]
    page_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlyphRow:
    """A character that no font of ours has, and the document in which it was spelled out."""

    code_point: int
    kind: str
    about: str
    language: str
    seen_at: datetime

    @property
    def name(self) -> str:
        return f"U+{self.code_point:04X}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckPaper:
    """A document that is not tried any more, and why."""

    kind: str
    about: str
    language: str
    ordered_at: datetime
    error: str
