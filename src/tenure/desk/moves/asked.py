"""What a page of moves is asked, out of an address or a form."""

from dataclasses import dataclass

from django.http import QueryDict

from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import MOST_PARTS, MoveRefusal, Wish
from tenure.toolbox.refused import Refused

LONGEST_LIST = 100_000
LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields as they were typed; they are shown again.  ticked: serial numbers of the list of a customer."""

    kind: MoveKind
    customer: str
    serials: str
    ticked: tuple[str, ...]
    to: str
    site: str
    parts: str

    @property
    def all_serials(self) -> tuple[str, ...]:
        """Those typed, in their order, then those ticked."""
        words = self.serials.replace(",", " ").replace(";", " ").split()
        return tuple(dict.fromkeys([word.upper() for word in words] + list(self.ticked)))

    @property
    def is_complete(self) -> bool:
        """Whether enough is there to show what would happen."""
        if self.kind is MoveKind.MERGE:
            return bool(self.customer and self.to)
        if self.kind is MoveKind.TRANSFER:
            return bool(self.all_serials and self.to)
        return bool(self.all_serials and (self.parts or self.kind is MoveKind.JOIN))

    def wish(self) -> Wish:
        """Raises Refused: PARTS_UNREADABLE, SITE_UNKNOWN."""
        return Wish(
            kind=self.kind, serials=self.all_serials if self.kind is not MoveKind.MERGE else (),
            customer=self.customer if self.kind is MoveKind.MERGE else "",
            to=self.to if self.kind is not MoveKind.JOIN else "", site=self._site(),
            parts=self._parts() if self.kind is MoveKind.SPLIT else (),
        )  # fmt: skip

    def _site(self) -> int | None:
        if not self.site or self.kind in {MoveKind.JOIN, MoveKind.MERGE}:
            return None
        if not self.site.isascii() or not self.site.isdecimal() or len(self.site) > LONGEST_NUMBER:
            raise Refused(MoveRefusal.SITE_UNKNOWN)
        return int(self.site)

    def _parts(self) -> tuple[int, ...]:
        words = self.parts.replace(";", ",").replace("+", ",").replace(",", " ").split()
        if len(words) > MOST_PARTS:
            raise Refused(MoveRefusal.PARTS_TOO_MANY, most=MOST_PARTS)
        if not all(_is_number(word) for word in words):
            raise Refused(MoveRefusal.PARTS_UNREADABLE)
        return tuple(int(word) for word in words)


def typed(kind: MoveKind, given: QueryDict) -> Typed:
    """The fields of an address or a form, cut to what they can hold."""

    def text(name: str, most: int = 100) -> str:
        return given.get(name, "").replace("\0", "").strip()[:most]

    return Typed(
        kind=kind, customer=text("customer").upper(), serials=text("serials", LONGEST_LIST),
        ticked=tuple(each.replace("\0", "")[:100] for each in given.getlist("serial")[:5_001]),
        to=text("to").upper(), site=text("site"), parts=text("parts", 1_000),
    )  # fmt: skip


def _is_number(word: str) -> bool:
    figures = word.removeprefix("-")
    return figures.isascii() and figures.isdecimal() and len(figures) <= LONGEST_NUMBER
