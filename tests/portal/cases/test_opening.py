"""Opening a case, one question after the other."""

import html
import re
from datetime import date

import pytest

from tenure.cases.models import Case
from tests import cast, estate
from tests.cases.conftest import SERIAL, Scene
from tests.portal.cases.world import LAPSED, TO_CHECK, WORDS, at_check, begin, digest, lead, written
from tests.screens import browser, post, said, text

pytestmark = pytest.mark.django_db


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
