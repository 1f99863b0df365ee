"""Half-open spans of days: pure, and the one place that knows how they touch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days from `starts` up to, and without, `ends`; at least one.  Raises ValueError for none."""

    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.starts >= self.ends:
            raise ValueError(f"a span must end after it starts: {self.starts} to {self.ends}")

    @classmethod
    def through(cls, first: date, last: date) -> "Span":
        """The span from its first to its last day, as people write it.  The last day of year 9999 has no day after."""
        if last == date.max:
            raise ValueError(f"a span cannot end on {last}")
        return cls(first, last + ONE_DAY)

    @property
    def last_day(self) -> date:
        """The day people are told."""
        return self.ends - ONE_DAY

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days

    def contains(self, day: date) -> bool:
        return self.starts <= day < self.ends

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a day; touching is not sharing."""
        return self.starts < other.ends and other.starts < self.ends


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as possible, in order: those that overlap or touch become one."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.starts <= whole[-1].ends:
            whole[-1] = Span(whole[-1].starts, max(whole[-1].ends, span.ends))
        else:
            whole.append(span)
    return whole


def gaps(spans: Iterable[Span]) -> list[Span]:
    """The uncovered days between the first and the last span, in order."""
    whole = merged(spans)
    return [Span(before.ends, after.starts) for before, after in pairwise(whole)]


def unbroken(spans: Iterable[Span], *, on: date) -> Span | None:
    """All days around `on` that the spans cover without a gap; None where `on` itself is not covered."""
    return next((span for span in merged(spans) if span.contains(on)), None)
