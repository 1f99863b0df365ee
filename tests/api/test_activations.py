"""Products activate, report, and fetch what they need to verify."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.actions import add_token
from tenure.accounts.words import Scope
from tenure.activation import actions
from tenure.activation.models import Activation, ActivationCode, CheckIn, LicenceFile
from tenure.activation.rules.codes import grouped
from tenure.entitlements import queries
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND
from tenure_licence import Keys, verify, verify_answer, verify_list
from tests import cast, estate

pytestmark = pytest.mark.django_db
SERIAL, THEIRS = "M1000000001", "M2000000002"
PATH = "/api/v1/activations"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    for customer, serial in ((cast.aster(), SERIAL), (cast.bellwether(), THEIRS)):
        estate.term(estate.asset(customer, serial), date(2026, 4, 1), date(2027, 4, 1))
    actions.issue_codes(at=cast.AT, by=COMMAND)


def _client(person, *scopes: Scope) -> Client:
    secret = add_token(person_id=person.pk, name="test", scopes=scopes or [Scope.ACTIVATIONS_WRITE], expires_at=None,
                       at=cast.AT, by=COMMAND)  # fmt: skip
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def client() -> Client:
    return _client(cast.technical())


def _code(serial: str = SERIAL) -> str:
    return grouped(ActivationCode.objects.get(asset__serial_number=serial).code)


def _post(client: Client, path: str = PATH, **body):
    return client.post(path, json.dumps(body), content_type="application/json")


def _activate(client: Client, **more):
    return _post(client, **{"code": _code(), "host": "host-a"} | more)


def _problem(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["type"]) == (answer.status_code, f"/problems/{body['code']}")
    assert body["title"].endswith(".")
    return answer.status_code, body["code"]


def _keys() -> Keys:
    return Keys.read(Client().get("/api/v1/licence-keys").content)


# --- activate -----------------------------------------------------------------------------------------------------


def test_a_product_activates_and_its_file_verifies_by_the_public_keys(client):
    answer = _activate(client, host_name="build server", units=2)
    told = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{PATH}/{told['id']}")
    assert {key: told[key] for key in ("serial", "host", "units")} == {"serial": SERIAL, "host": "host-a", "units": 2}
    [file] = told["files"]
    licence = verify(file["content"].encode(), keys=_keys())
    assert (licence.number, licence.host, licence.quantity) == (file["number"], "host-a", 2)
    assert (file["starts_on"], file["ends_on"]) == ("2026-04-01", "2027-03-31")


def test_again_for_the_same_machine_is_200_with_the_same_files(client):
    first, again = _activate(client), _activate(client)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())


def test_with_an_idempotency_key_it_is_done_once(client):
    body = json.dumps({"code": _code(), "host": "host-a"})
    answers = [
        client.post(PATH, body, content_type="application/json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert [(each.status_code, each.content) for each in answers] == [(201, answers[0].content)] * 2


@pytest.mark.parametrize(("typed", "group"), [("O", 3), ("!", 3)])
def test_a_malformed_code_is_told_by_its_group(client, typed, group):
    code = _code()
    answer = _activate(client, code=code[:10] + typed + code[11:])
    assert _problem(answer) == (422, "code_malformed")
    assert (answer.json()["group"], answer.json()["slip"], answer.json()["sign"]) == (group, "sign", typed)
    assert f"Group {group} has a slip" in answer.json()["detail"]


def test_somebody_elses_code_and_one_that_nobody_has_are_the_same_answer(client):
    told = []
    for code in (_code(THEIRS), "2222-2222-2222-2222"):
        answer = _activate(client, code=code)
        assert _problem(answer) == (404, "code_unknown")
        told.append((answer.content, sorted(answer.headers)))
    assert told[0] == told[1]
    assert Activation.objects.count() == 0


def test_no_unit_left_is_409_and_says_how_many_there_are(client):
    _activate(client, units=8)
    answer = _activate(client, host="host-b", units=5)
    assert _problem(answer) == (409, "units_taken")
    assert {key: answer.json()[key] for key in ("free", "quantity", "wished")} == {
        "free": 2,
        "quantity": 10,
        "wished": 5,
    }
    assert Activation.objects.count() == 1


@pytest.mark.parametrize(("more", "where"), [
    ({"units": 0}, "units"), ({"units": True}, "units"), ({"units": "3"}, "units"), ({"units": 2**53}, "units"),
    ({"host": 7}, "host"), ({"host": "x" * 201}, "host"), ({"code": None}, "code"), ({"code": "x" * 1001}, "code"),
])  # fmt: skip
def test_mistakes_are_named_by_their_place(client, more, where):
    answer = _activate(client, **more)
    assert _problem(answer) == (422, "invalid")
    assert {each["where"].split(".")[-1] for each in answer.json()["errors"]} == {where}


@pytest.mark.parametrize("host", ["", " ", "a\nb", "\0"])
def test_a_machine_without_a_name_is_refused(client, host):
    assert _problem(_activate(client, host=host)) == (422, "host_invalid")


@pytest.mark.parametrize("role", ["viewer", "purchasing", "engineer"])
def test_a_token_gives_no_more_than_its_person_may_do(role):
    assert _problem(_activate(_client(getattr(cast, role)()))) == (403, "not_allowed")
    assert (Activation.objects.count(), LicenceFile.objects.count()) == (0, 0)


def test_a_token_without_the_scope_activates_and_reports_nothing():
    reading = _client(cast.technical(), Scope.ENTITLEMENTS_READ)
    report = {"installed": 1, "version": "9.4", "clock": "2026-11-24T12:00:00Z"}
    assert _problem(_activate(reading)) == (403, "scope_missing")
    assert _problem(_post(reading, f"{PATH}/1/check-ins", **report)) == (403, "scope_missing")
    assert _problem(Client().post(PATH)) == (401, "unauthenticated")


def test_an_activation_is_read_again_with_the_files_that_hold_now(client):
    answer = _activate(client, units=2)
    read = client.get(answer["Location"])
    assert (read.status_code, read.json()) == (200, answer.json() | {"ended_at": None})
    actions.rotate_key(at=cast.AT, by=COMMAND)
    actions.sign_again(at=cast.AT)
    [file] = client.get(answer["Location"]).json()["files"]
    assert (file["number"], file["content"] == answer.json()["files"][0]["content"]) == (
        answer.json()["files"][0]["number"],
        False,
    )
    assert verify(file["content"].encode(), keys=_keys()).quantity == 2
    actions.end_activation(activation_id=answer.json()["id"], **cast.asking(cast.owner()))
    ended = client.get(answer["Location"]).json()
    assert (ended["ended_at"], ended["files"]) == ("2026-11-24T12:00:00Z", [])


def test_somebody_elses_activation_and_none_are_the_same_answer(client):
    number = _activate(client).json()["id"]
    for role in ("other_owner", "stranger"):
        theirs = _client(getattr(cast, role)())
        answers = [theirs.get(f"{PATH}/{place}") for place in (number, 987_654, 0, 2**63)]
        assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    assert _problem(_client(cast.owner(), Scope.CASES_READ).get(f"{PATH}/{number}")) == (403, "scope_missing")


# --- check in -----------------------------------------------------------------------------------------------------


def _report(client: Client, number: int, **more):
    told = {"installed": 4, "version": "9.4", "clock": "2026-11-24T12:00:03Z"} | more
    return _post(client, f"{PATH}/{number}/check-ins", **told)


def test_a_report_is_answered_by_the_signed_entitlement(client):
    number = _activate(client).json()["id"]
    answer = _report(client, number)
    told = verify_answer(answer.content, keys=_keys())
    decisions = told.pop("decisions")
    assert told == {
        "activation": number, "serial": SERIAL, "on": "2026-11-24", "checked_at": "2026-11-24T12:00:00Z", "clock_off_seconds": 3,
        "clock_is_off": False, "next_check_in_on": "2026-12-01", "revocation_list": 0,
    }  # fmt: skip
    found = queries.decisions_for_asset(who=None, serial=SERIAL, on=date(2026, 11, 24))
    assert decisions == [json.loads(each.as_json()) for each in found]
    assert list(CheckIn.objects.values_list("activation_id", "on", "installed", "version")) == [
        (number, date(2026, 11, 24), 4, "9.4")
    ]


def test_a_report_takes_one_query_beside_the_one_for_the_token(client):
    number = _activate(client).json()["id"]
    _report(client, number)
    for n in range(30):
        estate.term(Asset.objects.get(serial_number=SERIAL), date(2028 + n, 1, 1), date(2028 + n, 6, 1))
    with CaptureQueriesContext(connection) as asked:
        assert _report(client, number, installed=5).status_code == 200
    told = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert [("accounts_token" in sql, "activation_checkin" in sql) for sql in told] == [(True, False), (False, True)]


def test_the_last_report_of_a_day_stays(client):
    number = _activate(client).json()["id"]
    for installed in (4, 9, 2):
        _report(client, number, installed=installed)
    assert list(CheckIn.objects.values_list("installed", flat=True)) == [2]


@pytest.mark.parametrize(("off", "is_off"), [(timedelta(hours=26), False), (timedelta(hours=26, seconds=1), True),
                                             (timedelta(hours=-26), False), (timedelta(days=-400), True)])  # fmt: skip
def test_a_clock_that_is_off_by_more_than_a_slip_is_told(client, off, is_off):
    number = _activate(client).json()["id"]
    told = _report(client, number, clock=(cast.AT + off).isoformat()).json()
    assert (told["clock_off_seconds"], told["clock_is_off"]) == (int(off.total_seconds()), is_off)


@pytest.mark.parametrize(("more", "where"), [
    ({"installed": -1}, "installed"), ({"installed": 1.5}, "installed"), ({"installed": "4"}, "installed"),
    ({"installed": 2**53}, "installed"), ({"clock": "2026-11-24T12:00:00"}, "clock"), ({"clock": "yesterday"}, "clock"),
    ({"clock": "9999-12-31T23:59:59-14:00"}, "clock"), ({"clock": "0001-01-01T00:00:00+14:00"}, "clock"),
    ({"version": "x" * 101}, "version"), ({"version": None}, "version"),
])  # fmt: skip
def test_a_report_with_mistakes_is_not_kept(client, more, where):
    number = _activate(client).json()["id"]
    answer = _report(client, number, **more)
    assert _problem(answer) == (422, "invalid")
    assert {each["where"].split(".")[-1] for each in answer.json()["errors"]} == {where}
    assert CheckIn.objects.count() == 0


def test_a_report_of_an_ended_a_foreign_and_a_missing_activation_is_not_kept(client):
    number = _activate(client).json()["id"]
    theirs = _post(_client(cast.other_owner()), code=_code(THEIRS), host="x").json()["id"]
    answers = [_report(client, place) for place in (theirs, 987_654, 0, 2**63)]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    assert _problem(_report(_client(cast.viewer()), number)) == (403, "not_allowed")
    actions.end_activation(activation_id=number, **cast.asking(cast.owner()))
    assert _problem(_report(client, number)) == (409, "activation_ended")
    assert CheckIn.objects.count() == 0


# --- what is public -----------------------------------------------------------------------------------------------


def test_keys_and_list_are_for_anyone_and_may_be_kept(client):
    _activate(client)
    for path in ("licence-keys", "licence-withdrawals"):
        answer = Client().get(f"/api/v1/{path}")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=300")
        again = Client().get(f"/api/v1/{path}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert verify_list(Client().get("/api/v1/licence-withdrawals").content, keys=_keys()).number == 1


def test_a_decision_carries_a_signature_over_its_other_members():
    client = _client(cast.technical(), Scope.ENTITLEMENTS_READ)
    for query in ("", "?benefit=technical_support", "?on=2030-01-01"):
        answer = client.get(f"/api/v1/entitlements/{SERIAL}{query}")
        told = verify_answer(answer.content, keys=_keys())
        assert told == {key: value for key, value in answer.json().items() if key != "signature"}
