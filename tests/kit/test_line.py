"""The line of time: places, order, mirrors, words."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.kit import line
from tenure.kit.line.fit import WIDTHS, fit_points, fit_span, fit_years, width_of
from tenure.kit.line.places import across, percent, stretch, strokes, years

TODAY = date(2026, 11, 24)
AXIS = line.Axis(starts=date(2023, 1, 1), ends=date(2029, 1, 1), today=TODAY)
MIRROR = line.Axis(starts=date(2023, 1, 1), ends=date(2029, 1, 1), today=TODAY, rtl=True)
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 1, 1))
WORDS = st.text(alphabet="abc WM119日本 ", min_size=1, max_size=30)
PLACES = st.floats(min_value=0, max_value=100, allow_nan=False)


def span(starts, ends, kind="term", tone="good", word=""):
    return line.Span(kind=kind, tone=tone, starts=starts, ends=ends, word=word)


def xs(svg, kind, name):
    return [float(x) for x in re.findall(rf'class="{kind}"[^>]* {name}="([-\d.]+)%"', svg)]


def test_an_axis_without_a_day_is_refused():
    with pytest.raises(ValueError, match="at least one day"):
        line.Axis(starts=TODAY, ends=TODAY, today=TODAY)


def test_days_stand_where_the_look_has_them():
    assert percent(AXIS.at(TODAY)) == "64.92%"
    assert percent(AXIS.at(date(2024, 1, 1))) == "16.65%"
    assert percent(AXIS.at(date(2026, 1, 1))) == "50%"


@given(day=DAYS)
def test_every_day_stands_within_the_lane(day):
    assert 0 <= AXIS.at(day) <= 100


@given(one=DAYS, other=DAYS)
def test_a_later_day_never_stands_before_an_earlier_one(one, other):
    first, second = sorted((one, other))
    assert AXIS.at(first) <= AXIS.at(second)


@given(starts=DAYS, days=st.integers(1, 3000))
def test_a_mirrored_span_ends_where_it_began(starts, days):
    found = stretch(AXIS, span(starts, starts + timedelta(days=days)))
    if found is None:
        assert starts >= AXIS.ends or starts + timedelta(days=days) <= AXIS.starts
        return
    wide = found[1] - found[0]
    assert across(AXIS, found[0], wide) + across(MIRROR, found[0], wide) + wide == pytest.approx(100)
    assert -1e-9 <= across(MIRROR, found[0], wide) <= 100


def test_a_span_that_touches_the_axis_from_outside_is_not_drawn():
    assert stretch(AXIS, span(date(2020, 1, 1), AXIS.starts)) is None
    assert stretch(AXIS, span(AXIS.ends, date(2031, 1, 1))) is None


def test_an_open_span_runs_off_the_axis():
    assert stretch(AXIS, span(date(2026, 1, 1), None)) == (AXIS.at(date(2026, 1, 1)), 100.0)


def test_spans_that_follow_each_other_leave_no_hole_in_a_table_cell():
    svg = line.mini(AXIS, [span(date(2023, 1, 1), date(2025, 1, 1)), span(date(2025, 1, 1), date(2029, 1, 1))])
    assert xs(svg, "span-mini", "x1") == [0.0, 33.35]
    assert xs(svg, "span-mini", "x2") == [33.35, 100.0]


def test_a_gap_is_hatched_and_a_renewal_is_a_thin_stroke():
    svg = line.mini(
        AXIS,
        [span(date(2024, 4, 1), date(2024, 6, 1), "gap", "bad"), span(date(2027, 4, 1), date(2028, 4, 1), "next")],
    )
    assert re.findall(r'class="(span-[a-z]+)" data-kind="([a-z]+)" data-tone="([a-z]+)"', svg) == [
        ("span-hatch", "gap", "bad"),
        ("span-mini", "next", "good"),
    ]


def test_the_years_are_ticked_from_the_first_of_january():
    assert [year for year, _at in years(AXIS)] == [2023, 2024, 2025, 2026, 2027, 2028]
    late = line.Axis(starts=date(2023, 5, 2), ends=date(2025, 1, 1), today=TODAY)
    assert [year for year, _at in years(late)] == [2024]


def test_the_year_under_the_flag_of_today_is_left_out():
    printed = re.findall(r">(\d{4})<", line.head(AXIS).svg)
    assert printed == ["2023", "2024", "2025", "2026", "2028"]


def test_one_flag_stands_over_its_stroke():
    assert 'data-of="today" x="64.92%" y="20" text-anchor="middle">Today, 24 Nov<' in line.head(AXIS).svg


def test_of_two_flags_the_earlier_ends_at_its_stroke_and_the_later_begins_there():
    asked = line.Axis(starts=AXIS.starts, ends=AXIS.ends, today=TODAY, as_of=date(2027, 5, 1))
    svg = line.head(asked).svg
    assert 'data-of="today" x="64.92%" y="20" dx="-4" text-anchor="end">Today<' in svg
    assert 'data-of="day" x="72.13%" y="20" dx="4" text-anchor="start">1 May 2027<' in svg


def test_of_two_flags_before_today_today_is_the_later():
    asked = line.Axis(starts=AXIS.starts, ends=AXIS.ends, today=TODAY, as_of=date(2025, 5, 1))
    assert re.findall(r'data-of="(\w+)"[^>]*text-anchor="(\w+)"', line.head(asked).svg) == [
        ("day", "end"),
        ("today", "start"),
    ]


def test_a_day_outside_the_axis_has_no_stroke():
    past = line.Axis(starts=date(2020, 1, 1), ends=date(2022, 1, 1), today=TODAY)
    assert strokes(past) == ""
    assert 'class="lane-past" x="0%" width="100%"' in line.mini(past, [])


def test_the_day_asked_about_is_another_stroke_only_when_it_is_another_day():
    asked = line.Axis(starts=AXIS.starts, ends=AXIS.ends, today=TODAY, as_of=TODAY)
    assert strokes(asked) == strokes(AXIS)


def test_the_last_covered_day_has_an_edge_on_the_side_where_time_runs():
    rows = [span(date(2026, 4, 1), date(2027, 4, 1))]
    assert 'class="span-end" x1="100%" x2="100%"' in line.lane(AXIS, "M", rows).svg
    assert 'class="span-end" x1="0%" x2="0%"' in line.lane(MIRROR, "M", rows).svg


def test_a_past_term_has_no_edge():
    assert "span-end" not in line.lane(AXIS, "M", [span(date(2024, 4, 1), date(2025, 4, 1), tone="quiet")]).svg


def test_a_lane_says_in_words_what_it_draws():
    drawn = line.lane(
        AXIS,
        "Maintenance",
        [
            span(date(2023, 4, 1), date(2024, 4, 1), tone="quiet", word="Basic"),
            span(date(2024, 4, 1), date(2024, 6, 1), "gap", "bad"),
            span(date(2024, 6, 1), None, word="Essential"),
        ],
        [line.Point(kind="open", day=date(2026, 10, 20), word="10.0")],
    )
    assert drawn.label == "Maintenance: Basic to 31 March 2024, a gap of 61 days, Essential, 10.0 on 20 October 2026"


def test_words_are_escaped():
    drawn = line.lane(AXIS, '<b>"x"', [span(date(2023, 1, 1), date(2028, 1, 1), word="<i>")])
    assert 'aria-label="&lt;b&gt;&quot;x&quot;: &lt;i&gt; to 31 December 2027"' in drawn.svg
    assert "<i>" not in drawn.svg


@given(word=WORDS, ends=st.lists(PLACES, min_size=2, max_size=2), cuts=st.lists(PLACES, max_size=2))
def test_a_printed_word_is_cut_by_no_stroke_and_stays_in_its_span(word, ends, cuts):
    starts, stops = sorted(ends)
    fit = fit_span(word, starts, stops, sorted(cuts))
    if fit is None:
        return
    least = next(width for width, hides in WIDTHS if hides == fit.hides)
    for width in (least, 1072, 1500):
        if width < least:
            continue
        left, right = fit.at * width / 100 + 8, fit.at * width / 100 + 8 + width_of(word)
        assert right <= stops * width / 100
        assert all(not left < cut * width / 100 < right for cut in cuts)


@given(word=WORDS, ends=st.lists(PLACES, min_size=2, max_size=2))
def test_a_word_that_fits_a_phone_is_never_hidden(word, ends):
    starts, stops = sorted(ends)
    fit = fit_span(word, starts, stops, [])
    fits = (stops - starts) * 340 / 100 >= width_of(word) + 16
    assert (fit is not None and fit.hides == "") == fits


def test_a_word_moves_past_the_stroke_that_would_cut_it():
    fit = fit_span("Standard support", 60.0, 95.0, [64.0])
    assert fit is not None
    assert fit.at == 64.0


@given(points=st.lists(st.tuples(PLACES, WORDS), max_size=8), cuts=st.lists(PLACES, max_size=2))
def test_words_of_points_never_overlap(points, cuts):
    rows = sorted(points)
    for width, _hides in WIDTHS:
        shown = [hides for least, hides in WIDTHS if least <= width]
        extents = []
        for (at, word), fit in zip(rows, fit_points(rows, cuts), strict=True):
            if fit and fit.hides in shown:
                centre, wide = at * width / 100, width_of(word)
                extents.append((centre - 10 - wide, centre - 10) if fit.before else (centre + 10, centre + 10 + wide))
        assert all(left >= 0 and right <= width for left, right in extents)
        ordered = sorted(extents)
        assert all(one[1] <= other[0] for one, other in pairwise(ordered))


@given(first=st.integers(1990, 2030), count=st.integers(1, 40))
def test_labels_of_years_never_touch(first, count):
    axis = line.Axis(starts=date(first, 1, 1), ends=date(first + count, 1, 1), today=TODAY)
    places = [at for _year, at in years(axis)]
    found = fit_years(places, [])
    for width, _hides in WIDTHS:
        shown = [hides for least, hides in WIDTHS if least <= width]
        lefts = [at * width / 100 for at, hides in zip(places, found, strict=True) if hides in shown]
        assert all(other - one >= 34 for one, other in pairwise(lefts))


def test_an_axis_around_days_has_whole_years_and_holds_today():
    axis = line.around([date(2023, 4, 1), date(2025, 1, 1)], today=TODAY)
    assert (axis.starts, axis.ends) == (date(2023, 1, 1), date(2027, 1, 1))


def test_an_axis_around_the_last_of_all_days_still_ends():
    assert line.around([date.max], today=TODAY).ends == date.max
