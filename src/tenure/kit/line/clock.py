"""The line of time for clocks: the same drawing with instants instead of days, for what lasts hours or weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from tenure.kit.line.fit import fit_span, fit_years, width_of
from tenure.kit.line.places import percent
from tenure.kit.line.words import Lane
from tenure.toolbox.formats import short_day, time_words

HATCHED = frozenset({"gap", "pause"})
HEAD_HEIGHT, HEIGHT, TOP, TALL, BASE = 34, 44, 8, 28, 18.5
MOST_TICKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """The instants from `starts` to `ends`; now: where the reader stands.  closed: when nobody works.

    zone: the reader's.  rtl: time runs from right to left.  Raises ValueError where no time lies between the ends.
    """

    starts: datetime
    ends: datetime
    now: datetime
    zone: str
    closed: tuple[tuple[datetime, datetime], ...] = ()
    rtl: bool = False

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError("a dial lasts some time")

    def at(self, instant: datetime) -> float:
        """Where an instant is, in per cent along time, held within both ends."""
        return min(100.0, max(0.0, (instant - self.starts) / (self.ends - self.starts) * 100))

    def x(self, along: float, wide: float = 0.0) -> str:
        """The place of a stretch, mirrored where time runs leftwards."""
        return percent(100.0 - along - wide if self.rtl else along)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a lane.  kind: term, pause or next; tone: as of spans; word: printed where it fits."""

    kind: str
    tone: str
    starts: datetime
    ends: datetime
    word: str = ""
    ends_hard: bool = False


def clock_head(dial: Dial) -> Lane:
    """The first lane: days or hours, and where now is."""
    marks, now, word = _marks(dial), dial.at(dial.now), _("Now")
    half = width_of(word) / 2 + 6
    places = [at for at, _word in marks]
    anchor = "start" if now < 4 else "end" if now > 96 else "middle"
    classes = fit_years(places, [(now, half, half)])
    drawn = ""
    for (at, words), hides in zip(marks, classes, strict=True):
        x = dial.x(at)
        drawn += f'<line class="lane-tick" x1="{x}" x2="{x}" y1="28" y2="34"/>'
        if hides is not None:
            shift = -4 if dial.rtl else 4
            drawn += f'<text class="{f"lane-year {hides}".strip()}" x="{x}" dx="{shift}" y="26">{escape(words)}</text>'
    x = dial.x(now)
    drawn += f'<line class="lane-today" x1="{x}" x2="{x}" y1="26" y2="34"/>'
    drawn += f'<text class="lane-flag" data-of="today" x="{x}" y="20" text-anchor="{anchor}">{escape(word)}</text>'
    svg = f'<svg class="lane" height="{HEAD_HEIGHT}" aria-hidden="true">{drawn}</svg>'
    return Lane(name="", svg=mark_safe(svg))  # noqa: S308 (numbers and escaped words)


def clock_lane(dial: Dial, name: str, stretches: Sequence[Stretch], label: str) -> Lane:
    """One clock with its name.  label: what the drawing says, spoken."""
    drawn = _ground(dial) + "".join(_stretch(dial, each) for each in stretches)
    x = dial.x(dial.at(dial.now))
    drawn += f'<line class="lane-today" x1="{x}" x2="{x}" y1="0" y2="{HEIGHT}"/>'
    svg = f'<svg class="lane" height="{HEIGHT}" role="img" aria-label="{escape(label)}">{drawn}</svg>'
    return Lane(name=name, svg=mark_safe(svg), label=label)  # noqa: S308


def _ground(dial: Dial) -> str:
    past = dial.at(dial.now)
    drawn = f'<rect class="lane-past" x="{dial.x(0, past)}" width="{percent(past)}" height="100%"/>'
    for since, until in dial.closed:
        starts, wide = dial.at(since), dial.at(until) - dial.at(since)
        if wide > 0:
            drawn += f'<rect class="lane-closed" x="{dial.x(starts, wide)}" width="{percent(wide)}" height="100%"/>'
    return drawn + "".join(
        f'<line class="lane-tick" x1="{dial.x(at)}" x2="{dial.x(at)}" y1="0" y2="{HEIGHT}"/>' for at, _w in _marks(dial)
    )


def _stretch(dial: Dial, stretch: Stretch) -> str:
    starts, ends = dial.at(stretch.starts), dial.at(stretch.ends)
    wide = ends - starts
    if wide <= 0:
        return ""
    inner = '<rect class="span-bar" width="100%" height="100%"/>'
    if stretch.kind in HATCHED:
        inner += f'<line class="span-hatch" stroke-width="{TALL}" x2="100%" y1="50%" y2="50%"/>'
    if stretch.ends_hard:
        edge = "0%" if dial.rtl else "100%"
        inner += f'<line class="span-end" x1="{edge}" x2="{edge}" y2="100%"/>'
    fit = fit_span(stretch.word, starts, ends, [dial.at(dial.now)]) if stretch.word else None
    if fit is not None:
        within, shift = (fit.at - starts) * 100 / wide, -8 if dial.rtl else 8
        hides = f' class="{fit.hides}"' if fit.hides else ""
        x = percent(100.0 - within if dial.rtl else within)
        inner += f'<text{hides} x="{x}" dx="{shift}" y="{BASE}">{escape(stretch.word)}</text>'
    return (
        f'<svg class="span" data-kind="{stretch.kind}" data-tone="{stretch.tone}" x="{dial.x(starts, wide)}" '
        f'y="{TOP}" width="{percent(wide)}" height="{TALL}">{inner}</svg>'
    )


def _marks(dial: Dial) -> list[tuple[float, str]]:
    """Midnights of the reader's zone, of every so many days; hours where all of it is within two days."""
    there = ZoneInfo(dial.zone)
    length = dial.ends - dial.starts
    if length <= timedelta(days=2):
        step = next((h for h in (1, 2, 3, 6, 12) if length / timedelta(hours=h) <= MOST_TICKS), 12)
        first = dial.starts.astimezone(there).replace(minute=0, second=0, microsecond=0)
        hours = (first + timedelta(hours=n) for n in range(1, 50))
        instants = [at for at in hours if at.hour % step == 0 and dial.starts < at < dial.ends]
        return [(dial.at(at), time_words(at, dial.zone)) for at in instants]
    day, days = dial.starts.astimezone(there).date(), length.days + 2
    step = next((n for n in (1, 2, 7, 14, 28) if days / n <= MOST_TICKS), 28 * (days // (28 * MOST_TICKS) + 1))
    ahead = (7 - day.weekday()) % 7 or 7 if step >= 7 else 1
    dates = [day + timedelta(days=n) for n in range(ahead, days, step)]
    midnights = [(datetime.combine(each, time(), there), each) for each in dates]
    return [(dial.at(at), short_day(each)) for at, each in midnights if dial.starts < at < dial.ends]
