"""The desk's page of what falls due."""

import importlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Person
from tests import cast, estate
from tests.renewals.test_waves import SERIAL, owned


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


def entered(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_it_says_how_much_falls_due_and_each_with_its_day() -> None:
    estate.policy()
    owned(until=cast.AT.date() + timedelta(days=10))
    client = entered(cast.renewals())
    page = text(client.get(reverse("desk-ahead")))
    assert '<b data-tone="soon">4 things fall due</b> today and in the next 30 days.' in page
    assert "7 days before the end" in page and SERIAL in page
    page = text(client.get(reverse("desk-ahead"), {"kind": "notice", "days": "7"}))
    assert '<b data-tone="soon">2 things fall due</b> today and in the next 7 days.' in page


def test_the_file_has_the_rows_of_the_sentence() -> None:
    estate.policy()
    owned(until=cast.AT.date() + timedelta(days=10))
    answer = entered(cast.manager()).get(reverse("desk-ahead-export"), {"kind": "term_ends"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    ends = (cast.AT + timedelta(days=10)).date()
    assert [line.split(",")[:3] for line in lines[1:]] == [[ends.isoformat(), "term_ends", "EMEA"]]


def test_pages_of_many_rows_ask_as_little_as_those_of_one() -> None:
    estate.policy()
    owned(until=cast.AT.date() + timedelta(days=10))
    client = entered(cast.renewals())
    client.get(reverse("desk-ahead"))
    counted = []
    for serials in ((), tuple(f"M20000{n:05}" for n in range(40))):
        for serial in serials:
            owned(serial, until=cast.AT.date() + timedelta(days=10))
        with CaptureQueriesContext(connection) as asked:
            page = text(client.get(reverse("desk-ahead")))
        counted.append(len(asked))
    assert counted[0] >= counted[1]  # a page that is full looks no further
    assert "after=" in page


def test_more_than_anybody_reads_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    estate.policy()
    for serial in ("M2000000001", "M2000000002", "M2000000003"):
        owned(serial, until=cast.AT.date() + timedelta(days=10))
    client = entered(cast.renewals())
    asked = {"kind": "term_ends"}
    assert "3 things fall due" in text(client.get(reverse("desk-ahead"), asked))
    for module in ("tenure.outlook.queries.ahead", "tenure.desk.ahead"):
        monkeypatch.setattr(importlib.import_module(module), "MOST_COUNTED", 2)
    page = text(client.get(reverse("desk-ahead"), asked))
    assert ("More than 2 things fall due" in page, "<dd>more than 2</dd>" in page) == (True, True)


def test_without_a_policy_and_with_words_of_no_sense_it_still_answers() -> None:
    client = entered(cast.renewals())
    assert "no business policy in force" in text(client.get(reverse("desk-ahead")))
    estate.policy()
    for asked in ({"days": "-5", "kind": "x", "region": "%00"}, {"customer": "\0"}, {"after": "2026-13-01~x~y"}):
        answer = client.get(reverse("desk-ahead"), asked)
        assert (answer.status_code, "Nothing falls due" in text(answer)) == (200, True)
