"""Special days of a country and subdivision from the `holidays` package, as plain dates that can be stored.

Only the expansion reads the package: a calendar holds its result, so an upgrade of the package changes nothing stored.
"""

import warnings
from dataclasses import dataclass
from datetime import date

import holidays as package

from tenure.worktime.words import (
    FIRST_YEAR,
    LAST_YEAR,
    BadCalendar,
    ExtraDay,
    Holiday,
    SpecialDays,
    UnknownCountry,
    Week,
    Window,
    Windows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidaySource:
    """Whose public holidays, and for which years (both inside).

    country: ISO 3166-1 alpha-2.  subdivision: the ISO 3166-2 part after the hyphen, such as BY for Bavaria.
    half_day_closes: minute of the day at which half days close; None: the country's half days are ordinary days.
    worked_like: the weekday (0 is Monday) whose hours an extra working day keeps.
    language: of the names; None or one the package lacks for the country: the country's own.  Source: ours.
    """

    country: str
    first_year: int
    last_year: int
    subdivision: str | None = None
    half_day_closes: int | None = None
    worked_like: int = 0
    language: str | None = None


def expand_days(*, source: HolidaySource, weekly: Week) -> SpecialDays:
    """Holidays, half days and extra working days of the source as dates with names and hours.

    weekly: the calendar's usual hours, from which half days are cut and extra days are taken.
    Only the years of `years_covered` are expanded: give those to the calendar too, so that it refuses the others.
    A date that the package calls both worked and a holiday is worked; a half day that is a full holiday is one.
    Raises UnknownCountry, BadCalendar.  Source: ours.
    """
    public = _listed(source, package.PUBLIC)
    worked = {on for on in getattr(public, "weekend_workdays", ()) if source.first_year <= on.year <= source.last_year}
    days = {on: Holiday(on=on, name=name) for on, name in _named(public)}
    if source.half_day_closes is not None and package.HALF_DAY in public.supported_categories:
        for on, name in _named(_listed(source, package.HALF_DAY)):
            windows = _until(weekly[on.weekday()], source.half_day_closes)
            days.setdefault(on, Holiday(on=on, name=name, windows=windows))
    hours = weekly[source.worked_like]
    return SpecialDays(
        holidays=tuple(days[on] for on in sorted(days) if on not in worked),
        extra_days=tuple(ExtraDay(on=on, windows=hours) for on in sorted(worked) if hours),
    )


def years_covered(*, source: HolidaySource) -> tuple[int, int]:
    """First and last of the source's years for which the package knows the country's holidays.

    Raises UnknownCountry, BadCalendar if it knows none of them.  Source: ours.
    """
    if not FIRST_YEAR <= source.first_year <= source.last_year <= LAST_YEAR:
        raise BadCalendar(where="years", why=f"the years must lie between {FIRST_YEAR} and {LAST_YEAR}, in order")
    known = package.list_supported_countries(include_aliases=True)
    if source.country not in known or (source.subdivision and source.subdivision not in known[source.country]):
        raise UnknownCountry(country=source.country, subdivision=source.subdivision)
    entity = getattr(package, source.country)
    first, last = max(source.first_year, entity.start_year), min(source.last_year, entity.end_year)
    if first > last:
        raise BadCalendar(where="years", why=f"holidays are known from {entity.start_year} to {entity.end_year} only")
    return first, last


def _listed(source: HolidaySource, category: str) -> package.HolidayBase:
    first, last = years_covered(source=source)
    entity = getattr(package, source.country)
    with warnings.catch_warnings():
        # India's movable feasts are known for fewer years than its fixed ones; the package says so on the console.
        warnings.simplefilter("ignore", UserWarning)
        return package.country_holidays(
            source.country,
            subdiv=source.subdivision,
            years=range(first, last + 1),
            categories=category,
            expand=False,
            language=source.language if source.language in entity.supported_languages else None,
        )


def _named(listed: package.HolidayBase) -> list[tuple[date, str]]:
    return sorted((on, name) for on, name in listed.items() if on.year in listed.years)


def _until(windows: Windows, closes: int) -> Windows:
    """The windows cut off at the minute of the day `closes`."""
    return tuple(Window(window.opens, min(window.ends, closes)) for window in windows if window.opens < closes)
