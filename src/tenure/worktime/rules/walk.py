"""Open time with pauses, in microseconds: slower than the plain searches, exact to the last digit."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import timedelta

from tenure.worktime.rules.table import Table
from tenure.worktime.rules.zones import EPOCH
from tenure.worktime.words import Pause

_MICROS = 1_000_000
_MICRO = timedelta(microseconds=1)

Standstill = tuple[int, int | None]
"""[start, end) in microseconds since 1970; the end of one still open is None."""


def standstills(pauses: Iterable[Pause], *, after: int) -> list[Standstill]:
    """The union of `pauses` from the microsecond `after` on, in order; an open one swallows all later ones.

    Source: ours.
    """
    union: list[Standstill] = []
    for since, until in _clipped(pauses, after):
        if union and (union[-1][1] is None or since <= union[-1][1]):
            last = union[-1][1]
            joined = None if last is None or until is None else max(last, until)
            union[-1] = (union[-1][0], joined)
        elif until is None or since < until:
            union.append((since, until))
    return union


def _clipped(pauses: Iterable[Pause], after: int) -> list[Standstill]:
    spans: list[Standstill] = []
    for pause in pauses:
        until = None if pause.end is None else (pause.end - EPOCH) // _MICRO
        if until is None or until > after:
            spans.append((max(after, (pause.start - EPOCH) // _MICRO), until))
    return sorted(spans, key=lambda span: span[0])


def elapsed_micros(table: Table, first: int, last: int) -> int:
    """Open microseconds in [first, last); both inside the table.  Source: ours."""
    return _worked(table, last) - _worked(table, first)


def moved_on(
    table: Table, moment: int, work: int, still: list[Standstill], reach: Callable[[int], Table]
) -> int | None:
    """The earliest microsecond by which `work` open microseconds outside `still` have passed since `moment`.

    still: in order, ending after `moment`.  reach: gives a table that holds that microsecond.
    Past the end of the table the answer is at or after its `hi`. None: an open pause is reached first.  Source: ours.
    """
    if not work:
        return moment
    for since, until in still:
        if since > moment:
            if since >= table.hi * _MICROS:
                break
            free = elapsed_micros(table, moment, since)
            if free >= work:
                break
            work -= free
        if until is None:
            return None
        moment = until
        table = reach(moment)
    return _inverse(table, _worked(table, moment) + work)


def _worked(table: Table, moment: int) -> int:
    """Open microseconds from the table's beginning to `moment`."""
    second, micro = divmod(moment, _MICROS)
    span = bisect_right(table.starts, second) - 1
    if second < table.ends[span]:
        return (table.before[span] + second - table.starts[span]) * _MICROS + micro
    return table.through[span] * _MICROS


def _inverse(table: Table, work: int) -> int:
    """The earliest microsecond with that much open time before it; `hi` where the table ends first."""
    second, micro = divmod(work, _MICROS)
    span = (bisect_right if micro else bisect_left)(table.through, second)
    if span == len(table.starts):
        return table.hi * _MICROS
    return (table.starts[span] + second - table.before[span]) * _MICROS + micro
