"""What the letters about a case say, to whom, in which language and zone."""

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage

from tenure.accounts.models import Person
from tenure.cases import actions
from tenure.cases.words import CareBeginning, Topic
from tenure.outbox.models import Mail
from tests import cast
from tests.cases.conftest import Scene, open_case


def last(kind: str) -> EmailMessage:
    raw = bytes(Mail.objects.filter(kind=kind).latest("id").mime)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text(message: EmailMessage) -> str:
    part = message.get_body(["plain"])
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_an_opened_case_is_answered_with_every_promise_and_its_reason(scene: Scene) -> None:
    Person.objects.filter(id=scene.technical.id).update(zone="America/New_York")
    number = open_case(scene.technical).number
    letter = last("cases.opened")
    assert letter["Subject"] == f"Case {number} is open: Nightly import stops"
    assert text(letter) == (
        "Your case is open. We call you back by Wed 25 Nov, 07:00.\n\n"
        "Dear Tomas Lind,\n\n"
        "Thank you for writing to us about “Nightly import stops”.\n\n"
        "This is what you can count on:\n\n"
        "First response: Wed 25 Nov, 07:00\n"
        "within 24 hours on business days, by a call back, severity 3, Essential, "
        "Monday to Friday, round the clock, customer's local time\n"
        "Resolution: Tue 22 Dec, 07:00\n"
        "within 20 business days or with the next product update, severity 3, Essential, "
        "Monday to Friday, round the clock, customer's local time\n"
        "Product: Quay Vault 9.4, Main works\n"
        f"Case: {number}\n\n"
        f"Open the case:\nhttp://localhost:8000/cases/{number}\n\n"
        "Write to us on its page at any time.\n\n"
        f"-- \nYou get this e-mail because of case {number} at Halden Systems.\n"
        "This was written on Tue 24 Nov, 07:00, New York (Eastern Time).\n"
        "Halden Systems\nhttp://localhost:8000\n"
    )


def test_the_html_says_the_same_and_runs_nothing_that_was_typed(scene: Scene) -> None:
    open_case(scene.technical, summary="<script>alert(1)</script> & more")
    part = last("cases.opened").get_body(["html"])
    assert part is not None
    page = str(part.get_content())
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<script" not in page
    assert "within 24 hours on business days, by a call back, severity 3" in page


def test_customer_care_promises_nothing_and_says_so_by_leaving_it_out(scene: Scene) -> None:
    opened = actions.open_care_case(
        beginning=CareBeginning(topic=Topic.ACCOUNT, region="EMEA", summary="A", details="B"),
        **cast.asking(cast.stranger()),
    )
    said = text(last("cases.opened"))
    assert said.startswith(
        "Your case is open.\n\nDear Sam Nowhere,\n\nThank you for writing to us about “A”.\n\nCase: "
    )
    assert opened.number in said


def test_each_step_of_the_desk_is_told_in_a_sentence_and_with_its_words(scene: Scene) -> None:
    number = open_case(scene.technical).number
    ours = cast.asking(scene.engineer)
    told = [
        (actions.answer, "wrote", f"Engineer has answered on case {number}."),
        (actions.ask, "asked", f"Engineer asks you about case {number}. The clocks wait for your answer."),
        (actions.propose_close, "close_proposed", f"Engineer believes that case {number} is solved."),
    ]
    for act, kind, sentence in told:
        act(number=number, body=f"Words of {kind}.", **ours)
        said = text(last(f"cases.{kind}"))
        assert said.startswith(sentence)
        assert f"\n\nWords of {kind}.\n\n" in said


def test_a_changed_severity_is_told_with_the_one_before_and_the_reason(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.change_severity(number=number, severity=2, reason="Half the site waits.", **cast.asking(scene.engineer))
    said = text(last("cases.severity_changed"))
    assert "Severity: 2, before 3" in said
    assert "Half the site waits." in said


def test_a_language_that_the_portal_does_not_speak_is_answered_in_one_that_it_does(scene: Scene) -> None:
    Person.objects.filter(id=scene.technical.id).update(language="he")
    open_case(scene.technical)
    assert last("cases.opened")["Content-Language"] == "en"


def test_who_works_on_the_case_is_told_what_the_customer_did_with_a_link_to_the_desk(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.take(number=number, **cast.asking(scene.engineer))
    actions.reply(
        number=number, body="It happened again.", **cast.asking(scene.technical, cast.AT + timedelta(hours=1))
    )
    said = text(last("cases.staff_customer_wrote"))
    assert said.startswith(f"Tomas Lind wrote on case {number}.")
    assert f"/desk/cases/{number}" in said
    assert Mail.objects.get(kind="cases.staff_customer_wrote").recipient == scene.engineer.email


def test_a_note_and_a_failed_call_are_told_to_nobody(scene: Scene) -> None:
    number = open_case(scene.technical).number
    before = Mail.objects.count()
    actions.note(number=number, body="Between us.", **cast.asking(scene.engineer))
    assert Mail.objects.count() == before
