"""Calendars and instants that the working-time tests share."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tenure.worktime.rules import Timetable
from tenure.worktime.words import Calendar, ExtraDay, Holiday, SpecialDays, Week, Window, monday_to_friday

OFFICE = Window.parse("08:00", "18:00")
NIGHT = Window.parse("22:00", "06:00")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def desk(
    *,
    zone: str = "Europe/Paris",
    weekly: Week | None = None,
    holidays: tuple[Holiday, ...] = (),
    extra_days: tuple[ExtraDay, ...] = (),
    years: tuple[int, int] | None = None,
) -> Timetable:
    week = monday_to_friday(OFFICE) if weekly is None else weekly
    days = SpecialDays(holidays=holidays, extra_days=extra_days)
    return Timetable(Calendar(zone=zone, weekly=week, days=days, years=years))


def closed(on: str, name: str = "") -> Holiday:
    return Holiday(on=date.fromisoformat(on), name=name)
