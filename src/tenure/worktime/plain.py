"""Calendars as plain JSON values and back, so that a policy version can keep the calendar it was judged by.

{"zone": "Europe/Paris", "weekly": {"mon": [["08:00", "18:00"]], ...}, "years": [2020, 2035],
 "holidays": [{"on": "2026-12-25", "name": "Christmas Day", "windows": []}], "extra_days": [same],
 "offsets": [[UTC second, offset in seconds], ...]}; years and offsets may be null.
"""

from collections.abc import Mapping
from datetime import date
from typing import cast

from tenure.worktime.words import (
    WEEKDAYS,
    BadCalendar,
    Calendar,
    ExtraDay,
    Holiday,
    SpecialDays,
    Week,
    Window,
    Windows,
)

Plain = dict[str, object]


def calendar_to_plain(calendar: Calendar) -> Plain:
    """The calendar as values that `json.dumps` writes; `calendar_from_plain` gives an equal calendar.  Source: ours."""
    return {
        "zone": calendar.zone,
        "weekly": week_to_plain(calendar.weekly),
        **days_to_plain(calendar.days),
        "years": None if calendar.years is None else list(calendar.years),
        "offsets": None if calendar.offsets is None else [list(change) for change in calendar.offsets],
    }


def calendar_from_plain(value: object) -> Calendar:
    """The calendar that `calendar_to_plain` wrote.

    Raises BadCalendar saying where, BadWindow, ContradictoryDay.  Source: ours.
    """
    fields = _object(value, "calendar")
    known = {"zone", "weekly", "holidays", "extra_days", "years", "offsets"}
    if unknown := sorted(set(fields) - known):
        raise BadCalendar(where="calendar", why=f"unknown key {unknown[0]!r}")
    years, offsets = fields.get("years"), fields.get("offsets")
    return Calendar(
        zone=_text(fields.get("zone"), "zone"),
        weekly=week_from_plain(fields.get("weekly")),
        days=days_from_plain(fields),
        years=None if years is None else _whole_pair(years, "years"),
        offsets=None if offsets is None else tuple(_whole_pair(item, "offsets") for item in _list(offsets, "offsets")),
    )


def week_to_plain(week: Week) -> Plain:
    """A week as {"mon": [["08:00", "18:00"]], ...}.  Source: ours."""
    return {name: _windows_to_plain(windows) for name, windows in zip(WEEKDAYS, week, strict=True)}


def week_from_plain(value: object) -> Week:
    """A week from {"mon": [["08:00", "18:00"]], ...}; a weekday left out is closed.

    Raises BadCalendar, BadWindow.  Source: ours.
    """
    fields = _object(value, "weekly")
    if unknown := sorted(set(fields) - set(WEEKDAYS)):
        raise BadCalendar(where="weekly", why=f"unknown weekday {unknown[0]!r}")
    return cast("Week", tuple(_windows_from_plain(fields.get(name, []), f"weekly.{name}") for name in WEEKDAYS))


def days_to_plain(days: SpecialDays) -> Plain:
    """Special days as {"holidays": [...], "extra_days": [...]}.  Source: ours."""
    return {
        "holidays": [_day_to_plain(day.on, day.name, day.windows) for day in days.holidays],
        "extra_days": [_day_to_plain(day.on, day.name, day.windows) for day in days.extra_days],
    }


def days_from_plain(value: object) -> SpecialDays:
    """Special days from {"holidays": [...], "extra_days": [...]}; other keys are left alone.

    Raises BadCalendar, BadWindow.  Source: ours.
    """
    fields = _object(value, "days")
    holidays = [_day_from_plain(item, "holidays") for item in _list(fields.get("holidays", []), "holidays")]
    extra = [_day_from_plain(item, "extra_days") for item in _list(fields.get("extra_days", []), "extra_days")]
    return SpecialDays(
        holidays=tuple(Holiday(on=on, name=name, windows=windows) for on, name, windows in holidays),
        extra_days=tuple(ExtraDay(on=on, name=name, windows=windows) for on, name, windows in extra),
    )


def day_from_text(value: object, where: str) -> date:
    """An ISO date such as 2026-12-25.  Raises BadCalendar.  Source: ours."""
    text = _text(value, where)
    try:
        if len(text) == len("2026-12-25"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadCalendar(where=where, why=f"{text[:40]!r} is not a date written YYYY-MM-DD")


def _day_to_plain(on: date, name: str, windows: Windows) -> Plain:
    return {"on": on.isoformat(), "name": name, "windows": _windows_to_plain(windows)}


def _day_from_plain(value: object, where: str) -> tuple[date, str, Windows]:
    fields = _object(value, where)
    on = day_from_text(fields.get("on"), f"{where}.on")
    return on, _text(fields.get("name", ""), f"{where}.name"), _windows_from_plain(fields.get("windows", []), where)


def _windows_to_plain(windows: Windows) -> list[list[str]]:
    return [list(window.texts()) for window in windows]


def _windows_from_plain(value: object, where: str) -> Windows:
    windows = []
    for item in _list(value, where):
        pair = _list(item, where)
        if len(pair) != 2:
            raise BadCalendar(where=where, why="a window is an opening and a closing time")
        windows.append(Window.parse(_text(pair[0], where), _text(pair[1], where)))
    return tuple(windows)


def _whole_pair(value: object, where: str) -> tuple[int, int]:
    items = _list(value, where)
    if len(items) != 2 or not all(type(item) is int for item in items):
        raise BadCalendar(where=where, why="expected two whole numbers")
    return cast("tuple[int, int]", tuple(items))


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadCalendar(where=where, why=f"expected an object, found {type(value).__name__}")
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list | tuple):
        raise BadCalendar(where=where, why=f"expected a list, found {type(value).__name__}")
    return list(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise BadCalendar(where=where, why=f"expected a text, found {type(value).__name__}")
    return value
