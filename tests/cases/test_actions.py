"""What is done with a case is written once, with its promises, its journal and its mail; what is refused leaves nothing."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tenure.cases import actions
from tenure.cases.models import Attachment, Case, CaseMilestone, Event, Verdict
from tenure.cases.queries import case, case_counts, cases
from tenure.cases.words import (
    CareBeginning,
    CaseFilters,
    CaseRefusal,
    Channel,
    Happening,
    State,
    Topic,
    Upload,
    View,
)
from tenure.entitlements.words import Why
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tenure.policy.words import ResponseForm
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cases.conftest import Scene, open_case

AT = cast.AT
MINUTE = timedelta(minutes=1)


def refusal(function, *args, **facts) -> Refused:
    with pytest.raises(Refused) as refused:
        function(*args, **facts)
    return refused.value


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, CaseMilestone, Verdict, Mail, Entry))


def test_a_case_is_opened_with_its_promises_its_verdict_its_journal_and_its_mail(scene: Scene) -> None:
    opened = open_case(scene.technical)
    kept = Case.objects.get(number=opened.number)
    assert (kept.state, kept.severity, kept.level, kept.zone, kept.release, kept.contact_id) == (
        "new", 3, "essential", "Europe/Berlin", "9.4", scene.contact_id,
    )  # fmt: skip
    assert {each.name: each.due_at for each in kept.milestones.all()} == {
        each.promise.name.value: each.promise.due_at for each in opened.promises
    }
    assert (kept.next_milestone, kept.next_due_at) == ("first_response", AT + timedelta(days=1))
    [verdict] = Verdict.objects.all()
    assert (verdict.granted, verdict.receipt) == (True, opened.decision.as_json())
    assert Entry.objects.filter(verb="cases.opened", subject=opened.number).count() == 1
    assert [mail.recipient for mail in Mail.objects.filter(kind="cases.opened")] == [scene.technical.email]


def test_numbers_follow_the_policys_format_and_none_is_given_twice(scene: Scene) -> None:
    first, second = open_case(scene.technical), open_case(scene.technical)
    assert first.number < second.number
    assert len(first.number) == len("CS-12345678")


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.API])
def test_severity_1_is_taken_by_phone_alone_and_the_refusal_names_the_regions_phones(scene: Scene, channel) -> None:
    before = written()
    refused = refusal(open_case, scene.technical, severity=1, channel=channel)
    assert (refused.code, refused.facts["region"]) == (CaseRefusal.SEVERITY_NEEDS_PHONE, "EMEA")
    assert "+49 30 23125 014" in [number for _, number, _ in refused.facts["phones"]]
    assert written() == before


def test_by_phone_an_engineer_opens_severity_1_for_the_caller_and_registration_counts_from_the_call(
    scene: Scene,
) -> None:
    opened = open_case(
        scene.engineer, severity=1, channel=Channel.PHONE, caller=scene.contact_id, called_at=AT - 20 * MINUTE
    )
    kept = Case.objects.get(number=opened.number)
    assert (kept.opened_by_id, kept.contact_email) == (scene.technical.pk, scene.technical.email)
    registration = kept.milestones.get(name="registration")
    assert (registration.due_at, registration.met_at) == (AT + 10 * MINUTE, AT)


@pytest.mark.parametrize("person", [cast.owner, cast.viewer, cast.purchasing])
def test_without_a_contact_seat_no_technical_case_is_opened(scene: Scene, person) -> None:
    someone, before = person(), written()
    assert refusal(open_case, someone).code is CaseRefusal.CONTACT_SEAT_NEEDED
    assert written() == before


@pytest.mark.parametrize("person", [cast.other_technical, cast.stranger])
def test_somebody_elses_serial_and_none_at_all_are_refused_alike(scene: Scene, person) -> None:
    someone = person()
    theirs, nobodys = refusal(open_case, someone), refusal(open_case, someone, "M9999999999")
    assert (theirs.code, theirs.facts["decision"].why) == (CaseRefusal.NOT_ENTITLED, Why.UNKNOWN_SERIAL)
    assert (nobodys.code, nobodys.facts["decision"].why) == (theirs.code, theirs.facts["decision"].why)


def test_a_lapsed_asset_is_refused_with_the_decision(scene: Scene) -> None:
    lapsed = estate.asset(cast.aster(), "M1000000002")
    estate.term(lapsed, date(2025, 4, 1), date(2026, 4, 1))
    refused = refusal(open_case, scene.technical, "M1000000002")
    assert (refused.code, refused.facts["decision"].why) == (CaseRefusal.NOT_ENTITLED, Why.TERM_ENDED)


def test_a_release_that_the_product_lacks_is_refused_with_those_it_has(scene: Scene) -> None:
    refused = refusal(open_case, scene.technical, release="9.9")
    assert (refused.code, refused.facts["releases"]) == (CaseRefusal.RELEASE_UNKNOWN, ["9.4"])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"summary": " \n"}, CaseRefusal.SUMMARY_MISSING),
        ({"summary": "x" * 201}, CaseRefusal.SUMMARY_TOO_LONG),
        ({"details": "\x00 \x07"}, CaseRefusal.DETAILS_MISSING),
        ({"details": "x" * 50_001}, CaseRefusal.TEXT_TOO_LONG),
        ({"severity": 5}, CaseRefusal.SEVERITY_UNKNOWN),
    ],
)
def test_a_text_that_is_missing_or_too_long_is_refused(scene: Scene, asked, code) -> None:
    before = written()
    assert refusal(open_case, scene.technical, **asked).code is code
    assert written() == before


def test_control_signs_are_left_out_and_the_words_stay(scene: Scene) -> None:
    opened = open_case(scene.technical, summary="a\x00b\x1b[31m\u202ec\nd", details="one\r\ntwo\x00\x07<script>")
    kept = case(who=cast.who(scene.technical), number=opened.number, at=AT)
    assert (kept.summary, kept.entries[0].body) == ("ab[31mc d", "one\ntwo<script>")


def test_a_case_goes_from_new_to_closed_with_the_customers_consent(scene: Scene) -> None:
    number = open_case(scene.technical).number
    ours, theirs = (
        (lambda m: cast.asking(scene.engineer, AT + m * MINUTE)),
        (lambda m: cast.asking(scene.technical, AT + m * MINUTE)),
    )
    states = [
        actions.take(number=number, **ours(1)).state,
        actions.ask(number=number, body="Which log?", **ours(2)).state,
        actions.reply(number=number, body="This one.", **theirs(3)).state,
        actions.propose_close(number=number, body="Set it back.", **ours(4)).state,
        actions.consent(number=number, **theirs(5)).state,
    ]
    assert states == [State.OPEN, State.AWAITING_REVIEW, State.OPEN, State.PENDING_CLOSE, State.CLOSED]
    kept = Case.objects.get(number=number)
    assert (kept.state, kept.closed_at, kept.next_due_at) == ("closed", AT + 5 * MINUTE, None)
    assert kept.milestones.get(name="resolution").met_at == AT + 4 * MINUTE
    assert kept.milestones.get(name="first_response").met_at == AT + 2 * MINUTE


def test_what_is_kept_of_a_case_is_what_its_events_add_up_to(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.change_severity(
        number=number, severity=2, reason="It is worse.", **cast.asking(scene.engineer, AT + MINUTE)
    )
    actions.answer(number=number, body="We look.", **cast.asking(scene.engineer, AT + 2 * MINUTE))
    kept = Case.objects.get(number=number)
    read = case(who=None, number=number, at=AT + 3 * MINUTE)
    assert (kept.state, kept.severity, kept.last_seq) == (read.state.value, read.severity, read.story.last_seq)
    assert {m.name: (m.due_at, m.met_at) for m in kept.milestones.all()} == {
        each.promise.name.value: (each.promise.due_at, each.promise.met_at) for each in read.promises
    }


def test_a_customer_never_sees_a_note_and_the_desk_does(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.note(number=number, body="The usual thing.", **cast.asking(scene.engineer))
    seen = {name: case(who=cast.who(person), number=number, at=AT).entries for name, person in
            (("customer", scene.technical), ("desk", scene.engineer))}  # fmt: skip
    assert [entry.body for entry in seen["customer"] if entry.kind is Happening.NOTED] == []
    assert [entry.body for entry in seen["desk"] if entry.kind is Happening.NOTED] == ["The usual thing."]
    found = {name: len(cases(who=cast.who(person), filters=CaseFilters(text="usual thing")).rows) for name, person in
             (("customer", scene.technical), ("desk", scene.engineer))}  # fmt: skip
    assert found == {"customer": 0, "desk": 1}


def test_another_customers_case_does_not_exist_for_any_verb(scene: Scene) -> None:
    number = open_case(scene.technical).number
    other, before = cast.other_technical(), written()
    asked = cast.asking(other)
    assert case(who=cast.who(other), number=number, at=AT) is None
    tries = [
        lambda: actions.reply(number=number, body="x", **asked), lambda: actions.consent(number=number, **asked),
        lambda: actions.decline(number=number, body="x", **asked), lambda: actions.close(number=number, **asked),
        lambda: actions.reopen(number=number, body="x", **asked), lambda: actions.take(number=number, **asked),
        lambda: actions.note(number=number, body="x", **asked), lambda: actions.answer(number=number, body="x", **asked),
    ]  # fmt: skip
    assert {refusal(each).code for each in tries} == {CaseRefusal.NOT_FOUND}
    assert written() == before


def test_a_customer_does_nothing_of_the_desks(scene: Scene) -> None:
    number = open_case(scene.technical).number
    before, asked = written(), cast.asking(scene.technical)
    tries = [
        lambda: actions.take(number=number, **asked), lambda: actions.note(number=number, body="x", **asked),
        lambda: actions.answer(number=number, body="x", **asked), lambda: actions.ask(number=number, body="x", **asked),
        lambda: actions.propose_close(number=number, body="x", **asked),
        lambda: actions.change_severity(number=number, severity=2, reason="x", **asked),
        lambda: actions.give(number=number, to=scene.technical.pk, **asked),
        lambda: actions.log_call(number=number, spoke_with="x", form=ResponseForm.CALL_BACK, body="", **asked),
    ]  # fmt: skip
    assert {refusal(each).code for each in tries} == {CaseRefusal.NOT_ALLOWED}
    assert written() == before


def test_a_viewer_reads_and_does_not_write(scene: Scene) -> None:
    number, viewer = open_case(scene.technical).number, cast.viewer()
    assert case(who=cast.who(viewer), number=number, at=AT).may_write is False
    assert refusal(actions.reply, number=number, body="x", **cast.asking(viewer)).code is CaseRefusal.NOT_ALLOWED


def test_a_call_to_nobody_or_to_somebody_else_is_no_response_and_one_to_the_contact_is(scene: Scene) -> None:
    number = open_case(scene.technical).number
    call = {"number": number, "form": ResponseForm.CALL_BACK, "body": "", **cast.asking(scene.engineer)}
    assert actions.log_call(spoke_with="", **call).responded_at is None
    assert actions.log_call(spoke_with="C99999999", **call).responded_at is None
    assert actions.log_call(spoke_with=scene.contact_id, **call).responded_at == AT


def test_a_closed_case_is_opened_again_within_the_policys_days_and_not_after_them(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.close(number=number, **cast.asking(scene.technical))
    last = AT + timedelta(days=14)
    late = refusal(actions.reopen, number=number, body="Again.", **cast.asking(scene.technical, last + MINUTE))
    assert (late.code, late.facts["days"]) == (CaseRefusal.REOPEN_TOO_LATE, 14)
    assert actions.reopen(number=number, body="Again.", **cast.asking(scene.technical, last)).state is State.OPEN


def test_a_case_taken_is_not_taken_again_but_may_be_given(scene: Scene) -> None:
    number, other = open_case(scene.technical).number, cast.manager()
    actions.take(number=number, **cast.asking(scene.engineer))
    taken = refusal(actions.take, number=number, **cast.asking(other))
    assert (taken.code, taken.facts["person_id"]) == (CaseRefusal.ALREADY_TAKEN, scene.engineer.pk)
    assert actions.give(number=number, to=other.pk, **cast.asking(scene.engineer)).assignee == other.pk
    assert (
        refusal(actions.give, number=number, to=scene.technical.pk, **cast.asking(other)).code
        is CaseRefusal.NOT_AN_ENGINEER
    )


def test_customer_care_is_open_to_everyone_signed_in_and_runs_no_clock(scene: Scene) -> None:
    sam = cast.stranger()
    beginning = CareBeginning(
        topic=Topic.LICENCES,
        region="EMEA",
        company="Nowhere Ltd",
        address="1 Lane",
        summary="No certificate",
        details="It never came.",
    )
    opened = actions.open_care_case(beginning=beginning, **cast.asking(sam))
    kept = case(who=cast.who(sam), number=opened.number, at=AT)
    assert (kept.organisation, kept.promises, kept.state) == ("Nowhere Ltd", (), State.NEW)
    assert case(who=cast.who(scene.technical), number=opened.number, at=AT) is None


def test_a_purchasing_contact_sees_customer_care_and_no_technical_case(scene: Scene) -> None:
    technical, petra = open_case(scene.technical).number, cast.purchasing()
    care = actions.open_care_case(
        beginning=CareBeginning(
            topic=Topic.ACCOUNT, region="EMEA", summary="A", details="B", organisation_id=cast.aster().pk
        ),
        **cast.asking(scene.technical),
    )
    assert [row.number for row in cases(who=cast.who(petra), filters=CaseFilters()).rows] == [care.number]
    assert case(who=cast.who(petra), number=technical, at=AT) is None


def test_files_are_kept_under_names_of_our_own_and_bad_ones_undo_everything(scene: Scene, settings, tmp_path) -> None:
    opened = open_case(scene.technical, uploads=(Upload(name="..\\..\\evil/log.txt", chunks=[b"one", b"two"]),))
    [kept] = Attachment.objects.all()
    assert (kept.name, kept.size_bytes, kept.stored_as.startswith("cases/")) == ("log.txt", 6, True)
    before = written()
    for name, chunks, code in (
        ("a.txt", [b""], CaseRefusal.FILE_EMPTY), ("..", [b"x"], CaseRefusal.FILE_NAME_UNUSABLE),
        ("b.bin", [b"x" * 1024 * 1024] * 26, CaseRefusal.FILE_TOO_LARGE),
    ):  # fmt: skip
        bad = (Upload(name="good.txt", chunks=[b"good"]), Upload(name=name, chunks=chunks))
        asked = {"number": opened.number, "body": "See.", "uploads": bad, **cast.asking(scene.technical)}
        assert refusal(actions.reply, **asked).code is code
    many = tuple(Upload(name=f"{n}.txt", chunks=[b"x"]) for n in range(11))
    assert (
        refusal(actions.reply, number=opened.number, body="See.", uploads=many, **cast.asking(scene.technical)).code
        is CaseRefusal.TOO_MANY_FILES
    )
    assert (written(), Attachment.objects.count()) == (before, 1)


def test_a_waiting_customer_is_reminded_on_the_policys_days_once_and_then_the_case_closes(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.ask(number=number, body="Which log?", **cast.asking(scene.engineer))
    day = timedelta(days=1)
    told = [actions.remind_waiting(at=AT + n * day) for n in (2, 3, 3, 4, 7, 8)]
    assert told == [0, 1, 0, 0, 1, 0]
    assert [actions.close_waiting(at=AT + n * day) for n in (13, 14, 15)] == [0, 1, 0]
    kept = Case.objects.get(number=number)
    assert (kept.state, Mail.objects.filter(kind="cases.reminder").count()) == ("closed", 2)


def test_the_counts_add_up_and_open_is_everything_not_closed(scene: Scene) -> None:
    first, second = open_case(scene.technical).number, open_case(scene.technical).number
    open_case(scene.technical)
    actions.ask(number=first, body="?", **cast.asking(scene.engineer))
    actions.close(number=second, **cast.asking(scene.technical))
    counts = case_counts(who=cast.who(scene.technical))
    assert counts == {
        View.ALL: 3, View.NEW: 1, View.OPEN: 2, View.AWAITING_REVIEW: 1, View.PENDING_CLOSE: 0, View.CLOSED: 1,
    }  # fmt: skip
    assert [row.number for row in cases(who=cast.who(scene.technical), filters=CaseFilters(view=View.CLOSED)).rows] == [
        second
    ]


def test_pages_follow_each_other_without_a_gap(scene: Scene) -> None:
    numbers = [open_case(scene.technical).number for _ in range(5)]
    who, seen, after = cast.who(scene.technical), [], ""
    while True:
        page = cases(who=who, filters=CaseFilters(), after=after, limit=2)
        seen += [row.number for row in page.rows]
        if not page.next:
            break
        after = page.next
    assert seen == numbers[::-1]


def test_events_texts_and_verdicts_are_never_altered(scene: Scene) -> None:
    number = open_case(scene.technical).number
    kept = Case.objects.get(number=number)
    for row in (kept.events.first(), kept.texts.first(), kept.verdicts.first()):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()
    assert (kept.events.count(), kept.texts.count(), kept.verdicts.count()) == (2, 1, 1)
