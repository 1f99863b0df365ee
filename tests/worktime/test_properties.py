"""Random calendars, zones and instants against a slow oracle, and laws that hold for every calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tenure.worktime.rules import Timetable, freeze_offsets
from tenure.worktime.words import Calendar, CalendarNeverOpen, ExtraDay, Holiday, Pause, SpecialDays, Window
from tests.worktime.oracle import MINUTE, Oracle

# A zone and a Monday in whose eight days something happens to its wall clock, or nothing.
MOMENTS = [
    ("Pacific/Apia", "2011-12-26"),  # Friday the 30th never happened
    ("Pacific/Fakaofo", "2011-12-26"),
    ("Pacific/Kwajalein", "1993-08-16"),
    ("Europe/Paris", "2024-03-25"),
    ("Europe/Paris", "2024-10-21"),
    ("America/Santiago", "2024-09-02"),  # midnight is skipped
    ("America/Sao_Paulo", "2018-10-29"),
    ("America/Havana", "2024-10-28"),  # midnight is repeated
    ("Australia/Lord_Howe", "2024-04-01"),  # half an hour
    ("Antarctica/Troll", "2024-03-25"),  # two hours
    ("Asia/Pyongyang", "2018-04-30"),
    ("America/Caracas", "2016-04-25"),
    ("Asia/Kolkata", "2024-06-03"),
    ("UTC", "2024-12-30"),
]
WEEK = timedelta(days=8)
# Shrinking a failure would walk thousands of weeks minute by minute: the first one found has to do.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
SLOW = settings(max_examples=60, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.too_slow])
BRISK = settings(max_examples=150, deadline=None)

minutes_of_day = st.one_of(
    st.sampled_from([0, 60, 90, 120, 150, 180, 480, 720, 1080, 1320, 1380]), st.integers(0, 1439)
)
windows = st.builds(Window, minutes_of_day, st.one_of(minutes_of_day, st.just(1440)))
hours = st.lists(windows, max_size=2).map(tuple)


@st.composite
def calendars(draw: DrawFn, day_hours: SearchStrategy = hours) -> tuple[Calendar, datetime]:
    """A calendar with special days near a moment of its zone, and that moment."""
    zone, monday = draw(st.sampled_from(MOMENTS))
    begin = datetime.fromisoformat(monday).replace(tzinfo=UTC)
    near = st.integers(-2, 9).map(lambda days: begin.date() + timedelta(days=days))
    dates = draw(st.lists(near, unique=True, max_size=5))
    kinds = draw(st.lists(st.sampled_from(["holiday", "half", "extra"]), min_size=5, max_size=5))
    holidays, extra = [], []
    for on, kind in zip(dates, kinds, strict=False):
        if kind == "extra":
            extra.append(ExtraDay(on=on, windows=draw(day_hours)))
        else:
            holidays.append(Holiday(on=on, windows=draw(day_hours) if kind == "half" else ()))
    days = SpecialDays(holidays=tuple(holidays), extra_days=tuple(extra))
    weekly = tuple(draw(st.lists(day_hours, min_size=7, max_size=7)))
    return Calendar(zone=zone, weekly=weekly, days=days), begin


def compiled(calendar: Calendar) -> Timetable:
    """The timetable; a calendar that never opens is not the subject here."""
    try:
        return Timetable(calendar)
    except CalendarNeverOpen:
        assume(False)
        raise


@SLOW
@given(drawn=calendars(), data=st.data())
def test_minutes_agree_with_walking_minute_by_minute(drawn, data) -> None:
    calendar, begin = drawn
    timetable = compiled(calendar)
    oracle = Oracle(calendar, begin, begin + WEEK)
    within = st.integers(0, oracle.count - 1)
    for _ in range(12):
        first, last = sorted((data.draw(within), data.draw(within)))
        start, end = begin + first * MINUTE, begin + last * MINUTE
        assert timetable.elapsed_minutes(start=start, end=end) == oracle.elapsed(start, end)
        assert timetable.is_open(at=start) == oracle.open[first]
        minutes = data.draw(st.integers(0, 3000))
        due = oracle.add_minutes(start, minutes)
        if due is not None:
            assert timetable.add_minutes(start=start, minutes=minutes) == due


@SLOW
@given(drawn=calendars(), data=st.data())
def test_pauses_agree_with_walking_minute_by_minute(drawn, data) -> None:
    calendar, begin = drawn
    timetable = compiled(calendar)
    oracle = Oracle(calendar, begin, begin + WEEK)
    within = st.integers(0, oracle.count)
    for _ in range(6):
        ends = [sorted(data.draw(st.tuples(within, within))) for _ in range(data.draw(st.integers(1, 4)))]
        spans = tuple((begin + a * MINUTE, begin + b * MINUTE) for a, b in ends)
        pauses = tuple(Pause(start=a, end=b) for a, b in spans)
        first, last = (begin + i * MINUTE for i in sorted((data.draw(within), data.draw(within))))
        took = oracle.elapsed(first, last, spans)
        assert timetable.elapsed_minutes(start=first, end=last, pauses=pauses) == took
        if took:
            due = timetable.add_minutes(start=first, minutes=took, pauses=pauses)
            assert due is not None and due <= last
            assert oracle.elapsed(first, due, spans) == took
            assert oracle.elapsed(first, due - MINUTE, spans) == took - 1


@BRISK
@given(
    drawn=calendars(), offset=st.integers(0, 12_000_000), minutes=st.integers(1, 6000), micro=st.integers(0, 999_999)
)
def test_the_time_elapsed_until_a_due_instant_is_what_was_added(drawn, offset, minutes, micro) -> None:
    calendar, begin = drawn
    timetable = compiled(calendar)
    assume(any(calendar.weekly))
    start = begin + timedelta(seconds=offset % 900_000, microseconds=micro)
    due = timetable.add_minutes(start=start, minutes=minutes)
    assert timetable.elapsed(start=start, end=due) == timedelta(minutes=minutes)
    just_before = due - timedelta(microseconds=1)
    assert timetable.elapsed(start=start, end=just_before) < timedelta(minutes=minutes)


@BRISK
@given(
    drawn=calendars(), seconds=st.lists(st.integers(0, 900_000), min_size=3, max_size=3), minutes=st.integers(0, 5000)
)
def test_a_later_start_is_never_due_earlier_and_time_adds_up(drawn, seconds, minutes) -> None:
    calendar, begin = drawn
    timetable = compiled(calendar)
    assume(any(calendar.weekly))
    a, b, c = (begin + timedelta(seconds=second) for second in sorted(seconds))
    assert timetable.add_minutes(start=a, minutes=minutes) <= timetable.add_minutes(start=b, minutes=minutes)
    whole = timetable.elapsed(start=a, end=c)
    assert whole == timetable.elapsed(start=a, end=b) + timetable.elapsed(start=b, end=c)
    assert timetable.elapsed(start=c, end=a) == -whole


@BRISK
@given(drawn=calendars(), data=st.data())
def test_bulk_answers_are_the_scalar_answers(drawn, data) -> None:
    calendar, begin = drawn
    assume(any(calendar.weekly))
    timetable, bulk = compiled(calendar), compiled(calendar)
    count = data.draw(st.integers(1, 12))
    exactly = {"min_size": count, "max_size": count}
    seconds = np.array(data.draw(st.lists(st.integers(-90_000, 900_000), **exactly)), dtype=np.int64)
    starts = seconds + int(begin.timestamp())
    ends = np.array(data.draw(st.permutations(list(starts))), dtype=np.int64)
    minutes = np.array(data.draw(st.lists(st.integers(0, 9000), **exactly)), dtype=np.int64)
    days = np.array(data.draw(st.lists(st.integers(0, 40), **exactly)), dtype=np.int64)
    moments = [datetime.fromtimestamp(int(second), UTC) for second in starts]
    stops = [datetime.fromtimestamp(int(second), UTC) for second in ends]
    pairs = list(zip(moments, minutes.tolist(), strict=True))
    due = [int(timetable.add_minutes(start=at, minutes=n).timestamp()) for at, n in pairs]
    took = [timetable.elapsed(start=a, end=b).total_seconds() for a, b in zip(moments, stops, strict=True)]
    assert bulk.add_minutes_many(starts=starts, minutes=minutes).tolist() == due
    assert bulk.elapsed_many(starts=starts, ends=ends).tolist() == took
    aligned = [timetable.add_business_days(start=at, days=n) for at, n in zip(moments, days.tolist(), strict=True)]
    assert bulk.add_business_days_many(starts=starts, days=days).tolist() == [int(at.timestamp()) for at in aligned]


@BRISK
@given(drawn=calendars(), year=st.integers(1970, 2099), second=st.integers(0, 31_000_000), minutes=st.integers(1, 9000))
def test_answers_do_not_depend_on_what_was_asked_before(drawn, year, second, minutes) -> None:
    calendar, _ = drawn
    assume(any(calendar.weekly))
    used, fresh = compiled(calendar), compiled(calendar)
    used.is_open(at=datetime(2037, 5, 5, tzinfo=UTC))
    used.is_open(at=datetime(1999, 5, 5, tzinfo=UTC))
    start = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    assert used.add_minutes(start=start, minutes=minutes) == fresh.add_minutes(start=start, minutes=minutes)
    assert used.add_business_days(start=start, days=9) == fresh.add_business_days(start=start, days=9)


day_hours = st.one_of(
    st.just(()),
    st.just((Window.parse("08:00", "18:00"),)),
    st.just((Window.parse("09:00", "12:30"), Window.parse("13:30", "17:00"))),
)


@BRISK
@given(drawn=calendars(day_hours), second=st.integers(0, 800_000), days=st.integers(0, 30))
def test_business_days_agree_with_counting_dates(drawn, second, days) -> None:
    calendar, begin = drawn
    assume(any(calendar.weekly))
    start = begin + timedelta(seconds=second)
    timetable = compiled(calendar)
    due, close = _counted(calendar, start, days)
    assert timetable.add_business_days(start=start, days=days) == due
    if days == 1:
        assert timetable.next_business_day(start=start) == close


def _counted(calendar: Calendar, start: datetime, days: int) -> tuple[datetime, datetime]:
    """The same rule told with dates and wall times only: enough where no window touches the night."""
    zone = ZoneInfo(calendar.zone)
    on, at = _next_open(calendar, start.astimezone(zone).replace(tzinfo=None))
    wall = at.time()
    for _ in range(days):
        on += timedelta(days=1)
        while not _edges(calendar, on):
            on += timedelta(days=1)
    edges = _edges(calendar, on)
    target = datetime.combine(on, wall)
    due = next((max(target, opens) for opens, closes in edges if target < closes), edges[-1][1])
    return tuple(moment.replace(tzinfo=zone).astimezone(UTC) for moment in (due, edges[-1][1]))


def _next_open(calendar: Calendar, at: datetime) -> tuple[date, datetime]:
    on = at.date()
    while True:
        for opens, closes in _edges(calendar, on):
            if at < closes:
                return on, max(at, opens)
        on += timedelta(days=1)


def _edges(calendar: Calendar, on: date) -> list[tuple[datetime, datetime]]:
    """Opening and closing wall times of that date; none on a date that never happened."""
    noon, zone = datetime.combine(on, time(12)), ZoneInfo(calendar.zone)
    if noon.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != noon:
        return []
    special = {day.on: day.windows for day in (*calendar.days.holidays, *calendar.days.extra_days)}
    midnight = datetime.combine(on, datetime.min.time())
    usual = special.get(on, calendar.weekly[on.weekday()])
    return [(midnight + timedelta(minutes=w.opens), midnight + timedelta(minutes=w.ends)) for w in usual]


@settings(max_examples=14, deadline=None)
@given(moment=st.sampled_from(MOMENTS), second=st.integers(0, 4_000_000_000))
def test_a_calendar_with_frozen_offsets_answers_like_the_installed_zone_data(moment, second) -> None:
    week = ((Window.parse("00:30", "12:15"), Window.parse("20:00", "02:30")),) * 7
    live = Calendar(zone=moment[0], weekly=week)
    frozen = Calendar(zone=moment[0], weekly=week, offsets=freeze_offsets(moment[0]))
    start = datetime.fromtimestamp(second, UTC)
    asked = [Timetable(calendar).add_minutes(start=start, minutes=7777) for calendar in (live, frozen)]
    assert asked[0] == asked[1]


@settings(max_examples=200, deadline=None)
@given(zone=st.sampled_from([zone for zone, _ in MOMENTS]), second=st.integers(0, 4_133_894_400))
def test_a_desk_open_all_day_in_any_zone_is_open_at_every_instant(zone, second) -> None:
    week = ((Window.parse("00:00", "24:00"),),) * 7
    start = datetime.fromtimestamp(second, UTC)
    due = Timetable(Calendar(zone=zone, weekly=week)).add_minutes(start=start, minutes=90)
    assert due == start + timedelta(minutes=90)
