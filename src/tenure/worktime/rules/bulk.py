"""The same questions for whole arrays: one vectorised call, no Python per row.

Where every edge lies on a quarter of an hour the search becomes a look-up in a grid of quarters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenure.worktime.rules.days import day_after
from tenure.worktime.rules.table import DAY, Table
from tenure.worktime.rules.zones import Seconds as Seconds
from tenure.worktime.words import BadAmount

Instants = NDArray[Any]
"""One dimension of int64 UTC seconds or of datetime64[s]."""
Amounts = int | NDArray[Any]

QUARTER: Final = 900
_BLOCK: Final = 1 << 15  # rows at a time: their intermediate arrays stay in the processor's cache
_MOST_QUARTERS: Final = 1_500_000  # some forty years; beyond that the grid costs more memory than it saves time
_MOST: Final = 1 << 40  # seconds: far past the horizon, far from an overflow


def seconds(instants: Instants) -> Seconds:
    """The instants as int64 UTC seconds.  Raises BadAmount for any other kind of array.  Source: ours."""
    if not isinstance(instants, np.ndarray) or instants.ndim != 1:
        raise BadAmount(amount=type(instants).__name__, why="instants are an array of one dimension")
    if instants.dtype == np.dtype("datetime64[s]"):
        if np.isnat(instants).any():
            raise BadAmount(amount="NaT", why="an instant is missing")
        return instants.view(np.int64)
    if instants.dtype != np.int64:
        raise BadAmount(amount=str(instants.dtype), why="instants are int64 UTC seconds or datetime64[s]")
    return instants


def like(answer: Seconds, instants: Instants) -> Instants:
    """The answer in the type of the question.  Source: ours."""
    return answer.view(instants.dtype)


def amounts(given: Amounts, count: int) -> Seconds:
    """Minutes or days as an int64 array of `count`.  Raises BadAmount.  Source: ours."""
    values = np.asarray(given)
    if values.dtype.kind not in "iu" or (values.ndim and values.shape != (count,)):
        raise BadAmount(amount=str(values.dtype), why="amounts are one whole number, or as many as there are starts")
    if values.size and (int(values.min()) < 0 or int(values.max()) > _MOST // 60):
        raise BadAmount(amount=int(values.min()), why="amounts are 0 or more and within reason")
    return np.broadcast_to(values.astype(np.int64), (count,))


def add(table: Table, starts: Seconds, minutes: Seconds) -> Seconds | None:
    """The due seconds, or None where one lies past the table's end.  Source: ours."""
    arrays = table.arrays

    def block(start: Seconds, added: Seconds) -> Seconds | None:
        work = _worked(table, start) + added * 60
        span = np.searchsorted(arrays.through, work, side="left")
        if int(span.max()) == len(arrays.starts):
            return None
        return np.where(added > 0, arrays.starts[span] + work - arrays.before[span], start)

    return _checked(table, _by_block(block, starts, minutes))


def elapsed(table: Table, starts: Seconds, ends: Seconds) -> Seconds:
    """Open seconds in [start, end), negative where reversed.  Source: ours."""
    answer = _by_block(lambda a, b: _worked(table, b) - _worked(table, a), starts, ends)
    return starts[:0] if answer is None else answer


def add_days(table: Table, starts: Seconds, days: Seconds) -> Seconds | None:
    """The due seconds, or None where one lies past the table's end.

    A calendar whose days overlap (a shift longer than the next day's opening) is answered row by row.  Source: ours.
    """
    if table.woven:
        found = [day_after(table, int(start), int(added)) for start, added in zip(starts, days, strict=True)]
        if not all(found):
            return None
        return _checked(table, np.array([due[0] for due in found if due], dtype=np.int64))
    return _checked(table, _by_block(lambda start, added: _days(table, start, added), starts, days))


def _days(table: Table, start: Seconds, days: Seconds) -> Seconds | None:
    arrays = table.arrays
    starts, ends = arrays.piece_starts, arrays.piece_ends
    if not len(starts):
        return None
    piece = np.searchsorted(ends, start, side="right")
    if int(piece.max()) == len(starts):
        return None
    begin = np.maximum(start, starts[piece])
    own = arrays.piece_day[piece]
    target = own + days
    if int(target.max()) >= len(arrays.days):
        return None
    local = begin + table.offsets.at_many(begin) + (arrays.days[target] - arrays.days[own]) * DAY
    due = table.offsets.effect_many(local)
    found = target
    if len(starts) != len(arrays.days):
        # The target day's first piece that ends after the due second, or else its last.
        found = np.searchsorted(ends, due, side="right")
        found = np.clip(found, arrays.first_piece[target], arrays.first_piece[target + 1] - 1)
    answer = np.minimum(np.maximum(due, starts[found]), arrays.last_close[target])
    return np.where(days > 0, answer, begin)


