"""A sheet to a PDF by Typst.  What the sheet says goes in as data; the layout beside us is the only code."""

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import manimgx_fonts_cjk
import typst

from tenure.papers.rules import breakable, characters, spelled

LAYOUT = Path(__file__).parent / "layout"
ARCHIVE: Final = "a-2b"  # PDF/A-2b has every glyph inside, and so fails on the first that no font has
EAST = {"ja": "JP", "ko": "KR", "zh-hans": "SC"}  # one character, three shapes: the reader's is taken first


class Unsettable(Exception):
    """Typst could not set the document, though every character of it is there."""


def typeset(said: dict[str, Any]) -> tuple[bytes, frozenset[str]]:
    """The document as PDF/A-2b, and the characters that no font has, which are spelled out in it.

    said: as `rules.plain` makes it.  The same words give the same bytes.  Raises Unsettable.  Source: A1.
    """
    missing: frozenset[str] = frozenset()
    try:
        return _compiled(said), missing
    except typst.TypstError:
        missing = lacking(characters(said) - {"\n"})
    try:
        return _compiled(spelled(said, missing)), missing
    except typst.TypstError as error:
        if not missing:  # each character alone can be set, but not all of them as they stand together
            missing = frozenset(sign for sign in characters(said) if ord(sign) > 0x2FF)
        try:
            return _compiled(spelled(said, missing)), missing
        except typst.TypstError:
            raise Unsettable(error.message) from error


def lacking(signs: Collection[str]) -> frozenset[str]:
    """Those of `signs` that none of our fonts has."""
    left, found = [sorted(signs)], set()
    while left:
        some = left.pop()
        if not some or _has_all(some):
            continue
        if len(some) == 1:
            found.update(some)
        else:
            left += [some[: len(some) // 2], some[len(some) // 2 :]]
    return frozenset(found)


def _has_all(signs: list[str]) -> bool:
    try:
        _set("probe.typ", {"text": " ".join(signs)}, {"fonts": json.dumps(_families("en"))})
    except typst.TypstError:
        return False
    return True


def _compiled(said: dict[str, Any]) -> bytes:
    return _set("sheet.typ", breakable(said), {"fonts": json.dumps(_families(said["language"]))})


def _set(layout: str, said: dict[str, Any], more: dict[str, str]) -> bytes:
    compiler = typst.Compiler(
        LAYOUT / layout, root=LAYOUT, font_paths=_fonts(), ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(said), **more},
    )  # fmt: skip
    made = compiler.compile(format="pdf", pdf_standards=[ARCHIVE], timestamp=0)
    if not isinstance(made, bytes):
        raise Unsettable("Typst has answered with something that is no PDF")
    return made


def _families(language: str) -> list[str]:
    own = EAST.get(language, "SC")
    return [f"Noto Sans CJK {place}" for place in dict.fromkeys((own, "SC", "JP", "KR", "TC"))]


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    beside = Path(manimgx_fonts_cjk.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[beside])
