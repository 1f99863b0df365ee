"""Why an instant fell due when it did: the days and pauses the clock passed over, as rows for a sentence."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

from tenure.worktime.rules.table import DAY, Table
from tenure.worktime.rules.zones import EPOCH
from tenure.worktime.words import Calendar, Pause, Reason, ReasonKind


def reasons_between(
    calendar: Calendar, table: Table, first: int, last: int, pauses: tuple[Pause, ...]
) -> tuple[Reason, ...]:
    """Rows for the local dates from UTC second `first` to `last`, both inside the table, then for the pauses.

    A holiday on a weekday that is closed anyway is told as the closed weekday.  Source: A5.
    """
    rows: list[Reason] = []
    span = bisect_right(table.starts, first) - 1
    if first >= table.ends[span] and span + 1 < len(table.starts) and first < last:
        opening = _instant(table.starts[span + 1])
        rows.append(Reason(kind=ReasonKind.STARTED_CLOSED, on=_local(table, first), at=opening))
    on, until = _local(table, first), _local(table, last)
    holidays = {day.on: day for day in calendar.days.holidays if on <= day.on <= until}
    extra_days = {day.on: day for day in calendar.days.extra_days if on <= day.on <= until}
    while on <= until:
        usual = calendar.weekly[on.weekday()]
        holiday = holidays.get(on)
        if _skipped(table, on):
            rows.append(Reason(kind=ReasonKind.SKIPPED_DAY, on=on))
        elif on in extra_days:
            rows.append(Reason(kind=ReasonKind.EXTRA_DAY, on=on, name=extra_days[on].name))
        elif holiday and holiday.windows:
            rows.append(Reason(kind=ReasonKind.SHORT_DAY, on=on, name=holiday.name))
        elif not usual:
            rows.append(Reason(kind=ReasonKind.CLOSED_WEEKDAY, on=on))
        elif holiday:
            rows.append(Reason(kind=ReasonKind.HOLIDAY, on=on, name=holiday.name))
        on += timedelta(days=1)
    return (*rows, *_clock_changes(table, first, last), *_pauses(table, first, last, pauses))


def _clock_changes(table: Table, first: int, last: int) -> list[Reason]:
    offsets = table.offsets
    return [
        Reason(
            kind=ReasonKind.CLOCK_CHANGE,
            on=_local(table, begin),
            at=_instant(begin),
            shift=timedelta(seconds=after - before),
        )
        for begin, before, after in zip(offsets.begins[1:], offsets.offset, offsets.offset[1:], strict=False)
        if first < begin <= last
    ]


def _pauses(table: Table, first: int, last: int, pauses: tuple[Pause, ...]) -> list[Reason]:
    begin, end = _instant(first), _instant(last)
    return [
        Reason(
            kind=ReasonKind.PAUSED,
            on=_local(table, int((max(begin, pause.start) - EPOCH) // timedelta(seconds=1))),
            at=pause.start.astimezone(UTC),
            until=None if pause.end is None else pause.end.astimezone(UTC),
        )
        for pause in sorted(pauses, key=lambda pause: pause.start)
        if pause.start < end and (pause.end is None or pause.end > begin)
    ]


def _skipped(table: Table, on: date) -> bool:
    local = (on - EPOCH.date()).days * DAY
    return table.offsets.effect(local) == table.offsets.effect(local + DAY)


def _local(table: Table, second: int) -> date:
    return EPOCH.date() + timedelta(days=(second + table.offsets.at(second)) // DAY)


def _instant(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)
