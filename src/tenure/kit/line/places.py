"""From days to places: per cent of the lane's width, mirrored where time runs leftwards."""

from datetime import date
from functools import lru_cache

from tenure.kit.line.words import Axis, Span


def percent(value: float) -> str:
    """A place as SVG takes it: two decimals, no trailing zeros: 41.38%."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def across(axis: Axis, along: float, wide: float = 0.0) -> float:
    """The x of a stretch that begins `along` time and is `wide`; both in per cent."""
    return 100.0 - along - wide if axis.rtl else along


def stretch(axis: Axis, span: Span) -> tuple[float, float] | None:
    """Begin and end of a span along the axis, in per cent; None where nothing of it lies on the axis."""
    starts, ends = axis.at(span.starts), 100.0 if span.ends is None else axis.at(span.ends)
    return (starts, ends) if starts < ends else None


@lru_cache(maxsize=512)
def years(axis: Axis) -> tuple[tuple[int, float], ...]:
    """The first days of years on the axis: (year, per cent along time)."""
    first = axis.starts.year if (axis.starts.month, axis.starts.day) == (1, 1) else axis.starts.year + 1
    days = (date(year, 1, 1) for year in range(first, axis.ends.year + 1))
    return tuple((day.year, axis.at(day)) for day in days if axis.holds(day))


@lru_cache(maxsize=512)
def ground(axis: Axis) -> str:
    """What lies under every lane: the past in wash, and the ticks of the years."""
    past = axis.at(axis.today)
    rect = f'<rect class="lane-past" x="{percent(across(axis, 0, past))}" width="{percent(past)}" height="100%"/>'
    return rect + "".join(
        f'<line class="lane-tick" x1="{(x := percent(across(axis, at)))}" x2="{x}" y1="0" y2="100%"/>'
        for _, at in years(axis)
    )


@lru_cache(maxsize=512)
def strokes(axis: Axis, top: int = 0) -> str:
    """Today, and the day asked about where it is another one, from `top` px down."""
    drawn = ""
    for day in axis.strokes():
        x = percent(across(axis, axis.at(day)))
        kind = "lane-today" if day == axis.today else "lane-day"
        drawn += f'<line class="{kind}" x1="{x}" x2="{x}" y1="{top}" y2="100%"/>'
    return drawn