@dataclass(frozen=True, slots=True)
class Grid:
    """Every quarter of an hour of a table: twice the open quarters before it, plus one if it is open itself.

    opens[b] is the quarter that the b-th open quarter is. `usable` False: some edge lies off the quarters, or it never
    is open in these years, or they are too many.
    """

    table: Table
    usable: bool
    codes: NDArray[np.int32]
    opens: NDArray[np.int32]


def grid_of(table: Table) -> Grid:
    """The grid of a table.  Source: ours."""
    starts = np.clip(table.arrays.starts[1:], table.lo, table.hi) - table.lo
    ends = np.clip(table.arrays.ends[1:], table.lo, table.hi) - table.lo
    count = (table.hi - table.lo) // QUARTER
    none = np.empty(0, dtype=np.int32)
    if count > _MOST_QUARTERS or (starts % QUARTER).any() or (ends % QUARTER).any():
        return Grid(table, False, none, none)
    steps = np.zeros(count + 1, dtype=np.int32)
    np.add.at(steps, starts // QUARTER, 1)
    np.add.at(steps, ends // QUARTER, -1)
    is_open = np.cumsum(steps[:count], dtype=np.int32)
    before = np.cumsum(is_open, dtype=np.int32) - is_open
    opens = np.flatnonzero(is_open).astype(np.int32)
    return Grid(table, bool(len(opens)), before * 2 + is_open, opens)


def add_on_grid(grid: Grid, starts: Seconds, minutes: Seconds) -> Seconds | None:
    """`add` by two look-ups.  Source: ours."""
    lo = grid.table.lo

    def block(start: Seconds, added: Seconds) -> Seconds | None:
        # The earliest instant with that much work before it is just after the second before: hence the minus one.
        work = _worked_on_grid(grid, start) + added * 60 - 1
        quarter = work // QUARTER
        if int(quarter.max()) >= len(grid.opens):
            return None
        work -= quarter * QUARTER
        due = grid.opens[quarter].astype(np.int64)
        due *= QUARTER
        due += work
        due += lo + 1
        return due if int(added.min()) > 0 else np.where(added > 0, due, start)

    return _checked(grid.table, _by_block(block, starts, minutes))


def elapsed_on_grid(grid: Grid, starts: Seconds, ends: Seconds) -> Seconds:
    """`elapsed` by two look-ups.  Source: ours."""
    answer = _by_block(lambda a, b: _worked_on_grid(grid, b) - _worked_on_grid(grid, a), starts, ends)
    return starts[:0] if answer is None else answer


def _worked_on_grid(grid: Grid, at: Seconds) -> Seconds:
    since = at - grid.table.lo
    quarter = since // QUARTER
    since -= quarter * QUARTER
    code = grid.codes[quarter].astype(np.int64)
    since *= code & 1
    code >>= 1
    code *= QUARTER
    code += since
    return code


def _worked(table: Table, at: Seconds) -> Seconds:
    arrays = table.arrays
    span = np.searchsorted(arrays.starts, at, side="right") - 1
    worked: Seconds = arrays.before[span] + np.minimum(at, arrays.ends[span]) - arrays.starts[span]
    return worked


def _by_block(work: Callable[[Seconds, Seconds], Seconds | None], first: Seconds, second: Seconds) -> Seconds | None:
    """`work` over two equally long arrays, a block of rows at a time; None as soon as it gives None."""
    answer = np.empty(len(first), dtype=np.int64)
    for begin in range(0, len(first), _BLOCK):
        rows = slice(begin, begin + _BLOCK)
        part = work(first[rows], second[rows])
        if part is None:
            return None
        answer[rows] = part
    return answer


def _checked(table: Table, due: Seconds | None) -> Seconds | None:
    return due if due is not None and (not len(due) or int(due.max()) < table.hi) else None
