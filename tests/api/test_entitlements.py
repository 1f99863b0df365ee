"""Decisions by API: what the page says, problems as RFC 9457 wants them, days that cannot be read."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.actions import add_token
from tenure.accounts.words import Scope
from tenure.entitlements import queries
from tenure.entitlements.models import Registration
from tenure.entitlements.words import Benefit
from tenure.journal.words import COMMAND
from tests import cast, estate

pytestmark = pytest.mark.django_db

SERIAL, THEIRS = "M1000000001", "M2000000002"
PATH = f"/api/v1/entitlements/{SERIAL}"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two customers' assets, at the instant of the cast."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    estate.term(estate.asset(cast.aster(), SERIAL), date(2026, 4, 1), date(2027, 4, 1))
    estate.term(estate.asset(cast.bellwether(), THEIRS), date(2026, 4, 1), date(2027, 4, 1))


def _token(*scopes: Scope, **more) -> str:
    return add_token(
        person_id=cast.owner().pk, name="test", scopes=scopes or [Scope.ENTITLEMENTS_READ],
        **{"expires_at": None, "at": cast.AT, "by": COMMAND} | more,
    )  # fmt: skip


@pytest.fixture
def client() -> Client:
    return Client(headers={"Authorization": f"Bearer {_token()}"})


def _problem(answer) -> tuple[int, str]:
    """The status and code of an answer that has the whole shape of a problem."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) - {"detail", "errors"} == {"type", "title", "status", "code"}
    assert (body["status"], body["type"]) == (answer.status_code, f"/problems/{body['code']}")
    assert body["title"].endswith(".")
    return answer.status_code, body["code"]


def test_all_decisions_are_those_of_the_page_word_for_word(client):
    for on in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)):
        answer = client.get(PATH, {"on": on.isoformat()})
        found = queries.decisions_for_asset(who=None, serial=SERIAL, on=on)
        assert answer.status_code == 200
        said = answer.json()
        assert set(said.pop("signature")) == {"key_id", "algorithm", "value"}
        assert said == {
            "serial": SERIAL, "purpose": "production", "on": on.isoformat(), "decisions": [json.loads(each.as_json()) for each in found],
        }  # fmt: skip
        assert all(each.as_json() in answer.content.decode() for each in found)


def test_one_benefit_alone_is_its_receipt(client):
    for benefit in Benefit:
        [decision] = client.get(PATH, {"benefit": benefit.value, "on": "2026-12-24"}).json()["decisions"]
        asked = queries.decision_for(who=None, serial=SERIAL, benefit=benefit, on=date(2026, 12, 24))
        assert decision == json.loads(asked.as_json())


def test_without_a_day_it_is_today_where_the_asset_is(client):
    assert client.get(PATH).json()["on"] == "2026-11-24"


def test_an_earlier_knowledge_answers_as_it_was_known_then(client):
    asset = queries.asset(who=None, serial=SERIAL, at=cast.AT)
    late = cast.AT + timedelta(days=2)
    Registration.objects.create(asset_id=asset.id, person_id=1, registered_at=late, registered_on=date(2026, 5, 1))
    asked = {"benefit": "version_upgrades", "on": "2026-12-24"}
    codes = [
        client.get(PATH, asked | known).json()["decisions"][0]["because"][0]["code"]
        for known in ({"known": "2026-11-20T00:00:00Z"}, {"known": "2026-11-25T00:00:00Z"}, {})
    ]
    assert codes == ["no_term", "not_registered", "covered"]


def test_the_number_of_queries_is_the_same_for_one_term_and_for_many(client):
    counts = []
    for serial, terms in (("M1000000003", 1), ("M1000000004", 40)):
        asset = estate.asset(cast.aster(), serial)
        for n in range(terms):
            estate.term(asset, date(2026, 1, 1) + timedelta(days=9 * n), date(2026, 1, 8) + timedelta(days=9 * n))
        client.get(f"/api/v1/entitlements/{serial}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/api/v1/entitlements/{serial}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- problems -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Bearer \x01", "Basic YTpi",
                                    "Bearer " + "x" * 9000])  # fmt: skip
