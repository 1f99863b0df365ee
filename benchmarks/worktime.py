"""Working time against two packages that do the same: workclock (Rust) and django-bizcal, in one run.

    python benchmarks/worktime.py            # all of it, about a minute
    python benchmarks/worktime.py --quick    # fewer rows, for a first look

The same calendar, the same random starts, one process. Every figure is CPU time, the median of seven rounds; the
answers are compared first, so nobody is fast by being wrong. Exit 1 when a goal is missed, 2 when a package is missing.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tenure.worktime.holidays import HolidaySource, expand_days
from tenure.worktime.rules.table import compile_years
from tenure.worktime.rules.timetable import Timetable
from tenure.worktime.words import Calendar, Window, monday_to_friday

PACKAGES = "workclock==0.1.2 django-bizcal==0.13.0"
try:
    import workclock
    from django_bizcal import WorkingCalendar
    from django_bizcal.providers import SetHolidayProvider
except ImportError as missing:
    print(f"{missing}. Install the packages to compare with: .venv/bin/pip install {PACKAGES}", file=sys.stderr)
    raise SystemExit(2) from None

ROUNDS = 7
ZONE = "Europe/Berlin"
YEARS = (2023, 2026)


def main() -> int:
    """Run every comparison, print one line each, and say whether the goals were met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    share = 10 if parser.parse_args().quick else 1
    peers = Peers()
    rng = random.Random(4)
    first = datetime(2023, 7, 1, tzinfo=UTC)
    starts = [first + timedelta(seconds=rng.randrange(800 * 86_400)) for _ in range(20_000 // share)]
    many = np.array([rng.randrange(800 * 86_400) for _ in range(1_000_000 // share)], dtype=np.int64)
    many = many + int(first.timestamp())
    peers.agree(starts[:500])
    good = [
        *one_answer(peers, starts),
        *in_bulk(peers, many, starts),
        goal("one calendar year compiles, ms", 1000 * cpu(lambda: compile_years(peers.calendar, 2024, 2024)), most=5),
    ]
    print("all goals met" if all(good) else "a goal was missed")
    return 0 if all(good) else 1


class Peers:
    """The one calendar, Monday to Friday 08:00 to 18:00 in Berlin less holidays, in all three packages."""

    def __init__(self) -> None:
        week = monday_to_friday(Window.parse("08:00", "18:00"))
        source = HolidaySource(country="DE", first_year=YEARS[0], last_year=YEARS[1])
        days = expand_days(source=source, weekly=week)
        dates = [day.on for day in days.holidays]
        hours = wall_time(8), wall_time(18)
        self.calendar = Calendar(zone=ZONE, weekly=week, days=days, years=YEARS)
        self.ours = Timetable(self.calendar)
        self.workclock = workclock.Schedule(
            [workclock.WorkDay(*hours), workclock.Holidays(dates)], time_zone=ZoneInfo(ZONE)
        )
        self.bizcal = WorkingCalendar(
            tz=ZONE,
            weekly_schedule={day: [("08:00", "18:00")] for day in range(5)},
            holiday_provider=SetHolidayProvider.from_dates(dates),
        )

    def agree(self, starts: list[datetime]) -> None:
        """Stop unless all three give the same answers; bizcal may differ where a due instant is a closing edge."""
        eight, month = timedelta(hours=8), timedelta(days=30)
        for start in starts:
            due = self.ours.add_minutes(start=start, minutes=480)
            took = self.ours.elapsed(start=start, end=start + month)
            assert due == self.workclock.add(start, eight) == self.bizcal.add_business_hours(start, 8), start
            assert took == self.workclock.between(start, start + month), start
            assert took == self.bizcal.business_time_between(start, start + month), start
            assert self.ours.add_business_days(start=start, days=25) == self.bizcal.add_business_days(start, 25), start
        seconds = np.array([int(start.timestamp()) for start in starts], dtype="datetime64[s]")
        there = self.workclock.add_many(seconds, np.timedelta64(480, "m")).astype("datetime64[s]")
        assert (self.ours.add_minutes_many(starts=seconds, minutes=480) == there).all()


def one_answer(peers: Peers, starts: list[datetime]) -> list[bool]:
    """One call, aware datetimes in and out."""
    few, eight, month = starts[:1_000], timedelta(hours=8), timedelta(days=30)
    add, elapsed, days = peers.ours.add_minutes, peers.ours.elapsed, peers.ours.add_business_days
    clock, bizcal = peers.workclock, peers.bizcal
    ours = rate("+8 h, one call, ours", starts, lambda rows: [add(start=row, minutes=480) for row in rows])
    rust = rate("+8 h, one call, workclock", starts, lambda rows: [clock.add(row, eight) for row in rows])
    slow = rate("+8 h, one call, django-bizcal", few, lambda rows: [bizcal.add_business_hours(row, 8) for row in rows])
    took = rate("elapsed 30 days, ours", starts, lambda rows: [elapsed(start=row, end=row + month) for row in rows])
    rust_took = rate("elapsed 30 days, workclock", starts, lambda rows: [clock.between(a, a + month) for a in rows])
    slow_took = rate(
        "elapsed 30 days, django-bizcal", few, lambda rows: [bizcal.business_time_between(a, a + month) for a in rows]
    )
    day = rate("+25 days, one call, ours", starts, lambda rows: [days(start=row, days=25) for row in rows])
    slow_day = rate("+25 days, django-bizcal", few, lambda rows: [bizcal.add_business_days(row, 25) for row in rows])
    return [
        goal("one answer / workclock", ours / rust, least=3),
        goal("one answer / django-bizcal", ours / slow, least=30),
        goal("one elapsed / workclock", took / rust_took, least=3),
        goal("one elapsed / django-bizcal", took / slow_took, least=30),
        goal("one +25 days / django-bizcal", day / slow_day, least=30),
    ]


def in_bulk(peers: Peers, many: np.ndarray, starts: list[datetime]) -> list[bool]:
    """Arrays: ours by the quarter-hour grid and by search, workclock's numpy batch, django-bizcal row by row."""
    month = 30 * 86_400
    off_grid = Timetable(_off_the_quarters(peers.calendar))
    clock = peers.workclock
    eight = np.timedelta64(480, "m")
    fewer = many[: len(many) // 10].astype("datetime64[s]")
    later = fewer + np.timedelta64(month, "s")
    add = rate("+8 h, batch, ours", many, lambda rows: peers.ours.add_minutes_many(starts=rows, minutes=480))
    search = rate(
        "+8 h, batch, ours without the grid", many, lambda rows: off_grid.add_minutes_many(starts=rows, minutes=480)
    )
    rust = rate("+8 h, batch, workclock", fewer, lambda rows: clock.add_many(rows, eight))
    took = rate("elapsed, batch, ours", many, lambda rows: peers.ours.elapsed_many(starts=rows, ends=rows + month))
    search_took = rate(
        "elapsed, batch, ours without the grid",
        many,
        lambda rows: off_grid.elapsed_many(starts=rows, ends=rows + month),
    )
    rust_took = rate("elapsed, batch, workclock", fewer, lambda rows: clock.between_many(rows, later))
    days = rate("+25 days, batch, ours", many, lambda rows: peers.ours.add_business_days_many(starts=rows, days=25))
    bizcal = peers.bizcal
    slow = rate(
        "+25 days, django-bizcal", starts[:1_000], lambda rows: [bizcal.add_business_days(row, 25) for row in rows]
    )
    return [
        goal("batch / workclock's batch", add / rust, least=10),
        goal("batch without the grid / workclock's batch", search / rust, least=10),
        goal("elapsed batch / workclock's batch", took / rust_took, least=30),
        goal("elapsed batch without the grid / workclock's batch", search_took / rust_took, least=30),
        goal("+25 days batch / django-bizcal", days / slow, least=500),
    ]


def rate(name: str, rows: Any, work: Callable[[Any], object]) -> float:
    """Rows per second of CPU time."""
    each = len(rows) / cpu(lambda: work(rows))
    print(f"{name:<52}{each:>16,.0f} /s")
    return each


def cpu(work: Callable[[], object]) -> float:
    """Median seconds of CPU time over seven rounds after one to warm up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def goal(name: str, value: float, *, least: float = 0, most: float = float("inf")) -> bool:
    """Print a figure beside its goal and say whether it is met."""
    met = least <= value <= most
    wanted = f"at least {least:g}" if least else f"at most {most:g}"
    print(f"  {name:<50}{value:>16,.2f}   {wanted}: {'met' if met else 'MISSED'}")
    return met


def _off_the_quarters(calendar: Calendar) -> Calendar:
    """The same hours moved by a minute: no edge lies on a quarter of an hour, so the grid cannot be used."""
    week = monday_to_friday(Window.parse("08:01", "18:01"))
    return Calendar(zone=calendar.zone, weekly=week, days=calendar.days, years=calendar.years)


if __name__ == "__main__":
    raise SystemExit(main())
