"""Spans of days are half-open; people are told the last day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.toolbox.spans import Span, gaps, merged, unbroken

FIRST = date(2024, 1, 1)
days = st.integers(0, 60).map(lambda number: FIRST + timedelta(days=number))
spans = st.builds(lambda start, length: Span(start, start + timedelta(days=length)), days, st.integers(1, 20))
several = st.lists(spans, max_size=8)


def covered(many):
    return {span.starts + timedelta(days=number) for span in many for number in range(span.days)}


@pytest.mark.parametrize("length", [0, -1])
def test_a_span_without_a_day_is_impossible(length):
    with pytest.raises(ValueError, match="must end after it starts"):
        Span(FIRST, FIRST + timedelta(days=length))


def test_the_last_day_is_the_one_before_the_end():
    span = Span.through(date(2024, 2, 1), date(2024, 2, 29))
    assert (span, span.last_day, span.days) == (Span(date(2024, 2, 1), date(2024, 3, 1)), date(2024, 2, 29), 29)


def test_the_end_of_the_calendar_is_refused_and_not_overflown():
    with pytest.raises(ValueError, match="cannot end on"):
        Span.through(FIRST, date.max)


@given(spans, days)
def test_a_span_contains_its_first_to_its_last_day(span, day):
    assert span.contains(day) == (day in covered([span])) == (span.starts <= day <= span.last_day)


@given(spans, spans)
def test_two_spans_overlap_when_they_share_a_day(one, other):
    assert one.overlaps(other) == other.overlaps(one) == bool(covered([one]) & covered([other]))


@given(several)
def test_merged_spans_cover_the_same_days_and_stand_apart(many):
    whole = merged(many)
    assert covered(whole) == covered(many)
    assert all(before.ends < after.starts for before, after in pairwise(whole))


@given(several)
def test_gaps_are_exactly_the_uncovered_days_between_the_first_and_the_last(many):
    inside = covered(many)
    between = covered([Span(min(inside), max(inside) + timedelta(days=1))]) if inside else set()
    assert covered(gaps(many)) == between - inside


@given(several, days)
def test_the_unbroken_chain_around_a_day_ends_at_the_first_uncovered_one(many, on):
    inside, chain = covered(many), unbroken(many, on=on)
    if on not in inside:
        assert chain is None
    else:
        assert chain is not None
        assert (covered([chain]) <= inside, chain.contains(on)) == (True, True)
        assert {chain.ends, chain.starts - timedelta(days=1)} & inside == set()
