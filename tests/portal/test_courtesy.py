"""A courtesy as the customer sees it: the refused case leads to it, one request at a time, and what came of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tenure.cases.models import Case
from tenure.entitlements.actions import courtesy as acts
from tenure.entitlements.models import Courtesy
from tenure.entitlements.words import Offer
from tests import cast, estate
from tests.cases.conftest import open_case

pytestmark = pytest.mark.django_db
AT, DAY = cast.AT, timedelta(days=1)
SERIAL = "M1000000001"
PAGE = f"/licences/{SERIAL}/courtesy"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)


@pytest.fixture
def tomas(db: None) -> Any:
    """The technical contact of a licence that lapsed in August."""
    estate.policy()
    someone = cast.technical()
    owned = estate.asset(cast.aster(), SERIAL, reseller=cast.cinder())
    estate.term(owned, date(2025, 9, 1), date(2026, 9, 1))
    estate.seat(someone, cast.aster())
    return someone


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def give(cases: int = 3) -> int:
    offer = Offer(days=10, most_cases=cases, why="Order 4711 is booked.")
    return acts.give_courtesy(serial=SERIAL, offer=offer, **cast.asking(cast.care_agent()))


def start_case(client: Client) -> Any:
    """The first page after the licence, which refuses or asks on."""
    client.post("/cases/new", {"pick": "technical", "request_key": "begin"}, QUERY_STRING=f"serial={SERIAL}")
    return client.get("/cases/new/version")


def test_the_refused_case_offers_care_a_courtesy_and_the_renewal(tomas: Any) -> None:
    answer = start_case(signed_in(tomas))
    page = answer.content.decode()
    links = [
        f"/cases/new/care?about={SERIAL}", PAGE, f"/cases/new/care?about={SERIAL}&amp;renew=1", "/cases/new/licence",
    ]  # fmt: skip
    assert (answer.status_code, [f'href="{link}"' in page for link in links]) == (403, [True] * 4)
    renewal = signed_in(tomas).get(f"/cases/new/care?about={SERIAL}&renew=1").content.decode()
    assert (f"Renewal of Quay Vault 9.4, serial number {SERIAL}" in renewal) is True


def test_one_click_and_a_reason_ask_and_the_second_time_it_waits(tomas: Any) -> None:
    client = signed_in(tomas)
    assert "Ask for a courtesy" in client.get(PAGE).content.decode()
    empty = client.post(PAGE, {"why": " ", "request_key": "a"})
    assert (empty.status_code, Courtesy.objects.count()) == (422, 0)
    asked = client.post(PAGE, {"why": "Order 4711 is on its way.", "request_key": "b"})
    assert (asked.status_code, asked.url, Courtesy.objects.get().why) == (302, PAGE, "Order 4711 is on its way.")
    page = client.get(PAGE).content.decode()
    assert ("It waits for customer care" in page, "<textarea" in page) == (True, False)
    again = client.post(PAGE, {"why": "Again.", "request_key": "c"}, follow=True)
    assert ("waits for an answer." in again.content.decode(), Courtesy.objects.count()) == (True, 1)
    assert client.post(PAGE, {"why": "Order 4711 is on its way.", "request_key": "b"})["Location"] == PAGE


@pytest.mark.parametrize("role", ["viewer", "purchasing", "reseller"])
def test_who_sees_the_licence_but_may_not_ask_is_told_who_can(tomas: Any, role: str) -> None:
    client = signed_in(getattr(cast, role)())
    page = client.get(PAGE).content.decode()
    assert ("The licence owner or a technical contact can ask" in page, "<textarea" in page) == (True, False)
    told = client.post(PAGE, {"why": "Please.", "request_key": "x"}, follow=True)
    assert ("Your role does not include this." in told.content.decode(), Courtesy.objects.count()) == (True, 0)


def test_the_licences_page_says_until_when_by_whom_and_why_and_draws_it_apart(tomas: Any) -> None:
    give()
    page = signed_in(tomas).get(f"/licences/{SERIAL}").content.decode()
    assert "Courtesy until 3 December 2026 at Essential, given by Care Agent, because: Order 4711 is booked." in page
    assert "Not covered since 31 August 2026 was over" in page
    assert 'data-kind="next" data-tone="wait"' in page
    assert "A courtesy is no maintenance and does not include it." in page
    listed = signed_in(tomas).get("/licences").content.decode()
    assert ("Lapsed 85 days ago" in listed, "Essential, by courtesy" in listed) == (True, True)


def test_before_sending_nothing_is_promised_and_the_case_says_why(tomas: Any) -> None:
    give()
    client = signed_in(tomas)
    assert start_case(client).status_code == 200
    client.post("/cases/new/version", {"release": "9.4", "platform": "Debian 12", "request_key": "v"})
    page = client.get("/cases/new/severity").content.decode()
    assert ("by courtesy until 3 Dec 2026" in page, "We call you back by" in page) == (True, False)
    client.post("/cases/new/severity", {"pick": "3", "request_key": "s"})
    client.post("/cases/new/what", {"summary": "It stops", "details": "At night.", "language": "", "request_key": "w"})
    check = client.get("/cases/new/check")
    assert "Taken by courtesy: it is answered as we can, without promised times." in check.content.decode()
    sent = client.post("/cases/new/check", {"draft": check.context["digest"], "request_key": "c"})
    case = Case.objects.get()
    assert sent.url == f"/cases/{case.number}"
    page = client.get(sent.url).content.decode()
    assert ("Taken by courtesy" in page, "What we promised" in page, "By courtesy, checked on" in page) == (
        True, False, True,
    )  # fmt: skip


def test_somebody_never_covered_can_name_a_contact_once_a_courtesy_is_given(tomas: Any) -> None:
    new = estate.asset(cast.bellwether(), "M2000000002")
    boss = cast.other_owner()
    page = signed_in(boss).get(f"/licences/{new.serial_number}").content.decode()
    assert f'href="/licences/{new.serial_number}/courtesy"' in page
    offer = Offer(days=5, most_cases=1, why="New here.")
    acts.give_courtesy(serial=new.serial_number, offer=offer, **cast.asking(cast.manager()))
    agreement = cast.bellwether().agreements.get()
    assert (agreement.level, agreement.region, agreement.terms.count()) == ("basic", "EMEA", 0)
    estate.seat(boss, cast.bellwether(), level="basic")
    assert open_case(boss, new.serial_number).promises == ()
    page = signed_in(boss).get(f"/licences/{new.serial_number}").content.decode()
    assert "Never covered" in page


def test_when_its_cases_are_used_up_the_next_one_is_refused_with_ways_out(tomas: Any) -> None:
    give(cases=1)
    open_case(tomas)
    client = signed_in(tomas)
    answer = start_case(client)
    page = answer.content.decode()
    assert (answer.status_code, "No further case can be opened under the courtesy" in page, f'href="{PAGE}"' in page) == (
        403, True, True,
    )  # fmt: skip
    assert "Ask for a courtesy" in client.get(PAGE).content.decode()


def test_covered_or_under_a_courtesy_with_places_there_is_nothing_to_ask(tomas: Any) -> None:
    give()
    page = signed_in(tomas).get(PAGE).content.decode()
    assert ("A courtesy runs until 3 December 2026" in page, "<textarea" in page) == (True, False)


def test_the_api_says_the_same(tomas: Any) -> None:
    from tenure.accounts.actions import add_token
    from tenure.accounts.words import Scope
    from tenure.journal.words import COMMAND

    give(cases=1)
    secret = add_token(
        person_id=tomas.pk, name="t", scopes=[Scope.CASES_WRITE, Scope.CASES_READ], expires_at=None, at=AT, by=COMMAND
    )
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"serial_number": SERIAL, "severity": 3, "summary": "It stops", "details": "At night."}
    sent = [
        Client().post(
            "/api/v1/cases", body, content_type="application/json", headers=headers | {"Idempotency-Key": key}
        )
        for key in ("a", "b")
    ]
    first, second = (each.json() for each in sent)
    words = "Taken by courtesy: it is answered as we can, without promised times."
    assert (sent[0].status_code, first["milestones"], first["courtesy"]) == (201, [], words)
    assert first["verdict"]["because"][0]["facts"]["by"] == "courtesy"
    assert (sent[1].status_code, second["code"], second["most"], second["until"]) == (
        403, "courtesy_used_up", 1, "2026-12-03",
    )  # fmt: skip
    read = Client().get(f"/api/v1/cases/{first['number']}", headers=headers).json()
    assert (read["courtesy"], read["purpose"], read["milestones"]) == (words, "production", [])
