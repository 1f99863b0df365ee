"""Where a release stands on a day: A10, no database."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.catalog.rules import days_left, latest, state_on
from tenure.catalog.words import Ending, Lifecycle, ReleaseState

ANNOUNCED, STANDARD, EXTENDED, ENDED, UNKNOWN = ReleaseState
NEVER = Ending(offered=False)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
ENDINGS = st.one_of(
    st.builds(Ending, from_day=DAYS, offered=st.just(True)),
    st.builds(Ending, ended=st.just(True), by_day=st.none() | DAYS),
    st.just(Ending()),
)
LIFECYCLES = st.builds(
    Lifecycle, available_from=st.none() | DAYS, standard=ENDINGS, extended=st.one_of(ENDINGS, st.just(NEVER))
)


def lived(standard: Ending, extended: Ending = NEVER, out: date | None = date(2020, 1, 1)) -> Lifecycle:
    return Lifecycle(available_from=out, standard=standard, extended=extended)


USUAL = lived(Ending(from_day=date(2023, 1, 1)), Ending(from_day=date(2024, 1, 1)))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2019, 12, 31), ANNOUNCED),
        (date(2020, 1, 1), STANDARD),
        (date(2022, 12, 31), STANDARD),
        (date(2023, 1, 1), EXTENDED),
        (date(2023, 12, 31), EXTENDED),
        (date(2024, 1, 1), ENDED),
        (date.max, ENDED),
        (date.min, ANNOUNCED),
    ],
)
def test_a_from_day_is_the_first_on_which_the_sentence_is_true(on, state):
    assert state_on(lifecycle=USUAL, on=on) is state


def test_an_end_on_an_unknown_day_is_an_end_from_the_day_it_was_known():
    ended = lived(Ending(ended=True, by_day=date(2026, 8, 22)))
    assert state_on(lifecycle=ended, on=date(2026, 8, 22)) is ENDED
    assert state_on(lifecycle=ended, on=date(2026, 8, 21)) is UNKNOWN
    assert state_on(lifecycle=ended, on=date(2019, 1, 1)) is ANNOUNCED


def test_support_without_an_end_goes_on():
    assert state_on(lifecycle=lived(Ending()), on=date.max) is STANDARD


def test_extended_support_without_an_end_goes_on_after_standard_support():
    assert state_on(lifecycle=lived(Ending(from_day=date(2023, 1, 1)), Ending()), on=date(2050, 1, 1)) is EXTENDED


def test_a_release_without_extended_support_has_ended_with_its_standard_support():
    assert state_on(lifecycle=lived(Ending(from_day=date(2023, 1, 1))), on=date(2023, 1, 1)) is ENDED


def test_past_the_end_of_extended_support_standard_support_that_ended_one_day_is_over_too():
    ended = lived(Ending(ended=True, by_day=date(2026, 1, 1)), Ending(from_day=date(2024, 1, 1)))
    assert state_on(lifecycle=ended, on=date(2024, 1, 1)) is ENDED
    assert state_on(lifecycle=ended, on=date(2023, 12, 31)) is UNKNOWN


def test_a_release_without_a_first_day_is_unknown_until_its_support_has_ended():
    undated = lived(Ending(from_day=date(2023, 1, 1)), out=None)
    assert state_on(lifecycle=undated, on=date(2022, 12, 31)) is UNKNOWN
    assert state_on(lifecycle=undated, on=date(2023, 1, 1)) is ENDED


@given(lifecycle=LIFECYCLES, on=st.dates())
def test_every_day_is_in_exactly_one_state(lifecycle, on):
    assert [state for state in ReleaseState if state is state_on(lifecycle=lifecycle, on=on)] == [
        state_on(lifecycle=lifecycle, on=on)
    ]


ORDER = {ANNOUNCED: 0, UNKNOWN: 1, STANDARD: 1, EXTENDED: 2, ENDED: 3}


@given(lifecycle=LIFECYCLES, on=DAYS, later=st.integers(0, 20_000))
def test_no_release_comes_back_into_an_earlier_state(lifecycle, on, later):
    now, then = state_on(lifecycle=lifecycle, on=on), state_on(lifecycle=lifecycle, on=on + timedelta(days=later))
    if then is UNKNOWN:  # it may have been standard or extended all the while
        assert now in {ANNOUNCED, STANDARD, EXTENDED, UNKNOWN}
    else:
        assert ORDER[now] <= ORDER[then]


@given(lifecycle=LIFECYCLES, on=DAYS)
def test_the_state_changes_exactly_when_the_days_left_have_gone_by(lifecycle, on):
    left = days_left(lifecycle=lifecycle, on=on)
    if left is None:
        return
    now = state_on(lifecycle=lifecycle, on=on)
    assert state_on(lifecycle=lifecycle, on=on + timedelta(days=left - 1)) is now
    assert state_on(lifecycle=lifecycle, on=on + timedelta(days=left)) is not now


def test_on_its_last_day_support_runs_for_one_day():
    assert days_left(lifecycle=USUAL, on=date(2022, 12, 31)) == 1
    assert days_left(lifecycle=USUAL, on=date(2024, 1, 1)) is None


@dataclass(frozen=True)
class Out:
    name: str
    available_from: date | None


def test_the_latest_release_is_the_one_that_came_out_last_up_to_the_day():
    rows = [Out("c", date(2026, 5, 1)), Out("b", date(2025, 5, 1)), Out("a", date(2025, 5, 1)), Out("?", None)]
    assert latest(releases=rows, on=date(2026, 5, 1)) == rows[0]
    assert latest(releases=rows, on=date(2026, 4, 30)) == rows[1]
    assert latest(releases=rows, on=date(2020, 1, 1)) is None
