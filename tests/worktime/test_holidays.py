"""Special days expanded from the `holidays` package are plain dates with names and hours."""

from datetime import date

import pytest

from tenure.worktime.holidays import HolidaySource, expand_days, years_covered
from tenure.worktime.words import BadCalendar, ExtraDay, Holiday, UnknownCountry, Window, monday_to_friday
from tests.worktime.desks import OFFICE

WEEK = monday_to_friday(OFFICE)


def days_of(country: str, year: int, **more: object):
    return expand_days(source=HolidaySource(country=country, first_year=year, last_year=year, **more), weekly=WEEK)


def test_a_subdivision_adds_its_own_holidays() -> None:
    bavaria = {day.on: day.name for day in days_of("DE", 2024, subdivision="BY", language="en_US").holidays}
    germany = {day.on: day.name for day in days_of("DE", 2024, language="en_US").holidays}
    assert {on: name for on, name in bavaria.items() if on not in germany} == {
        date(2024, 1, 6): "Epiphany",
        date(2024, 5, 30): "Corpus Christi",
        date(2024, 11, 1): "All Saints' Day",
    }


def test_saturdays_worked_in_russia_and_weekends_worked_in_china_are_extra_days_with_the_usual_hours() -> None:
    russia, china = days_of("RU", 2024).extra_days, days_of("CN", 2024).extra_days
    worked = [date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28)]
    assert russia == tuple(ExtraDay(on=on, windows=(OFFICE,)) for on in worked)
    assert [day.on.isoformat() for day in china] == [
        "2024-02-04",
        "2024-02-18",
        "2024-04-07",
        "2024-04-28",
        "2024-05-11",
        "2024-09-14",
        "2024-09-29",
        "2024-10-12",
    ]


def test_no_extra_day_of_another_year_slips_in() -> None:
    assert days_of("CN", 2023).extra_days != days_of("CN", 2024).extra_days
    assert {day.on.year for day in days_of("CN", 2023).extra_days} == {2023}


def test_half_days_close_early_when_asked_for_and_are_ordinary_days_otherwise() -> None:
    noon = 12 * 60
    with_halves = days_of("TR", 2024, half_day_closes=noon, language="en_US").holidays
    halves = [day for day in with_halves if day.windows]
    assert halves == [
        Holiday(on=date(2024, 4, 9), name="Eid al-Fitr (from 1pm)", windows=(Window(480, noon),)),
        Holiday(on=date(2024, 10, 28), name="Republic Day (from 1pm)", windows=(Window(480, noon),)),
    ]
    without = days_of("TR", 2024, language="en_US").holidays
    assert without == tuple(
        day for day in with_halves if day.on not in {date(2024, 4, 9), date(2024, 6, 15), date(2024, 10, 28)}
    )


def test_names_come_in_the_countrys_own_language_where_the_wanted_one_is_missing() -> None:
    assert days_of("DE", 2024, language="xx").holidays[0].name == days_of("DE", 2024).holidays[0].name


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("DE", "ZZ"), ("de", None), ("", None)])
def test_an_unknown_country_or_subdivision_is_refused(country, subdivision) -> None:
    with pytest.raises(UnknownCountry):
        days_of(country, 2024, subdivision=subdivision)


def test_only_the_years_that_the_package_knows_are_expanded_and_they_are_told() -> None:
    germany = HolidaySource(country="DE", first_year=1980, last_year=2000)  # as one country from 1991 on
    assert years_covered(source=germany) == (1991, 2000)
    assert {day.on.year for day in expand_days(source=germany, weekly=WEEK).holidays} == set(range(1991, 2001))
    with pytest.raises(BadCalendar):
        expand_days(source=HolidaySource(country="DE", first_year=1970, last_year=1990), weekly=WEEK)


@pytest.mark.parametrize(("first", "last"), [(2025, 2024), (1969, 2024), (2024, 2101)])
def test_years_out_of_order_or_range_are_refused(first, last) -> None:
    with pytest.raises(BadCalendar):
        expand_days(source=HolidaySource(country="DE", first_year=first, last_year=last), weekly=WEEK)