def test_no_live_token_is_a_problem_401(header):
    answer = Client().get(PATH, headers={} if header is None else {"Authorization": header})
    assert (_problem(answer), answer["WWW-Authenticate"]) == ((401, "unauthenticated"), "Bearer")


def test_an_expired_token_is_a_problem_401():
    secret = _token(expires_at=cast.AT - timedelta(days=30), at=cast.AT - timedelta(days=60))
    assert _problem(Client().get(PATH, headers={"Authorization": f"Bearer {secret}"})) == (401, "unauthenticated")


def test_a_session_of_the_pages_opens_no_api():
    client = Client()
    client.force_login(cast.owner())
    assert _problem(client.get(PATH)) == (401, "unauthenticated")


def test_a_token_without_the_scope_is_a_problem_403():
    secret = _token(Scope.CASES_READ)
    answer = Client().get(PATH, headers={"Authorization": f"Bearer {secret}"})
    assert _problem(answer) == (403, "scope_missing")
    assert answer.json()["detail"] == f"This needs a token with the scope {Scope.ENTITLEMENTS_READ.value}."


def test_an_unknown_serial_and_somebody_elses_are_one_and_the_same_problem_404(client):
    answers = [client.get(f"/api/v1/entitlements/{serial}") for serial in (THEIRS, "M9999999999", "%00", "%25")]
    assert [_problem(answer) for answer in answers] == [(404, "not_found")] * 4
    assert {answer.content for answer in answers} == {answers[0].content}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_address_that_is_none_is_a_problem_404(client, method):
    assert _problem(getattr(client, method)("/api/v1/nothing/here")) == (404, "not_found")


def test_a_method_that_the_description_does_not_take_is_a_problem_405_also_from_a_browser():
    answer = Client(enforce_csrf_checks=True).put("/api/v1/openapi.json")
    assert (_problem(answer), answer["Allow"]) == ((405, "method_not_allowed"), "GET, HEAD")


@pytest.mark.parametrize(("field", "value"), [
    ("on", "2026-02-30"), ("on", "soon"), ("on", ""), ("on", "20270331"), ("on", "0"), ("on", "1e9"), ("on", "\x00"),
    ("on", "2026-04-01\n"), ("on", "2026-04-01T10:00:00"), ("on", "99999-01-01"),
    ("known", "2026-04-01T10:00:00"), ("known", "2026-04-01"), ("known", "5"), ("known", "now"), ("known", "\x00"),
    ("benefit", "lunch"), ("benefit", ""), ("benefit", "\x00"),
])  # fmt: skip
def test_what_cannot_be_read_is_a_problem_422_that_names_its_place(client, field, value):
    answer = client.get(PATH, {field: value})
    assert _problem(answer) == (422, "invalid")
    assert [each["where"].split(".")[-1] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("asked", [
    {"on": "0001-01-01"}, {"on": "9999-12-31"}, {"known": "0001-01-01T00:00:00+14:00"},
    {"known": "9999-12-31T23:59:59-14:00"}, {"known": "2026-01-01T00:00:00Z", "on": "1900-01-01"},
])  # fmt: skip
def test_the_edges_of_the_calendar_get_an_answer(client, asked):
    assert client.get(PATH, asked).status_code == 200


def test_the_description_names_the_question_its_answer_and_the_token():
    description = Client().get("/api/v1/openapi.json").json()
    operation = description["paths"]["/api/v1/entitlements/{serial}"]["get"]
    assert [each["name"] for each in operation["parameters"]] == ["serial", "benefit", "on", "known"]
    assert description["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    decision = description["components"]["schemas"]["DecisionOut"]
    assert set(decision["properties"]) == {"granted", "benefit", "serial", "on", "level", "until", "because"}
