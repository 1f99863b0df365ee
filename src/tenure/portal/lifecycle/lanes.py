"""The releases of a product on one axis."""

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString

from tenure.catalog.words import ReleaseRow, ReleaseState
from tenure.kit import line

YEARS_BACK, YEARS_AHEAD = 30, 15  # an axis shows no more, whatever days a file or an address names


def axis_of(rows: Sequence[ReleaseRow], *, today: date, as_of: date | None, rtl: bool) -> line.Axis:
    """Whole years around all days of the releases, within reason; a day asked about outside has no stroke."""
    days = [
        day
        for row in rows
        for day in (row.available_from, row.standard.from_day, row.extended.from_day)
        if day is not None
    ]
    if as_of is not None:
        days.append(as_of)
    low, high = today.year - YEARS_BACK, today.year + YEARS_AHEAD
    within = [day.year for day in days if low <= day.year <= high]
    return line.Axis(
        starts=date(max(1, min([today.year, *within])), 1, 1),
        ends=date(min(9999, max([today.year, *within]) + 1), 1, 1),
        today=today,
        as_of=as_of,
        rtl=rtl,
    )


def mini(row: ReleaseRow, axis: line.Axis, *, tone: str) -> SafeString:
    """The lane of a release; tone: that of its state, which its present support takes."""
    return line.mini(axis, spans(row, tone=tone))


def spans(row: ReleaseRow, *, tone: str) -> list[line.Span]:
    """Standard support, then extended; hatched where only the fact of an end is known."""
    starts, standard, extended = row.available_from, row.standard, row.extended
    if starts is None:
        return []
    announced = row.state is ReleaseState.ANNOUNCED
    if standard.ended and standard.from_day is None:
        return [line.Span(kind="gap", tone="quiet", starts=starts, ends=standard.by_day)]
    now = tone if row.state is ReleaseState.STANDARD else "quiet"
    drawn = [line.Span(kind="next" if announced else "term", tone=now, starts=starts, ends=standard.from_day)]
    if standard.from_day is None or not extended.offered or (extended.ended and extended.from_day is None):
        return drawn
    later = {ReleaseState.STANDARD: "good", ReleaseState.EXTENDED: "wait"}.get(row.state, "quiet")
    if extended.from_day is None or extended.from_day > standard.from_day:
        drawn.append(line.Span(kind="extended", tone=later, starts=standard.from_day, ends=extended.from_day))
    return drawn
