"""One case: what its page says, and the customer's steps."""

import pytest

from tenure.cases import actions
from tenure.cases.models import Attachment, Case
from tenure.cases.words import CareBeginning, Topic, Upload
from tests import cast
from tests.cases.conftest import Scene, open_case
from tests.portal.cases.world import AT, MINUTE, queries, taken, written
from tests.screens import bare, browser, post, said, text

pytestmark = pytest.mark.django_db


def test_the_page_of_a_new_case_says_by_when_and_why(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    page = client.get(f"/cases/{number.lower()}")
    assert said(page) == "We have your case. First response by Wed 25 Nov, 12:00."
    assert "Essential, severity 3, counted in the time of Berlin (Central European Time)" in text(page)
    assert "It stops at 01:40 with catalogue busy." in text(page)
    assert "How the resolution was counted" in text(page)


def test_severity_hours_and_place_are_named_in_the_language_of_the_reader(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    scene.technical.language = "de"
    scene.technical.save(update_fields=["language"])
    page = text(client.get(f"/cases/{number}"))
    wanted = ("3, Schwer", "Ortszeit des Kunden", "Adresse")
    assert [each for each in wanted if each not in page] == []
    assert [each for each in ("Major", "customer's local time") if each in page] == []


def test_somebody_elses_case_and_none_at_all_are_the_same_page(scene: Scene) -> None:
    number = open_case(scene.technical).number
    for person in (cast.other_technical(), cast.stranger(), cast.reseller()):
        client = browser(person)
        for path in ("", "/receipt", "/files/1"):
            theirs, nothing = (client.get(f"/cases/{each}{path}") for each in (number, "CS-99999999"))
            assert (theirs.status_code, nothing.status_code) == (404, 404)
            assert bare(theirs).replace(number, "") == bare(nothing).replace("CS-99999999", "")
        before = written()
        for verb in ("reply", "consent", "close", "reopen"):
            assert post(client, f"/cases/{number}/{verb}", body="Hello", answer="close").status_code == 404
        assert written() == before


def test_the_customer_replies_and_the_words_stand_on_the_page(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    answer = post(client, f"/cases/{number}/reply", body="It happened again.\n\nTwice.")
    assert answer["Location"] == f"/cases/{number}"
    page = client.get(f"/cases/{number}").content.decode()
    assert "<p>It happened again.</p>\n\n<p>Twice.</p>" in page


def test_an_empty_reply_is_explained(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    before = written()
    answer = post(client, f"/cases/{number}/reply", body=" ")
    assert (answer.status_code, "Write something first." in text(answer)) == (422, True)
    assert written() == before


def test_an_internal_note_is_nowhere_on_the_customers_page(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.note(
        number=number,
        body="Secret guess",
        uploads=(Upload(name="secret.txt", chunks=[b"x"]),),
        **cast.asking(scene.engineer),
    )
    assert "ecret" not in client.get(f"/cases/{number}").content.decode()
    kept = Attachment.objects.get()
    assert client.get(f"/cases/{number}/files/{kept.pk}").status_code == 404
    assert taken(browser(scene.engineer), f"/cases/{number}/files/{kept.pk}") == (200, b"x")


def test_the_customers_word_closes_a_proposed_case_and_opens_it_again(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.propose_close(number=number, body="Fixed by 9.4.2.", **cast.asking(scene.engineer, AT))
    page = client.get(f"/cases/{number}")
    assert (
        said(page)
        == "Engineer believes it is solved. Your word closes it; without an answer it closes on Tue 8 Dec, 12:00."
    )
    post(client, f"/cases/{number}/consent", answer="close")
    page = client.get(f"/cases/{number}")
    assert said(page) == "Closed on Tue 24 Nov, 12:00. Until Tue 8 Dec, 12:00 you can open it again."
    assert post(client, f"/cases/{number}/reopen", body="").status_code == 422
    assert post(client, f"/cases/{number}/reopen", body="Again.").status_code == 302
    assert Case.objects.get().state == "open"


def test_the_customer_declines_a_proposal(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.propose_close(number=number, body="Fixed.", **cast.asking(scene.engineer, AT))
    post(client, f"/cases/{number}/consent", answer="back")
    assert Case.objects.get().state == "open"


def test_a_step_that_is_not_possible_any_more_says_so_and_changes_nothing(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    post(client, f"/cases/{number}/close")
    before = written()
    for verb, data in (("consent", {"answer": "close"}), ("close", {}), ("reply", {"body": "Hello"})):
        answer = post(client, f"/cases/{number}/{verb}", **data)
        assert answer.status_code == 302
        assert "The case has moved on" in text(client.get(answer["Location"]))
    assert written() == before


def test_a_viewer_reads_a_case_and_writes_nothing(scene: Scene) -> None:
    number = open_case(scene.technical).number
    client = browser(cast.viewer())
    page = client.get(f"/cases/{number}")
    assert (page.status_code, "Send the reply" in text(page), "Close this case" in text(page)) == (200, False, False)
    before = written()
    post(client, f"/cases/{number}/reply", body="Hello")
    post(client, f"/cases/{number}/close")
    assert written() == before


def test_the_receipt_is_the_verdict_as_it_was_written(client, scene: Scene) -> None:
    opened = open_case(scene.technical)
    page = client.get(f"/cases/{opened.number}/receipt")
    assert opened.decision.as_json() in text(page)
    care = actions.open_care_case(
        beginning=CareBeginning(topic=Topic.OTHER, region="EMEA", summary="a", details="b"),
        **cast.asking(scene.technical),
    )
    assert client.get(f"/cases/{care.number}/receipt").status_code == 404


def test_a_long_case_takes_as_many_queries_as_a_short_one(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    few = queries(client, f"/cases/{number}")
    for n in range(20):
        actions.answer(number=number, body=f"Word {n}", **cast.asking(scene.engineer, AT + n * MINUTE))
    assert queries(client, f"/cases/{number}") == few
