"""Questions about working time from a JSON file, and their answers: what `tenure worktime FILE` prints.

The layout: {"cases": [{"id", "operation", "calendar": {"timezone", "weekly", "holidays", "pauses"}, "input"}]}.
A file with any fault is refused whole, with every faulty case named; nothing of it is answered.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from tenure.worktime.plain import day_from_text, week_from_plain
from tenure.worktime.rules import Timetable, compile_calendar
from tenure.worktime.words import (
    BadAmount,
    BadCalendar,
    BadPause,
    BadQuestions,
    Calendar,
    CalendarNeverOpen,
    Holiday,
    NaiveInstant,
    Pause,
    SpecialDays,
    WorktimeRefused,
)

Answer = str | int | None
"""A UTC instant as text, whole minutes, or None where there is no such instant."""

_MOST_PROBLEMS: Final = 20


def answers(text: str) -> Iterator[tuple[str, Answer]]:
    """The (id, answer) of every case under `cases` in the file's order.

    text: the whole file.  Raises BadQuestions before the first answer if the file or any case in it is faulty.
    Source: ours.
    """
    found: list[tuple[str, Answer]] = []
    problems: list[str] = []
    seen: set[str] = set()
    for place, question in enumerate(read_cases(text), start=1):
        name = _name(question, place)
        if name in seen:
            problems.append(f"{name}: this id is there twice")
        seen.add(name)
        try:
            found.append((name, answer(question)))
        except WorktimeRefused as refusal:
            problems.append(f"{name}: {refusal}")
    if problems:
        left = len(problems) - _MOST_PROBLEMS
        shown = problems[:_MOST_PROBLEMS] + ([f"and {left} more"] if left > 0 else [])
        raise BadQuestions(problems=tuple(shown))
    return iter(found)


def read_cases(text: str, *, under: str = "cases") -> list[object]:
    """The list under that key of a JSON text; empty if the key is missing.  Raises BadQuestions.  Source: ours."""
    try:
        whole = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except RecursionError:
        raise BadQuestions(problems=("the file is nested too deeply",)) from None
    except ValueError as error:
        raise BadQuestions(problems=(f"the file is not JSON: {error}",)) from None
    if not isinstance(whole, dict):
        raise BadQuestions(problems=("the file must hold one JSON object",))
    cases = whole.get(under, [])
    if not isinstance(cases, list):
        raise BadQuestions(problems=(f"{under!r} must be a list",))
    return cases


def answer(question: object) -> Answer:
    """The answer to one case: a UTC instant as text, whole minutes, or None for a desk that never opens.

    question: a case of the layout above; `expected` and other keys beside it are not read.
    Raises WorktimeRefused of some kind, naming what is wrong.  Source: ours.
    """
    fields = _object(question, "case")
    operation = fields.get("operation")
    ask = _OPERATIONS.get(operation) if isinstance(operation, str) else None
    if ask is None:
        raise BadCalendar(where="operation", why=f"expected one of {', '.join(_OPERATIONS)}")
    given = _object(fields.get("input"), "input")
    calendar = calendar_of(fields.get("calendar"))
    pauses = pauses_of(fields.get("calendar"))
    try:
        timetable = compile_calendar(calendar)
    except CalendarNeverOpen:
        # A desk that never opens has no due instant, and no time passes at it; the question must still be sound.
        instant_of(given.get("start"), "input.start")
        return 0 if ask is _elapsed else None
    return ask(timetable, given, pauses)


def calendar_of(value: object) -> Calendar:
    """The calendar of a case: timezone, weekly, holidays (ISO dates). `pauses` is read by `pauses_of`.

    Raises BadCalendar, BadWindow.  Source: ours.
    """
    fields = _object(value, "calendar")
    if unknown := sorted(set(fields) - {"timezone", "weekly", "holidays", "pauses"}):
        raise BadCalendar(where="calendar", why=f"unknown key {unknown[0]!r}")
    zone = fields.get("timezone")
    if not isinstance(zone, str):
        raise BadCalendar(where="calendar.timezone", why="expected the name of a time zone")
    return Calendar(
        zone=zone,
        weekly=week_from_plain(fields.get("weekly")),
        days=holidays_of(fields.get("holidays", [])),
    )


def holidays_of(value: object) -> SpecialDays:
    """Closed days from a list of ISO dates; a date twice is one holiday.  Raises BadCalendar.  Source: ours."""
    if not isinstance(value, list):
        raise BadCalendar(where="holidays", why="expected a list of dates")
    dates = sorted({day_from_text(item, "holidays") for item in value})
    return SpecialDays(holidays=tuple(Holiday(on=on) for on in dates))


def pauses_of(value: object) -> tuple[Pause, ...]:
    """The pauses of a case's calendar: [start, end) pairs, a null end being still open.

    Raises BadPause, BadCalendar.  Source: ours.
    """
    pairs = _object(value, "calendar").get("pauses", [])
    if not isinstance(pairs, list):
        raise BadCalendar(where="calendar.pauses", why="expected a list")
    pauses = []
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadPause(start=str(pair)[:40], end="expected a start and an end")
        start, end = pair
        pauses.append(
            Pause(
                start=instant_of(start, "calendar.pauses"),
                end=None if end is None else instant_of(end, "calendar.pauses"),
            )
        )
    return tuple(pauses)


def instant_of(value: object, where: str) -> datetime:
    """An ISO 8601 instant with its offset, as UTC.  Raises BadCalendar, NaiveInstant.  Source: ours."""
    if not isinstance(value, str):
        raise BadCalendar(where=where, why="expected an instant such as 2026-01-31T09:00:00Z")
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise NaiveInstant(instant=f"{where} {value[:40]!r}")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCalendar(where=where, why=f"{value[:40]!r} is not an instant such as 2026-01-31T09:00:00Z") from None


def instant_text(instant: datetime | None) -> str | None:
    """An instant as 2026-01-31T09:00:00Z, with a fraction only where there is one.  Source: ours."""
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _add_minutes(timetable: Timetable, given: Mapping[str, object], pauses: tuple[Pause, ...]) -> Answer:
    start, minutes = instant_of(given.get("start"), "input.start"), _amount(given, "minutes")
    return instant_text(timetable.add_minutes(start=start, minutes=minutes, pauses=pauses))


def _add_business_days(timetable: Timetable, given: Mapping[str, object], pauses: tuple[Pause, ...]) -> Answer:
    start, days = instant_of(given.get("start"), "input.start"), _amount(given, "days")
    return instant_text(timetable.add_business_days(start=start, days=days, pauses=pauses))


def _next_business_day(timetable: Timetable, given: Mapping[str, object], pauses: tuple[Pause, ...]) -> Answer:
    start = instant_of(given.get("start"), "input.start")
    return instant_text(timetable.next_business_day(start=start, pauses=pauses))


def _elapsed(timetable: Timetable, given: Mapping[str, object], pauses: tuple[Pause, ...]) -> Answer:
    start, end = instant_of(given.get("start"), "input.start"), instant_of(given.get("end"), "input.end")
    return timetable.elapsed_minutes(start=start, end=end, pauses=pauses)


_OPERATIONS: Final[dict[str, Callable[[Timetable, Mapping[str, object], tuple[Pause, ...]], Answer]]] = {
    "add_minutes": _add_minutes,
    "add_business_days": _add_business_days,
    "next_business_day": _next_business_day,
    "elapsed_minutes": _elapsed,
}


def _amount(given: Mapping[str, object], name: str) -> int:
    value = given.get(name)
    if type(value) is not int:
        raise BadAmount(amount=str(value)[:40], why=f"input.{name} must be a whole number")
    return value


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadCalendar(where=where, why=f"expected an object, found {type(value).__name__}")
    return value


def _name(question: object, place: int) -> str:
    """The id of a case, or its place in the file where it has none."""
    name = question.get("id") if isinstance(question, dict) else None
    if isinstance(name, str) and name:
        return name
    raise BadQuestions(problems=(f"case number {place} has no id",))


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twin!r} is there twice in one object")
    return fields


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is not a JSON number")
