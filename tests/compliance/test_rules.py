"""Licensed, covered, installed: the sums add up, every day is in one state, and each place is counted once."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.compliance import rules
from tenure.compliance.words import (
    CountSource,
    Facts,
    HandCount,
    Licence,
    Measure,
    Position,
    PositionState,
    Report,
    Stretch,
)

START = date(2026, 1, 1)
END = START + timedelta(days=400)
MEASURE = Measure(fresh_days=90)

days = st.integers(-20, 420).map(lambda n: START + timedelta(days=n))
quantities = st.integers(0, 50)


@st.composite
def stretches(draw: st.DrawFn, most: int, *, open_end: bool) -> tuple[Stretch, ...]:
    """Stretches that do not overlap."""
    bounds = sorted(draw(st.lists(days, min_size=0, max_size=2 * most, unique=True)))
    found = [
        Stretch(starts=starts, ends=ends, quantity=draw(st.integers(1, 50)))
        for starts, ends in zip(bounds[::2], bounds[1::2], strict=False)
    ]
    if open_end and (len(bounds) % 2 or not bounds):
        found.append(Stretch(starts=bounds[-1] if bounds else START, ends=None, quantity=draw(st.integers(1, 50))))
    return tuple(found)


licences = st.builds(
    Licence, serial=st.sampled_from(["M1", "M2"]), purpose=st.just("production"), counts=st.booleans(),
    ends_with_term=st.booleans(), owned=stretches(2, open_end=True), terms=stretches(3, open_end=False),
)  # fmt: skip
hand_counts = st.builds(
    HandCount, site_id=st.integers(1, 3), on=days, quantity=quantities,
    source=st.sampled_from([CountSource.ENTERED, CountSource.IMPORTED]), host=st.sampled_from(["", "a"]),
)  # fmt: skip


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    """Each activation is at one site, reports once a day at most, and ends once."""
    found = []
    for activation in range(draw(st.integers(0, 3))):
        site, ends = draw(st.integers(1, 3)), draw(st.none() | days)
        found += [
            Report(site_id=site, activation_id=activation, on=on, quantity=draw(quantities), ends=ends)
            for on in draw(st.lists(days, max_size=4, unique=True))
        ]
    return found


facts = st.builds(
    lambda owned, counted, reported: Facts(licences=tuple(owned), counts=tuple(counted), reports=tuple(reported)),
    st.lists(licences, max_size=4), st.lists(hand_counts, max_size=5), reports(),
)  # fmt: skip


@given(facts, days)
def test_the_sums_are_those_of_the_lines_and_covered_never_exceeds_licensed(given_facts: Facts, on: date):
    said = rules.explain(given_facts, on=on, measure=MEASURE)
    position = said.position
    assert position.licensed == sum(line.licensed for line in said.licences)
    assert position.covered == sum(line.covered for line in said.licences)
    assert position.apart == sum(line.owned for line in said.licences if not line.counts)
    assert position.installed == (sum(each.quantity for each in said.places) if said.places else None)
    assert all(each.quantity == sum(line.quantity for line in each.lines) for each in said.places)
    assert len({each.site_id for each in said.places}) == len(said.places)
    assert 0 <= position.covered <= position.licensed


@given(facts, days)
def test_every_day_is_in_one_state_and_the_state_says_what_is_missing(given_facts: Facts, on: date):
    position = rules.position(given_facts, on=on, measure=MEASURE)
    short, uncovered = position.short, position.uncovered
    said = {
        PositionState.NOT_COUNTED: position.installed is None,
        PositionState.SHORT: bool(short),
        PositionState.UNCOVERED: not short and bool(uncovered),
        PositionState.WITHIN: position.installed is not None and not uncovered,
    }
    assert [state for state, holds in said.items() if holds] == [position.state]
    if position.installed is not None:
        assert short is not None and uncovered is not None
        assert short == max(0, position.installed - position.licensed) <= uncovered


@given(facts, days, st.integers(1, 50))
def test_one_more_licence_never_makes_it_shorter_and_one_more_term_never_less_covered(
    given_facts: Facts, on: date, more: int
):
    before = rules.position(given_facts, on=on, measure=MEASURE)
    bought = Licence(
        serial="M9", purpose="production", counts=True, ends_with_term=False,
        owned=(Stretch(starts=on, ends=None, quantity=more),), terms=(),
    )  # fmt: skip
    grown = Facts(licences=(*given_facts.licences, bought), counts=given_facts.counts, reports=given_facts.reports)
    after = rules.position(grown, on=on, measure=MEASURE)
    assert (after.licensed, after.covered, after.installed) == (
        before.licensed + more, before.covered, before.installed,
    )  # fmt: skip
    assert (after.short or 0) <= (before.short or 0)
    term = Stretch(starts=on, ends=on + timedelta(days=1), quantity=more)
    covered = Licence(
        serial="M9", purpose="production", counts=True, ends_with_term=False, owned=bought.owned, terms=(term,)
    )
    held = Facts(licences=(*given_facts.licences, covered), counts=given_facts.counts, reports=given_facts.reports)
    assert rules.position(held, on=on, measure=MEASURE).covered == before.covered + more


@settings(max_examples=200)
@given(facts)
def test_the_steps_are_the_position_of_each_of_their_days_and_leave_none_out(given_facts: Facts):
    found = rules.steps(given_facts, starts=START, ends=END, measure=MEASURE)
    assert [found[0].starts, found[-1].ends] == [START, END]
    assert [each.ends for each in found[:-1]] == [each.starts for each in found[1:]]
    for step in found:
        for day in {step.starts, step.ends - timedelta(days=1), step.starts + (step.ends - step.starts) // 2}:
            said = rules.position(given_facts, on=day, measure=MEASURE)
            assert (day, step.licensed, step.covered, step.installed) == (
                day, said.licensed, said.covered, said.installed,
            )  # fmt: skip
    shown = [(each.licensed, each.covered, each.installed) for each in found]
    assert all(one != other for one, other in pairwise(shown))


def _hand(quantity: int, on: date, **more: object) -> HandCount:
    return HandCount(site_id=1, on=on, quantity=quantity, source=CountSource.ENTERED, **more)


def _report(quantity: int, on: date, activation: int = 1, ends: date | None = None) -> Report:
    return Report(site_id=1, activation_id=activation, on=on, quantity=quantity, ends=ends)


def _installed(given_facts: Facts, on: date) -> tuple[CountSource, int, int | None] | None:
    found = rules.place_count(given_facts, site_id=1, on=on, measure=MEASURE)
    return None if found is None else (found.source, found.quantity, found.beside)


def test_what_products_report_counts_before_a_count_by_hand_and_is_never_added_to_it():
    both = Facts(counts=(_hand(60, date(2026, 3, 3)),), reports=(_report(40, date(2026, 2, 20)), _report(5, START, 2)))
    assert _installed(both, date(2026, 2, 1)) == (CountSource.REPORTED, 5, None)
    assert _installed(both, date(2026, 3, 10)) == (CountSource.REPORTED, 45, 60)


def test_a_machine_that_fell_silent_counts_no_more_while_others_report():
    reported = Facts(reports=(_report(40, START), _report(5, START + timedelta(days=80), 2)))
    assert _installed(reported, START + timedelta(days=90)) == (CountSource.REPORTED, 45, None)
    assert _installed(reported, START + timedelta(days=91)) == (CountSource.REPORTED, 5, None)


def test_once_all_reports_are_old_the_count_by_hand_holds_and_without_one_the_last_reports():
    late = START + timedelta(days=200)
    assert _installed(Facts(reports=(_report(40, START),)), late) == (CountSource.REPORTED, 40, None)
    counted = Facts(reports=(_report(40, START),), counts=(_hand(12, START),))
    assert _installed(counted, late) == (CountSource.ENTERED, 12, 40)


def test_an_activation_that_is_over_reports_nothing_any_more():
    moved = Facts(reports=(_report(40, START, ends=date(2026, 2, 1)),))
    assert _installed(moved, date(2026, 1, 31)) == (CountSource.REPORTED, 40, None)
    assert _installed(moved, date(2026, 2, 1)) is None


def test_a_later_count_by_hand_replaces_the_whole_earlier_one():
    counted = Facts(counts=(_hand(3, START, host="a"), _hand(4, START, host="b"), _hand(5, date(2026, 5, 1), host="a")))
    assert _installed(counted, date(2026, 4, 30)) == (CountSource.ENTERED, 7, None)
    assert _installed(counted, date(2026, 5, 1)) == (CountSource.ENTERED, 5, None)


def test_a_count_is_old_the_day_after_its_fresh_days():
    counted = Facts(counts=(_hand(3, START),))
    seen = [rules.position(counted, on=START + timedelta(days=more), measure=MEASURE).is_old for more in (0, 90, 91)]
    assert seen == [False, False, True]


def test_a_subscription_is_a_licence_only_while_it_runs_and_a_perpetual_one_for_good():
    def licensed(*, ends_with_term: bool, on: date) -> tuple[int, int]:
        owned = Licence(
            serial="M1", purpose="production", counts=True, ends_with_term=ends_with_term,
            owned=(Stretch(starts=START, ends=None, quantity=10),),
            terms=(Stretch(starts=START, ends=date(2026, 7, 1), quantity=8),),
        )  # fmt: skip
        said = rules.position(Facts(licences=(owned,)), on=on, measure=MEASURE)
        return said.licensed, said.covered

    assert [licensed(ends_with_term=kind, on=date(2026, 6, 30)) for kind in (True, False)] == [(8, 8), (10, 8)]
    assert [licensed(ends_with_term=kind, on=date(2026, 7, 1)) for kind in (True, False)] == [(0, 0), (10, 0)]


def test_since_when_is_the_first_day_of_the_last_unbroken_run():
    terms = (
        Stretch(starts=START, ends=date(2026, 3, 1), quantity=10),
        Stretch(starts=date(2026, 4, 1), ends=date(2026, 6, 1), quantity=10),
    )
    owned = Licence(
        serial="M1", purpose="production", counts=True, ends_with_term=False,
        owned=(Stretch(starts=START, ends=None, quantity=10),), terms=terms,
    )  # fmt: skip
    known = Facts(licences=(owned,), counts=(_hand(10, START),))
    asked = {on: rules.steps(known, starts=START, ends=on + timedelta(days=1), measure=MEASURE)
             for on in (date(2026, 3, 15), date(2026, 5, 1), date(2026, 9, 1))}  # fmt: skip
    assert [rules.since(found, holds=rules.is_uncovered) for found in asked.values()] == [
        date(2026, 3, 1), None, date(2026, 6, 1),
    ]  # fmt: skip


def test_a_position_without_a_count_says_nothing_is_missing():
    assert [Position(licensed=1, covered=0, apart=0, installed=None).short,
            Position(licensed=1, covered=0, apart=0, installed=None).uncovered] == [None, None]  # fmt: skip


@given(facts, days, days)
def test_clipped_steps_are_those_of_the_shorter_time(given_facts: Facts, one: date, other: date):
    starts, ends = min(one, other), max(one, other) + timedelta(days=1)
    first, last = START - timedelta(days=30), END + timedelta(days=60)
    every = rules.steps(given_facts, starts=first, ends=last, measure=MEASURE)
    assert rules.clipped(every, starts=starts, ends=ends) == rules.steps(
        given_facts, starts=starts, ends=ends, measure=MEASURE
    )
