"""Business days: which day an instant counts as, and the same wall-clock time some days later."""

from bisect import bisect_right

from tenure.worktime.rules.table import DAY, Table


def day_of(table: Table, second: int) -> tuple[int, int]:
    """The business day that the UTC second counts as, and the second from which it counts.

    Outside hours that is the next opening and its day. Past the table's end the day is len(table.days).
    Of two days whose pieces overlap there, the one that opened last.  Source: ours.
    """
    piece = bisect_right(table.piece_starts, second) - 1
    if piece >= 0 and second < table.piece_ends[piece]:
        return table.piece_day[piece], second
    if table.woven:
        # A shift from the evening before may outlast the day's own pieces; it is never more than two days back.
        older = piece
        while older >= 0 and table.piece_starts[older] > second - 2 * DAY:
            if second < table.piece_ends[older]:
                return table.piece_day[older], second
            older -= 1
    if piece + 1 == len(table.piece_starts):
        return len(table.days), second
    return table.piece_day[piece + 1], table.piece_starts[piece + 1]


def day_after(table: Table, second: int, days: int) -> tuple[int, bool] | None:
    """The UTC second `days` business days on, and whether a rest of a second carries over to it.

    None past the table's end. Wall-clock time is told from the start of the business day's own date, so a shift past
    midnight comes out equally far past the later date.  Source: ours.
    """
    day, begin = day_of(table, second)
    if day + days >= len(table.days):
        return None
    if not days:
        return begin, begin == second
    wall = begin + table.offsets.at(begin) - table.days[day] * DAY
    target = day + days
    due = table.offsets.effect(table.days[target] * DAY + wall)
    if due >= table.last_close[target]:
        return table.last_close[target], False
    for piece in range(table.first_piece[target], table.first_piece[target + 1]):
        if due < table.piece_ends[piece]:
            opening = table.piece_starts[piece]
            return (due, begin == second) if due >= opening else (opening, False)
    raise AssertionError("a business day has a piece that ends at its last close")


def close_of_next(table: Table, second: int) -> int | None:
    """The last close of the business day after the one that the UTC second counts as; None past the table's end.

    Source: ours.
    """
    day, _ = day_of(table, second)
    return table.last_close[day + 1] if day + 1 < len(table.days) else None
