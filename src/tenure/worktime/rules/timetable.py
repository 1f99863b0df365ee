"""One calendar, compiled, and the questions it answers: each is a binary search or two in sorted lists.

Inside this module instants are UTC seconds, or microseconds where a pause or a rest of a second matters.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import overload

import numpy as np

from tenure.worktime.rules import bulk
from tenure.worktime.rules.days import close_of_next, day_after
from tenure.worktime.rules.reasons import reasons_between
from tenure.worktime.rules.table import DAY, Table, compile_years
from tenure.worktime.rules.walk import Standstill, elapsed_micros, moved_on, standstills
from tenure.worktime.rules.zones import EPOCH, zone
from tenure.worktime.words import (
    BadAmount,
    BeyondHorizon,
    Calendar,
    CalendarNeverOpen,
    NaiveInstant,
    Pause,
    Reason,
)

MICROS = 1_000_000
_NEAR_YEARS = (1, 2)  # compiled before and after the year first asked about
_MINUTE, _NOTHING = timedelta(minutes=1), timedelta()
_MEAN_YEAR = 365 * DAY + DAY // 4

Hot = tuple[int, int, list[int], list[int], list[int], list[int]]
"""What a question about minutes reads of a table: lo, hi, starts, ends, before, through."""


@lru_cache(maxsize=1024)
def compile_calendar(calendar: Calendar) -> "Timetable":
    """The timetable of `calendar`; equal calendars share one, so years are compiled once a process.

    Keep the result where many questions follow: looking it up hashes the whole calendar.
    Raises CalendarNeverOpen, UnknownZone.  Source: D1.
    """
    return Timetable(calendar)


class Timetable:
    """A calendar compiled year by year, as far as it is asked about. Answers never depend on what was asked before.

    All instants in are aware datetimes of any zone; all instants out are UTC. Every question raises NaiveInstant for a
    naive datetime, BadAmount for a negative or fractional amount and BeyondHorizon where question or answer lies
    outside the years the calendar knows. Safe to share between threads: a table is replaced, never changed.
    """

    __slots__ = ("_grid", "_hot", "_lock", "_table", "calendar")

    def __init__(self, calendar: Calendar) -> None:
        zone(calendar.zone)
        self.calendar = calendar
        self._lock = Lock()
        self._table = Table.empty()
        self._hot: Hot = _hot(self._table)
        self._grid: bulk.Grid | None = None
        self._refuse_never_open()

    @overload
    def add_minutes(self, *, start: datetime, minutes: int) -> datetime: ...
    @overload
    def add_minutes(self, *, start: datetime, minutes: int, pauses: Sequence[Pause]) -> datetime | None: ...

    def add_minutes(self, *, start: datetime, minutes: int, pauses: Sequence[Pause] = ()) -> datetime | None:
        """The earliest instant by which `minutes` of open, unpaused time have passed since `start`.

        On a closing edge it stays there. Zero gives `start`. None: a pause that is still open holds it up.
        Source: D6.
        """
        try:
            since = start - EPOCH
        except TypeError:
            raise NaiveInstant(instant=str(start)) from None
        if pauses or minutes.__class__ is not int or minutes <= 0:
            return self._add_minutes_slowly(start, minutes, pauses)
        second = since.days * 86_400 + since.seconds
        lo, hi, starts, ends, before, through = self._hot
        if not lo <= second < hi:
            lo, hi, starts, ends, before, through = _hot(self._cover(second, second))
        span = bisect_right(starts, second) - 1
        if second < ends[span]:
            micro = since.microseconds
            work = before[span] + second - starts[span] + minutes * 60
        else:
            micro = 0
            work = through[span] + minutes * 60
        span = bisect_right(through, work) if micro else bisect_left(through, work)
        if span < len(starts):
            due = starts[span] + work - before[span]
            if due < hi:
                return EPOCH + timedelta(0, due, micro)
        self._widen(hi)
        return self.add_minutes(start=start, minutes=minutes)

    def elapsed(self, *, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
        """Open, unpaused time in [start, end), to the microsecond; negative when `end` is before `start`.

        Source: D6.
        """
        try:
            first, last = start - EPOCH, end - EPOCH
        except TypeError:
            raise NaiveInstant(instant=f"{start} or {end}") from None
        if pauses or first > last:
            return self._elapsed_slowly(start, end, pauses)
        one = first.days * 86_400 + first.seconds
        two = last.days * 86_400 + last.seconds
        lo, hi, starts, ends, before, through = self._hot
        if not lo <= one <= two < hi:
            lo, hi, starts, ends, before, through = _hot(self._cover(one, two))
        span = bisect_right(starts, two) - 1
        if two < ends[span]:
            seconds, micros = before[span] + two - starts[span], last.microseconds
        else:
            seconds, micros = through[span], 0
        span = bisect_right(starts, one) - 1
        if one < ends[span]:
            return timedelta(0, seconds - before[span] - one + starts[span], micros - first.microseconds)
        return timedelta(0, seconds - through[span], micros)

    def elapsed_minutes(self, *, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> int:
        """`elapsed` in whole minutes, rounded towards zero: a reversed question is the negative of the other.

        Source: D6.
        """
        took = self.elapsed(start=start, end=end, pauses=pauses)
        return -(-took // _MINUTE) if took < _NOTHING else took // _MINUTE

    def is_open(self, *, at: datetime) -> bool:
        """Whether the desk is open at that instant; at a closing edge it is not.  Source: D1."""
        second = _micros(at) // MICROS
        table = self._cover(second, second)
        return second < table.ends[bisect_right(table.starts, second) - 1]

    def next_opening(self, *, at: datetime) -> datetime:
        """`at` itself while open, else the next instant at which the desk opens.  Source: D1."""
        return at.astimezone(UTC) if self.is_open(at=at) else self._edge_after(at, opening=True)

    def next_closing(self, *, at: datetime) -> datetime:
        """The first closing edge after `at`. A desk open round the clock never closes: BeyondHorizon.  Source: D1."""
        return self._edge_after(at, opening=False)

    @overload
    def add_business_days(self, *, start: datetime, days: int) -> datetime: ...
    @overload
    def add_business_days(self, *, start: datetime, days: int, pauses: Sequence[Pause]) -> datetime | None: ...

    def add_business_days(self, *, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> datetime | None:
        """The same wall-clock time `days` business days later; from outside hours, of the next opening.

        Not open then: that day's next opening, or else its last close. Zero days give the start or the next opening.
        Pauses move the result on by the open time they took. None: a pause that is still open holds it up.
        Source: D6.
        """
        try:
            since = start - EPOCH
        except TypeError:
            raise NaiveInstant(instant=str(start)) from None
        second = since.days * 86_400 + since.seconds
        if days.__class__ is not int or days < 0:
            raise BadAmount(amount=days, why="business days are a whole number, 0 or more")
        table = self._cover(second, second)
        while (due := day_after(table, second, days)) is None or due[0] >= table.hi:
            table = self._widen(table.hi)
        micro = since.microseconds if due[1] else 0
        if pauses:
            return self._held_up(start, due[0] * MICROS + micro, pauses)
        return EPOCH + timedelta(0, due[0], micro)

    @overload
    def next_business_day(self, *, start: datetime) -> datetime: ...
    @overload
    def next_business_day(self, *, start: datetime, pauses: Sequence[Pause]) -> datetime | None: ...

    def next_business_day(self, *, start: datetime, pauses: Sequence[Pause] = ()) -> datetime | None:
        """The last close of the business day after the one that `start` counts as; pauses as for business days.

        From outside hours the next opening's day is the one it counts as: Friday 19:00 gives Tuesday's close.
        Source: D6.
        """
        second = _micros(start) // MICROS
        table = self._cover(second, second)
        while (close := close_of_next(table, second)) is None or close >= table.hi:
            table = self._widen(table.hi)
        moment = close * MICROS
        return self._held_up(start, moment, pauses) if pauses else _instant(moment)

    def reasons(self, *, start: datetime, due: datetime, pauses: Sequence[Pause] = ()) -> tuple[Reason, ...]:
        """What the clock passed over between `start` and `due`: holidays, closed days, pauses; by local date.

        Source: A5.
        """
        first, last = _micros(start) // MICROS, _micros(due) // MICROS
        table = self._cover(min(first, last), max(first, last))
        return reasons_between(self.calendar, table, first, last, tuple(pauses))

    def add_minutes_many(self, *, starts: bulk.Instants, minutes: bulk.Amounts) -> bulk.Instants:
        """`add_minutes` for an array, without pauses.

        starts: int64 UTC seconds or datetime64[s]; the answer has the same type.  minutes: one int or an int array.
        Source: D6.
        """
        seconds, added = bulk.seconds(starts), bulk.amounts(minutes, len(starts))
        if not len(seconds):
            return starts
        table = self._cover_all(seconds)
        while True:
            grid = self._grid_of(table)
            due = bulk.add_on_grid(grid, seconds, added) if grid else bulk.add(table, seconds, added)
            if due is not None:
                return bulk.like(due, starts)
            table = self._widen(table.hi)

    def elapsed_many(self, *, starts: bulk.Instants, ends: bulk.Instants) -> bulk.Seconds:
        """`elapsed` for two arrays of UTC seconds or datetime64[s], in seconds, without pauses.  Source: D6."""
        first, last = bulk.seconds(starts), bulk.seconds(ends)
        if first.shape != last.shape:
            raise BadAmount(amount=f"{len(first)} and {len(last)}", why="as many ends as starts")
        if not len(first):
            return first
        table = self._cover_all(first, last)
        grid = self._grid_of(table)
        return bulk.elapsed_on_grid(grid, first, last) if grid else bulk.elapsed(table, first, last)

    def add_business_days_many(self, *, starts: bulk.Instants, days: bulk.Amounts) -> bulk.Instants:
        """`add_business_days` for an array, without pauses; arrays as for `add_minutes_many`.  Source: D6."""
        seconds, added = bulk.seconds(starts), bulk.amounts(days, len(starts))
        if not len(seconds):
            return starts
        table = self._cover_all(seconds)
        while (due := bulk.add_days(table, seconds, added)) is None:
            table = self._widen(table.hi)
        return bulk.like(due, starts)

    def _add_minutes_slowly(self, start: datetime, minutes: int, pauses: Sequence[Pause]) -> datetime | None:
        if minutes.__class__ is not int or minutes < 0:
            raise BadAmount(amount=minutes, why="minutes are a whole number, 0 or more")
        moment = _micros(start)
        if not minutes:
            return start.astimezone(UTC)
        return self._move_on(moment, minutes * 60 * MICROS, standstills(pauses, after=moment))

    def _move_on(self, moment: int, work: int, still: list[Standstill]) -> datetime | None:
        """From `moment` on by `work` microseconds of open time outside `still`; None where an open pause holds it."""
        table = self._cover_moment(moment)
        while (
            due := moved_on(table, moment, work, still, self._cover_moment)
        ) is not None and due >= table.hi * MICROS:
            table = self._widen(table.hi)
        return None if due is None else _instant(due)

    def _held_up(self, start: datetime, due: int, pauses: Sequence[Pause]) -> datetime | None:
        """`due`, moved on by the open time that the pauses took between `start` and it."""
        begin = _micros(start)
        table = self._cover(begin // MICROS, due // MICROS)
        still, lost = standstills(pauses, after=begin), 0
        for since, until in still:
            if since < due:
                taken = elapsed_micros(table, since, due if until is None else min(until, due))
                # An open pause only holds the answer up if it takes open time before the due instant.
                if until is None and taken:
                    return None
                lost += taken
        return self._move_on(due, lost, [pause for pause in still if pause[1] is None or pause[1] > due])

    def _elapsed_slowly(self, start: datetime, end: datetime, pauses: Sequence[Pause]) -> timedelta:
        if end < start:
            return -self.elapsed(start=end, end=start, pauses=pauses)
        first, last = _micros(start), _micros(end)
        table = self._cover(first // MICROS, last // MICROS)
        total = elapsed_micros(table, first, last)
        for since, until in standstills(pauses, after=first):
            if since < last:
                total -= elapsed_micros(table, since, last if until is None else min(until, last))
        return timedelta(microseconds=total)

    def _edge_after(self, at: datetime, *, opening: bool) -> datetime:
        second = _micros(at) // MICROS
        table = self._cover(second, second)
        while True:
            edges = table.starts if opening else table.ends
            i = bisect_right(edges, second)
            if i < len(edges) and edges[i] < table.hi:
                return _instant(edges[i] * MICROS)
            table = self._widen(table.hi)

    def _grid_of(self, table: Table) -> bulk.Grid | None:
        grid = self._grid
        if grid is None or grid.table is not table:
            grid = self._grid = bulk.grid_of(table)
        return grid if grid.usable else None

    def _cover_all(self, *arrays: bulk.Seconds) -> Table:
        return self._cover(min(int(array.min()) for array in arrays), max(int(array.max()) for array in arrays))

    def _cover_moment(self, moment: int) -> Table:
        return self._cover(moment // MICROS, moment // MICROS)

    def _cover(self, first: int, last: int) -> Table:
        """A table in which both UTC seconds lie, `first` not after `last`.  Raises BeyondHorizon."""
        table = self._table
        if table.lo <= first and last < table.hi:
            return table
        low_year, high_year = self.calendar.known_years
        # Counting in mean years is off by one around New Year: compiling both neighbours makes up for it.
        low, high = 1970 + first // _MEAN_YEAR, 1970 + last // _MEAN_YEAR
        if low < low_year - 1 or high > high_year + 1:
            raise self._beyond()
        low, high = max(low_year, low - _NEAR_YEARS[0]), min(high_year, high + _NEAR_YEARS[1])
        table = self._compile(min(low, high_year), max(high, low_year))
        if first < table.lo or table.hi <= last:
            raise self._beyond()
        return table

    def _widen(self, end: int) -> Table:
        """A table that ends after the second `end`, at which another ended.  Raises BeyondHorizon if none can."""
        table, last = self._table, self.calendar.known_years[1]
        if table.hi > end:
            return table
        if table.last >= last:
            raise self._beyond()
        return self._compile(table.first, min(last, 2 * table.last - table.first + 1))

    def _compile(self, first: int, last: int) -> Table:
        """A table of at least these years. It always grows, so no thread ever loses years that another needs."""
        with self._lock:
            table = self._table
            if table.hi:
                first, last = min(first, table.first), max(last, table.last)
            if (first, last) != (table.first, table.last):
                table = compile_years(self.calendar, first, last)
                self._table, self._hot = table, _hot(table)
            return table

    def _beyond(self) -> BeyondHorizon:
        first, last = self.calendar.known_years
        return BeyondHorizon(first_year=first, last_year=last)

    def _refuse_never_open(self) -> None:
        """Raise CalendarNeverOpen unless some minute of the known years is open.

        Holidays cannot close every week of the year unless there are hundreds of them, so years are compiled only where
        a calendar might really never open: the first in which the weekly hours are open settles it.
        """
        days = self.calendar.days
        special = [day.windows for day in days.holidays] + [extra.windows for extra in days.extra_days]
        if not any(self.calendar.weekly) and not any(special):
            raise CalendarNeverOpen(zone=self.calendar.zone)
        first, last = self.calendar.known_years
        if any(self.calendar.weekly) and len(special) < 40 * (last - first + 1):
            return
        table = compile_years(self.calendar, first, last)
        inside = np.minimum(table.arrays.ends, table.hi) > np.maximum(table.arrays.starts, table.lo)
        if not inside.any():
            raise CalendarNeverOpen(zone=self.calendar.zone)


def _hot(table: Table) -> Hot:
    return table.lo, table.hi, table.starts, table.ends, table.before, table.through


def _micros(instant: datetime) -> int:
    try:
        since = instant - EPOCH
    except TypeError:
        raise NaiveInstant(instant=str(instant)) from None
    return (since.days * DAY + since.seconds) * MICROS + since.microseconds


def _instant(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)
