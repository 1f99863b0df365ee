"""The public holidays and zone offsets of a place, written out so that they can be kept with a policy version."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import available_timezones

import holidays as package

from tenure.policy.rules.milestones import week_of
from tenure.policy.words import COUNTRIES, Hours, Policy
from tenure.worktime.holidays import HolidaySource, expand_days, years_covered
from tenure.worktime.rules.zones import changes_between
from tenure.worktime.words import FIRST_YEAR, LAST_YEAR, SpecialDays

YEARS_BACK: Final = 3
YEARS_AHEAD: Final = 10

Years = tuple[int, int]
"""First and last year, both inside."""
Offsets = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where a site lies: country ISO 3166-1 alpha-2, subdivision the part of ISO 3166-2 after the hyphen or "".

    Source: D1.
    """

    country: str
    zone: str
    subdivision: str = ""


def years_around(year: int) -> Years:
    """The years that a version applied in `year` keeps calendars for.  Source: ours."""
    return max(FIRST_YEAR, year - YEARS_BACK), min(LAST_YEAR, year + YEARS_AHEAD)


def every_subdivision() -> tuple[tuple[str, str], ...]:
    """All (country, subdivision) of the installed holiday data, each country's "" first.  Source: ours."""
    known = package.list_supported_countries(include_aliases=False)
    return tuple(
        (country, subdivision)
        for country in sorted(COUNTRIES & set(known))
        for subdivision in ("", *sorted(known[country]))
    )


def every_zone() -> tuple[str, ...]:
    """All zone names of the installed zone data.  Source: ours."""
    return tuple(sorted(available_timezones()))


def hours_by_days_key(policy: Policy) -> dict[str, Hours]:
    """One of the policy's hours for each expansion of holidays that its hours need.  Source: ours."""
    return {hours.days_key: hours for hours in policy.hours.values() if hours.days_key}


def days_of(*, hours: Hours, country: str, subdivision: str, years: Years) -> "Days":
    """The holidays, and where the hours ask for them half days and worked weekends, of a place in these years.

    A subdivision that the holiday data lacks has the country's days; a country that it lacks has none.  Source: D1.
    """
    known = package.list_supported_countries(include_aliases=True)
    if country not in known:
        return Days(days=SpecialDays(), years=years)
    source = HolidaySource(
        country=country,
        subdivision=subdivision if subdivision in known[country] else None,
        first_year=years[0],
        last_year=years[1],
        half_day_closes=hours.half_days_close_at,
    )
    with warnings.catch_warnings():
        # Some countries' lists end before these years, and the package warns each time it is asked.
        warnings.simplefilter("ignore", UserWarning)
        covered = years_covered(source=source)
        found = expand_days(source=source, weekly=week_of(hours))
    return Days(days=found if hours.worked_weekends else SpecialDays(holidays=found.holidays), years=covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Special days, and the years for which they are complete.  Source: ours."""

    days: SpecialDays
    years: Years


def offsets_of(*, zone: str, years: Years) -> Offsets:
    """The zone's UTC offsets over these years and a month on both sides, as `Calendar.offsets` takes them.

    Raises worktime's UnknownZone.  Source: ours.
    """
    first = datetime(years[0] - 1, 12, 1, tzinfo=UTC)
    last = datetime(years[1] + 1, 2, 1, tzinfo=UTC)
    return changes_between(name=zone, first=int(first.timestamp()), last=int(last.timestamp()))


def known_subdivisions(places: Iterable[Place]) -> tuple[tuple[str, str], ...]:
    """The (country, subdivision) of the places, with each country's own row.  Source: ours."""
    named = {(place.country, place.subdivision) for place in places}
    return tuple(sorted(named | {(country, "") for country, _ in named}))
