"""A courtesy: who gives it, within which caps, what it gives, and how it ends."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.words import StaffRole
from tenure.entitlements import queries
from tenure.entitlements.actions import courtesy as acts
from tenure.entitlements.models import Asset, Courtesy, CourtesyUse, Term
from tenure.entitlements.queries.courtesy import courtesies, courtesies_of, courtesy, courtesy_in_force
from tenure.entitlements.rules import courtesy_state
from tenure.entitlements.words import (
    Benefit,
    CourtesyFilters,
    CourtesyState,
    CourtesyView,
    Offer,
    TermFamily,
    Why,
)
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tenure.toolbox.refused import Refused
from tests import cast, estate

pytestmark = pytest.mark.django_db
AT, DAY = cast.AT, timedelta(days=1)
TODAY = AT.date()
SERIAL = "M1000000001"
SUPPORT, UPGRADES = Benefit.TECHNICAL_SUPPORT, Benefit.VERSION_UPGRADES
OFFER = Offer(days=14, most_cases=3, why="The order is on its way.")


@pytest.fixture
def lapsed(db: None) -> Asset:
    """Lapsed since the end of August: Essential."""
    return make_lapsed()


def make_lapsed(serial: str = SERIAL) -> Asset:
    estate.policy()
    owned = estate.asset(cast.aster(), serial)
    estate.term(owned, date(2025, 9, 1), date(2026, 9, 1))
    return owned


def give(person: Any, serial: str = SERIAL, at: datetime = AT, request: int | None = None, **offer: Any) -> int:
    wanted = Offer(**{"days": 14, "most_cases": 3, "why": "The order is on its way.", **offer})
    return acts.give_courtesy(serial=serial, offer=wanted, request=request, **cast.asking(person, at))


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    """The code of a refusal, which has also changed nothing."""
    before = (Courtesy.objects.count(), Term.objects.count(), Entry.objects.count(), Mail.objects.count())
    with pytest.raises(Refused) as no, transaction.atomic():
        act(*args, **kwargs)
    assert (Courtesy.objects.count(), Term.objects.count(), Entry.objects.count(), Mail.objects.count()) == before
    return no.value.code.value


def decision(benefit: Benefit, on: date = TODAY) -> Any:
    return queries.decision_for(who=None, serial=SERIAL, benefit=benefit, on=on)


def test_what_an_employee_gives_is_a_term_of_its_own_family_at_the_level_that_lapsed(lapsed: Asset) -> None:
    number = give(cast.care_agent())
    held = Courtesy.objects.get(pk=number)
    assert (held.answer, held.days, held.most_cases, held.level) == ("given", 14, 3, "essential")
    term = held.term
    assert (term.family, term.level, term.covers.lower, term.covers.upper, term.agreement_id) == (
        TermFamily.COURTESY, "essential", TODAY, TODAY + 14 * DAY, None,
    )  # fmt: skip


def test_a_courtesy_gives_support_and_never_upgrades_by_the_real_statements(lapsed: Asset) -> None:
    give(cast.care_agent())
    last = TODAY + 13 * DAY
    support, upgrades = decision(SUPPORT), decision(UPGRADES)
    assert (support.granted, support.level, support.until, dict(support.because[0].facts)) == (
        True, "essential", last, {"level": "essential", "until": last.isoformat(), "policy": 1, "by": "courtesy"},
    )  # fmt: skip
    assert (upgrades.granted, upgrades.why, upgrades.until) == (False, Why.LEVEL_LACKS_BENEFIT, None)
    assert upgrades.because[0].facts["by"] == "courtesy"
    bulk = {each: queries.decide_all(benefit=each, on=TODAY)[lapsed.id] for each in (SUPPORT, UPGRADES)}
    assert (bulk[SUPPORT].granted, bulk[SUPPORT].level, bulk[SUPPORT].until) == (True, "essential", last)
    assert (bulk[UPGRADES].granted, bulk[UPGRADES].why) == (False, Why.LEVEL_LACKS_BENEFIT)
    assert decision(SUPPORT, last + DAY).why is Why.TERM_ENDED


def test_a_courtesy_moves_neither_the_chain_nor_the_last_covered_day_nor_the_state(lapsed: Asset) -> None:
    before = queries.asset(who=None, serial=SERIAL, at=AT)
    give(cast.care_agent())
    lapsed.refresh_from_db()
    after = queries.asset(who=None, serial=SERIAL, at=AT)
    assert (lapsed.chain_starts_on, lapsed.chain_ends_on) == (date(2025, 9, 1), date(2026, 9, 1))
    assert (after.last_day, after.cover) == (before.last_day, before.cover) == (date(2026, 8, 31), before.cover)
    assert (after.courtesy_until, after.by_courtesy, after.level) == (TODAY + 13 * DAY, True, "essential")


def test_what_was_paid_for_decides_before_a_courtesy_of_a_higher_level(lapsed: Asset) -> None:
    give(cast.care_agent(), level="premium")
    estate.term(lapsed, TODAY - 5 * DAY, TODAY + 360 * DAY, level="basic")
    found = decision(SUPPORT)
    assert (found.level, "by" in found.because[0].facts) == ("basic", False)
    assert queries.decide_all(benefit=SUPPORT, on=TODAY)[lapsed.id].level == "basic"


def test_a_courtesy_leaves_upgrades_that_were_paid_for_to_the_day(lapsed: Asset) -> None:
    """Given while a term still runs it would not be needed; one that reaches beyond the term does not lengthen it."""
    Term.objects.create(
        asset=lapsed, family=TermFamily.COURTESY, level="essential", quantity=1,
        covers=(date(2026, 8, 20), date(2026, 9, 10)), known=(AT, None),
    )  # fmt: skip
    on = date(2026, 8, 25)
    queries_for_all = queries.decide_all(benefit=UPGRADES, on=on)[lapsed.id]
    estate_owner = cast.owner()
    queries.asset(who=cast.who(estate_owner), serial=SERIAL, at=AT)
    assert (decision(SUPPORT, on).until, queries_for_all.why) == (date(2026, 9, 9), Why.NOT_REGISTERED)
    assert decision(UPGRADES, on).because[0].facts["covered_until"] == "2026-08-31"


def test_never_covered_gets_the_lowest_level_that_is_sold_for_its_kind(db: None) -> None:
    estate.policy()
    estate.asset(cast.aster(), SERIAL)
    assert Courtesy.objects.get(pk=give(cast.care_agent())).level == "basic"
    estate.asset(cast.aster(), "M1000000002", of=estate.product("Quay Box", kind="hardware"))
    assert Courtesy.objects.get(pk=give(cast.manager(), "M1000000002")).level == "hardware_next_business_day"


@pytest.mark.parametrize("role", ["engineer", "analyst", "operator"])
def test_who_is_not_named_by_the_policy_gives_none(lapsed: Asset, role: str) -> None:
    assert refused(give, getattr(cast, role)()) == "not_allowed"


def test_a_customer_gives_none_and_somebody_elses_licence_is_not_there(lapsed: Asset) -> None:
    owner, odd = cast.owner(), cast.other_owner()
    assert (refused(give, owner), refused(give, odd)) == ("not_allowed", "not_found")
    asked = {"serial": SERIAL, "why": "x"}
    assert refused(acts.ask_courtesy, **asked, **cast.asking(odd)) == "not_found"
    assert refused(acts.ask_courtesy, serial="M9999999999", why="x", **cast.asking(odd)) == "not_found"


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ({"days": 0}, "courtesy_days"), ({"days": 31}, "courtesy_days"), ({"most_cases": 0}, "courtesy_cases"),
        ({"most_cases": 4}, "courtesy_cases"), ({"why": " \0 "}, "why_missing"), ({"level": "gold"}, "level_unknown"),
        ({"level": "cloud"}, "level_unknown"),
    ],
)  # fmt: skip
def test_an_offer_beyond_what_the_policy_allows_is_refused(lapsed: Asset, offer: dict[str, Any], code: str) -> None:
    assert refused(give, cast.care_agent(), **offer) == code


def test_what_is_covered_needs_no_courtesy(db: None) -> None:
    estate.policy()
    owned = estate.asset(cast.aster(), SERIAL)
    estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
    assert refused(give, cast.care_agent()) == "courtesy_not_needed"
    assert refused(acts.ask_courtesy, serial=SERIAL, why="x", **cast.asking(cast.owner())) == "courtesy_not_needed"


def test_who_asks_is_told_together_with_the_owner_each_in_their_language(lapsed: Asset) -> None:
    tomas, olga, care = cast.technical(), cast.owner(), cast.care_agent()
    type(olga).objects.filter(pk=olga.pk).update(language="de")
    number = acts.ask_courtesy(serial=SERIAL, why="The import stops.", **cast.asking(tomas))
    assert refused(acts.ask_courtesy, serial=SERIAL, why="Again", **cast.asking(olga)) == "courtesy_open"
    assert refused(give, care) == "courtesy_open"
    assert give(care, request=number) == number
    told = {mail.recipient: mail.language for mail in Mail.objects.filter(kind="entitlements.courtesy_given")}
    assert told == {tomas.email: "en", olga.email: "de"}
    row = courtesy(who=cast.who(tomas), courtesy_id=number, at=AT)
    assert (row.state, row.asked_by, row.why, row.answered_by, row.answer_why, row.last_day) == (
        CourtesyState.RUNNING, "Tomas Lind", "The import stops.", "Care Agent", "The order is on its way.",
        TODAY + 13 * DAY,
    )  # fmt: skip
    assert refused(give, care, request=number) == "request_answered"


def test_a_declined_request_says_why_and_another_one_may_follow(lapsed: Asset) -> None:
    tomas, care = cast.technical(), cast.care_agent()
    number = acts.ask_courtesy(serial=SERIAL, why="Please.", **cast.asking(tomas))
    assert refused(acts.decline_courtesy, courtesy_id=number, why="", **cast.asking(care)) == "why_missing"
    acts.decline_courtesy(courtesy_id=number, why="No order is known.", **cast.asking(care))
    mail = Mail.objects.get(kind="entitlements.courtesy_declined")
    assert (mail.recipient, "No order is known." in mail.text) == (tomas.email, True)
    assert refused(acts.decline_courtesy, courtesy_id=number, why="x", **cast.asking(care)) == "request_answered"
    assert acts.ask_courtesy(serial=SERIAL, why="Now it is.", **cast.asking(tomas)) != number


def test_a_long_one_waits_for_a_second_and_different_approver(lapsed: Asset) -> None:
    care, boss = cast.care_agent(), cast.manager()
    number = give(care, days=15)
    assert (Term.objects.filter(family=TermFamily.COURTESY).count(), decision(SUPPORT).granted) == (0, False)
    assert refused(acts.confirm_courtesy, courtesy_id=number, **cast.asking(care)) == "same_approver"
    assert refused(acts.confirm_courtesy, courtesy_id=number, **cast.asking(cast.engineer())) == "not_allowed"
    assert refused(give, boss, request=number) == "request_answered"
    acts.confirm_courtesy(courtesy_id=number, **cast.asking(boss, AT + 2 * DAY))
    held = Courtesy.objects.get(pk=number)
    assert (held.first_by_id, held.answered_by_id) == (care.pk, boss.pk)
    assert (held.term.covers.lower, held.term.covers.upper) == (TODAY + 2 * DAY, TODAY + 17 * DAY)


def test_the_table_itself_refuses_one_person_as_both_approvers(lapsed: Asset) -> None:
    care = cast.care_agent()
    number = give(care, days=15)
    with pytest.raises(IntegrityError), transaction.atomic():
        term = estate.term(lapsed, TODAY, TODAY + DAY, family=TermFamily.COURTESY)
        Courtesy.objects.filter(pk=number).update(answered_at=AT, answered_by=care, answer="given", term=term)


def test_an_asset_gets_two_a_year_and_the_third_after_a_year(lapsed: Asset) -> None:
    care = cast.care_agent()
    give(care, days=1)
    give(care, days=1, at=AT + 2 * DAY)
    assert refused(give, care, at=AT + 4 * DAY) == "courtesy_of_asset"
    assert give(care, at=datetime(2027, 11, 24, 12, 1, tzinfo=AT.tzinfo))


def test_what_waits_for_a_second_yes_counts_as_well(lapsed: Asset) -> None:
    care, boss = cast.care_agent(), cast.manager()
    give(care, days=1)
    number = give(care, days=20, at=AT + 2 * DAY)
    acts.confirm_courtesy(courtesy_id=number, **cast.asking(boss, AT + 3 * DAY))
    assert refused(give, care, at=AT + 40 * DAY) == "courtesy_of_asset"


def test_a_customer_gets_six_a_year_over_all_its_assets(lapsed: Asset) -> None:
    care = cast.care_agent()
    serials = [f"M10000000{n:02d}" for n in range(10, 17)]
    for serial in serials:
        estate.asset(cast.aster(), serial)
    for serial in serials[:6]:
        give(care, serial)
    assert refused(give, care, serials[6]) == "courtesy_of_customer"
    estate.asset(cast.bellwether(), "M2000000002")
    assert give(care, "M2000000002")


def test_an_approver_gives_twenty_a_month_and_somebody_else_the_next(lapsed: Asset) -> None:
    care, boss = cast.care_agent(), cast.manager()
    for n in range(21):
        estate.asset(cast.organisation(f"Company {n}"), f"M30000000{n:02d}")
    for n in range(20):
        give(care, f"M30000000{n:02d}")
    assert refused(give, care, "M3000000020") == "courtesy_of_approver"
    assert give(boss, "M3000000020")
    assert give(care, SERIAL, at=AT + 32 * DAY)


def test_an_extension_begins_when_the_one_before_ends(lapsed: Asset) -> None:
    care = cast.care_agent()
    give(care, days=5)
    later = Courtesy.objects.get(pk=give(care, days=5, at=AT + 2 * DAY))
    assert (later.term.covers.lower, later.term.covers.upper) == (TODAY + 5 * DAY, TODAY + 10 * DAY)
    assert decision(SUPPORT).until == TODAY + 9 * DAY
    states = [row.state for row in courtesies_of(who=cast.who(care), asset_id=lapsed.id, at=AT + 2 * DAY)]
    assert states == [CourtesyState.COMING, CourtesyState.RUNNING]


def test_a_new_one_takes_the_place_of_one_whose_cases_are_used_up(lapsed: Asset) -> None:
    care = cast.care_agent()
    first = give(care, days=10, most_cases=1)
    CourtesyUse.objects.create(courtesy_id=first, place=1, case_number="CS-1", used_at=AT)
    second = give(care, days=10, at=AT + 3 * DAY)
    spans = [
        (each.covers.lower, each.covers.upper)
        for each in Term.objects.filter(family=TermFamily.COURTESY, known__endswith=None).order_by("covers")
    ]
    assert spans == [(TODAY, TODAY + 3 * DAY), (TODAY + 3 * DAY, TODAY + 13 * DAY)]
    held = courtesy_in_force(asset_id=lapsed.id, on=TODAY + 3 * DAY)
    assert (held.id, held.used, held.most_cases) == (second, 0, 3)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_taken_back_it_holds_up_to_the_day_before_and_stays_known_as_it_was(lapsed: Asset, after: int) -> None:
    care, boss, tomas = cast.care_agent(), cast.manager(), cast.technical()
    number = acts.ask_courtesy(serial=SERIAL, why="Please.", **cast.asking(tomas))
    give(care, days=10, request=number)
    at = AT + after * DAY
    acts.revoke_courtesy(courtesy_id=number, why="It was a mistake.", **cast.asking(boss, at))
    assert decision(SUPPORT, at.date()).granted is False
    assert [decision(SUPPORT, TODAY + n * DAY).granted for n in range(after)] == [True] * after
    known = queries.decision_for(who=None, serial=SERIAL, benefit=SUPPORT, on=at.date(), known=AT)
    assert known.granted is True
    row = courtesy(who=cast.who(boss), courtesy_id=number, at=at)
    assert (row.state, row.revoked_by, row.ends) == (
        CourtesyState.REVOKED, "Manager", TODAY + after * DAY if after else None,
    )  # fmt: skip
    assert Mail.objects.get(kind="entitlements.courtesy_revoked").recipient == tomas.email
    assert refused(acts.revoke_courtesy, courtesy_id=number, why="x", **cast.asking(boss, at)) == "courtesy_ended"


def test_what_has_ended_by_itself_cannot_be_taken_back(lapsed: Asset) -> None:
    care = cast.care_agent()
    number = give(care, days=2)
    late = cast.asking(care, AT + 2 * DAY)
    assert courtesy(who=late["who"], courtesy_id=number, at=late["at"]).state is CourtesyState.ENDED
    assert refused(acts.revoke_courtesy, courtesy_id=number, why="x", **late) == "courtesy_ended"


def test_the_desks_lists_show_each_courtesy_once_and_page_in_order(lapsed: Asset) -> None:
    care, tomas = cast.care_agent(), cast.technical()
    serials = [f"M10000000{n:02d}" for n in range(10, 13)]
    for place, serial in enumerate(serials):
        estate.asset(cast.aster(), serial)
        acts.ask_courtesy(serial=serial, why=f"Why {place}", **cast.asking(tomas, AT + place * DAY))
    waits = give(care, days=20)
    who, at = cast.who(care), AT + 3 * DAY
    page = courtesies(who=who, filters=CourtesyFilters(), at=at, limit=2)
    rest = courtesies(who=who, filters=CourtesyFilters(), at=at, limit=2, after=page.next)
    assert [row.serial for row in (*page.rows, *rest.rows)] == serials
    assert (rest.next, page.counts) == ("", {
        CourtesyView.ASKED: 3, CourtesyView.SECOND: 1, CourtesyView.RUNNING: 0, CourtesyView.OVER: 0,
    })  # fmt: skip
    assert [row.id for row in courtesies(who=who, filters=CourtesyFilters(view=CourtesyView.SECOND), at=at).rows] == [
        waits
    ]
    found = courtesies(who=who, filters=CourtesyFilters(text="why 1"), at=at)
    assert [row.serial for row in found.rows] == [serials[1]]
    assert courtesies(who=cast.who(tomas), filters=CourtesyFilters(), at=at).rows == ()


def test_a_reseller_sees_the_courtesy_and_not_who_asked(db: None) -> None:
    estate.policy()
    owned = estate.asset(cast.aster(), SERIAL, reseller=cast.cinder())
    number = acts.ask_courtesy(serial=SERIAL, why="Please.", **cast.asking(cast.technical()))
    rhys = cast.who(cast.reseller())
    (row,) = courtesies_of(who=rhys, asset_id=owned.id, at=AT)
    assert (row.id, row.asked_by) == (number, "")
    assert courtesy(who=cast.who(cast.other_owner()), courtesy_id=number, at=AT) is None


def test_who_got_the_licence_by_a_move_is_not_told_what_its_old_owner_had_asked_for(lapsed: Asset) -> None:
    number = acts.ask_courtesy(serial=SERIAL, why="Please.", **cast.asking(cast.technical()))
    odd, care = cast.who(cast.other_owner()), cast.who(cast.care_agent())
    there = estate.site(cast.bellwether())
    Asset.objects.update(organisation=cast.bellwether(), site=there)
    assert courtesies_of(who=odd, asset_id=lapsed.id, at=AT) == ()
    assert courtesy(who=odd, courtesy_id=number, at=AT) is None
    assert [row.id for row in courtesies_of(who=care, asset_id=lapsed.id, at=AT)] == [number]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(["give", "revoke", "use", "pay"]), st.integers(1, 14)),
        max_size=12,
    )
)
def test_whatever_is_given_and_taken_back_the_caps_hold_and_courtesy_stays_apart(
    lapsed: Asset, happened: list[tuple[int, str, int]]
) -> None:
    save = transaction.savepoint()
    at, care = AT, cast.asking(cast.person(f"care{len(happened)}@vendor.example"))
    care["who"] = replace(care["who"], staff=frozenset({StaffRole.CARE_AGENT}))
    paid, places = {date(2026, 8, 31)}, 0
    for days, what, n in happened:
        at += days * DAY
        asked = {**care, "at": at}
        held = courtesy_in_force(asset_id=lapsed.id, on=at.date())
        try:
            if what == "give":
                offer = Offer(days=n, most_cases=1 + n % 3, why="x")
                acts.give_courtesy(serial=SERIAL, offer=offer, **asked)
            elif what == "revoke" and held:
                acts.revoke_courtesy(courtesy_id=held.id, why="x", **asked)
            elif what == "use" and held and not held.is_used_up:
                acts.use_place(held=held, case_number=f"CS-{places}", at=at)
                places += 1
            elif what == "pay":
                estate.term(lapsed, max(paid) + DAY, max(paid) + n * DAY + DAY)
                paid.add(max(paid) + n * DAY)
        except Refused:
            continue
    lapsed.refresh_from_db()
    assert lapsed.chain_ends_on == max(paid) + DAY
    given_at = list(
        Courtesy.objects.filter(answer="given").order_by("answered_at").values_list("answered_at", flat=True)
    )
    assert [third for first, third in zip(given_at, given_at[2:], strict=False) if third < _a_year_after(first)] == []
    terms = queries.terms_of(asset_id=lapsed.id)
    for on in (at.date() + n * DAY for n in range(-30, 31, 5)):
        by_courtesy = [term for term in terms if term.family is TermFamily.COURTESY and term.starts <= on < term.ends]
        one, bulk = decision(SUPPORT, on), queries.decide_all(benefit=SUPPORT, on=on)[lapsed.id]
        assert len(by_courtesy) <= 1
        assert (one.granted, one.why, one.level, one.until) == (bulk.granted, bulk.why, bulk.level, bulk.until)
        assert one.granted == (bool(by_courtesy) or date(2025, 9, 1) <= on <= max(paid))
    transaction.savepoint_rollback(save)


def _a_year_after(instant: datetime) -> datetime:
    return instant.replace(year=instant.year + 1)


@given(
    st.sampled_from(["", "given", "declined"]), st.booleans(), st.booleans(),
    st.one_of(st.none(), st.integers(-40, 40)), st.integers(1, 30), st.integers(0, 3),
)  # fmt: skip
def test_every_courtesy_is_in_exactly_one_state_on_every_day(answer, has_first, is_revoked, begins, days, left) -> None:
    starts = TODAY + begins * DAY if begins is not None else None
    state = courtesy_state(
        answer=answer, has_first=has_first, is_revoked=is_revoked, starts=starts,
        ends=starts + days * DAY if starts else None, cases_left=left, on=TODAY,
    )  # fmt: skip
    holds = starts is not None and starts <= TODAY < starts + days * DAY
    in_force = {CourtesyState.RUNNING, CourtesyState.USED_UP}
    assert (state in in_force) == (answer == "given" and not is_revoked and holds)
