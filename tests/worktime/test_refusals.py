"""Calendars, instants, amounts and arrays that are refused, and nothing guessed in their place."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tenure.worktime.words import (
    ALWAYS,
    BadAmount,
    BadCalendar,
    BadPause,
    BadWindow,
    BeyondHorizon,
    Calendar,
    CalendarNeverOpen,
    ContradictoryDay,
    ExtraDay,
    Holiday,
    NaiveInstant,
    Pause,
    UnknownZone,
    Window,
)
from tests.worktime.desks import OFFICE, closed, desk, local, utc

PARIS = "Europe/Paris"
CLOSED_WEEK = ((),) * 7
WORKED_SATURDAY = ExtraDay(on=date(2024, 4, 27), name="Worked for 29 April", windows=(OFFICE,))


def paris(text: str) -> datetime:
    return local(text, PARIS)


@pytest.mark.parametrize("weekly", [CLOSED_WEEK])
@pytest.mark.parametrize("holidays", [(), (closed("2024-01-01"),)])
def test_a_calendar_with_no_open_time_is_refused(weekly, holidays) -> None:
    with pytest.raises(CalendarNeverOpen):
        desk(weekly=weekly, holidays=holidays)


def test_a_calendar_open_only_on_a_day_that_never_happened_is_refused() -> None:
    extra = ExtraDay(on=date(2011, 12, 30), windows=(OFFICE,))
    with pytest.raises(CalendarNeverOpen):
        desk(zone="Pacific/Apia", weekly=CLOSED_WEEK, extra_days=(extra,))


def test_a_calendar_whose_every_open_day_is_a_holiday_is_refused() -> None:
    sundays = tuple(Holiday(on=date(2024, 1, 7) + timedelta(weeks=n)) for n in range(52))
    weekly = (*(((),) * 6), (OFFICE,))
    with pytest.raises(CalendarNeverOpen):
        desk(weekly=weekly, holidays=sundays, years=(2024, 2024))
    assert desk(weekly=weekly, holidays=sundays[1:], years=(2024, 2024)).next_opening(at=utc("2024-01-01T00:00")) == (
        paris("2024-01-07T08:00")
    )


def test_a_desk_with_one_open_day_in_all_time_answers_for_it_and_refuses_what_lies_behind() -> None:
    extra = ExtraDay(on=date(2030, 1, 1), windows=(OFFICE,))
    once = desk(weekly=CLOSED_WEEK, extra_days=(extra,))
    start = utc("1970-01-01T00:00")
    assert once.add_minutes(start=start, minutes=600) == paris("2030-01-01T18:00")
    with pytest.raises(BeyondHorizon):
        once.add_minutes(start=start, minutes=601)
    with pytest.raises(BeyondHorizon):
        once.next_business_day(start=start)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "/etc/passwd", "../../etc/passwd", "America", "a\x00b", "\ud800"])
def test_an_unknown_zone_is_refused(zone) -> None:
    with pytest.raises(UnknownZone):
        desk(zone=zone)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("24:00", "08:00"), ("8:00", "18:00"), ("08:60", "18:00"), ("08:00", "25:00"), ("٠٨:٠٠", "18:00")],
)
def test_a_time_that_no_clock_shows_is_refused(opens, closes) -> None:
    with pytest.raises(BadWindow):
        Window.parse(opens, closes)


def test_a_date_named_twice_is_refused() -> None:
    with pytest.raises(ContradictoryDay):
        desk(holidays=(closed("2024-04-27"),), extra_days=(WORKED_SATURDAY,))


@pytest.mark.parametrize("years", [(2030, 2020), (1969, 2000), (2000, 2101)])
def test_years_out_of_order_or_range_are_refused(years) -> None:
    with pytest.raises(BadCalendar):
        desk(years=years)


@pytest.mark.parametrize("offsets", [(), ((0, 3600), (0, 7200))])
def test_frozen_offsets_out_of_order_are_refused(offsets) -> None:
    with pytest.raises(BadCalendar):
        Calendar(zone=PARIS, weekly=ALWAYS, offsets=offsets)


def test_naive_instants_are_refused_by_every_question() -> None:
    office, naive, aware = desk(), utc("2024-06-03T09:00").replace(tzinfo=None), utc("2024-06-03T09:00")
    questions = [
        lambda: office.add_minutes(start=naive, minutes=1),
        lambda: office.add_business_days(start=naive, days=1),
        lambda: office.next_business_day(start=naive),
        lambda: office.elapsed(start=naive, end=aware),
        lambda: office.elapsed(start=aware, end=naive),
        lambda: office.elapsed_minutes(start=naive, end=aware),
        lambda: office.is_open(at=naive),
        lambda: office.next_opening(at=naive),
        lambda: office.next_closing(at=naive),
        lambda: office.reasons(start=naive, due=aware),
        lambda: Pause(start=naive),
    ]
    for question in questions:
        with pytest.raises(NaiveInstant):
            question()


@pytest.mark.parametrize("amount", [-1, 1.5, True, "5", None])
def test_amounts_that_are_no_whole_number_from_zero_up_are_refused(amount) -> None:
    office, start = desk(), utc("2024-06-03T09:00")
    with pytest.raises(BadAmount):
        office.add_minutes(start=start, minutes=amount)
    with pytest.raises(BadAmount):
        office.add_business_days(start=start, days=amount)


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadPause):
        Pause(start=utc("2024-06-03T09:00"), end=utc("2024-06-03T08:59"))


@pytest.mark.parametrize(
    "start", ["1969-12-31T23:59:59", "2101-01-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"]
)
def test_instants_outside_1970_to_2100_are_refused(start) -> None:
    with pytest.raises(BeyondHorizon):
        desk().add_minutes(start=utc(start), minutes=1)


@pytest.mark.parametrize("minutes", [10**9, 10**30])
def test_a_due_instant_past_the_horizon_is_refused(minutes) -> None:
    with pytest.raises(BeyondHorizon):
        desk().add_minutes(start=utc("2024-06-03T09:00"), minutes=minutes)
    with pytest.raises(BeyondHorizon):
        desk().add_business_days(start=utc("2024-06-03T09:00"), days=minutes)


def test_a_calendar_refuses_the_years_its_holidays_are_not_known_for() -> None:
    office = desk(years=(2024, 2025))
    assert office.add_minutes(start=utc("2025-12-30T09:00"), minutes=600) == utc("2025-12-31T09:00")
    with pytest.raises(BeyondHorizon) as refused:
        office.add_minutes(start=utc("2025-12-31T09:00"), minutes=600)
    assert refused.value.facts == {"first_year": 2024, "last_year": 2025}
    with pytest.raises(BeyondHorizon):
        office.is_open(at=utc("2023-12-31T12:00"))


def test_the_first_and_last_second_of_the_horizon_are_answered() -> None:
    always = desk(zone="Pacific/Kiritimati", weekly=ALWAYS)
    first, last = utc("1970-01-01T00:00:00"), utc("2100-12-31T23:59:59")
    assert always.elapsed(start=first, end=last) == last - first
    assert always.elapsed_many(starts=np.array([0]), ends=np.array([int(last.timestamp())])).tolist() == [
        int(last.timestamp())
    ]


# Arrays


def test_bulk_keeps_the_type_of_the_question() -> None:
    starts = np.array(["2024-06-03T15:30:00", "2024-06-08T12:00:00"], dtype="datetime64[s]")
    wanted = np.array(["2024-06-04T06:30:00", "2024-06-10T07:00:00"], dtype="datetime64[s]")
    due = desk().add_minutes_many(starts=starts, minutes=60)
    assert due.dtype == starts.dtype
    assert due.tolist() == wanted.tolist()


def test_bulk_of_nothing_is_nothing() -> None:
    none, office = np.empty(0, dtype=np.int64), desk()
    assert office.add_minutes_many(starts=none, minutes=1).tolist() == []
    assert office.add_business_days_many(starts=none, days=1).tolist() == []
    assert office.elapsed_many(starts=none, ends=none).tolist() == []


@pytest.mark.parametrize(
    "starts",
    [
        np.array([1.5]),
        np.array([[1]]),
        [1],
        np.array(["NaT"], dtype="datetime64[s]"),
        np.array(["2024-01-01"], dtype="datetime64[D]"),
    ],
)
def test_bulk_refuses_arrays_that_are_no_instants(starts) -> None:
    with pytest.raises(BadAmount):
        desk().add_minutes_many(starts=starts, minutes=1)


@pytest.mark.parametrize("minutes", [-1, np.array([1, 2]), np.array([0.5]), 2**62])
def test_bulk_refuses_amounts_that_do_not_fit(minutes) -> None:
    with pytest.raises(BadAmount):
        desk().add_minutes_many(starts=np.array([1_700_000_000]), minutes=minutes)


def test_bulk_refuses_instants_and_answers_past_the_horizon() -> None:
    late = np.array([4_133_980_000])
    with pytest.raises(BeyondHorizon):
        desk().add_minutes_many(starts=late * 2, minutes=1)
    with pytest.raises(BeyondHorizon):
        desk().add_minutes_many(starts=late, minutes=1_000_000)
    with pytest.raises(BeyondHorizon):
        desk().add_business_days_many(starts=late, days=10)
