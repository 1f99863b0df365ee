"""A calendar compiled for a range of years: sorted arrays of UTC seconds that every question searches.

*Spans* are open time with overlaps merged: they answer minutes. *Pieces* are the same time cut by the business day it
belongs to: they answer days. Whole days before and after the range are compiled too, so its edges come out right.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenure.worktime.rules.zones import FOREVER, Offsets, Seconds, changes_between
from tenure.worktime.words import Calendar, Windows

DAY: Final = 86_400
_MARGIN: Final = 12  # days: more than a zone's offset and a window past midnight together
_UNIX: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Table:
    """Open time for the years `first` to `last`. Instants are right in [lo, hi), UTC seconds.

    Span i is [starts[i], ends[i]), with before[i] open seconds before it and through[i] at its end; span 0 is empty and
    lies before all time. Piece i is [piece_starts[i], piece_ends[i]) and belongs to business day piece_day[i]; day k is
    the date days[k] (days since 1970), owns the pieces from first_piece[k] to first_piece[k + 1] and closes at
    last_close[k]. `woven`: pieces of two days overlap.
    """

    first: int
    last: int
    lo: int
    hi: int
    offsets: Offsets
    starts: list[int]
    ends: list[int]
    before: list[int]
    through: list[int]
    piece_starts: list[int]
    piece_ends: list[int]
    piece_day: list[int]
    days: list[int]
    first_piece: list[int]
    last_close: list[int]
    woven: bool
    arrays: "Arrays"

    @classmethod
    def empty(cls) -> "Table":
        """A table of no years, in which no instant lies."""
        none = np.empty(0, dtype=np.int64)
        arrays = Arrays(none, none, none, none, none, none, none, none, none, none)
        return cls(0, -1, 0, 0, Offsets.of(((0, 0),)), [], [], [], [], [], [], [], [], [], [], False, arrays)


@dataclass(frozen=True, slots=True)
class Arrays:
    """The lists of a table as arrays, for bulk questions."""

    starts: Seconds
    ends: Seconds
    before: Seconds
    through: Seconds
    piece_starts: Seconds
    piece_ends: Seconds
    piece_day: Seconds
    days: Seconds
    first_piece: Seconds
    last_close: Seconds


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Parallel arrays: the local date owning each piece (days since 1970), and its ends in UTC seconds."""

    owner: Seconds
    start: Seconds
    end: Seconds


def compile_years(calendar: Calendar, first: int, last: int) -> Table:
    """Compile `calendar` for the years `first` to `last`, both inside.  Raises UnknownZone.  Source: ours.

    Civil days and window edges become UTC seconds by `Offsets.effect`; then holidays cut, then pieces are merged.
    """
    lo, hi = DAY * (date(first, 1, 1).toordinal() - _UNIX), DAY * (date(last + 1, 1, 1).toordinal() - _UNIX)
    low_day, high_day = lo // DAY - _MARGIN, hi // DAY + _MARGIN
    changes = calendar.offsets or changes_between(name=calendar.zone, first=low_day * DAY, last=high_day * DAY)
    offsets = Offsets.of(changes)
    pieces = _merged_by_day(_pieces(calendar, offsets, low_day, high_day))
    starts, ends = _merged(pieces.start, pieces.end)
    through = np.cumsum(ends - starts)
    days, first_piece, piece_day = np.unique(pieces.owner, return_index=True, return_inverse=True)
    arrays = Arrays(
        starts=np.append(-FOREVER, starts),
        ends=np.append(-FOREVER, ends),
        before=np.append(0, through - (ends - starts)),
        through=np.append(0, through),
        piece_starts=pieces.start,
        piece_ends=pieces.end,
        piece_day=piece_day,
        days=days,
        first_piece=np.append(first_piece, len(pieces.owner)),
        last_close=np.maximum.reduceat(pieces.end, first_piece) if len(days) else pieces.end,
    )
    highest = np.maximum.accumulate(pieces.end)
    return Table(
        first=first,
        last=last,
        lo=lo,
        hi=hi,
        offsets=offsets,
        starts=arrays.starts.tolist(),
        ends=arrays.ends.tolist(),
        before=arrays.before.tolist(),
        through=arrays.through.tolist(),
        piece_starts=arrays.piece_starts.tolist(),
        piece_ends=arrays.piece_ends.tolist(),
        piece_day=arrays.piece_day.tolist(),
        days=arrays.days.tolist(),
        first_piece=arrays.first_piece.tolist(),
        last_close=arrays.last_close.tolist(),
        woven=bool((pieces.start[1:] < highest[:-1]).any()),
        arrays=arrays,
    )


