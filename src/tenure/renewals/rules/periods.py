"""Calendar periods: computed from the first day and a count, never from the period before.  Pure."""

import calendar
from datetime import date

from tenure.renewals.words import Years


def add_months(day: date, months: int) -> date:
    """The day so many calendar months later; where that month is too short, its last day.

    Raises OverflowError beyond the calendar.  Source: A3.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError(f"{months} months from {day} lie beyond the calendar")
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months_from(anchor: date, day: date) -> int | None:
    """After how many whole months from `anchor` a period begins on `day`; None where none does.  Source: A3."""
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months if months >= 0 and add_months(anchor, months) == day else None


class Calendar:
    """The years of a line: from its first day, or from the first day of the chain of terms that it continues.

    anchor: the chain's first day, so that a month end or 29 February is never lost; it counts only where a period of
    whole months from it begins on `starts`.  Source: A3; ours.
    """

    def __init__(self, starts: date, anchor: date | None = None) -> None:
        months = months_from(anchor, starts) if anchor is not None else None
        self._anchor, self._months = (starts, 0) if anchor is None or months is None else (anchor, months)
        self.starts = starts

    def after(self, *, months: int) -> date:
        """The first day after so many months of the line.  Raises OverflowError."""
        return add_months(self._anchor, self._months + months)

    def years_to(self, ends: date) -> Years:
        """The years from the line's first day to `ends`, half-open.  A whole one is exactly 1.  Source: ours."""
        whole = max(0, ends.year - self.starts.year)
        while whole and self.after(months=12 * whole) > ends:
            whole -= 1
        begins = self.after(months=12 * whole)
        return Years(whole=whole, days=(ends - begins).days, of=(self.after(months=12 * (whole + 1)) - begins).days)


def started_months(starts: date, ends: date) -> int:
    """How many months from `starts` have begun before `ends`, half-open; a started one counts whole.  Source: B9."""
    months = max(0, (ends.year - starts.year) * 12 + ends.month - starts.month)
    while add_months(starts, months) < ends:
        months += 1
    return months
