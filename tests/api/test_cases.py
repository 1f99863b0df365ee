"""Cases by API: what the pages do, problems as RFC 9457 wants them, one effect however often it is sent."""

import json
import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openapi_spec_validator import OpenAPIV31SpecValidator

from tenure.accounts.actions import add_token
from tenure.accounts.models import Person
from tenure.accounts.words import Scope
from tenure.api.case_problems import TITLES
from tenure.api.case_shapes import CaseOut, CasePageOut, OpenedOut, StandOut
from tenure.cases import actions
from tenure.cases.models import Case, Event, Verdict
from tenure.cases.queries import case
from tenure.cases.words import CaseRefusal
from tenure.journal.models import Entry, RequestKey
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.cases.conftest import SERIAL, Scene, make_scene, open_case

pytestmark = pytest.mark.django_db
AT = cast.AT
BODY = {"serial_number": SERIAL, "release": "9.4", "platform": "Debian 12", "severity": 3,
        "summary": "Nightly import stops", "details": "It stops at 01:40 with catalogue busy."}  # fmt: skip
PATH = "/api/v1/cases"


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    return make_scene()


def client_of(person: Person, *scopes: Scope) -> Client:
    given = scopes or (Scope.CASES_READ, Scope.CASES_WRITE)
    secret = add_token(person_id=person.pk, name="test", scopes=given, expires_at=None, at=AT, by=COMMAND)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def client(scene: Scene) -> Client:
    return client_of(scene.technical)


def post(client: Client, path: str, body: object = None, **headers: str):
    sent = "" if body is None else json.dumps(body)
    return client.post(path, data=sent, content_type="application/json", headers=headers)


def problem(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["type"]) == (answer.status_code, f"/problems/{body['code']}")
    assert body["title"].endswith(".")
    return answer.status_code, body["code"]


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, Verdict, Mail, Entry, RequestKey))


def test_an_opened_case_answers_its_number_its_promises_and_the_verdict_kept_with_it(scene: Scene, client) -> None:
    answer = post(client, PATH, BODY)
    assert answer.status_code == 201
    body = answer.json()
    kept = Case.objects.get()
    assert (body["number"], body["state"], body["severity"]) == (kept.number, "new", 3)
    assert answer["Location"] == f"{PATH}/{kept.number}"
    assert (kept.channel, kept.release, kept.platform) == ("api", "9.4", "Debian 12")
    assert {each["name"]: each["due_at"] for each in body["milestones"]} == {
        each.name: each.due_at and each.due_at.isoformat().replace("+00:00", "Z") for each in kept.milestones.all()
    }
    assert all(each["why"] for each in body["milestones"])
    assert json.dumps(body["verdict"]) == json.dumps(json.loads(Verdict.objects.get().receipt))
    OpenedOut.model_validate(body)


def test_the_case_is_read_as_the_page_reads_it(scene: Scene, client) -> None:
    number = post(client, PATH, BODY).json()["number"]
    body = client.get(f"{PATH}/{number.lower()}").json()
    row = case(who=cast.who(scene.technical), number=number, at=AT)
    assert (body["number"], body["serial_number"], body["customer"], body["level"]) == (
        number, SERIAL, cast.aster().number, "essential",
    )  # fmt: skip
    assert [(each["seq"], each["event"], each["body"]) for each in body["entries"]] == [
        (each.seq, each.kind.value, each.body) for each in row.entries
    ]
    assert datetime.fromisoformat(body["opened_at"]) == AT
    CaseOut.model_validate(body)


def test_internal_notes_are_read_by_the_vendors_people_alone(scene: Scene, client) -> None:
    number, staff = open_case(scene.technical).number, client_of(scene.engineer)
    assert (
        post(staff, f"{PATH}/{number}/messages", {"body": "Looks like the cache.", "public": False}).status_code == 201
    )
    assert post(staff, f"{PATH}/{number}/messages", {"body": "We are on it."}).status_code == 201
    theirs, ours = (
        [each["body"] for each in reader.get(f"{PATH}/{number}").json()["entries"] if each["event"] != "opened"]
        for reader in (client, staff)
    )
    assert theirs == ["We are on it."]
    assert ours == ["", "Looks like the cache.", "We are on it."]


