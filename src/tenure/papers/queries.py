"""Reads of papers.  Who may see a document is decided by the room it tells of, which also makes its sheet."""

from tenure.papers.models import MissingGlyph, Paper
from tenure.papers.words import MOST_TRIES, GlyphRow, StuckPaper


def missing_glyphs(*, limit: int) -> list[GlyphRow]:
    """The characters that were spelled out because no font has them, newest first; for the desk.  Source: ours."""
    found = MissingGlyph.objects.select_related("paper").order_by("-id")[:limit]
    return [
        GlyphRow(
            code_point=each.code_point, kind=each.paper.kind, about=each.paper.about, language=each.paper.language,
            seen_at=each.seen_at,
        )
        for each in found
    ]  # fmt: skip


def papers_given_up(*, limit: int) -> list[StuckPaper]:
    """The documents that could not be printed in five tries, newest first; for the desk.  Source: ours."""
    stuck = Paper.objects.filter(printed_at=None, tries__gte=MOST_TRIES).order_by("-id")
    return [StuckPaper(**row) for row in stuck.values("kind", "about", "language", "ordered_at", "error")[:limit]]
