"""Every request is one transaction, and a changing one is safe to repeat."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client

from tenure.accounts.models import Person
from tenure.config import middleware
from tenure.journal.actions import claim, prune
from tenure.journal.models import Entry, RequestKey
from tenure.kit.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.doors")]


@pytest.fixture(autouse=True)
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal's page is the kit's, and leads to pages that are not among these doors."""

    def refuse(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
        return HttpResponse(refusal.title, status=status)

    monkeypatch.setattr(middleware.refusals, "refuse", refuse)


@pytest.fixture
def anna() -> Client:
    return signed_in("anna@example.com")


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(Person.objects.create(email=email, name=email), backend=BACKEND)
    return client


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
API = "/api/v1/things"


def effects() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("subject", flat=True))


def keys() -> int:
    return RequestKey.objects.count()


def test_a_form_sent_twice_has_one_effect_and_one_answer(anna):
    answers = [anna.post("/write", {"name": "a", "request_key": "k1"}) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, "/made/a")] * 2
    assert [answer.get("Idempotent-Replayed") for answer in answers] == [None, "true"]
    assert effects() == ["a"]


def test_the_forgery_token_is_no_part_of_what_is_asked(anna):
    for token in ("one", "two"):
        anna.post("/write", {"name": "a", "request_key": "k1", "csrfmiddlewaretoken": token})
    assert effects() == ["a"]


@pytest.mark.parametrize("changed", [{"name": "b"}, {"name": "a", "more": ""}, {"name": ["a", "a"]}])
def test_a_used_key_with_another_form_is_refused_with_422(anna, changed):
    anna.post("/write", {"name": "a", "request_key": "k1"})
    answer = anna.post("/write", {**changed, "request_key": "k1"})
    assert (answer.status_code, answer.content) == (422, b"This form has been sent already")
    assert effects() == ["a"]


def test_a_used_key_with_another_file_is_refused_and_with_the_same_replayed(anna):
    def send(content: bytes) -> int:
        file = SimpleUploadedFile("a.csv", content)
        return anna.post("/write", {"name": "a", "request_key": "k1", "file": file}).status_code

    assert [send(b"one"), send(b"one"), send(b"two")] == [303, 303, 422]
    assert effects() == ["a"]


def test_a_used_key_with_another_query_is_refused(anna):
    anna.post("/write?day=1", {"name": "a", "request_key": "k1"})
    assert anna.post("/write?day=2", {"name": "a", "request_key": "k1"}).status_code == 422


@pytest.mark.parametrize("key", [None, "", "x" * 201, "a\x00b"])
def test_a_form_without_a_usable_key_is_refused_and_does_nothing(anna, key):
    form = {"name": "a"} if key is None else {"name": "a", "request_key": key}
    assert anna.post("/write", form).status_code == 400
    assert (effects(), keys()) == ([], 0)


def test_another_persons_equal_key_is_another_key(anna):
    for client in (anna, signed_in("ben@example.com"), Client()):
        assert client.post("/write", {"name": "a", "request_key": "k1"}).status_code == 303
    assert effects() == ["a", "a", "a"]


def test_a_visitor_whose_session_begins_between_two_tries_is_still_the_same():
    client = Client()
    client.cookies["csrftoken"] = "s" * 32
    client.post("/write", {"name": "a", "request_key": "k1"})
    session = client.session
    session["anything"] = 1
    session.save()
    assert client.post("/write", {"name": "a", "request_key": "k1"})["Idempotent-Replayed"] == "true"
    assert effects() == ["a"]


def test_a_refused_form_leaves_nothing_and_may_come_again_with_its_key(anna):
    assert anna.post("/write", {"name": "a", "then": "raise", "request_key": "k1"}).status_code == 403
    assert (effects(), keys()) == ([], 0)
    assert anna.post("/write", {"name": "b", "request_key": "k1"}).status_code == 303
    assert effects() == ["b"]


def test_a_form_shown_again_does_not_use_up_its_key(anna):
    assert anna.post("/write", {"name": "a", "then": "show", "request_key": "k1"}).status_code == 200
    assert keys() == 0
    assert anna.post("/write", {"name": "b", "request_key": "k1"}).status_code == 303


def test_the_api_replays_status_and_body():
    answers = [
        Client().post(API, {"name": "a"}, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(201, {"name": "a"})] * 2
    assert answers[1]["Content-Type"] == answers[0]["Content-Type"]
    assert effects() == ["a"]


def test_the_api_refuses_a_used_key_with_another_body_by_a_problem():
    client = Client(headers={"Idempotency-Key": "k1"})
    client.post(API, {"name": "a"}, content_type="application/json")
    answer = client.post(API, {"name": "b"}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == "request_key_used"
    assert effects() == ["a"]


@pytest.mark.parametrize(("name", "status"), [("forbidden", 403), ("crash", 500)])
def test_what_ninja_turns_into_an_answer_is_rolled_back_all_the_same(name, status):
    client = Client(headers={"Idempotency-Key": "k1"})
    assert client.post(API, {"name": name}, content_type="application/json").status_code == status
    assert (effects(), keys()) == ([], 0)


def test_the_api_works_without_a_key_each_time_anew():
    for _ in range(2):
        assert Client().post(API, {"name": "a"}, content_type="application/json").status_code == 201
    assert (effects(), keys()) == (["a", "a"], 0)


def test_an_answer_is_not_replayed_to_a_token_that_has_been_revoked():
    client = Client(headers={"Idempotency-Key": "k1", "Authorization": "Bearer never-valid"})
    for _ in range(2):
        client.post(API, {"name": "a"}, content_type="application/json")
    assert (effects(), keys()) == (["a", "a"], 0)


def test_allauth_pages_need_no_key_and_keep_none():
    assert Client().post("/account/login/", {"login": "x@example.com", "password": "y"}).status_code == 200
    assert keys() == 0


def test_keys_are_forgotten_after_24_hours():
    at = datetime(2026, 3, 1, tzinfo=UTC)
    claim(scope="s", key="old", fingerprint=b"x", at=at)
    claim(scope="s", key="young", fingerprint=b"x", at=at + timedelta(seconds=1))
    assert prune(at=at + timedelta(hours=24, microseconds=1)) == 1
    assert list(RequestKey.objects.values_list("key", flat=True)) == ["young"]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_equal_posts_at_once_one_has_the_effect_and_all_get_its_answer(anna):
    cookies, start, answers = anna.cookies, threading.Barrier(20), []

    def send() -> None:
        client = Client()
        client.cookies = cookies
        start.wait(20)
        answer = client.post("/write", {"name": "a", "request_key": "k1"})
        answers.append((answer.status_code, answer["Location"]))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/made/a")] * 20
    assert effects() == ["a"]


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_two_twins_is_rolled_back_the_second_does_the_work():
    outcome, claimed = [], threading.Event()
    at = datetime(2026, 3, 1, tzinfo=UTC)

    def second() -> None:
        claimed.wait(20)
        with transaction.atomic():
            outcome.append(claim(scope="s", key="k", fingerprint=b"x", at=at))
        connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        claim(scope="s", key="k", fingerprint=b"x", at=at)
        claimed.set()
        thread.join(0.3)
        assert thread.is_alive()  # it waits for us
        transaction.set_rollback(True)
    thread.join()
    assert outcome == [None]
