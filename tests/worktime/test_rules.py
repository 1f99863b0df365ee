"""Examples of the rules that the published cases do not cover."""

import threading
from datetime import UTC, date, datetime, timedelta

from tenure.worktime.rules import Timetable, compile_calendar
from tenure.worktime.rules.zones import Offsets
from tenure.worktime.words import (
    ALWAYS,
    Calendar,
    ExtraDay,
    Holiday,
    Pause,
    Reason,
    ReasonKind,
    SpecialDays,
    Window,
    monday_to_friday,
)
from tests.worktime.desks import NIGHT, OFFICE, closed, desk, local, utc

PARIS = "Europe/Paris"
CLOSED_WEEK = ((),) * 7
EVE = Holiday(on=date(2026, 12, 24), name="Christmas Eve", windows=(Window.parse("08:00", "12:00"),))
WORKED_SATURDAY = ExtraDay(on=date(2024, 4, 27), name="Worked for 29 April", windows=(OFFICE,))
MAY_BRIDGE = (closed("2024-04-29"), closed("2024-04-30"), closed("2024-05-01"))


def paris(text: str) -> datetime:
    return local(text, PARIS)


# Half days and extra working days


def test_a_half_day_is_open_in_its_own_hours_only() -> None:
    office = desk(holidays=(EVE,))
    start, end = paris("2026-12-24T00:00"), paris("2026-12-25T00:00")
    assert office.elapsed(start=start, end=end) == timedelta(hours=4)
    assert office.add_minutes(start=paris("2026-12-24T11:00"), minutes=120) == paris("2026-12-25T09:00")


def test_a_half_day_is_a_business_day_and_ends_at_its_own_close() -> None:
    office = desk(holidays=(EVE,))
    start = paris("2026-12-23T15:00")
    assert office.add_business_days(start=start, days=1) == paris("2026-12-24T12:00")
    assert office.next_business_day(start=start) == paris("2026-12-24T12:00")


def test_a_half_day_cuts_the_shift_of_the_evening_before_like_a_holiday() -> None:
    nights = desk(weekly=(((NIGHT,),) * 7), holidays=(EVE,))
    start, end = paris("2026-12-23T22:00"), paris("2026-12-25T06:00")
    # 22-24 on the 23rd, 08-12 on the 24th, and 00-06 on the 25th of the shift that opened on the 24th.
    assert nights.elapsed(start=start, end=end) == timedelta(hours=12)


def test_a_saturday_worked_in_exchange_counts_as_a_business_day() -> None:
    moscow = desk(zone="Europe/Moscow", holidays=MAY_BRIDGE, extra_days=(WORKED_SATURDAY,))
    start = local("2024-04-26T17:00", "Europe/Moscow")
    assert moscow.add_minutes(start=start, minutes=120) == local("2024-04-27T09:00", "Europe/Moscow")
    assert moscow.add_business_days(start=start, days=2) == local("2024-05-02T17:00", "Europe/Moscow")


def test_an_extra_day_takes_the_place_of_the_hours_that_open_on_it_and_cuts_no_shift_before() -> None:
    short = ExtraDay(on=date(2024, 6, 4), windows=(Window.parse("12:00", "13:00"),))
    nights = desk(weekly=(((NIGHT,),) * 7), extra_days=(short,))
    start, end = paris("2024-06-03T22:00"), paris("2024-06-05T06:00")
    assert nights.elapsed(start=start, end=end) == timedelta(hours=9)


def test_the_vendors_own_list_stands_above_the_countrys() -> None:
    country = SpecialDays(holidays=(closed("2026-05-01", "Labour Day"), closed("2026-05-08", "Victory Day")))
    worked = ExtraDay(on=date(2026, 5, 8), windows=(OFFICE,))
    own = SpecialDays(holidays=(closed("2026-03-02", "Founders' Day"),), extra_days=(worked,))
    assert country.overridden_by(own) == SpecialDays(
        holidays=(closed("2026-03-02", "Founders' Day"), closed("2026-05-01", "Labour Day")), extra_days=(worked,)
    )


# Several windows, nights, round the clock


