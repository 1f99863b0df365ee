"""A case that rests on a courtesy: it takes a place, promises nothing, and the next one is refused when none is left."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from tenure.accounts.models import Person
from tenure.cases import actions, queries
from tenure.cases.models import Case, CaseMilestone, Event
from tenure.cases.queries.replay import Replayed, replay
from tenure.cases.words import CaseRefusal, Channel
from tenure.entitlements.actions import courtesy as acts
from tenure.entitlements.models import Asset, Courtesy, CourtesyUse
from tenure.entitlements.words import Offer
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.actions import apply_policy
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cases.conftest import SERIAL, open_case
from tests.races import at_once

AT, DAY = cast.AT, timedelta(days=1)


def make_lapsed() -> tuple[Person, Asset]:
    """A technical contact, and a licence whose Essential ended in August."""
    estate.policy()
    tomas = cast.technical()
    owned = estate.asset(cast.aster(), SERIAL)
    estate.term(owned, date(2025, 9, 1), date(2026, 9, 1))
    estate.seat(tomas, cast.aster())
    return tomas, owned


def give(cases: int = 3, days: int = 14, person: Person | None = None) -> int:
    offer = Offer(days=days, most_cases=cases, why="The order is on its way.")
    return acts.give_courtesy(serial=SERIAL, offer=offer, **cast.asking(person or cast.care_agent()))


@pytest.mark.django_db
def test_it_takes_a_place_and_promises_nothing_and_says_so_everywhere() -> None:
    tomas, _ = make_lapsed()
    number = give()
    opened = open_case(tomas)
    assert (opened.promises, opened.decision.because[0].facts["by"]) == ((), "courtesy")
    assert list(CourtesyUse.objects.values_list("courtesy_id", "place", "case_number")) == [(number, 1, opened.number)]
    case = Case.objects.get(number=opened.number)
    assert (case.level, case.policy_version_id, case.next_milestone, case.next_due_at) == ("", None, "", None)
    assert CaseMilestone.objects.count() == 0
    row = queries.case(who=cast.who(tomas), number=opened.number, at=AT)
    assert (row.by_courtesy, row.promises, row.clock) == (True, (), None)
    assert "Taken by courtesy" in Mail.objects.get(kind="cases.opened").text


@pytest.mark.django_db
def test_it_is_worked_on_like_any_other_and_replays_exactly() -> None:
    tomas, _ = make_lapsed()
    give()
    sven = cast.engineer()
    number = open_case(tomas).number
    actions.take(number=number, **cast.asking(sven, AT + DAY))
    actions.change_severity(number=number, severity=2, reason="Worse.", **cast.asking(sven, AT + DAY))
    actions.ask(number=number, body="Which collation?", **cast.asking(sven, AT + 2 * DAY))
    actions.reply(number=number, body="de.", **cast.asking(tomas, AT + 3 * DAY))
    with pytest.raises(Refused) as no:
        actions.leave_to_update(number=number, body="Soon.", **cast.asking(sven, AT + 3 * DAY))
    assert no.value.code is CaseRefusal.TARGET_HAS_NO_UPDATE
    actions.propose_close(number=number, body="Solved.", **cast.asking(sven, AT + 4 * DAY))
    actions.consent(number=number, **cast.asking(tomas, AT + 5 * DAY))
    told = replay(report=pytest.fail)
    assert told == Replayed(cases=1, events=Event.objects.count(), differences=0)
    assert CaseMilestone.objects.count() == 0


@pytest.mark.django_db
def test_where_the_policy_lets_targets_apply_the_levels_promises_hold() -> None:
    tomas, _ = make_lapsed()
    text = settings.POLICY_FILE.read_text().replace("targets_apply = false", "targets_apply = true")
    apply_policy(text=text, in_force_from=AT.date(), at=AT, by=COMMAND, places=[])
    give()
    opened = open_case(tomas)
    assert [row.promise.name.value for row in opened.promises] == ["registration", "first_response", "resolution"]
    assert CourtesyUse.objects.count() == 1
    assert replay(report=pytest.fail) == Replayed(cases=1, events=2, differences=0)


@pytest.mark.django_db
def test_when_all_places_are_used_the_next_case_is_refused_and_nothing_is_written() -> None:
    tomas, _ = make_lapsed()
    give(cases=1)
    open_case(tomas)
    before = (Case.objects.count(), Event.objects.count(), Mail.objects.count())
    with pytest.raises(Refused) as no:
        open_case(tomas)
    facts = {"most": 1, "until": (AT.date() + 13 * DAY).isoformat()}
    assert (no.value.code, no.value.facts) == (CaseRefusal.COURTESY_USED_UP, facts)
    assert (Case.objects.count(), Event.objects.count(), Mail.objects.count(), CourtesyUse.objects.count()) == (
        *before, 1,
    )  # fmt: skip


@pytest.mark.django_db
def test_it_ends_by_itself_and_then_no_case_is_opened() -> None:
    tomas, _ = make_lapsed()
    give(days=5)
    open_case(tomas, at=AT + 4 * DAY)
    with pytest.raises(Refused) as no:
        open_case(tomas, at=AT + 5 * DAY)
    assert no.value.code is CaseRefusal.NOT_ENTITLED


@pytest.mark.django_db
def test_what_was_paid_for_takes_no_place_while_a_courtesy_runs() -> None:
    tomas, owned = make_lapsed()
    give()
    estate.term(owned, AT.date(), AT.date() + 365 * DAY)
    opened = open_case(tomas)
    assert (len(opened.promises), CourtesyUse.objects.count()) == (3, 0)


@pytest.mark.django_db
def test_a_call_that_the_desk_writes_down_takes_a_place_as_well() -> None:
    make_lapsed()
    give(cases=1)
    contact_id = Asset.objects.get().organisation.agreements.get().seats.get().identifier
    open_case(cast.engineer(), severity=1, channel=Channel.PHONE, caller=contact_id)
    assert CourtesyUse.objects.get().place == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_cases_at_once_on_the_last_place_one_is_opened() -> None:
    tomas, _ = make_lapsed()
    give(cases=2)
    open_case(tomas)
    assert at_once(lambda: open_case(tomas), lambda: open_case(tomas)) == ["courtesy_used_up", "done"]
    assert (Case.objects.count(), sorted(CourtesyUse.objects.values_list("place", flat=True))) == (2, [1, 2])


@pytest.mark.django_db(transaction=True)
def test_of_a_case_and_a_taking_back_at_once_no_case_rests_on_nothing() -> None:
    tomas, _ = make_lapsed()
    care = cast.care_agent()
    number = give(person=care)
    asking = cast.asking(care)
    told = at_once(
        lambda: open_case(tomas), lambda: acts.revoke_courtesy(courtesy_id=number, why="A mistake.", **asking)
    )
    assert told in (["done", "done"], ["done", "not_entitled"])
    assert Case.objects.count() == CourtesyUse.objects.count() == told.count("done") - 1


@pytest.mark.django_db(transaction=True)
def test_of_two_gifts_at_once_beyond_a_cap_one_is_given() -> None:
    make_lapsed()
    care, boss = cast.care_agent(), cast.manager()
    acts.give_courtesy(serial=SERIAL, offer=Offer(days=1, most_cases=1, why="x"), **cast.asking(care, AT - 9 * DAY))
    ours, theirs = cast.asking(care), cast.asking(boss)
    offer = Offer(days=5, most_cases=1, why="x")
    told = at_once(
        lambda: acts.give_courtesy(serial=SERIAL, offer=offer, **ours),
        lambda: acts.give_courtesy(serial=SERIAL, offer=offer, **theirs),
    )
    assert (told, Courtesy.objects.count()) == (["courtesy_of_asset", "done"], 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_gifts_at_once_by_one_approver_beyond_their_month_one_is_given() -> None:
    make_lapsed()
    care = cast.care_agent()
    for n in range(21):
        estate.asset(cast.organisation(f"Company {n}"), f"M30000000{n:02d}")
    offer, asking = Offer(days=5, most_cases=1, why="x"), cast.asking(care)
    for n in range(19):
        acts.give_courtesy(serial=f"M30000000{n:02d}", offer=offer, **asking)
    told = at_once(
        lambda: acts.give_courtesy(serial="M3000000019", offer=offer, **asking),
        lambda: acts.give_courtesy(serial="M3000000020", offer=offer, **asking),
    )
    assert (told, Courtesy.objects.count()) == (["courtesy_of_approver", "done"], 20)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_written() -> None:
    tomas, _ = make_lapsed()
    asked = {"serial": SERIAL, "why": "Please.", **cast.asking(tomas)}
    told = at_once(lambda: acts.ask_courtesy(**asked), lambda: acts.ask_courtesy(**asked))
    assert (told, Courtesy.objects.count()) == (["courtesy_open", "done"], 1)
