"""What is stored of a case follows from its events; whoever changes it is found out."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.cases import actions
from tenure.cases.models import Case, CaseMilestone
from tenure.cases.queries.replay import Replayed, replay
from tenure.cases.rules.steps import steps
from tenure.cases.words import CareBeginning, Channel, Happening, State, Topic
from tenure.policy.words import ResponseForm
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cases.conftest import Scene, open_case

AT = cast.AT
STEPS = {
    Happening.TAKEN: lambda ours, theirs, number, n: actions.take(number=number, **ours),
    Happening.GIVEN_BACK: lambda ours, theirs, number, n: actions.give(number=number, to=None, **ours),
    Happening.CUSTOMER_WROTE: lambda ours, theirs, number, n: actions.reply(number=number, body="x", **theirs),
    Happening.WROTE: lambda ours, theirs, number, n: actions.answer(number=number, body="x", **ours),
    Happening.ASKED: lambda ours, theirs, number, n: actions.ask(number=number, body="x", **ours),
    Happening.NOTED: lambda ours, theirs, number, n: actions.note(number=number, body="x", **ours),
    Happening.CALL_FAILED: lambda ours, theirs, number, n: actions.log_call(
        number=number, spoke_with="", form=ResponseForm.CALL_BACK, body="x", **ours
    ),
    Happening.RESTORED: lambda ours, theirs, number, n: actions.restore(number=number, body="x", **ours),
    Happening.LEFT_TO_UPDATE: lambda ours, theirs, number, n: actions.leave_to_update(number=number, body="x", **ours),
    Happening.SEVERITY_CHANGED: lambda ours, theirs, number, n: actions.change_severity(
        number=number, severity=n, reason="x", **ours
    ),
    Happening.CLOSE_PROPOSED: lambda ours, theirs, number, n: actions.propose_close(number=number, body="x", **ours),
    Happening.CONSENTED: lambda ours, theirs, number, n: actions.consent(number=number, **theirs),
    Happening.DECLINED: lambda ours, theirs, number, n: actions.decline(number=number, body="x", **theirs),
    Happening.CLOSED: lambda ours, theirs, number, n: actions.close(number=number, **theirs),
    Happening.REOPENED: lambda ours, theirs, number, n: actions.reopen(number=number, body="x", **theirs),
}


def found(number: str = "") -> list[str]:
    said: list[str] = []
    replay(
        report=lambda difference: said.append(f"{difference.what}: {difference.stored} -> {difference.told}"),
        number=number,
    )
    return said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(0, 60 * 24 * 4), st.sampled_from(sorted(STEPS)), st.integers(1, 4)), max_size=15),
)
def test_whatever_happens_to_a_case_its_cache_is_what_its_events_say(scene: Scene, severity, happened) -> None:
    at = AT
    by_phone = {"channel": Channel.PHONE, "caller": scene.contact_id}
    number = open_case(scene.engineer, severity=severity, **by_phone).number
    for minutes, kind, n in happened:
        at += timedelta(minutes=minutes)
        if kind in steps(State(Case.objects.get(number=number).state)):
            ours, theirs = cast.asking(scene.engineer, at), cast.asking(scene.technical, at)
            try:
                STEPS[kind](ours, theirs, number, n)
            except Refused:
                continue
    assert found() == []
    assert found(number) == []


def test_care_cases_and_those_of_several_levels_are_judged_each_by_its_own(scene: Scene) -> None:
    basic = estate.asset(cast.aster(), "M1000000005")
    estate.term(basic, AT.date() - timedelta(days=9), AT.date() + timedelta(days=9), level="basic")
    open_case(scene.technical)
    open_case(scene.technical, "M1000000005", severity=2)
    care = CareBeginning(topic=Topic.LICENCES, region="EMEA", summary="s", details="d")
    actions.open_care_case(beginning=care, **cast.asking(cast.stranger()))
    assert replay(report=pytest.fail) == Replayed(cases=3, events=6, differences=0)


TAMPERED = [
    ({"state": "open"}, "state: open -> new"),
    ({"severity": 2}, "severity: 2 -> 3"),
    ({"assignee_id": None}, ""),
    (
        {"registered_at": AT + timedelta(hours=1)},
        "registered_at: 2026-11-24T13:00:00+00:00 -> 2026-11-24T12:00:00+00:00",
    ),
    ({"changed_at": AT + timedelta(hours=1)}, "changed_at: 2026-11-24T13:00:00+00:00 -> 2026-11-24T12:00:00+00:00"),
    ({"opened_at": AT - timedelta(hours=1)}, "opened_at: 2026-11-24T11:00:00+00:00 -> 2026-11-24T12:00:00+00:00"),
    ({"next_milestone": ""}, "next_milestone: nothing -> first_response"),
    ({"next_due_at": None}, "next_due_at: nothing -> 2026-11-25T12:00:00+00:00"),
    ({"last_seq": 3}, "last_seq: 3 -> 2"),
    ({"state": "awaiting_review", "waiting_since": AT}, "state: awaiting_review -> new"),
]


@pytest.mark.parametrize(("tampered", "said"), TAMPERED)
def test_a_tampered_column_is_found_and_named(scene: Scene, tampered, said) -> None:
    open_case(scene.technical)
    number = open_case(scene.technical).number
    Case.objects.filter(number=number).update(**tampered)
    assert found()[:1] == ([said] if said else [])
    assert found(number.lower()) == found()


@pytest.mark.parametrize("column", ["due_at", "met_at", "breached_at", "ended_at"])
def test_a_tampered_promise_is_found_and_named(scene: Scene, column) -> None:
    number = open_case(scene.technical).number
    CaseMilestone.objects.filter(case__number=number, name="resolution").update(**{column: AT})
    assert [each.split(":")[0] for each in found()] == [f"resolution.{column}"]


def test_a_promise_that_is_gone_or_too_many_is_found(scene: Scene) -> None:
    number = open_case(scene.technical).number
    CaseMilestone.objects.filter(name="resolution").delete()
    CaseMilestone.objects.create(case=Case.objects.get(number=number), name="replacement")
    assert found() == ["replacement: a promise -> none", "resolution: none -> a promise"]


def test_events_that_are_lost_are_found(scene: Scene) -> None:
    open_case(scene.technical)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER event_is_kept")
        cursor.execute("ALTER TABLE cases_text DISABLE TRIGGER text_is_kept")
        cursor.execute("DELETE FROM cases_text; DELETE FROM cases_event")
    assert found() == ["events: 0 -> a case without events"]


def test_the_command_says_how_many_and_ends_with_1_where_something_differs(scene: Scene) -> None:
    number, out = open_case(scene.technical).number, io.StringIO()
    call_command("cases", "replay", stdout=out)
    assert out.getvalue() == "1 case with 2 events replayed: no difference\n"
    Case.objects.filter(number=number).update(severity=4)
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("cases", "replay", number, stdout=out)
    assert (ended.value.code, out.getvalue().splitlines()) == (
        1,
        [f"{number}: severity: stored 4, the events say 3", "1 case with 2 events replayed: 1 difference"],
    )


@pytest.mark.django_db
def test_a_number_that_no_case_has_is_said() -> None:
    with pytest.raises(CommandError, match="CS-1: there is no such case"):
        call_command("cases", "replay", "CS-1")