def test_overlapping_and_touching_windows_count_once() -> None:
    both = (Window.parse("08:00", "12:00"), Window.parse("11:00", "14:00"), Window.parse("14:00", "15:00"))
    office = desk(weekly=monday_to_friday(*both))
    assert office.elapsed(start=paris("2024-06-03T00:00"), end=paris("2024-06-04T00:00")) == timedelta(hours=7)


def test_a_shift_that_outlasts_the_next_days_opening_leaves_that_day_its_own_business_day() -> None:
    week = ((Window.parse("09:00", "10:00"), Window.parse("18:00", "12:00")),) * 7
    odd = desk(zone="UTC", weekly=week)
    # Inside the day's own hour it is that day; at 11:00 only the shift of the evening before is still open.
    assert odd.add_business_days(start=utc("2024-06-04T09:30"), days=1) == utc("2024-06-05T09:30")
    assert odd.add_business_days(start=utc("2024-06-04T11:00"), days=1) == utc("2024-06-05T11:00")
    assert odd.next_business_day(start=utc("2024-06-04T09:30")) == utc("2024-06-06T12:00")
    assert odd.next_business_day(start=utc("2024-06-04T11:00")) == utc("2024-06-05T12:00")


def test_of_two_holidays_in_a_row_the_second_is_closed_to_the_shift_of_the_first() -> None:
    nights = desk(zone="UTC", weekly=(((NIGHT,),) * 7), holidays=(closed("2024-06-05"), closed("2024-06-06")))
    assert nights.elapsed(start=utc("2024-06-05T00:00"), end=utc("2024-06-07T00:00")) == timedelta()
    assert nights.next_opening(at=utc("2024-06-05T00:00")) == utc("2024-06-07T00:00")


def test_what_a_holiday_leaves_of_its_shift_belongs_to_the_date_after() -> None:
    nights = desk(zone="UTC", weekly=monday_to_friday(NIGHT), holidays=(closed("2024-06-05"),))
    assert nights.next_business_day(start=utc("2024-06-04T22:30")) == utc("2024-06-07T06:00")
    assert nights.add_business_days(start=utc("2024-06-06T02:00"), days=1) == utc("2024-06-07T22:00")


def test_what_a_date_that_never_happened_leaves_of_its_shift_belongs_to_the_date_after() -> None:
    apia = "Pacific/Apia"
    nights = desk(zone=apia, weekly=(((NIGHT,),) * 7))
    start = local("2011-12-29T23:00", apia)
    assert nights.next_business_day(start=start) == local("2012-01-01T06:00", apia)
    assert nights.add_minutes(start=start, minutes=120) == local("2011-12-31T01:00", apia)


def test_an_edge_read_before_the_clock_fell_back_twice_acts_at_its_first_reading() -> None:
    offsets = Offsets.of(((0, 3600), (10_000, 0), (10_100, -3600)))
    assert offsets.effect(12_000) == 8_400
    assert offsets.effect(13_600) == 17_200


def test_round_the_clock_counts_every_second_through_daylight_saving() -> None:
    always = desk(weekly=ALWAYS)
    assert always.add_minutes(start=paris("2024-03-30T12:00"), minutes=1440) == paris("2024-03-31T13:00")
    assert always.next_business_day(start=paris("2024-06-08T12:00")) == paris("2024-06-10T00:00")


def test_open_and_next_opening_and_closing_are_half_open() -> None:
    office = desk()
    opening, closing = paris("2024-06-03T08:00"), paris("2024-06-03T18:00")
    assert [office.is_open(at=at) for at in (opening, closing)] == [True, False]
    assert office.is_open(at=closing - timedelta(microseconds=1)) is True
    assert office.next_opening(at=opening) == opening
    assert office.next_opening(at=closing) == paris("2024-06-04T08:00")
    assert office.next_opening(at=paris("2024-06-07T20:00")) == paris("2024-06-10T08:00")
    assert office.next_closing(at=opening) == closing
    assert office.next_closing(at=closing) == paris("2024-06-04T18:00")


def test_whole_minutes_are_cut_off_and_a_reversed_question_is_the_negative() -> None:
    start, end = paris("2024-06-03T09:00:00"), paris("2024-06-03T09:01:59")
    assert desk().elapsed_minutes(start=start, end=end) == 1
    assert desk().elapsed_minutes(start=end, end=start) == -1


