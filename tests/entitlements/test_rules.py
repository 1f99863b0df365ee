"""The one decision: every code, the unbroken chain, and that it never contradicts itself."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.entitlements.rules import cover, decide, unknown
from tenure.entitlements.words import (
    AssetFacts,
    Benefit,
    Cover,
    CoverState,
    LevelRights,
    RegisteredSpan,
    Rights,
    TermFamily,
    TermRow,
    Why,
)

SUPPORT = Benefit.TECHNICAL_SUPPORT
UPGRADES = Benefit.VERSION_UPGRADES
CONTENT = Benefit.CONTENT_UPDATES
M, C = TermFamily.MAINTENANCE, TermFamily.COURTESY
RIGHTS = Rights(
    policy=1,
    levels={
        "basic": LevelRights(rank=1, benefits=frozenset({SUPPORT})),
        "essential": LevelRights(rank=2, benefits=frozenset({SUPPORT, UPGRADES, CONTENT})),
    },
    needs_registration=frozenset({UPGRADES}),
    needs_content=frozenset({CONTENT}),
    courtesy=frozenset({SUPPORT, CONTENT}),
)
ASSET = AssetFacts(serial="M1", has_content=True)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def term(starts: str, ends: str, level: str = "essential", family: TermFamily = M) -> TermRow:
    return TermRow(family=family, level=level, starts=day(starts), ends=day(ends))


YEAR = (term("02-01", "08-01"),)


@pytest.mark.parametrize(("terms", "on", "benefit", "why"), [
    ((), "03-01", SUPPORT, Why.NO_TERM),
    (YEAR, "02-01", SUPPORT, Why.COVERED),
    (YEAR, "07-31", SUPPORT, Why.COVERED),
    (YEAR, "08-01", SUPPORT, Why.TERM_ENDED),
    (YEAR, "01-31", SUPPORT, Why.TERM_NOT_STARTED),
    ((term("02-01", "03-01"), term("05-01", "06-01")), "04-01", SUPPORT, Why.BETWEEN_TERMS),
    ((term("02-01", "03-01", "basic"),), "02-05", CONTENT, Why.LEVEL_LACKS_BENEFIT),
    (YEAR, "03-01", UPGRADES, Why.NOT_REGISTERED),
    ((term("02-01", "08-01", family=C),), "03-01", SUPPORT, Why.COVERED),
    ((term("02-01", "08-01", family=C),), "03-01", UPGRADES, Why.LEVEL_LACKS_BENEFIT),
    ((term("02-01", "08-01", "gone"),), "03-01", SUPPORT, Why.LEVEL_LACKS_BENEFIT),
])  # fmt: skip
def test_each_answer_has_the_code_that_decided_it(
    terms: tuple[TermRow, ...], on: str, benefit: Benefit, why: Why
) -> None:
    decision = decide(asset=ASSET, terms=terms, benefit=benefit, rights=RIGHTS, on=day(on))
    assert (decision.why, decision.granted) == (why, why is Why.COVERED)


def test_a_product_without_content_is_said_before_anything_else() -> None:
    bare = AssetFacts(serial="M1", has_content=False)
    assert decide(asset=bare, terms=(), benefit=CONTENT, rights=RIGHTS, on=day("03-01")).why is (
        Why.PRODUCT_HAS_NO_CONTENT
    )


@pytest.mark.parametrize(("on", "granted"), [("03-09", False), ("03-10", True), ("03-19", True), ("03-20", False)])
def test_an_upgrade_needs_the_serial_to_be_registered_on_that_day(on: str, granted: bool) -> None:
    span = RegisteredSpan(starts=day("03-10"), ends=day("03-20"))
    asset = AssetFacts(serial="M1", has_content=True, registered=(span,))
    assert decide(asset=asset, terms=YEAR, benefit=UPGRADES, rights=RIGHTS, on=day(on)).granted is granted


def test_until_is_the_last_day_of_the_chain_across_levels_and_families_and_the_highest_level_wins() -> None:
    terms = (
        term("01-01", "02-01", "basic"), term("02-01", "05-01"), term("04-01", "06-01", "basic", TermFamily.HARDWARE),
        term("06-02", "07-01"),
    )  # fmt: skip
    answer = decide(asset=ASSET, terms=terms, benefit=SUPPORT, rights=RIGHTS, on=day("04-10"))
    assert (answer.level, answer.until) == ("essential", day("05-31"))
    first = decide(asset=ASSET, terms=terms, benefit=SUPPORT, rights=RIGHTS, on=day("01-15"))
    assert (first.level, first.until) == ("basic", day("05-31"))


def test_the_extension_of_an_old_release_decides_nothing() -> None:
    extended = term("02-01", "12-01", "premium", TermFamily.EXTENSION)
    beside = decide(asset=ASSET, terms=(*YEAR, extended), benefit=SUPPORT, rights=RIGHTS, on=day("03-01"))
    assert beside == decide(asset=ASSET, terms=YEAR, benefit=SUPPORT, rights=RIGHTS, on=day("03-01"))
    alone = decide(asset=ASSET, terms=(extended,), benefit=SUPPORT, rights=RIGHTS, on=day("03-01"))
    assert (alone.granted, alone.why) == (False, Why.NO_TERM)


def test_the_receipt_has_the_agreed_keys_in_the_agreed_order() -> None:
    answer = decide(asset=ASSET, terms=YEAR, benefit=SUPPORT, rights=RIGHTS, on=day("03-01"))
    assert answer.as_json() == (
        '{"granted": true, "benefit": "technical_support", "serial": "M1", "on": "2026-03-01", "level": "essential",'
        ' "until": "2026-07-31", "because": [{"code": "covered", "facts": {"level": "essential", "policy": 1,'
        ' "until": "2026-07-31"}}]}'
    )


def test_an_unknown_serial_is_an_answer() -> None:
    answer = json.loads(unknown(serial="M9", benefit=SUPPORT, on=day("03-01")).as_json())
    assert (answer["granted"], answer["because"]) == (
        False, [{"code": "unknown_serial", "facts": {"serial": "M9"}}],
    )  # fmt: skip


SOME_TERMS = st.lists(
    st.builds(
        lambda start, length, level, family: TermRow(
            family=family, level=level, starts=day("01-01") + timedelta(start), ends=day("01-01") + timedelta(start + length)
        ),
        st.integers(0, 60), st.integers(1, 30), st.sampled_from(["basic", "essential", "gone"]), st.sampled_from(TermFamily),
    ),
    max_size=5,
)  # fmt: skip


@given(terms=SOME_TERMS, offset=st.integers(-5, 100), benefit=st.sampled_from([SUPPORT, CONTENT]))
def test_every_day_up_to_until_is_granted_and_the_day_after_is_not(
    terms: list[TermRow], offset: int, benefit: Benefit
) -> None:
    on = day("01-01") + timedelta(offset)
    answer = decide(asset=ASSET, terms=terms, benefit=benefit, rights=RIGHTS, on=on)
    if answer.until is None:
        assert not answer.granted
        return
    days = [on + timedelta(n) for n in range((answer.until - on).days + 2)]
    granted = [decide(asset=ASSET, terms=terms, benefit=benefit, rights=RIGHTS, on=each).granted for each in days]
    assert granted == [True] * (len(days) - 1) + [False]


@given(terms=SOME_TERMS, offset=st.integers(-5, 100), benefit=st.sampled_from(Benefit), seed=st.randoms())
def test_the_order_of_the_terms_does_not_change_a_byte(
    terms: list[TermRow], offset: int, benefit: Benefit, seed: object
) -> None:
    on = day("01-01") + timedelta(offset)
    shuffled = terms.copy()
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    answers = {decide(asset=ASSET, terms=t, benefit=benefit, rights=RIGHTS, on=on).as_json() for t in (terms, shuffled)}
    assert len(answers) == 1


def test_every_offset_from_the_end_is_in_exactly_one_state_with_its_days() -> None:
    ends = date(2026, 7, 1)
    starts = ends - timedelta(400)
    said = {n: cover(starts=starts, ends=ends, on=ends - timedelta(1) + timedelta(n), soon_days=90)
            for n in range(-800, 801)}  # fmt: skip
    expected = {
        n: Cover(state=CoverState.LAPSED, days=n) if n > 0
        else Cover(state=CoverState.ENDING, days=-n) if n >= -90
        else Cover(state=CoverState.COVERED, days=-n) if n >= -399
        else Cover(state=CoverState.NOT_STARTED, days=-399 - n)
        for n in range(-800, 801)
    }  # fmt: skip
    assert said == expected
    assert cover(starts=None, ends=None, on=ends, soon_days=90) == Cover(state=CoverState.NEVER, days=0)
