"""Courtesies on the desk: lists, caps, giving with and without a request, the second yes, declining, taking back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.entitlements.actions import courtesy as acts
from tenure.entitlements.models import Courtesy, Term
from tests import cast, estate

pytestmark = pytest.mark.django_db
AT, DAY = cast.AT, timedelta(days=1)
SERIAL = "M1000000001"
GIVEN = {"days": "10", "most_cases": "2", "level": "essential", "why": "Order 4711 is booked."}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)


@pytest.fixture
def lapsed(db: None) -> Any:
    estate.policy()
    owned = estate.asset(cast.aster(), SERIAL)
    estate.term(owned, date(2025, 9, 1), date(2026, 9, 1))
    return owned


def desk(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def ask(serial: str = SERIAL, why: str = "The import stops.") -> int:
    tomas = cast.Person.objects.filter(email="tomas@aster.example").first() or cast.technical()
    return acts.ask_courtesy(serial=serial, why=why, **cast.asking(tomas))


def post(client: Client, path: str, **data: str) -> Any:
    return client.post(path, data | {"request_key": f"{path} {sorted(data.items())}"})


def said(answer: Any) -> list[str]:
    return [str(each) for each in answer.context["messages"]] if answer.context else []


def test_a_request_is_given_as_it_is_typed_and_the_page_says_so(lapsed: Any) -> None:
    number, client = ask(), desk(cast.care_agent())
    listed = client.get("/desk/courtesy").content.decode()
    assert ("The import stops." in listed, "1 request waits for you" in listed) == (True, True)
    page = client.get(f"/desk/courtesy/{number}").content.decode()
    assert ("Tomas Lind" in page, "0 of 2" in page, "0 of 6" in page, "0 of 20" in page) == (True,) * 4
    answer = post(client, f"/desk/courtesy/{number}/give", **GIVEN)
    assert (answer.status_code, answer.url) == (302, f"/desk/courtesy/{number}")
    page = client.get(answer.url).content.decode()
    assert "Courtesy until 3 December 2026 at Essential, given by Care Agent, because: Order 4711 is booked." in page
    assert Term.objects.get(family=5).covers.upper == AT.date() + 10 * DAY


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"days": "31"}, "Enter between 1 and 30 days."), ({"days": "x"}, "Enter a whole number."),
        ({"most_cases": "9"}, "Enter between 1 and 3 cases."), ({"why": " "}, "Say why;"),
        ({"level": "gold"}, "Select a valid choice."),
        ({"days": "999999999999999999999"}, "Enter between 1 and 30 days."),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_given(lapsed: Any, typed: Any, words: str) -> None:
    number, client = ask(), desk(cast.care_agent())
    answer = post(client, f"/desk/courtesy/{number}/give", **GIVEN | typed)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert 'value="2"' in answer.content.decode() or "most_cases" in typed
    assert Courtesy.objects.get().answered_at is None


def test_a_long_one_waits_on_the_desk_for_somebody_else(lapsed: Any) -> None:
    number, care, boss = ask(), desk(cast.care_agent()), desk(cast.manager())
    post(care, f"/desk/courtesy/{number}/give", **GIVEN | {"days": "20"})
    own = care.get(f"/desk/courtesy/{number}").content.decode()
    assert ("Somebody else has to agree as well." in own, "Agree, and give it" in own) == (True, False)
    assert post(care, f"/desk/courtesy/{number}/confirm").status_code == 409
    assert "Agree, and give it" in boss.get(f"/desk/courtesy/{number}").content.decode()
    assert "1 waits for a second yes." in boss.get("/desk/courtesy").content.decode()
    assert post(boss, f"/desk/courtesy/{number}/confirm").status_code == 302
    assert Courtesy.objects.get().answer == "given"


def test_declining_needs_a_reason_and_happens_once(lapsed: Any) -> None:
    number, care = ask(), desk(cast.care_agent())
    empty = post(care, f"/desk/courtesy/{number}/decline", why="")
    assert (empty.status_code, "Say why;" in empty.content.decode()) == (409, True)
    assert post(care, f"/desk/courtesy/{number}/decline", why="No order.").status_code == 302
    again = care.post(f"/desk/courtesy/{number}/decline", {"why": "x", "request_key": "again"}, follow=True)
    assert "Somebody else has answered this already." in said(again)
    assert Courtesy.objects.get().answer_why == "No order."


def test_one_that_nobody_asked_for_is_given_and_taken_back(lapsed: Any) -> None:
    care = desk(cast.care_agent())
    assert care.get("/desk/courtesy/new").status_code == 200
    unknown = care.get("/desk/courtesy/new", {"serial": "M9999999999"})
    assert (unknown.status_code, "No licence has this serial number." in unknown.content.decode()) == (422, True)
    assert care.get("/desk/courtesy/new", {"serial": "m1000000001 "}).status_code == 200
    answer = post(care, "/desk/courtesy/new", serial=SERIAL, **GIVEN)
    held = Courtesy.objects.get()
    assert (answer.url, held.asked_by_id, held.answer) == (f"/desk/courtesy/{held.pk}", None, "given")
    assert post(care, f"/desk/courtesy/{held.pk}/revoke", why="A mistake.").status_code == 302
    assert "Taken back by Care Agent." in care.get(f"/desk/courtesy/{held.pk}").content.decode()


def test_beyond_a_cap_the_page_says_which_one(lapsed: Any) -> None:
    care = desk(cast.care_agent())
    offer = acts.Offer(days=1, most_cases=1, why="x")
    for days in (9, 5):
        acts.give_courtesy(serial=SERIAL, offer=offer, **cast.asking(cast.Person.objects.get(), AT - days * DAY))
    answer = post(care, "/desk/courtesy/new", serial=SERIAL, **GIVEN)
    assert (answer.status_code, "This licence had 2 within a year" in answer.content.decode()) == (422, True)
    assert Courtesy.objects.count() == 2


def test_a_request_leads_whoever_gives_by_serial_number_to_it(lapsed: Any) -> None:
    number, care = ask(), desk(cast.care_agent())
    assert care.get("/desk/courtesy/new", {"serial": SERIAL}).url == f"/desk/courtesy/{number}"


def test_the_list_pages_exports_and_takes_as_many_queries_for_one_row_as_for_many(lapsed: Any) -> None:
    ask()
    care = desk(cast.care_agent())
    care.get("/desk/courtesy")
    with CaptureQueriesContext(connection) as one:
        care.get("/desk/courtesy")
    for n in range(30):
        estate.asset(cast.aster(), f"M20000000{n:02d}")
        ask(f"M20000000{n:02d}", "=cmd|' /C calc'!A0")
    with CaptureQueriesContext(connection) as many:
        first = care.get("/desk/courtesy")
    assert (len(one), first.content.decode().count("data-row")) == (len(many), 25)
    rest = care.get("/desk/courtesy" + first.context["older"]).content.decode()
    assert (rest.count("data-row"), "Previous page" in rest) == (6, True)
    lines = care.get("/desk/courtesy/export").content.decode().splitlines()
    assert (len(lines), "'=cmd" in lines[-1]) == (32, True)
    assert care.get("/desk/courtesy", {"q": "import"}).content.decode().count("data-row") == 1
    for broken in ("x", "2026-01-01.4", "9.9", "\0"):
        assert care.get("/desk/courtesy", {"after": broken, "q": "\0%_"}).status_code == 200


def test_a_call_under_a_courtesy_promises_nothing_and_a_refused_one_leads_to_giving_one(lapsed: Any) -> None:
    tomas = cast.technical()
    contact_id = estate.seat(tomas, cast.aster())
    boss = desk(cast.manager())
    query = {"q": contact_id, "customer": cast.aster().number}
    form = {
        **query, "caller": contact_id, "serial": SERIAL, "severity": "1", "minutes": "0", "summary": "It stops",
        "details": "At night.", "request_key": "a",
    }  # fmt: skip
    refused = boss.post("/desk/cases/new", form)
    assert (refused.status_code, f"/desk/courtesy/new?serial={SERIAL}" in refused.content.decode()) == (200, True)
    post(boss, "/desk/courtesy/new", serial=SERIAL, **GIVEN | {"most_cases": "1"})
    shown = boss.get("/desk/cases/new", {"q": SERIAL}).content.decode()
    assert "it is answered as we can, without promised times." in shown
    assert boss.post("/desk/cases/new", form | {"request_key": "b"}).status_code == 302
    used_up = boss.post("/desk/cases/new", form | {"request_key": "c"}).content.decode()
    assert "no further case can be opened under it" in used_up


def test_an_engineer_does_not_see_it_and_the_first_page_leads_only_those_who_may(lapsed: Any) -> None:
    number = ask()
    sven, care = desk(cast.engineer()), desk(cast.care_agent())
    assert [sven.get(path).status_code for path in ("/desk/courtesy", f"/desk/courtesy/{number}")] == [404, 404]
    assert ['href="/desk/courtesy"' in each.get("/desk/").content.decode() for each in (sven, care)] == [False, True]
    assert care.get("/desk/courtesy/99999999999999999999").status_code == 404