def _pieces(calendar: Calendar, offsets: Offsets, low_day: int, high_day: int) -> _Pieces:
    """Every window of every date in [low_day, high_day), cut by holidays, of positive length, in no order."""
    dates = np.arange(low_day, high_day, dtype=np.int64)
    civil = offsets.effect_many(np.arange(low_day, high_day + 2, dtype=np.int64) * DAY)
    holiday = np.zeros(len(dates) + 2, dtype=np.bool_)
    special = np.zeros(len(dates), dtype=np.bool_)
    own: list[tuple[int, Windows]] = []
    for closed in calendar.days.holidays:
        if low_day <= (on := closed.on.toordinal() - _UNIX) < high_day:
            holiday[on - low_day] = True
            own.append((on, closed.windows))
    for extra in calendar.days.extra_days:
        if low_day <= (on := extra.on.toordinal() - _UNIX) < high_day:
            special[on - low_day] = True
            own.append((on, extra.windows))
    skipped = np.append(civil[1:] == civil[:-1], False)
    usual = _weekly(calendar, dates, special)
    named = _windows([(on, window.opens, window.ends) for on, windows in own for window in windows])
    parts = [
        _cut(_in_utc(usual, offsets), civil, holiday, holiday | skipped, low_day),
        _cut(_in_utc(named, offsets), civil, holiday, skipped, low_day),
    ]
    owner = np.concatenate([part.owner for part in parts])
    start = np.concatenate([part.start for part in parts])
    end = np.concatenate([part.end for part in parts])
    real = end > start
    return _Pieces(owner[real], start[real], end[real])


def _weekly(calendar: Calendar, dates: Seconds, special: NDArray[np.bool_]) -> Seconds:
    """Rows of (date, opening minute, closing minute) for the usual week, extra days left out."""
    weekday = (dates + 3) % 7  # the first day of 1970 was a Thursday
    rows = [np.empty((0, 3), dtype=np.int64)]
    for index, windows in enumerate(calendar.weekly):
        chosen = dates[(weekday == index) & ~special]
        for window in windows:
            minutes = np.broadcast_to(np.array([window.opens, window.ends], dtype=np.int64), (len(chosen), 2))
            rows.append(np.column_stack([chosen, minutes]))
    return np.concatenate(rows)


def _windows(rows: list[tuple[int, int, int]]) -> Seconds:
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _in_utc(rows: Seconds, offsets: Offsets) -> _Pieces:
    edges = offsets.effect_many(rows[:, :1] * DAY + rows[:, 1:] * 60)
    return _Pieces(rows[:, 0], edges[:, 0], edges[:, 1])


def _cut(pieces: _Pieces, civil: Seconds, holiday: NDArray[np.bool_], lost: NDArray[np.bool_], low_day: int) -> _Pieces:
    """Close the civil days that are `lost` to their own pieces, and the holidays to pieces from the evening before.

    What is left of a lost day's piece lies past midnight, and belongs to the date it then opens on.
    """
    index = pieces.owner - low_day
    gone = lost[index]
    midnight = civil[index + 1]
    start = np.where(gone, np.maximum(pieces.start, midnight), pieces.start)
    end = np.where(~gone & holiday[index + 1], np.minimum(pieces.end, midnight), pieces.end)
    end = np.where(gone & holiday[index + 1], start, end)
    return _Pieces(pieces.owner + gone, start, end)


def _merged_by_day(pieces: _Pieces) -> _Pieces:
    """Pieces in order, those of one day merged where they overlap or touch."""
    order = np.lexsort((pieces.start, pieces.owner))
    owner, start, end = pieces.owner[order], pieces.start[order], pieces.end[order]
    if not len(owner):
        return pieces
    # Lifting each day above the one before lets a single running maximum serve them all.
    lift = (owner - owner[0]) * (1 << 36)
    highest = np.maximum.accumulate(end + lift)
    opens = np.append(True, (start + lift)[1:] > highest[:-1])
    closes = np.append(opens[1:], True)
    return _Pieces(owner[opens], start[opens], (highest - lift)[closes])


def _merged(start: Seconds, end: Seconds) -> tuple[Seconds, Seconds]:
    """Spans in order, merged where they overlap or touch."""
    if not len(start):
        return start, end
    highest = np.maximum.accumulate(end)
    opens = np.append(True, start[1:] > highest[:-1])
    closes = np.append(opens[1:], True)
    return start[opens], highest[closes]
