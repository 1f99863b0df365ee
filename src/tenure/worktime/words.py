"""The words of working time: what a calendar is made of, and the ways to say no.

Everything here is a frozen value. Minutes of the day are ints from 0 (00:00) to 1440 (24:00).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

DAY_MINUTES: Final = 1440
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)


class Code(StrEnum):
    """Why a calendar or a question was refused. Codes are API; sentences are the screens' business."""

    CALENDAR_NEVER_OPEN = "calendar_never_open"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_COUNTRY = "unknown_country"
    BAD_WINDOW = "bad_window"
    BAD_CALENDAR = "bad_calendar"
    CONTRADICTORY_DAY = "contradictory_day"
    BEYOND_HORIZON = "beyond_horizon"
    NAIVE_INSTANT = "naive_instant"
    BAD_AMOUNT = "bad_amount"
    BAD_PAUSE = "bad_pause"
    BAD_QUESTIONS = "bad_questions"


class WorktimeRefused(Exception):
    """An expected no: a code and its facts. The screen chooses the sentence.

    Source: ours.
    """

    code: Code

    def __init__(self, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        super().__init__(f"{self.code}: " + ", ".join(f"{key} {value}" for key, value in facts.items()))


class CalendarNeverOpen(WorktimeRefused):
    """The calendar has no open minute between 1970 and 2100. Never taken as round the clock."""

    code = Code.CALENDAR_NEVER_OPEN


class UnknownZone(WorktimeRefused):
    """The time zone is not in the IANA database. Facts: zone."""

    code = Code.UNKNOWN_ZONE


class UnknownCountry(WorktimeRefused):
    """No holidays are known for this country or subdivision. Facts: country, subdivision."""

    code = Code.UNKNOWN_COUNTRY


class BadWindow(WorktimeRefused):
    """An opening or closing time that no clock shows. Facts: window, why."""

    code = Code.BAD_WINDOW


class BadCalendar(WorktimeRefused):
    """A calendar of the wrong shape. Facts: where, why."""

    code = Code.BAD_CALENDAR


class ContradictoryDay(WorktimeRefused):
    """One date is named twice, say as a holiday and as an extra working day. Facts: on."""

    code = Code.CONTRADICTORY_DAY


class BeyondHorizon(WorktimeRefused):
    """The question or its answer lies outside the years the calendar knows. Facts: first_year, last_year."""

    code = Code.BEYOND_HORIZON


class NaiveInstant(WorktimeRefused):
    """A datetime without a zone: nobody can tell which instant is meant. Facts: instant."""

    code = Code.NAIVE_INSTANT


class BadAmount(WorktimeRefused):
    """A negative or fractional number of minutes or days, or arrays of the wrong kind. Facts: amount, why."""

    code = Code.BAD_AMOUNT


class BadPause(WorktimeRefused):
    """A pause that ends before it starts. Facts: start, end."""

    code = Code.BAD_PAUSE


class BadQuestions(WorktimeRefused):
    """A file of questions that cannot be read. Facts: problems, a tuple of sentences naming the case."""

    code = Code.BAD_QUESTIONS


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from `opens` to `closes`, minutes of the local day; half-open.

    `closes` at or before `opens` crosses midnight, and the window belongs to the day it opens on.
    Raises BadWindow.  Source: D1.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY_MINUTES or not 0 <= self.closes <= DAY_MINUTES:
            raise BadWindow(window=(self.opens, self.closes), why="minutes must lie within one day")

    @classmethod
    def parse(cls, opens: str, closes: str) -> "Window":
        """Read two clock times as "HH:MM"; "24:00" is the end of the day.  Raises BadWindow.  Source: ours."""
        return cls(minute_of_day(opens), minute_of_day(closes))

    @property
    def ends(self) -> int:
        """Minutes from the start of the opening day to the close, 1 to 2879; above 1440 it is past midnight."""
        return self.closes if self.closes > self.opens else self.closes + DAY_MINUTES

    def texts(self) -> tuple[str, str]:
        """The two clock times as "HH:MM", as `parse` reads them."""
        return clock_text(self.opens), clock_text(self.closes)


def minute_of_day(text: str) -> int:
    """Read "HH:MM" as minutes of the day, 0 to 1440.  Raises BadWindow.  Source: ours."""
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise BadWindow(window=text, why="a time is written HH:MM, from 00:00 to 24:00")
    return int(text[:2]) * 60 + int(text[3:])


def clock_text(minute: int) -> str:
    """Write minutes of the day as "HH:MM".  Source: ours."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


Windows = tuple[Window, ...]
Week = tuple[Windows, Windows, Windows, Windows, Windows, Windows, Windows]
"""Monday to Sunday; an empty tuple is a closed day."""

ALL_DAY: Final[Windows] = (Window(0, DAY_MINUTES),)
ALWAYS: Final[Week] = (ALL_DAY,) * 7


def monday_to_friday(*windows: Window) -> Week:
    """The week that opens in `windows` from Monday to Friday and is closed at the weekend.  Source: D1."""
    return (windows, windows, windows, windows, windows, (), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A local civil day, 00:00 to 24:00, on which the weekly hours do not hold.

    `windows` empty: closed, and no business day. Otherwise a half day: open in these windows only.
    Source: ours.
    """

    on: date
    name: str = ""
    windows: Windows = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDay:
    """A date with opening hours of its own, such as a Saturday worked in exchange for a bridge day.

    Its windows take the place of the weekly ones that open on that date.  Source: ours.
    """

    on: date
    windows: Windows
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDays:
    """Holidays and extra working days together, each sorted by date.  Source: ours."""

    holidays: tuple[Holiday, ...] = ()
    extra_days: tuple[ExtraDay, ...] = ()

    @property
    def dates(self) -> tuple[date, ...]:
        """Every date named, holidays first."""
        return (*(day.on for day in self.holidays), *(day.on for day in self.extra_days))

    def overridden_by(self, own: "SpecialDays") -> "SpecialDays":
        """These days with the vendor's `own` list on top: for a date in both, the own entry holds.  Source: ours."""
        named = set(own.dates)
        holidays = [day for day in self.holidays if day.on not in named]
        extra_days = [day for day in self.extra_days if day.on not in named]
        return SpecialDays(
            holidays=tuple(sorted([*holidays, *own.holidays], key=lambda day: day.on)),
            extra_days=tuple(sorted([*extra_days, *own.extra_days], key=lambda day: day.on)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When a desk is open: an IANA zone, weekly hours, and the days that differ.

    years: first and last year (both inside) for which `days` is complete; outside them every question is
        refused instead of answered as if there were no holidays. None means 1970 to 2100.
    offsets: the zone's UTC offsets, frozen as (UTC second it begins, offset in seconds), so that stored answers
        come out the same after an upgrade of the zone data; None reads the installed zone data.
    Raises BadCalendar, ContradictoryDay. Whether it is ever open is found when it is compiled.  Source: D1.
    """

    zone: str
    weekly: Week
    days: SpecialDays = SpecialDays()
    years: tuple[int, int] | None = None
    offsets: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        if len(self.weekly) != len(WEEKDAYS):
            raise BadCalendar(where="weekly", why="a week has seven days, Monday first")
        seen: set[date] = set()
        for on in self.days.dates:
            if on in seen:
                raise ContradictoryDay(on=on.isoformat())
            seen.add(on)
        first, last = self.known_years
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise BadCalendar(where="years", why=f"the years must lie between {FIRST_YEAR} and {LAST_YEAR}, in order")
        if self.offsets is not None and not _ascending([at for at, _ in self.offsets]):
            raise BadCalendar(where="offsets", why="at least one, and each begins after the one before")

    @property
    def known_years(self) -> tuple[int, int]:
        """First and last year that questions and answers may lie in."""
        return self.years or (FIRST_YEAR, LAST_YEAR)


def _ascending(values: list[int]) -> bool:
    return bool(values) and all(a < b for a, b in pairwise(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The clock stands still in [start, end); `end` None: it still does. Aware datetimes.

    Pauses may touch, overlap or lie outside hours; the union counts.  Raises BadPause, NaiveInstant.  Source: D8.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        for instant in (self.start, self.end):
            if instant is not None and instant.utcoffset() is None:
                raise NaiveInstant(instant=instant.isoformat())
        if self.end is not None and self.end < self.start:
            raise BadPause(start=self.start.isoformat(), end=self.end.isoformat())


class ReasonKind(StrEnum):
    """What made an instant fall due later than the clock alone would."""

    STARTED_CLOSED = "started_closed"  # the start lay outside hours; counting began at `at`
    CLOSED_WEEKDAY = "closed_weekday"  # such as a Sunday
    HOLIDAY = "holiday"
    SHORT_DAY = "short_day"  # a half day: other hours than that weekday's
    EXTRA_DAY = "extra_day"  # worked although that weekday is usually closed
    SKIPPED_DAY = "skipped_day"  # a local date that never happened (Samoa, 30 December 2011)
    CLOCK_CHANGE = "clock_change"  # the wall clock jumped at `at` by `shift`
    PAUSED = "paused"  # the clock stood still from `at` to `until`


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of the sentence that explains a due instant.

    on: the local date.  name: the holiday's.  at, until: UTC; `until` None for a pause still open.
    shift: how far the wall clock jumped, positive for forward.  Source: A5.
    """

    kind: ReasonKind
    on: date
    name: str = ""
    at: datetime | None = None
    until: datetime | None = None
    shift: timedelta = timedelta()
