"""A second opinion on open time that shares nothing with the code under test: it walks minute by minute.

Every UTC minute is asked whether it is open by replaying the wall clock from the start, so daylight saving, skipped and
repeated readings need no rule of their own: an edge has happened once the wall clock has ever shown its time or later.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tenure.worktime.words import Calendar, Window

MINUTE = timedelta(minutes=1)


class Oracle:
    """Open minutes of a calendar from the UTC instant `first` up to `last`, both on whole minutes."""

    def __init__(self, calendar: Calendar, first: datetime, last: datetime) -> None:
        self.calendar = calendar
        self.holidays = {day.on: day.windows for day in calendar.days.holidays}
        self.extra = {day.on: day.windows for day in calendar.days.extra_days}
        self.first = first
        self.count = (last - first) // MINUTE
        self.open = [False] * self.count
        self.reached = self._readings()
        day = first.date() - timedelta(days=3)
        while day < last.date() + timedelta(days=3):
            self._lay(day)
            day += timedelta(days=1)

    def add_minutes(self, start: datetime, minutes: int) -> datetime | None:
        if not minutes:
            return start
        left = minutes
        for i in range((start - self.first) // MINUTE, self.count):
            left -= self.open[i]
            if not left:
                return self.first + (i + 1) * MINUTE
        return None

    def elapsed(self, start: datetime, end: datetime, pauses: tuple[tuple[datetime, datetime], ...] = ()) -> int:
        minutes = range((start - self.first) // MINUTE, (end - self.first) // MINUTE)
        at = [self.first + i * MINUTE for i in minutes if self.open[i]]
        return sum(not any(since <= instant < until for since, until in pauses) for instant in at)

    def _readings(self) -> list[datetime]:
        """For each minute the latest wall-clock reading so far, from three days early."""
        zone = ZoneInfo(self.calendar.zone)
        early = self.first - timedelta(days=3)
        highest = early.replace(tzinfo=None) - timedelta(days=2)
        readings = []
        for i in range(self.count + 3 * 1440):
            reading = (early + i * MINUTE).astimezone(zone).replace(tzinfo=None)
            highest = max(highest, reading)
            readings.append(highest)
        return readings[3 * 1440 :]

    def _lay(self, day: date) -> None:
        """Open the minutes of the windows that open on `day`, one window at a time."""
        usual = self.extra.get(day, self.calendar.weekly[day.weekday()])
        for window in usual:
            self._open(day, window, own=False)
        for window in self.holidays.get(day, ()):
            self._open(day, window, own=True)

    def _open(self, day: date, window: Window, *, own: bool) -> None:
        midnight = datetime.combine(day, datetime.min.time())
        opens, closes = midnight + timedelta(minutes=window.opens), midnight + timedelta(minutes=window.ends)
        for i, reading in enumerate(self.reached):
            if opens <= reading < closes:
                on = reading.date()
                shut = on in self.holidays and not (own and on == day)
                self.open[i] = self.open[i] or not shut
