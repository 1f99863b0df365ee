"""The line of time with its words: the head with years and flags, and lanes of spans and points."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.kit.line.fit import Fit, fit_points, fit_span, fit_years, width_of
from tenure.kit.line.places import across, ground, percent, stretch, strokes, years
from tenure.kit.line.words import Axis, Lane, Point, Span
from tenure.toolbox.formats import day_words, long_day, quantity_words, short_day
from tenure.toolbox.marks import beside

HATCHED = frozenset({"gap", "pause"})
DRAWN_AS = {"extended": "next"}
HEAD_HEIGHT = 34
PLAIN, TALL = (40, 7, 26, 17.5), (52, 9, 34, 21.5)  # height of the lane; top, height and base line of a bar, in px


def head(axis: Axis) -> Lane:
    """The first lane: years, today's flag, and the flag of the day asked about."""
    flags = _flags(axis)
    classes = fit_years([at for _year, at in years(axis)], [(at, before, after) for at, before, after, _svg in flags])
    shift = -4 if axis.rtl else 4
    drawn = ""
    for (year, at), hides in zip(years(axis), classes, strict=True):
        x = percent(across(axis, at))
        drawn += f'<line class="lane-tick" x1="{x}" x2="{x}" y1="28" y2="34"/>'
        if hides is not None:
            drawn += f'<text class="{f"lane-year {hides}".strip()}" x="{x}" dx="{shift}" y="26">{year}</text>'
    drawn += strokes(axis, 26) + "".join(svg for *_place, svg in flags)
    svg = f'<svg class="lane" height="{HEAD_HEIGHT}" aria-hidden="true">{drawn}</svg>'
    return Lane(name="", svg=mark_safe(svg))  # noqa: S308 (numbers and escaped words)


def lane(
    axis: Axis, name: str, spans: Iterable[Span] = (), points: Iterable[Point] = (), *,
    tall: bool = False, label: str = "", url: str = "", note: str = "",
) -> Lane:  # fmt: skip
    """One lane with its name.  tall: for the lane that matters most; label: the spoken summary, else made from rows."""
    rows, dots = tuple(spans), tuple(p for p in points if axis.holds(p.day))
    height, *bar = TALL if tall else PLAIN
    drawn = ground(axis) + "".join(_span(axis, span, bar) for span in rows) + _points(axis, dots, height)
    said = label or _summary(name, rows, dots)
    svg = f'<svg class="lane" height="{height}" role="img" aria-label="{escape(said)}">{drawn}{strokes(axis)}</svg>'
    return Lane(name=name, svg=mark_safe(svg), label=said, url=url, note=note)  # noqa: S308


def _span(axis: Axis, span: Span, bar: Sequence[float]) -> str:
    found = stretch(axis, span)
    if found is None:
        return ""
    (starts, ends), (top, tall, base) = found, bar
    inner = '<rect class="span-bar" width="100%" height="100%"/>'
    if span.kind in HATCHED:
        inner += f'<line class="span-hatch" stroke-width="{tall}" x2="100%" y1="50%" y2="50%"/>'
    if span.kind == "term" and span.tone != "quiet" and span.ends is not None and span.ends <= axis.ends:
        edge = "0%" if axis.rtl else "100%"
        inner += f'<line class="span-end" x1="{edge}" x2="{edge}" y2="100%"/>'
    fit = fit_span(span.word, starts, ends, [axis.at(day) for day in axis.strokes()]) if span.word else None
    if fit:
        within = (fit.at - starts) * 100 / (ends - starts)
        inner += _word(axis, span.word, within, base, fit)
    x, wide = percent(across(axis, starts, ends - starts)), percent(ends - starts)
    kind = DRAWN_AS.get(span.kind, span.kind)
    return (
        f'<svg class="span" data-kind="{kind}" data-tone="{span.tone}" x="{x}" y="{top}" width="{wide}" '
        f'height="{tall}">{inner}</svg>'
    )


def _word(axis: Axis, word: str, within: float, base: float, fit: Fit) -> str:
    hides = f' class="{fit.hides}"' if fit.hides else ""
    x, shift = percent(across(axis, within)), -8 if axis.rtl else 8
    return f'<text{hides} x="{x}" dx="{shift}" y="{base}">{escape(word)}</text>'


def _points(axis: Axis, points: Sequence[Point], height: float) -> str:
    drawn = ""
    fits = fit_points([(axis.at(p.day), p.word) for p in points], [axis.at(day) for day in axis.strokes()])
    for point, fit in zip(points, fits, strict=True):
        x = percent(across(axis, axis.at(point.day)))
        drawn += f'<circle class="point" data-kind="{point.kind}" cx="{x}" cy="50%" r="5"/>'
        if fit:
            shift = 10 if fit.before == axis.rtl else -10
            anchor = ' text-anchor="end"' if fit.before else ""
            hides = f"point-word {fit.hides}".strip()
            place = f'x="{x}" dx="{shift}" y="{height / 2 + 4.5:g}"{anchor}'
            drawn += f'<text class="{hides}" {place}>{escape(point.word)}</text>'
    return drawn


def _flags(axis: Axis) -> list[tuple[float, float, float, str]]:
    """(place, px before it, px after it, drawing) of each flag.  Of two, the earlier ends where the later begins."""
    days = axis.strokes()
    flags = []
    for index, day in enumerate(days):
        word = _flag_word(axis, day, alone=len(days) == 1)
        at, wide = axis.at(day), width_of(word) * 1.05 + 4
        if len(days) == 1:
            anchor = "start" if at * 3.4 < wide / 2 else "end" if (100 - at) * 3.4 < wide / 2 else "middle"
        else:
            anchor = "start" if index else "end"
        before, after = {"start": (4.0, wide), "end": (wide, 4.0), "middle": (wide / 2, wide / 2)}[anchor]
        flags.append((at, before, after, _flag(axis, day, word, anchor)))
    return flags


def _flag_word(axis: Axis, day: date, *, alone: bool) -> str:
    if day != axis.today:
        return day_words(day)
    return _("Today, %(day)s") % {"day": short_day(day)} if alone else _("Today")


def _flag(axis: Axis, day: date, word: str, anchor: str) -> str:
    x, kind = percent(across(axis, axis.at(day))), "today" if day == axis.today else "day"
    along = 0 if anchor == "middle" else 4 if anchor == "start" else -4
    shift = f' dx="{-along if axis.rtl else along}"' if along else ""
    return (
        f'<text class="lane-flag" data-of="{kind}" x="{x}" y="20"{shift} text-anchor="{anchor}">{escape(word)}</text>'
    )


def _summary(name: str, spans: Sequence[Span], points: Sequence[Point]) -> str:
    said = [words for words in (*map(_said, spans), *map(_said_point, points)) if words]
    return _("%(name)s: %(parts)s") % {"name": name, "parts": beside(*said)} if said else name


def _said(span: Span) -> str:
    if span.said:
        return span.said
    if span.kind == "gap" and span.ends is not None:
        days = (span.ends - span.starts).days
        return ngettext("a gap of %(days)s day", "a gap of %(days)s days", days) % {"days": quantity_words(days)}
    if span.ends is None or not span.word:
        return span.word
    return _("%(word)s to %(day)s") % {"word": span.word, "day": long_day(span.ends - timedelta(days=1))}


def _said_point(point: Point) -> str:
    return _("%(word)s on %(day)s") % {"word": point.word, "day": long_day(point.day)} if point.word else ""