def test_answers_come_in_utc_whatever_zone_the_question_is_in() -> None:
    due = desk().add_minutes(start=local("2024-06-03T17:00", "Asia/Tokyo"), minutes=30)
    assert (due, due.tzinfo) == (utc("2024-06-03T08:30"), UTC)


def test_parts_of_a_second_are_kept() -> None:
    due = desk().add_minutes(start=paris("2024-06-03T17:59:30.250000"), minutes=1)
    assert due == paris("2024-06-04T08:00:30.250000")


def test_a_rest_of_a_second_past_a_full_day_falls_into_the_next_one() -> None:
    assert desk().add_minutes(start=paris("2024-06-03T17:59:00.250000"), minutes=1) == paris(
        "2024-06-04T08:00:00.250000"
    )


# Pauses


def test_an_open_pause_holds_up_a_due_instant_and_stops_the_time_elapsed() -> None:
    office = desk()
    start = paris("2024-06-03T09:00")
    still = (Pause(start=paris("2024-06-03T10:00")),)
    assert office.add_minutes(start=start, minutes=120, pauses=still) is None
    assert office.add_business_days(start=start, days=1, pauses=still) is None
    assert office.next_business_day(start=start, pauses=still) is None
    assert office.elapsed(start=start, end=paris("2024-06-05T12:00"), pauses=still) == timedelta(hours=1)


def test_an_open_pause_that_begins_at_or_after_the_due_instant_changes_nothing() -> None:
    office = desk()
    start = paris("2024-06-03T09:00")
    late = (Pause(start=paris("2024-06-03T10:00")),)
    assert office.add_minutes(start=start, minutes=60, pauses=late) == paris("2024-06-03T10:00")
    next_day = (Pause(start=paris("2024-06-04T09:00")),)
    assert office.add_business_days(start=start, days=1, pauses=next_day) == paris("2024-06-04T09:00")


def test_an_open_pause_outside_hours_holds_nothing_up_until_the_next_opening() -> None:
    office = desk()
    after_close = (Pause(start=paris("2024-06-07T19:00")),)
    start = paris("2024-06-07T17:00")
    assert office.add_minutes(start=start, minutes=60, pauses=after_close) == paris("2024-06-07T18:00")
    assert office.add_minutes(start=start, minutes=61, pauses=after_close) is None


def test_a_closed_pause_before_an_open_one_still_counts() -> None:
    office = desk()
    start = paris("2024-06-03T09:00")
    pauses = (
        Pause(start=paris("2024-06-03T15:00")),
        Pause(start=paris("2024-06-03T10:00"), end=paris("2024-06-03T11:00")),
    )
    assert office.add_minutes(start=start, minutes=300, pauses=pauses) == paris("2024-06-03T15:00")
    assert office.add_minutes(start=start, minutes=301, pauses=pauses) is None


def test_days_move_on_by_the_open_time_that_pauses_took_and_by_pauses_met_on_the_way() -> None:
    office = desk()
    pauses = (
        Pause(start=paris("2024-06-03T16:00"), end=paris("2024-06-04T09:00")),  # three open hours
        Pause(start=paris("2024-06-04T16:00"), end=paris("2024-06-04T17:00")),  # one more, met on the way
    )
    due = office.add_business_days(start=paris("2024-06-03T15:00"), days=1, pauses=pauses)
    assert due == paris("2024-06-05T09:00")


def test_an_open_pause_met_on_the_way_holds_up_days_that_an_earlier_pause_moved_on() -> None:
    start = paris("2024-06-07T19:00")
    pauses = (
        Pause(start=paris("2024-06-10T10:00"), end=paris("2024-06-10T11:00")),
        Pause(start=paris("2024-06-10T20:00")),
    )
    assert desk().add_business_days(start=start, days=1, pauses=pauses[1:]) == paris("2024-06-11T08:00")
    assert desk().add_business_days(start=start, days=1, pauses=pauses) is None


def test_zero_minutes_give_the_start_even_in_a_pause() -> None:
    start = paris("2024-06-08T12:00")
    pauses = (Pause(start=start - timedelta(hours=1)),)
    assert desk().add_minutes(start=start, minutes=0) == start
    assert desk().add_minutes(start=start, minutes=0, pauses=pauses) == start


