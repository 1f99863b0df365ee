"""Cases through HTTP: the list, one case, opening one step by step, customer care, files; and what hostile forms get."""

import html
import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.cases import actions
from tenure.cases.models import Attachment, Case, Event, Text
from tenure.cases.words import CareBeginning, Topic, Upload
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.cases.conftest import SERIAL, Scene, make_scene, open_case

pytestmark = pytest.mark.django_db

AT = cast.AT
LAPSED = "M1000000002"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def scene(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> Scene:
    """Tomas of Aster holds a contact seat; the clock is the cast's, and files go to a folder of the test."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"},
    }}  # fmt: skip
    return make_scene()


@pytest.fixture
def client(scene: Scene) -> Client:
    return browser(scene.technical)


def browser(someone) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def post(client: Client, path: str, **data: Any):
    return client.post(path, {"request_key": uuid.uuid4().hex, **data})


def text(answer) -> str:
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def said(answer) -> str:
    found = re.search(r'(?s)<p class="answer">(.*?)</p>', answer.content.decode())
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


def bare(answer) -> str:
    """The whole page without what differs from one request to the next."""
    return re.sub(r'value="[0-9A-Za-z]{32,64}"', "", answer.content.decode())


def taken(client: Client, path: str) -> tuple[int, bytes]:
    """A file as it is handed out: status and bytes."""
    answer = client.get(path)
    return answer.status_code, b"".join(answer.streaming_content)  # the client closes what is read to its end


def listed(answer) -> list[str]:
    return re.findall(r'<tr data-row><th scope="row"><a class="free" href="/cases/([^"]+)"', answer.content.decode())


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, Text, Attachment, Mail, Entry))


def lead(client: Client, *steps: tuple[str, dict[str, Any]]):
    """Answer the questions one after the other; says what the last one got."""
    answer = None
    for step, data in steps:
        answer = post(client, f"/cases/new/{step}", **data)
        assert answer.status_code == 302, (step, text(answer))
    return answer


WORDS = {"summary": "Nightly import stops", "details": "It stops at 01:40."}
TO_CHECK = (("version", {"release": "9.4", "platform": "Debian 12"}), ("severity", {"pick": "3"}), ("what", WORDS))


def begin(client: Client, **more: str):
    return post(client, "/cases/new", pick="technical", **more)


def digest(answer) -> str:
    found = re.search(r'name="draft" value="([0-9a-f]+)"', answer.content.decode())
    return found[1] if found else ""


def at_check(client: Client):
    """The last page, all questions answered."""
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, *TO_CHECK)
    return client.get("/cases/new/check")


# --- opening: the questions ---------------------------------------------------------------------------------------


def test_a_technical_case_is_opened_question_by_question(client, scene: Scene) -> None:
    answer = begin(client)
    assert answer["Location"] == "/cases/new/where"
    page = client.get("/cases/new/where", follow=True)
    assert page.redirect_chain[-1][0] == "/cases/new/version"  # one address, one product, one licence
    assert "For Quay Vault 9.4 at Main works, covered by Essential." in text(page)
    check = at_check(client)
    assert "Nightly import stops" in text(check)
    assert "First response by Wed 25 Nov, 12:00: within 24 hours on business days, by a call back, severity 3" in text(
        check
    )
    sent = post(client, "/cases/new/check", draft=digest(check))
    [kept] = Case.objects.all()
    assert sent["Location"] == f"/cases/{kept.number}"
    assert (kept.summary, kept.severity, kept.release, kept.platform, kept.opened_by_id) == (
        "Nightly import stops", 3, "9.4", "Debian 12", scene.technical.pk,
    )  # fmt: skip
    assert "Your case is open" in text(client.get(sent["Location"]))
    assert client.get("/cases/new/check")["Location"] == "/cases/new/where"  # the draft is gone


def test_the_language_that_was_asked_for_is_read_once_more_and_kept(client, scene: Scene) -> None:
    assert "Language of the case" not in text(at_check(client))
    lead(client, ("what", {**WORDS, "language": "de"}))
    check = client.get("/cases/new/check")
    assert "Language of the case Deutsch Change" in text(check)
    post(client, "/cases/new/check", draft=digest(check))
    assert Case.objects.get().language == "de"


def test_the_severities_show_what_each_would_bring_and_the_worst_the_phones(client, scene: Scene) -> None:
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, TO_CHECK[0])
    page = text(client.get("/cases/new/severity"))
    assert "We call you back by Wed 25 Nov, 12:00" in page
    assert "We call you back by Tue 24 Nov, 14:00" in page
    assert "Solved with the next product update" in page
    assert "+49 30 23125 014 Germany, free within Germany" in page
    assert f"Say your contact ID, {scene.contact_id} , and “Quay Vault 9.4”." in page
    assert 'value="1"' not in client.get("/cases/new/severity").content.decode().partition("choices")[2]


def test_with_several_addresses_products_and_licences_each_is_asked_for(client, scene: Scene) -> None:
    estate.term(
        estate.asset(cast.aster(), "M1000000003", of=estate.product("Tide Gate"), site=estate.site(cast.aster(), "Quiet yard")),
        date(2026, 4, 1), date(2027, 4, 1),
    )  # fmt: skip
    lapsed = estate.asset(cast.aster(), LAPSED)
    estate.term(lapsed, date(2025, 4, 1), date(2026, 4, 1))
    begin(client)
    page = client.get("/cases/new/where")
    assert ("Main works" in text(page), "Quiet yard" in text(page)) == (True, True)
    answer = post(client, "/cases/new/where", pick=str(scene.asset.site_id))
    assert answer["Location"] == "/cases/new/product"
    page = client.get("/cases/new/product", follow=True)
    assert page.redirect_chain[-1][0] == "/cases/new/licence"
    assert "M1000000001 9.4 Essential, covered until 31 Mar 2027" in text(page)
    assert "M1000000002 9.4 Not covered: its term has ended" in text(page)
    assert post(client, "/cases/new/licence", serial=" m1000000001 ")["Location"] == "/cases/new/version"
    assert "Back to the licence" in text(client.get("/cases/new/version"))


def test_a_licence_that_is_not_covered_is_refused_with_the_reason_the_line_and_the_ways_out(client) -> None:
    lapsed = estate.asset(cast.aster(), LAPSED)
    estate.term(lapsed, date(2025, 4, 1), date(2026, 4, 1))
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, ("licence", {"pick": LAPSED}))
    refused = client.get("/cases/new/version")
    assert refused.status_code == 403
    assert said(refused) == (
        "Not covered since 31 March 2026 was over, because: Essential ended with 31 Mar 2026, and no later term was ordered."
    )
    assert f'href="/cases/new/care?about={LAPSED}"' in refused.content.decode()
    assert "Maintenance" in text(refused)
    receipt = re.search(r'href="(/licences/[^"]+receipt[^"]+)"', refused.content.decode())
    assert receipt
    assert client.get(html.unescape(receipt[1])).status_code == 200


@pytest.mark.parametrize("person", [cast.owner, cast.viewer, cast.purchasing, cast.stranger, cast.reseller])
def test_without_a_contact_seat_a_technical_case_is_not_offered_and_the_way_to_one_is(person) -> None:
    client = browser(person())
    page = client.get("/cases/new")
    assert 'value="technical"' not in page.content.decode()
    assert "Why no technical case?" in text(page)
    assert begin(client).status_code == 422
    refused = client.get("/cases/new/where")
    assert refused.status_code == 403
    assert said(refused).startswith("You cannot open a technical case yet")
    assert 'href="/cases/new/care"' in refused.content.decode()
    owns = person is cast.owner
    assert ("Name a technical contact of Aster Mills" in text(refused)) is owns
    assert (f'href="/account/contacts/{cast.aster().number}"' in refused.content.decode()) is owns


def test_from_the_licence_the_case_begins_on_it(client) -> None:
    page = client.get(f"/cases/new?serial={SERIAL}")
    assert f"About Quay Vault 9.4 at Main works, serial number {SERIAL}." in text(page)
    answer = post(client, f"/cases/new?serial={SERIAL}", pick="technical")
    assert answer["Location"] == "/cases/new/version"


def test_a_draft_is_kept_and_gone_on_with(client) -> None:
    at_check(client)
    page = client.get("/cases/new")
    assert "Go on with my draft Nightly import stops , last saved on Tue 24 Nov, 12:00." in text(page)
    assert post(client, "/cases/new", pick="go_on")["Location"] == "/cases/new/check"


def test_a_question_cannot_be_skipped(client) -> None:
    begin(client)
    for step in ("product", "licence", "version", "severity", "what", "check"):
        assert client.get(f"/cases/new/{step}")["Location"] == "/cases/new/where"
    assert client.get("/cases/new/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({**WORDS, "summary": ""}, "Say in one or two sentences what happens."),
        ({**WORDS, "summary": "x" * 221}, "The summary has 221 characters, and 200 are the most."),
        ({**WORDS, "details": ""}, "Describe what happens, and since when."),
        ({**WORDS, "details": "x" * 50_001}, "The text has 50001 characters, and 50000 are the most."),
    ],
)
def test_words_that_cannot_be_taken_are_explained_and_kept(client, asked, sentence) -> None:
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, *TO_CHECK[:2])
    answer = post(client, "/cases/new/what", **asked)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "<title>Error: " in answer.content.decode()
    assert asked["summary"] in text(answer)
    assert asked["details"] in text(answer)


def test_a_last_page_of_an_older_draft_is_not_sent(client) -> None:
    check = at_check(client)
    lead(client, ("what", {**WORDS, "summary": "Something else"}))
    before = written()
    answer = post(client, "/cases/new/check", draft=digest(check))
    assert answer.status_code == 422
    assert "The answers were changed in another window." in text(answer)
    assert "Something else" in text(answer)
    assert written() == before


def test_sending_twice_opens_one_case(client) -> None:
    check = at_check(client)
    data = {"request_key": "ab" * 16, "draft": digest(check)}
    first, second = client.post("/cases/new/check", data), client.post("/cases/new/check", data)
    assert (first.status_code, second["Location"]) == (302, first["Location"])
    assert Case.objects.count() == 1


# --- opening: forged answers --------------------------------------------------------------------------------------


def test_forged_sites_products_and_licences_are_as_if_they_did_not_exist(client, scene: Scene) -> None:
    theirs = estate.asset(cast.bellwether(), "M2000000002")
    estate.term(theirs, date(2026, 4, 1), date(2027, 4, 1))
    estate.asset(
        cast.aster(), "M1000000003", of=estate.product("Tide Gate"), site=estate.site(cast.aster(), "Quiet yard")
    )
    before = written()
    begin(client)
    for pick in (theirs.site_id, 999_999_999, -1, 10**30, "x", "", "1\x00"):
        assert post(client, "/cases/new/where", pick=str(pick)).status_code == 422
    lead(client, ("where", {"pick": str(scene.asset.site_id)}))
    client.get("/cases/new/product", follow=True)
    estate.asset(cast.aster(), LAPSED)
    for serial in ("M2000000002", "M9999999999", "\x00", "x" * 61, "'; DROP TABLE"):
        answer = post(client, "/cases/new/licence", serial=serial)
        assert (serial, answer.status_code) == (serial, 422)
    mine, nothing = (
        text(post(client, "/cases/new/licence", serial=serial)).replace(serial, "")
        for serial in ("M2000000002", "M9999999999")
    )
    assert mine == nothing
    assert written() == before


def test_a_session_that_names_what_is_not_theirs_any_more_begins_again(client) -> None:
    at_check(client)
    session = client.session
    session["case_draft"] = {**session["case_draft"], "serial": "M2000000002"}
    session.save()
    assert client.get("/cases/new/check")["Location"] == "/cases/new/where"
    for broken in ({"site": "x", "skipped": 5}, "nonsense", {"saved_at": "never"}, {"severity": 1}, None):
        session["case_draft"] = broken
        session.save()
        assert client.get("/cases/new").status_code == 200


def test_severity_1_is_not_taken_on_the_web(client) -> None:
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, TO_CHECK[0])
    for forged in ("1", "0", "5", "-3", "३"):
        assert post(client, "/cases/new/severity", pick=forged).status_code == 422
    check = at_check(client)
    session = client.session
    session["case_draft"] = {**session["case_draft"], "severity": 1}
    session.save()
    before = written()
    assert post(client, "/cases/new/check", draft=digest(check)).status_code in {302, 422}
    assert written() == before


def test_markup_and_control_signs_are_words(client) -> None:
    begin(client)
    client.get("/cases/new/where", follow=True)
    hostile = {
        "summary": "<script>alert(1)</script>\u202e \x1b[31m",
        "details": "<img src=x onerror=alert(1)>\r\n{{ 7*7 }}",
    }
    lead(client, *TO_CHECK[:2], ("what", hostile))
    check = client.get("/cases/new/check")
    sent = post(client, "/cases/new/check", draft=digest(check))
    page = client.get(sent["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [31m" in page
    assert "{{ 7*7 }}" in page


def test_a_field_beyond_all_reason_is_refused_before_it_is_read(client) -> None:
    answer = post(client, "/cases/new/care", summary="x" * (6 * 1024 * 1024))
    assert answer.status_code == 400
    assert "could not be read" in text(answer)


# --- customer care ------------------------------------------------------------------------------------------------

CARE = {"company": "other", "other": "Nowhere & Co", "address": "1 Road\nTown", "region": "EMEA", "topic": "account",
        "summary": "Wrong address", "details": "The certificate names the old one."}  # fmt: skip


def test_customer_care_answers_everyone_who_is_signed_in() -> None:
    someone = cast.stranger()
    client = browser(someone)
    sent = post(client, "/cases/new/care", **{k: v for k, v in CARE.items() if k != "company"})
    [kept] = Case.objects.all()
    assert (sent["Location"], kept.kind, kept.company, kept.address, kept.region, kept.topic, kept.organisation_id) == (
        f"/cases/{kept.number}", "care", "Nowhere & Co", "1 Road\nTown", "EMEA", "account", None,
    )  # fmt: skip
    page = client.get(sent["Location"])
    assert said(page) == "We have your case, and answer here and by e-mail."
    assert "What we promised" not in text(page)


def test_customer_care_for_ones_own_company_knows_its_name() -> None:
    client = browser(cast.purchasing())
    page = client.get("/cases/new/care").content.decode()
    assert 'value="EMEA" selected' in page
    post(client, "/cases/new/care", **{**CARE, "company": str(cast.aster().pk)})
    assert Case.objects.get().company == "Aster Mills"


def test_a_reseller_reads_the_case_they_opened_and_none_of_a_customers(scene: Scene) -> None:
    rhys = cast.reseller()
    theirs, client = open_case(scene.technical).number, browser(rhys)
    sent = post(client, "/cases/new/care", **{**CARE, "company": str(cast.cinder().pk)})
    assert (client.get(sent["Location"]).status_code, client.get(f"/cases/{theirs}").status_code) == (200, 404)
    assert listed(client.get("/cases")) == [sent["Location"].removeprefix("/cases/")]


def test_a_customer_care_form_that_cannot_be_taken_is_explained_and_kept() -> None:
    client, before = browser(cast.owner()), written()
    for wrong in ({"company": str(cast.bellwether().pk)}, {"company": "x"}, {"region": "XX"}, {"topic": "technical"},
                  {"topic": ""}, {"summary": ""}, {"details": ""}, {"other": "x" * 201}, {"address": "x" * 1001}):  # fmt: skip
        answer = post(client, "/cases/new/care", **{**CARE, **wrong})
        assert (wrong, answer.status_code) == (wrong, 422)
    assert "Town" in text(post(client, "/cases/new/care", **{**CARE, "summary": ""}))
    assert written() == before


def test_a_refusal_leads_to_customer_care_with_its_words(client) -> None:
    page = client.get(f"/cases/new/care?about={SERIAL}").content.decode()
    assert f"About Quay Vault 9.4, serial number {SERIAL}" in page
    foreign = client.get("/cases/new/care?about=M2000000002").content.decode()
    assert "About " not in foreign.partition("<main")[2].partition("<textarea")[2].partition("</textarea>")[0]


# --- the list -----------------------------------------------------------------------------------------------------


def test_before_the_first_case_the_list_teaches(client) -> None:
    page = client.get("/cases")
    assert said(page) == "No cases yet. When something breaks, this is where you see who works on it and by when."
    assert "You choose from your licences" in text(page)


def test_the_views_hold_what_they_say_with_their_counts(client, scene: Scene) -> None:
    numbers = [open_case(scene.technical, summary=f"Number {n}").number for n in range(5)]
    new, working, asked, proposed, closed = numbers
    for verb, number in ((actions.answer, working), (actions.ask, asked), (actions.propose_close, proposed)):
        verb(number=number, body="Please look.", **cast.asking(scene.engineer, AT + MINUTE))
    actions.close(number=closed, **cast.asking(scene.technical, AT + MINUTE))
    found = {
        view: listed(client.get(f"/cases?view={view}"))
        for view in ("new", "all", "open", "pending_close", "awaiting_review", "closed")
    }
    assert found == {
        "new": [new], "all": numbers[::-1], "open": [proposed, asked, working, new], "pending_close": [proposed],
        "awaiting_review": [asked], "closed": [closed],
    }  # fmt: skip
    assert "New 1 All 5 Open 4 Pending close 1 Awaiting review 1" in text(client.get("/cases"))


def test_each_filter_narrows_the_list(client, scene: Scene) -> None:
    old = open_case(scene.technical, at=AT - timedelta(days=10), summary="Old one").number
    new = open_case(scene.technical, summary="Fresh one").number
    for wanted, numbers in {
        "product=quay-vault": [new, old],
        "product=nothing": [],
        "since=2026-11-20": [new],
        "until=2026-11-20": [old],
        "since=2026-11-14&until=2026-11-14": [old],
        "q=fresh": [new],
        "q=old+one": [old],
        "since=nonsense": [new, old],
        "view=nonsense": [new, old],
    }.items():
        assert (wanted, listed(client.get(f"/cases?{wanted}"))) == (wanted, numbers)
    assert "A day could not be read" in text(client.get("/cases?since=2026-13-01"))
    assert "No case fits this sentence." in text(client.get("/cases?q=nowhere"))


def test_pages_hold_25_and_follow_each_other(client, scene: Scene) -> None:
    numbers = [open_case(scene.technical).number for _ in range(27)]
    first = client.get("/cases?q=import")
    assert listed(first) == numbers[:1:-1]
    older = re.search(r'href="(\?[^"]+)" rel="next"', first.content.decode())
    assert older
    second = client.get("/cases" + html.unescape(older[1]))
    assert listed(second) == numbers[1::-1]
    assert "First page" in text(second)
    for broken in ("x", "-1", "9" * 30, "", "0"):
        assert client.get(f"/cases?after={broken}").status_code == 200


def test_three_rows_and_25_take_equally_many_queries(client, scene: Scene) -> None:
    paths, counts = ("/cases", "/cases?q=import", "/cases?view=all&product=quay-vault"), []
    for more in (3, 22):
        for _ in range(more):
            open_case(scene.technical)
        counts.append([queries(client, path) for path in paths])
    assert [len(listed(client.get(path))) for path in paths] == [25, 25, 25]
    assert counts[0] == counts[1]


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_the_export_has_the_filtered_rows_and_nothing_that_runs(client, scene: Scene) -> None:
    open_case(scene.technical, summary="=1+1")
    open_case(scene.technical, at=AT - timedelta(days=10), summary="Old one")
    answer = client.get("/cases/export?since=2026-11-20")
    rows = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="cases-2026-11-24.csv"'
    assert (len(rows), "'=1+1" in rows[1], "Old one" in rows[1]) == (2, True, False)
    assert client.get("/cases/export?since=nonsense")["Location"] == "/cases?since=nonsense"


# --- one case -----------------------------------------------------------------------------------------------------


def test_the_page_of_a_new_case_says_by_when_and_why(client, scene: Scene) -> None:
    number = open_case(scene.technical).number
    page = client.get(f"/cases/{number.lower()}")
    assert said(page) == "We have your case. First response by Wed 25 Nov, 12:00."
    assert "Essential, severity 3, counted in the time of Berlin (Central European Time)" in text(page)
    assert "It stops at 01:40 with catalogue busy." in text(page)
    assert "How the resolution was counted" in text(page)


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


# --- files --------------------------------------------------------------------------------------------------------


def file(name: str = "import.log", size: int = 3, fill: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, fill * size, content_type="text/html")


def test_files_come_with_the_case_and_are_handed_out_sealed(client, scene: Scene) -> None:
    check = at_check(client)
    post(client, "/cases/new/check", draft=digest(check), attached=[file("журнал ошибок.html"), file("b.png", 5)])
    number, kept = Case.objects.get().number, Attachment.objects.order_by("id")
    assert [(each.name, each.size_bytes) for each in kept] == [("журнал ошибок.html", 3), ("b.png", 5)]
    answer = client.get(f"/cases/{number}/files/{kept[0].pk}")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"xxx")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%B6")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (
        client.get(f"/cases/{number}/files/99999999").status_code,
        client.get(f"/cases/{number}/files/{2**70}").status_code,
    ) == (404, 404)


def test_a_file_of_another_case_is_not_found_under_this_one(client, scene: Scene) -> None:
    upload = (Upload(name="a.txt", chunks=[b"x"]),)
    first, second = open_case(scene.technical, uploads=upload).number, open_case(scene.technical).number
    kept = Attachment.objects.get()
    assert taken(client, f"/cases/{first}/files/{kept.pk}") == (200, b"x")
    assert client.get(f"/cases/{second}/files/{kept.pk}").status_code == 404


@pytest.mark.parametrize(("scan", "sentence"), [("waiting", "still being scanned"), ("infected", "something harmful")])
def test_a_file_is_not_handed_out_before_it_is_known_to_be_clean(client, scene: Scene, scan, sentence) -> None:
    number = open_case(scene.technical, uploads=(Upload(name="a.txt", chunks=[b"x"]),)).number
    Attachment.objects.update(scan=scan)
    kept = Attachment.objects.get()
    answer = client.get(f"/cases/{number}/files/{kept.pk}")
    assert (answer.status_code, sentence in text(answer)) == (409, True)
    assert f"files/{kept.pk}" not in client.get(f"/cases/{number}").content.decode()


def test_a_file_that_storage_lost_is_explained(client, scene: Scene, tmp_path) -> None:
    number = open_case(scene.technical, uploads=(Upload(name="a.txt", chunks=[b"x"]),)).number
    for each in (tmp_path / "files").rglob("*"):
        if each.is_file():
            each.unlink()
    assert client.get(f"/cases/{number}/files/{Attachment.objects.get().pk}").status_code == 409


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("big.log", 25 * 1024 * 1024 + 1)], "big.log is larger than 25 MiB, the most for one file."),
        ([(f"{n}.log", 1) for n in range(11)], "At most 10 files go with one message."),
        ([("empty.log", 0)], "empty.log is empty."),
    ],
)
def test_files_beyond_the_limits_are_explained_and_the_words_stay(client, scene: Scene, files, sentence) -> None:
    number = open_case(scene.technical).number
    before = written()
    answer = post(
        client, f"/cases/{number}/reply", body="Here it is.", attached=[file(name, size) for name, size in files]
    )
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert "Here it is." in text(answer)
    assert written() == before


def test_a_request_beyond_all_reason_is_cut_and_its_words_stay(client, scene: Scene, monkeypatch) -> None:
    monkeypatch.setattr("tenure.portal.cases.files.MEBIBYTE", 10)
    number = open_case(scene.technical).number
    before = written()
    answer = post(client, f"/cases/{number}/reply", body="Here it is.", attached=[file("huge.bin", 200_000)])
    assert (answer.status_code, "huge.bin is larger than" in text(answer), "Here it is." in text(answer)) == (
        422,
        True,
        True,
    )
    assert written() == before


def test_a_page_that_takes_no_files_keeps_none(client, monkeypatch) -> None:
    answer = post(client, "/cases/new", pick="care", attached=[file()])
    assert answer["Location"] == "/cases/new/care"
    assert Attachment.objects.count() == 0


def test_visitors_are_sent_to_sign_in() -> None:
    for path in ("/cases", "/cases/new", "/cases/new/care", "/cases/new/where", "/cases/CS-1", "/cases/CS-1/receipt"):
        assert Client().get(path)["Location"].startswith("/account/login/?next=")
