"""The line of time for clocks: instants on one axis, mirrored where time runs leftwards."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.kit.line.clock import Dial, Stretch, clock_head, clock_lane

START = datetime(2026, 11, 19, 15, 42, tzinfo=UTC)
DAY = timedelta(days=1)


def dial(length: timedelta = 20 * DAY, *, rtl: bool = False, **more) -> Dial:
    return Dial(starts=START, ends=START + length, now=START + length / 4, zone="Europe/Berlin", rtl=rtl, **more)


def test_an_instant_lies_within_both_ends() -> None:
    assert [dial().at(START + n * DAY) for n in (-1, 0, 5, 20, 30)] == [0, 0, 25, 100, 100]


def test_time_that_does_not_pass_has_no_dial() -> None:
    with pytest.raises(ValueError, match="lasts some time"):
        dial(timedelta())


def test_where_time_runs_leftwards_places_are_mirrored() -> None:
    assert (dial().x(10, 20), dial(rtl=True).x(10, 20)) == ("10%", "70%")


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(hours=4), "18:00"),
        (3 * DAY, "21 Nov"),
        (20 * DAY, "30 Nov"),
        (400 * DAY, "Now"),
    ],
)
def test_the_head_is_marked_in_hours_days_or_weeks_by_its_length(length, shown) -> None:
    svg = clock_head(dial(length)).svg
    assert (shown in svg, svg.count("lane-tick") <= 16) == (True, True)


def test_a_lane_draws_what_ran_what_waited_and_what_is_left_and_says_it() -> None:
    stretches = [
        Stretch(kind="term", tone="good", starts=START, ends=START + DAY),
        Stretch(kind="pause", tone="wait", starts=START + DAY, ends=START + 5 * DAY),
        Stretch(
            kind="next", tone="good", starts=START + 5 * DAY, ends=START + 20 * DAY, word="<by> then", ends_hard=True
        ),
        Stretch(kind="term", tone="good", starts=START + 30 * DAY, ends=START + 31 * DAY),
    ]
    lane = clock_lane(dial(closed=((START + DAY, START + 2 * DAY),)), "Resolution", stretches, "Resolution: <late>")
    assert lane.svg.count('<svg class="span"') == 3
    assert (lane.svg.count("span-hatch"), lane.svg.count("lane-closed"), lane.svg.count("span-end")) == (1, 1, 1)
    assert "&lt;by&gt; then" in lane.svg
    assert 'aria-label="Resolution: &lt;late&gt;"' in lane.svg