def test_pauses_in_parts_of_a_second_are_exact() -> None:
    start = paris("2024-06-03T09:00")
    pause = Pause(start=start + timedelta(microseconds=1), end=start + timedelta(microseconds=500_003))
    assert desk().add_minutes(start=start, minutes=1, pauses=[pause]) == start + timedelta(
        minutes=1, microseconds=500_002
    )


# Reasons


def test_the_reasons_name_each_holiday_and_closed_day_that_was_passed() -> None:
    office = desk(holidays=(closed("2026-04-03", "Good Friday"), closed("2026-04-06", "Easter Monday")))
    start, due = paris("2026-04-02T19:00"), paris("2026-04-07T09:00")
    assert office.reasons(start=start, due=due) == (
        Reason(kind=ReasonKind.STARTED_CLOSED, on=date(2026, 4, 2), at=utc("2026-04-07T06:00")),
        Reason(kind=ReasonKind.HOLIDAY, on=date(2026, 4, 3), name="Good Friday"),
        Reason(kind=ReasonKind.CLOSED_WEEKDAY, on=date(2026, 4, 4)),
        Reason(kind=ReasonKind.CLOSED_WEEKDAY, on=date(2026, 4, 5)),
        Reason(kind=ReasonKind.HOLIDAY, on=date(2026, 4, 6), name="Easter Monday"),
    )


def test_the_reasons_tell_short_and_extra_and_skipped_days_pauses_and_the_change_of_the_clock() -> None:
    half = Holiday(on=date(2024, 3, 29), name="Half", windows=(Window.parse("08:00", "12:00"),))
    worked = ExtraDay(on=date(2024, 3, 30), name="Worked", windows=(OFFICE,))
    office = desk(holidays=(half, closed("2024-03-31", "Easter")), extra_days=(worked,))
    pause = Pause(start=paris("2024-03-29T10:00"), end=paris("2024-03-29T11:00"))
    told = office.reasons(start=paris("2024-03-29T09:00"), due=paris("2024-04-01T09:00"), pauses=(pause,))
    assert told == (
        Reason(kind=ReasonKind.SHORT_DAY, on=date(2024, 3, 29), name="Half"),
        Reason(kind=ReasonKind.EXTRA_DAY, on=date(2024, 3, 30), name="Worked"),
        Reason(kind=ReasonKind.CLOSED_WEEKDAY, on=date(2024, 3, 31)),
        Reason(
            kind=ReasonKind.CLOCK_CHANGE, on=date(2024, 3, 31), at=utc("2024-03-31T01:00"), shift=timedelta(hours=1)
        ),
        Reason(kind=ReasonKind.PAUSED, on=date(2024, 3, 29), at=utc("2024-03-29T09:00"), until=utc("2024-03-29T10:00")),
    )
    samoa = desk(zone="Pacific/Apia")
    told = samoa.reasons(start=local("2011-12-29T17:00", "Pacific/Apia"), due=local("2012-01-02T09:00", "Pacific/Apia"))
    assert [(row.kind, row.on.day) for row in told] == [
        (ReasonKind.SKIPPED_DAY, 30),
        (ReasonKind.CLOSED_WEEKDAY, 31),
        (ReasonKind.CLOSED_WEEKDAY, 1),
        (ReasonKind.CLOCK_CHANGE, 31),
    ]


def test_a_due_instant_on_the_same_day_needs_no_reason() -> None:
    assert desk().reasons(start=paris("2024-06-03T09:00"), due=paris("2024-06-03T10:00")) == ()


# Sharing


def test_equal_calendars_share_one_timetable() -> None:
    calendars = [Calendar(zone=PARIS, weekly=monday_to_friday(OFFICE)) for _ in range(2)]
    assert compile_calendar(calendars[0]) is compile_calendar(calendars[1])


def test_threads_that_widen_one_timetable_in_both_directions_all_get_right_answers() -> None:
    shared: Timetable = desk()
    wrong: list[int] = []

    def ask(years: range) -> None:
        for year in years:
            start = datetime(year, 6, 1, 12, tzinfo=UTC)
            due = desk().add_minutes(start=start, minutes=6000)
            if shared.add_minutes(start=start, minutes=6000) != due:
                wrong.append(year)

    walks = [range(2035, 1980, -3), range(2035, 2090, 3), range(1980, 2090, 7), range(2089, 1975, -7)]
    threads = [threading.Thread(target=ask, args=(years,)) for years in walks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