def test_a_customers_note_is_refused_and_leaves_nothing(scene: Scene, client) -> None:
    number = open_case(scene.technical).number
    before = written()
    answer = post(client, f"{PATH}/{number}/messages", {"body": "x", "public": False}, **{"Idempotency-Key": "k"})
    assert problem(answer) == (403, "not_allowed")
    assert written() == before


def test_a_case_goes_its_whole_way_by_api(scene: Scene, client) -> None:
    staff, number = client_of(scene.engineer), post(client, PATH, BODY).json()["number"]
    path = f"{PATH}/{number}"
    states = [
        post(staff, f"{path}/take"),
        post(staff, f"{path}/messages", {"body": "Which log?"}),
        post(client, f"{path}/messages", {"body": "This one."}),
        post(client, f"{path}/close", {"body": "Solved it."}),
        post(client, f"{path}/reopen", {"body": "It is back."}),
        post(client, f"{path}/close"),
    ]
    assert [(each.status_code, each.json()["state"]) for each in states] == [
        (200, "open"), (201, "open"), (201, "open"), (200, "closed"), (200, "open"), (200, "closed"),
    ]  # fmt: skip
    for each in states:
        StandOut.model_validate(each.json())


def test_a_proposal_is_agreed_to_by_api(scene: Scene, client) -> None:
    number = open_case(scene.technical).number
    actions.propose_close(number=number, body="Set it back.", **cast.asking(scene.engineer))
    assert post(client, f"{PATH}/{number}/consent").json()["state"] == "closed"


def test_a_customer_care_case_needs_no_entitlement(scene: Scene) -> None:
    someone = client_of(cast.stranger())
    care = {"kind": "care", "topic": "licences", "region": "EMEA", "summary": "Certificate", "details": "It is lost.",
            "company": "Sam's"}  # fmt: skip
    body = post(someone, PATH, care).json()
    assert (body["kind"], body["severity"], body["milestones"], body["verdict"]) == ("care", None, [], None)
    OpenedOut.model_validate(body)


def test_a_customer_care_case_of_ones_organisation_is_its_own_and_no_other(scene: Scene, client) -> None:
    care = {"kind": "care", "topic": "account", "region": "EMEA", "summary": "Who", "details": "Whose account?"}
    assert post(client, PATH, care | {"customer": cast.aster().number}).status_code == 201
    assert Case.objects.get().organisation_id == cast.aster().pk
    for number in (cast.bellwether().number, "K-999999"):
        assert problem(post(client, PATH, care | {"customer": number})) == (403, "not_allowed")


# --- lists --------------------------------------------------------------------------------------------------------


def test_pages_of_a_list_hold_every_case_once_the_newest_first(scene: Scene, client) -> None:
    numbers = [open_case(scene.technical).number for _ in range(7)]
    found, after = [], ""
    while True:
        body = client.get(PATH, {"limit": 3, "after": after}).json()
        CasePageOut.model_validate(body)
        found += [each["number"] for each in body["items"]]
        if body["next"] is None:
            break
        after = body["next"]
    assert found == numbers[::-1]


def test_open_holds_every_case_that_is_not_closed(scene: Scene, client) -> None:
    waits, closed, new = (open_case(scene.technical).number for _ in range(3))
    actions.ask(number=waits, body="Which log?", **cast.asking(scene.engineer))
    actions.close(number=closed, **cast.asking(scene.technical))
    found = {
        state: [each["number"] for each in client.get(PATH, {"state": state}).json()["items"]]
        for state in ("all", "new", "open", "awaiting_review", "pending_close", "closed")
    }
    assert found == {
        "all": [new, closed, waits], "new": [new], "open": [new, waits], "awaiting_review": [waits],
        "pending_close": [], "closed": [closed],
    }  # fmt: skip


def test_a_list_is_narrowed_by_customer_and_by_words(scene: Scene) -> None:
    number = open_case(scene.technical, summary="Walrus at the gate").number
    staff = client_of(scene.engineer)
    for asked, expected in (
        ({"customer": cast.aster().number}, [number]), ({"customer": cast.bellwether().number}, []),
        ({"q": "walr gate"}, [number]), ({"q": "walrus fence"}, []), ({"q": number.lower()}, [number]),
    ):  # fmt: skip
        assert [each["number"] for each in staff.get(PATH, asked).json()["items"]] == expected


