"""Cases at the desk: the queue by next due, every step of a case on one page, and who may do what."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.actions import add_team
from tenure.accounts.models import Person, StaffMembership
from tenure.accounts.words import TeamTopic
from tenure.cases import actions
from tenure.cases.models import Attachment, Case, Event
from tenure.cases.queries.queue import QueueFilters, QueueView, queue
from tenure.cases.words import CareBeginning, Topic
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tests import cast
from tests.cases.conftest import Scene, open_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
AT = cast.AT
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def browser(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def send(client: Client, path: str, **data: object):
    return client.post(path, {**data, "request_key": uuid.uuid4().hex})


def step(client: Client, number: str, name: str, **data: object):
    return send(
        client, f"/desk/cases/{number}/{name}", **{key.replace("_", "-", 1): value for key, value in data.items()}
    )


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def text(answer, part: str = "main") -> str:
    inside = re.search(rf"<{part}\b.*?</{part}>", answer.content.decode(), re.DOTALL)
    assert inside, answer.status_code
    return words(inside[0])


def rows(answer) -> list[str]:
    """The groups and summaries of the list, in their order."""
    found = re.findall(
        r'<th scope="rowgroup"[^>]*>(.*?)</th>|<span class="subject">(.*?)</span>', answer.content.decode()
    )
    return [words(group or summary) for group, summary in found]


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, Mail, Entry))


def four_cases(scene: Scene) -> dict[str, str]:
    """One missed, one due today, one tomorrow, one later; the numbers by summary."""
    made = [
        open_case(scene.technical, summary="Later", severity=4, at=AT - HOUR),
        open_case(scene.technical, summary="Tomorrow", severity=3, at=AT - HOUR),
        open_case(scene.technical, summary="Today", severity=2, at=AT - HOUR),
        open_case(scene.technical, summary="Missed", severity=2, at=AT - 3 * HOUR),
    ]
    actions.answer(number=made[0].number, body="By and by.", **cast.asking(scene.engineer, AT - MINUTE))
    return dict(zip(("Later", "Tomorrow", "Today", "Missed"), (each.number for each in made), strict=True))


# --- the queue ------------------------------------------------------------------------------------------------------


def test_the_queue_stands_by_next_due_with_what_is_missed_above_and_what_promises_nothing_below(scene: Scene) -> None:
    four_cases(scene)
    page = browser(scene.engineer).get("/desk/cases")
    assert rows(page) == ["Missed", "Missed", "Today", "Today", "Tomorrow", "Tomorrow", "Nothing falls due", "Later"]
    said = text(page)
    assert "1 h ago 11:00 First response Missed" in said
    assert "in 1 h 13:00 First response Today" in said


def test_each_view_holds_its_cases_and_says_how_many(scene: Scene) -> None:
    numbers = four_cases(scene)
    me = cast.asking(scene.engineer)
    actions.take(number=numbers["Today"], **me)
    actions.ask(number=numbers["Tomorrow"], body="Which log?", **me)
    actions.close(number=numbers["Missed"], **cast.asking(scene.technical))
    client = browser(scene.engineer)
    shown = {
        view: [line for line in rows(client.get(f"/desk/cases?view={view.value}")) if line in numbers]
        for view in QueueView
    }
    assert shown == {
        QueueView.DUE: ["Today", "Today", "Later"],  # "Today" is a group as well
        QueueView.MINE: ["Today", "Today"],
        QueueView.UNTAKEN: ["Later", "Tomorrow"],
        QueueView.WAITING: ["Tomorrow"],
        QueueView.OPEN: ["Today", "Today", "Later", "Tomorrow"],
        QueueView.CLOSED: ["Missed"],
    }
    counts = queue(who=cast.who(scene.engineer), view=QueueView.DUE, filters=QueueFilters(), at=AT).counts
    assert counts == {
        QueueView.DUE: 2, QueueView.MINE: 1, QueueView.UNTAKEN: 2, QueueView.WAITING: 1, QueueView.OPEN: 3, QueueView.CLOSED: 1,
    }  # fmt: skip


def test_filters_narrow_the_list_and_its_counts_alike(scene: Scene) -> None:
    numbers = four_cases(scene)
    boss = cast.manager()
    slug = add_team(name="Licences", topic=TeamTopic.LICENCES, region="", **cast.asking(boss))
    storage = add_team(name="Storage EMEA", topic=TeamTopic.TECHNICAL, region="EMEA", **cast.asking(boss))
    far = add_team(name="Storage Japan", topic=TeamTopic.TECHNICAL, region="JP", **cast.asking(boss))
    client = browser(scene.engineer)
    found = {
        asked: len([line for line in rows(client.get(f"/desk/cases?view=open&{asked}")) if line in numbers])
        for asked in (f"team={slug}", f"team={storage}", f"team={far}", "severity=2", "severity=1", "level=essential", "level=basic",
                      f"customer={cast.aster().number}", "customer=K-999999", "q=catalogue", "q=nowhere", f"q={numbers['Today'].lower()}")
    }  # fmt: skip
    everything = len(rows(client.get("/desk/cases?view=open"))) - 1  # one group is named as none of the cases
    assert found == {
        f"team={slug}": 0, f"team={storage}": everything, f"team={far}": 0, "severity=2": 4, "severity=1": 0,
        "level=essential": everything, "level=basic": 0, f"customer={cast.aster().number}": everything, "customer=K-999999": 0,
        "q=catalogue": everything, "q=nowhere": 0, f"q={numbers['Today'].lower()}": 2,
    }  # fmt: skip
    page = text(client.get("/desk/cases?severity=2"))
    assert "Due next 2 Mine 0 Untaken 2 Wait for the customer 0 Everything open 2" in page


def test_pages_follow_each_other_without_a_gap_or_a_double_whatever_the_view(scene: Scene) -> None:
    for minutes, severity in ((5, 2), (4, 4), (3, 3), (2, 4), (1, 2)):
        opened = open_case(scene.technical, severity=severity, at=AT - minutes * MINUTE)
        if severity == 4:
            actions.answer(number=opened.number, body="Soon.", **cast.asking(scene.engineer))
    for each in Case.objects.order_by("id")[:2]:
        actions.ask(number=each.number, body="Which?", **cast.asking(scene.engineer))
    who = cast.who(scene.engineer)
    for view in (QueueView.DUE, QueueView.WAITING, QueueView.OPEN, QueueView.UNTAKEN):
        whole = queue(who=who, view=view, filters=QueueFilters(), at=AT, limit=100)
        walked, after = [], ""
        while True:
            page = queue(who=who, view=view, filters=QueueFilters(), at=AT, after=after, limit=1)
            walked += page.rows
            after = page.next
            if not after:
                break
        assert walked == list(whole.rows)
        assert len(walked) == whole.counts[view]


@pytest.mark.parametrize("after", ["", ".", "x.y", "1.", "9" * 50 + ".1", "-1.2", "1.-2", "١.٢"])
def test_a_cursor_that_cannot_be_read_begins_at_the_start(scene: Scene, after: str) -> None:
    open_case(scene.technical)
    assert (
        browser(scene.engineer).get("/desk/cases", {"after": after, "case": "\0", "q": "\0'", "view": "x"}).status_code
        == 200
    )
    who = cast.who(scene.engineer)
    assert len(queue(who=who, view=QueueView.DUE, filters=QueueFilters(), at=AT, after=after).rows) == 1


def test_the_queue_asks_as_often_for_many_cases_as_for_three(scene: Scene) -> None:
    client, counts = browser(scene.engineer), []
    for size in (3, 25):
        while Case.objects.count() < size:
            open_case(scene.technical)
        client.get("/desk/cases")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/desk/cases").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] < 15


def test_the_panel_shows_promises_cover_customer_and_what_else_is_open(scene: Scene) -> None:
    first, second = (
        open_case(scene.technical, at=AT - HOUR),
        open_case(scene.technical, summary="Another", at=AT - HOUR),
    )
    client = browser(scene.engineer)
    panel = text(client.get(f"/desk/cases?case={first.number}"), "aside")
    for said in (
        "3 Major opened 11:00 by web", "First response Running by Wed 25 Nov, 11:00 1 h used, 23 h left",
        "within 24 hours on business days, by a call back, severity 3, Essential", "Covered until 31 March 2027 by Essential.",
        f"Tomas Lind , {scene.contact_id}", "13:00, Tue 24 Nov, Berlin (Central European Time)", "Also open Another",
    ):  # fmt: skip
        assert said in panel
    alone = client.get(
        f"/desk/cases?case={second.number.lower()}", headers={"HX-Request": "true", "HX-Target": "panel"}
    )
    assert alone.content.decode().startswith('<aside class="desk-side" id="panel"')
    assert "Nightly import stops" in text(alone, "aside")


# --- steps ----------------------------------------------------------------------------------------------------------


def test_every_step_is_one_form_and_leads_back(scene: Scene) -> None:
    number, client = open_case(scene.technical).number, browser(scene.engineer)
    other = cast.person("lena@vendor.example", "Lena Okafor")
    StaffMembership.objects.create(person=other, role="engineer", began_at=AT)
    taken = [
        step(client, number, "take"),
        step(client, number, "reply", reply_body="We look at it."),
        step(client, number, "note", note_body="Same as last month."),
        step(
            client,
            number,
            "call",
            call_form="call_back",
            call_spoke_with=scene.contact_id,
            call_body="Spoke with Tomas.",
        ),
        step(client, number, "ask", reply_body="Which log?"),
        step(client, number, "severity", severity_severity="2", severity_reason="It is worse than said."),
        step(client, number, "restored", reply_body="Runs again."),
        step(client, number, "give", give_to=other.pk),
        step(client, number, "give-back"),
        step(client, number, "propose-close", reply_body="Solved."),
    ]
    assert [(answer.status_code, answer.url) for answer in taken] == [(302, f"/desk/cases/{number}")] * len(taken)
    kinds = list(Event.objects.filter(case__number=number).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["opened", "registered", "taken", "wrote", "noted", "called", "asked", "severity_changed", "restored", "taken",
                     "given_back", "close_proposed"]  # fmt: skip
    page = text(client.get(f"/desk/cases/{number}"))
    assert "Waits for consent to close since Tue 24 Nov, 12:00." in page
    assert "Changed the severity from 3 to 2" in page
    assert "Gave the case to Lena Okafor" in page


def test_a_step_leads_back_to_the_queue_it_was_sent_from_and_nowhere_else(scene: Scene) -> None:
    client = browser(scene.engineer)
    back = "/desk/cases?view=untaken&case=CS-1"
    assert step(client, open_case(scene.technical).number, "take", back=back).url == back
    elsewhere = (
        "https://elsewhere.example/desk/cases",
        "//elsewhere.example",
        "/account/logout/",
        "/desk/casesx",
        "/desk/cases?\n",
    )
    for foreign in elsewhere:
        number = open_case(scene.technical).number
        assert step(client, number, "take", back=foreign).url == f"/desk/cases/{number}"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("reply", {"reply_body": " \n"}, "Write something first."),
        ("note", {"note_body": "x" * 50_001}, "The text has 50001 characters"),
        ("severity", {"severity_severity": "2", "severity_reason": ""}, "Say why; the customer reads it."),
        ("severity", {"severity_severity": "9", "severity_reason": "kept words"}, "Select a valid choice."),
        ("give", {"give_to": "999999"}, "Select a valid choice."),
        ("give", {"give_to": "x"}, "Select a valid choice."),
        ("call", {"call_form": "telepathy", "call_body": "kept words"}, "Select a valid choice."),
        ("call", {"call_form": "call_back", "call_spoke_with": "C99999999"}, "Select a valid choice."),
        ("leave-to-update", {"reply_body": ""}, "Write something first."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_what_was_typed_stays_and_nothing_is_written(
    scene: Scene, name: str, data: dict[str, str], said: str
) -> None:
    number, client = open_case(scene.technical).number, browser(scene.engineer)
    before = written()
    answer = step(client, number, name, **data)
    assert (answer.status_code, said in text(answer), written()) == (200, True, before)
    assert "Error:" in answer.content.decode().partition("</title>")[0]
    assert "kept words" not in data.values() or "kept words" in answer.content.decode()


def test_a_closed_case_takes_notes_and_is_opened_again_with_a_reason(scene: Scene) -> None:
    number, client = open_case(scene.technical).number, browser(scene.engineer)
    actions.close(number=number, **cast.asking(scene.technical))
    before = written()
    refused = step(client, number, "reply", reply_body="kept words")
    assert (refused.status_code, "The case has moved on" in text(refused), written()) == (409, True, before)
    assert step(client, number, "reopen", reopen_body="").status_code == 200
    assert step(client, number, "note", note_body="Closed too early.").status_code == 302
    assert step(client, number, "reopen", reopen_body="It is back.").status_code == 302
    assert Case.objects.get(number=number).state == "open"


def test_files_come_with_a_reply_and_a_note_and_those_that_are_too_many_are_refused(scene: Scene) -> None:
    number, client = open_case(scene.technical).number, browser(scene.engineer)
    paper = SimpleUploadedFile("plan.txt", b"one\ntwo\n")
    assert step(client, number, "propose-close", reply_body="See the plan.", reply_attached=paper).status_code == 302
    assert [(each.name, each.size_bytes) for each in Attachment.objects.all()] == [("plan.txt", 8)]
    before = written()
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    answer = step(client, number, "note", note_body="kept words", note_attached=many)
    assert (answer.status_code, "At most 10 files" in text(answer), "kept words" in answer.content.decode()) == (
        200,
        True,
        True,
    )
    assert (written(), Attachment.objects.count()) == (before, 1)


def test_an_internal_note_is_marked_at_the_desk_and_unknown_to_the_customer(scene: Scene) -> None:
    number = open_case(scene.technical).number
    step(browser(scene.engineer), number, "note", note_body="Nobody outside may read this.")
    assert "Internal note 24 Nov 2026, 12:00 Nobody outside may read this." in text(
        browser(scene.engineer).get(f"/desk/cases/{number}")
    )
    assert b"Nobody outside" not in browser(scene.technical).get(f"/cases/{number}").content
    assert Mail.objects.filter(text__contains="Nobody outside").count() == 0


def test_who_comes_second_reads_who_has_the_case(scene: Scene) -> None:
    number = open_case(scene.technical).number
    actions.take(number=number, **cast.asking(scene.engineer))
    before = written()
    answer = step(browser(cast.manager()), number, "take")
    assert (answer.status_code, written()) == (409, before)
    assert "Engineer has taken the case." in text(answer)


def test_care_agents_work_on_customer_care_and_only_read_technical_cases(scene: Scene) -> None:
    agent = cast.care_agent()
    client, technical = browser(agent), open_case(scene.technical).number
    before = written()
    assert client.get(f"/desk/cases/{technical}").status_code == 200
    for name, data in (
        ("take", {}),
        ("note", {"note_body": "x"}),
        ("reopen", {"reopen_body": "x"}),
        ("reply", {"reply_body": "x"}),
    ):
        assert step(client, technical, name, **data).status_code == 404
    assert written() == before
    care = actions.open_care_case(
        beginning=CareBeginning(topic=Topic.LICENCES, region="EMEA", summary="Old name", details="It says KG."),
        **cast.asking(cast.stranger()),
    ).number  # fmt: skip
    assert [
        step(client, care, "take").status_code,
        step(client, care, "reply", reply_body="A new one is on its way.").status_code,
    ] == [302, 302]
    assert step(client, care, "call", call_form="call_back", call_spoke_with="Sam Nowhere").status_code == 302


@pytest.mark.parametrize("role", [cast.analyst, cast.renewals])
def test_analysts_and_renewals_read_and_do_not_write(scene: Scene, role) -> None:
    number, client = open_case(scene.technical).number, browser(role())
    before = written()
    page = client.get(f"/desk/cases/{number}").content.decode()
    assert "<textarea" not in page
    assert [step(client, number, "take").status_code, client.get("/desk/cases/new").status_code] == [404, 404]
    assert written() == before


def test_a_number_is_read_in_any_case_of_letters_and_one_that_there_is_not_is_no_page(scene: Scene) -> None:
    number, client = open_case(scene.technical).number, browser(scene.engineer)
    assert client.get(f"/desk/cases/{number.lower()}").status_code == 200
    assert [client.get(f"/desk/cases/{each}").status_code for each in ("CS-99999999", "x'\"", "%00")] == [404, 404, 404]
    assert step(client, number, "dance").status_code == 404
    assert step(client, "CS-99999999", "take").status_code == 404


def test_the_one_search_box_finds_a_case_and_the_customers_page_lists_theirs(scene: Scene) -> None:
    number, client = open_case(scene.technical).number, browser(scene.engineer)
    assert client.get("/desk/", {"q": f" {number.lower()} "}).url == f"/desk/cases/{number}"
    page = text(client.get(f"/desk/customers/{cast.aster().number}"))
    assert f"Nightly import stops {number} Quay Vault Severity 3 24 Nov 2026, 12:00 nobody New" in page


def test_single_keys_are_on_until_this_browser_turns_them_off(scene: Scene) -> None:
    client = browser(scene.engineer)
    assert " data-keys" in client.get("/desk/cases").content.decode()
    assert send(client, "/desk/keys/switch", keys="off").url == "/desk/keys"
    assert " data-keys" not in client.get("/desk/cases").content.decode()
    assert "Single keys are off" in text(client.get("/desk/keys"))
    send(client, "/desk/keys/switch", keys="on")
    assert " data-keys" in client.get("/desk/cases").content.decode()
