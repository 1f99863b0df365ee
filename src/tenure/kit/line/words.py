"""What a line of time is drawn from: an axis, spans and points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The days from `starts` up to, not including, `ends`.  rtl: time runs from right to left.

    as_of: the day asked about, when it is not today.  Raises ValueError when no day lies between the ends.
    """

    starts: date
    ends: date
    today: date
    as_of: date | None = None
    rtl: bool = False

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError("an axis has at least one day")

    def at(self, day: date) -> float:
        """Where a day begins, in per cent along time: 0 at `starts`, 100 at `ends`; held within both."""
        whole = (self.ends - self.starts).days
        return min(100.0, max(0.0, (day - self.starts).days * 100 / whole))

    def holds(self, day: date) -> bool:
        """Whether the day lies on the axis."""
        return self.starts <= day < self.ends

    def strokes(self) -> tuple[date, ...]:
        """Today and the day asked about, in order of time, as far as they lie on the axis."""
        days = {self.today} if self.as_of is None else {self.today, self.as_of}
        return tuple(sorted(d for d in days if self.holds(d)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `starts` up to, not including, `ends` (None: open).

    kind: term, gap, pause, next or extended; tone: good, soon, bad, wait or quiet; word: printed where it fits;
    said: what the spoken summary says instead of the word.
    """

    kind: str
    tone: str
    starts: date
    ends: date | None
    word: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An event of one day.  kind: held (taken), open (not taken) or met."""

    kind: str
    day: date
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of a line, ready to print: the name beside it and the drawing."""

    name: str
    svg: SafeString
    label: str = ""
    url: str = ""
    note: str = ""


def around(days: Iterable[date], *, today: date, as_of: date | None = None, rtl: bool = False) -> Axis:
    """An axis of whole years that holds all `days`, today and the day asked about."""
    every = [*days, today, *([as_of] if as_of else [])]
    last = max(every)
    ends = date(min(last.year + 1, 9999), 1, 1) if last.year < 9999 else date.max
    return Axis(starts=date(min(every).year, 1, 1), ends=ends, today=today, as_of=as_of, rtl=rtl)
