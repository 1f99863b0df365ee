"""The line of time inside a table: decorative strokes, since the columns say it all.  Made for many rows."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from tenure.kit.line.fit import step_of
from tenure.kit.line.places import across, ground, percent, stretch, strokes, years
from tenure.kit.line.words import Axis, Span

HATCHED = frozenset({"gap", "pause"})
NARROW_PX, WIDE_PX = 250, 300


def mini(axis: Axis, spans: Iterable[Span]) -> SafeString:
    """The lane of one table row (`<td class="line-cell">`).  Source: ours."""
    drawn = "".join(_stroke(axis, span) for span in spans)
    svg = f'<svg class="lane" height="32" aria-hidden="true">{ground(axis)}{drawn}{strokes(axis)}</svg>'
    return mark_safe(svg)  # noqa: S308 (numbers, and words from our own lists)


def _stroke(axis: Axis, span: Span) -> str:
    found = stretch(axis, span)
    if found is None:
        return ""
    starts, ends = found
    x = across(axis, starts, ends - starts)
    kind = "span-hatch" if span.kind in HATCHED else "span-mini"
    return (
        f'<line class="{kind}" data-kind="{span.kind}" data-tone="{span.tone}" x1="{percent(x)}" '
        f'x2="{percent(x + ends - starts)}" y1="50%" y2="50%"/>'
    )


def year_head(axis: Axis, *, wide: bool = False) -> SafeString:
    """The axis of a table's lanes, for its `<th class="line-head">`; wide: the head has `data-size="wide"`."""
    step = step_of([at for _, at in years(axis)], WIDE_PX if wide else NARROW_PX)
    shift = -4 if axis.rtl else 4
    drawn = ""
    for index, (year, at) in enumerate(years(axis)):
        x = percent(across(axis, at))
        drawn += f'<line class="lane-tick" x1="{x}" x2="{x}" y1="14" y2="20"/>'
        if index % step == 0 and (100 - at) * (WIDE_PX if wide else NARROW_PX) >= 3800:
            drawn += f'<text class="lane-year" x="{x}" dx="{shift}" y="12">{year}</text>'
    svg = f'<svg class="lane" height="20" aria-hidden="true">{drawn}{strokes(axis, 12)}</svg>'
    return mark_safe(svg)  # noqa: S308
