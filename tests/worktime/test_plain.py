"""Calendars survive the trip through JSON exactly, and spoiled JSON is refused with its place."""

import json

import pytest
from hypothesis import given

from tenure.worktime.plain import calendar_from_plain, calendar_to_plain
from tenure.worktime.rules import freeze_offsets
from tenure.worktime.words import ALWAYS, BadCalendar, BadWindow, Calendar, ContradictoryDay
from tests.worktime.test_properties import calendars

GOOD = {"zone": "Europe/Paris", "weekly": {"mon": [["08:00", "18:00"]]}, "holidays": [], "extra_days": []}


@given(drawn=calendars())
def test_a_calendar_read_back_from_json_is_the_calendar_that_was_written(drawn) -> None:
    assert calendar_from_plain(json.loads(json.dumps(calendar_to_plain(drawn[0])))) == drawn[0]


def test_years_and_frozen_offsets_are_kept() -> None:
    calendar = Calendar(zone="Asia/Tokyo", weekly=ALWAYS, years=(2020, 2030), offsets=freeze_offsets("Asia/Tokyo"))
    assert calendar_from_plain(json.loads(json.dumps(calendar_to_plain(calendar)))) == calendar


def test_the_frozen_offsets_of_a_zone_are_its_changes_in_order() -> None:
    assert [offset for _, offset in freeze_offsets("Asia/Tokyo")] == [9 * 3600]
    new_york = dict(freeze_offsets("America/New_York"))
    assert (new_york[1710054000], new_york[1730613600]) == (-4 * 3600, -5 * 3600)


def test_the_shortest_summer_time_on_record_one_week_long_is_not_missed() -> None:
    recife = [change for change in freeze_offsets("America/Recife") if change[0] > 960_000_000]
    assert recife[:2] == [(970974000, -2 * 3600), (971575200, -3 * 3600)]


@pytest.mark.parametrize(
    ("spoiled", "where"),
    [
        ({"zone": None}, "zone"),
        ({"weekly": []}, "weekly"),
        ({"weekly": {"monday": []}}, "weekly"),
        ({"weekly": {"mon": [["08:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": "08:00-18:00"}}, "weekly.mon"),
        ({"weekly": {"mon": [[8, 18]]}}, "weekly.mon"),
        ({"holidays": [{"on": "2024-02-30"}]}, "holidays.on"),
        ({"holidays": [{"on": "20240228"}]}, "holidays.on"),
        ({"holidays": ["2024-02-28"]}, "holidays"),
        ({"extra_days": {}}, "extra_days"),
        ({"extra_days": [{"on": "2024-02-28", "name": 5}]}, "extra_days.name"),
        ({"years": [2020]}, "years"),
        ({"offsets": [[0, "1"]]}, "offsets"),
        ({"holiday": []}, "calendar"),
    ],
)
def test_a_spoiled_calendar_is_refused_with_its_place(spoiled, where) -> None:
    with pytest.raises(BadCalendar) as refused:
        calendar_from_plain({**GOOD, **spoiled})
    assert refused.value.facts["where"] == where


def test_impossible_times_and_contradictory_days_are_refused() -> None:
    with pytest.raises(BadWindow):
        calendar_from_plain({**GOOD, "weekly": {"mon": [["08:00", "26:00"]]}})
    day = {"on": "2024-02-28"}
    with pytest.raises(ContradictoryDay):
        calendar_from_plain({**GOOD, "holidays": [day], "extra_days": [day]})