def test_the_number_of_queries_does_not_grow_with_the_list(scene: Scene, client) -> None:
    number, counts = open_case(scene.technical).number, []
    paths = {
        PATH: 5,
        f"{PATH}?q=import": 6,
        f"{PATH}?state=open&customer={cast.aster().number}": 5,
        f"{PATH}/{number}": 6,
    }
    for more in (2, 22):
        for _ in range(more):
            open_case(scene.technical)
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path)
            counts.append((path, len(asked)))
            assert "items" not in answer.json() or len(answer.json()["items"]) == min(25, Case.objects.count())
    assert counts[:4] == counts[4:]
    assert [path for path, count in counts if count > paths[path]] == []


@pytest.mark.parametrize(("asked", "where"), [
    ({"state": "lost"}, "state"), ({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"), ({"limit": "x"}, "limit"),
    ({"after": "x"}, "after"), ({"after": "9" * 18}, "after"), ({"q": "x" * 201}, "q"), ({"customer": "x" * 61}, "customer"),
])  # fmt: skip
def test_a_question_that_cannot_be_read_is_a_problem_that_names_its_place(scene: Scene, client, asked, where) -> None:
    answer = client.get(PATH, asked)
    assert problem(answer) == (422, "invalid")
    assert [each["where"].split(".")[-1] for each in answer.json()["errors"]] == [where]


# --- refusals -----------------------------------------------------------------------------------------------------


def test_what_is_not_covered_is_refused_with_the_decision_and_leaves_nothing(scene: Scene, client) -> None:
    lapsed = estate.asset(cast.aster(), "M1000000002")
    estate.term(lapsed, date(2025, 4, 1), date(2026, 4, 1))
    before = written()
    answer = post(client, PATH, BODY | {"serial_number": "M1000000002"}, **{"Idempotency-Key": "k"})
    assert problem(answer) == (403, "not_entitled")
    assert answer.json()["decision"]["because"][0]["code"] == "term_ended"
    assert written() == before


def test_an_unknown_serial_number_and_somebody_elses_are_refused_alike(scene: Scene, client) -> None:
    estate.term(estate.asset(cast.bellwether(), "M2000000002"), date(2026, 4, 1), date(2027, 4, 1))
    answers = [post(client, PATH, BODY | {"serial_number": serial}) for serial in ("M2000000002", "M9999999999")]
    assert [problem(each) for each in answers] == [(403, "not_entitled")] * 2
    first, second = (each.content.replace(b"M2000000002", b"").replace(b"M9999999999", b"") for each in answers)
    assert first == second


def test_a_severity_that_needs_the_phone_is_refused_with_the_regions_numbers(scene: Scene, client) -> None:
    body = post(client, PATH, BODY | {"severity": 1}).json()
    assert (body["status"], body["code"], body["region"]) == (422, "severity_needs_phone", "EMEA")
    assert "+49 30 23125 014" in [phone["number"] for phone in body["phones"]]


def test_without_a_contact_seat_no_technical_case_is_opened(scene: Scene) -> None:
    before, someone = Case.objects.count(), client_of(cast.owner())
    assert problem(post(someone, PATH, BODY)) == (403, "contact_seat_needed")
    assert Case.objects.count() == before


def test_a_step_out_of_place_is_a_conflict(scene: Scene, client) -> None:
    number = open_case(scene.technical).number
    assert problem(post(client, f"{PATH}/{number}/consent")) == (409, "not_in_this_state")
    assert problem(post(client, f"{PATH}/{number}/reopen", {"body": "x"})) == (409, "not_in_this_state")
    post(client, f"{PATH}/{number}/close")
    assert problem(post(client, f"{PATH}/{number}/messages", {"body": "x"})) == (409, "not_in_this_state")


def test_of_two_who_take_a_case_the_second_is_refused(scene: Scene) -> None:
    number = open_case(scene.technical).number
    first, second = client_of(scene.engineer), client_of(cast.manager())
    assert post(first, f"{PATH}/{number}/take").status_code == 200
    assert problem(post(second, f"{PATH}/{number}/take")) == (409, "already_taken")


STEPS = ("messages", "close", "consent", "reopen", "take")


@pytest.mark.parametrize("step", ["", *STEPS])
def test_a_case_of_another_customer_and_none_at_all_are_one_and_the_same_404(scene: Scene, step) -> None:
    theirs, other = open_case(scene.technical).number, client_of(cast.other_technical())
    before = Event.objects.count()

    def ask(number: str):
        if not step:
            return other.get(f"{PATH}/{number}")
        return post(
            other, f"{PATH}/{number}/{step}", {"body": "x", "public": False} if step == "messages" else {"body": "x"}
        )

    answers = [ask(number) for number in (theirs, "CS-99999999", "%00", "%25")]
    assert [problem(each) for each in answers] == [(404, "not_found")] * 4
    assert {each.content for each in answers} == {answers[0].content}
    assert Event.objects.count() == before


@pytest.mark.parametrize("person", [cast.owner, cast.viewer, cast.purchasing, cast.stranger])
def test_a_customer_never_takes_a_case(scene: Scene, person) -> None:
    number, someone = open_case(scene.technical).number, client_of(person())
    assert problem(post(someone, f"{PATH}/{number}/take"))[0] in {403, 404}
    assert Case.objects.get(number=number).assignee_id is None


@pytest.mark.parametrize(("method", "path", "scope"), [
    ("get", "", Scope.CASES_WRITE), ("get", "/{number}", Scope.CASES_WRITE), ("post", "", Scope.CASES_READ),
    *(("post", f"/{{number}}/{step}", Scope.CASES_READ) for step in STEPS),
])  # fmt: skip
def test_each_address_needs_its_scope(scene: Scene, method, path, scope) -> None:
    number, narrow = open_case(scene.technical).number, client_of(scene.technical, scope, Scope.ENTITLEMENTS_READ)
    before = Event.objects.count()
    where = PATH + path.format(number=number)
    body = BODY if not path else {"body": "x"}
    answer = narrow.get(where) if method == "get" else post(narrow, where, body)
    assert problem(answer) == (403, "scope_missing")
    assert Event.objects.count() == before


@pytest.mark.parametrize("body", [
    "", "{", "[]", "null", "1", '"x"', "{}", '{"kind": "lunch"}', '{"kind": null}', '{"kind": 5}', "{\"a\": NaN}", "[" * 2000,
    json.dumps(BODY | {"severity": "3"}), json.dumps(BODY | {"severity": True}), json.dumps(BODY | {"severity": 3.5}),
    json.dumps(BODY | {"severity": None}), json.dumps(BODY | {"serial_number": 5}), json.dumps(BODY | {"summary": None}),
    json.dumps(BODY | {"details": ["x"]}), json.dumps(BODY | {"summary": "\ud800"}),
    json.dumps({"kind": "care", "topic": "technical_lunch", "region": "EMEA", "summary": "a", "details": "b"}),
    b"\xff\xfe", b'{"summary": "\x00"}',
])  # fmt: skip
def test_a_body_that_cannot_be_read_is_a_problem_and_changes_nothing(scene: Scene, client, body) -> None:
    before = written()
    answer = client.post(PATH, data=body, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert problem(answer)[0] in {400, 422}
    assert written() == before


@pytest.mark.parametrize(("field", "value", "code"), [
    ("severity", 5, "severity_unknown"), ("severity", 10**30, "invalid"), ("severity", -1, "severity_unknown"),
    ("summary", " \n", "summary_missing"), ("summary", "x" * 201, "summary_too_long"), ("details", "\x00", "details_missing"),
    ("details", "x" * 50_001, "text_too_long"), ("release", "9.9", "release_unknown"), ("release", "\x00" * 9 + "9", "release_unknown"),
    ("serial_number", "\x00", "not_entitled"), ("serial_number", "", "not_entitled"), ("serial_number", "x" * 9999, "not_entitled"),
])  # fmt: skip
def test_a_field_that_is_refused_is_named_by_its_code(scene: Scene, client, field, value, code) -> None:
    before = written()
    assert problem(post(client, PATH, BODY | {field: value}, **{"Idempotency-Key": "k"}))[1] == code
    assert written() == before


@pytest.mark.parametrize(("body", "places"), [
    (BODY | {"severity": "x", "summary": None}, ["body.severity", "body.summary"]),
    ({"kind": "care", "topic": "lunch", "region": "EMEA", "summary": "a"}, ["body.topic", "body.details"]),
    ({"kind": "lunch"}, ["body"]),
])  # fmt: skip
def test_a_mistake_in_a_body_is_named_by_its_place_in_what_was_sent(scene: Scene, client, body, places) -> None:
    assert [each["where"] for each in post(client, PATH, body).json()["errors"]] == places


def test_a_body_too_large_is_a_problem(scene: Scene, client) -> None:
    for headers in ({}, {"Idempotency-Key": "k"}):
        assert problem(post(client, PATH, BODY | {"details": "x" * 6_000_000}, **headers))[0] in {400, 413}


def test_a_method_that_an_address_does_not_take_is_a_problem(scene: Scene, client) -> None:
    answer = client.put(PATH)
    assert (problem(answer), answer["Allow"]) == ((405, "method_not_allowed"), "GET, POST")


def test_every_refusal_of_the_room_has_a_title() -> None:
    assert set(TITLES) == set(CaseRefusal)
    assert [title for title in TITLES.values() if not title.endswith(".")] == []


# --- repeating ----------------------------------------------------------------------------------------------------


def test_the_same_message_with_its_key_is_written_once(scene: Scene, client) -> None:
    number = open_case(scene.technical).number
    answers = [post(client, f"{PATH}/{number}/messages", {"body": "x"}, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [(each.status_code, each.content) for each in answers] == [(201, answers[0].content)] * 2
    assert [each.get("Idempotent-Replayed") for each in answers] == [None, "true"]
    assert Event.objects.filter(kind="customer_wrote").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_equal_posts_at_once_one_opens_a_case_and_all_get_its_answer(
    live_server, monkeypatch: pytest.MonkeyPatch, empty_queue: None
) -> None:
    import http.client

    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    made = make_scene()
    secret = add_token(
        person_id=made.technical.pk, name="test", scopes=[Scope.CASES_WRITE], expires_at=None, at=AT, by=COMMAND
    )
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1", "Content-Type": "application/json"}
    host, start, answers = live_server.url.removeprefix("http://"), threading.Barrier(100), []

    def send() -> None:
        start.wait()
        while True:
            line = http.client.HTTPConnection(host, timeout=60)
            try:
                line.request("POST", PATH, json.dumps(BODY), headers)
                answer = line.getresponse()
                answers.append((answer.status, answer.read()))
                return
            except ConnectionError:  # the test server's queue is short; to send it again is what the key is for
                continue
            finally:
                line.close()

    threads = [threading.Thread(target=send) for _ in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(answers) == {answers[0]}
    assert (len(answers), answers[0][0], Case.objects.count()) == (100, 201, 1)


# --- description --------------------------------------------------------------------------------------------------


def test_the_description_is_valid_openapi_and_names_every_problem() -> None:
    description = Client().get("/api/v1/openapi.json").json()
    assert [str(each.message) for each in OpenAPIV31SpecValidator(description).iter_errors()] == []
    told = {
        f"{method} {path.removeprefix('/api/v1')}": sorted(each["responses"])
        for path, methods in description["paths"].items() for method, each in methods.items()
    }  # fmt: skip
    writes = ["401", "403", "404", "409", "422"]
    assert told == {
        "get /entitlements/{serial}": ["200", "401", "403", "404", "422"],
        "get /cases": ["200", "401", "403", "422"], "post /cases": ["201", "401", "403", "422"],
        "get /cases/{number}": ["200", "401", "403", "404"], "post /cases/{number}/messages": ["201", *writes],
        **{f"post /cases/{{number}}/{step}": ["200", *writes] for step in ("close", "consent", "reopen")},
        "post /cases/{number}/take": ["200", "401", "403", "404", "409"],
        "post /activations": ["200", "201", *writes, "503"], "get /activations/{activation_id}": ["200", "401", "403", "404"],
        "post /activations/{activation_id}/check-ins": ["200", *writes, "503"],
        "get /licence-keys": ["200"], "get /licence-withdrawals": ["200", "503"],
    }  # fmt: skip


def test_the_page_for_people_shows_every_operation_and_type_and_is_open_to_all() -> None:
    description, page = Client().get("/api/v1/openapi.json").json(), Client().get("/api").content.decode()
    for path, methods in description["paths"].items():
        assert path in page
        for each in methods.values():
            assert f'id="{each["operationId"]}"' in page
    for name in description["components"]["schemas"]:
        assert f'<span class="number">{name}</span>' in page


def test_a_token_of_an_ended_contact_reads_no_more(scene: Scene, client) -> None:
    number = open_case(scene.technical).number
    scene.technical.memberships.update(ended_at=AT + timedelta(0))
    assert problem(client.get(f"{PATH}/{number}")) == (404, "not_found")
