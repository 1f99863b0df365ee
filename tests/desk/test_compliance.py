"""The desk's list of positions over all customers."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.compliance.models import Count
from tests import cast, estate


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


@pytest.fixture
def staff(db: None, client: Client) -> Client:
    """Aster is short by 12, Bellwether by 2."""
    estate.policy()
    for customer, serial, licensed, installed in (
        (cast.bellwether(), "M2000000002", 5, 7), (cast.aster(), "M1000000001", 48, 60),
    ):  # fmt: skip
        owned = estate.asset(customer, serial, quantity=licensed)
        Count.objects.create(
            organisation=customer, site=owned.site, product=owned.product, quantity=installed, source="imported",
            counted_on=date(2026, 11, 3), kept_at=cast.AT,
        )  # fmt: skip
    client.force_login(cast.engineer())
    return client


def _text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def _customers(page: str) -> list[str]:
    return [part.split("</bdi>")[0].split("<bdi>")[1] for part in page.split("<tr data-row>")[1:]]


def test_who_is_short_most_stands_above(staff: Client):
    page = _text(staff.get(reverse("desk-compliance")))
    assert _customers(page) == ["Aster Mills", "Bellwether Ferries"]
    assert '<b data-tone="bad">Two positions are short of licences</b>.' in page


def test_one_customer_is_shown_from_their_page(staff: Client):
    number = cast.bellwether().number
    assert f"?customer={number}" in _text(staff.get(reverse("desk-customer", args=[number])))
    page = _text(staff.get(reverse("desk-compliance") + f"?customer={number}"))
    assert _customers(page) == ["Bellwether Ferries"]


def test_the_export_has_the_rows_of_the_list(staff: Client):
    lines = b"".join(staff.get(reverse("desk-compliance-export") + "?state=short&q=aster")).decode().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Aster Mills"]


@pytest.mark.parametrize("query", ["?on=soon", "?on=1900-01-01"])
def test_a_day_that_cannot_be_read_is_told(staff: Client, query: str):
    assert "That day could not be read" in _text(staff.get(reverse("desk-compliance") + query))
    assert staff.get(reverse("desk-compliance-export") + query).status_code == 302


def test_a_page_takes_as_many_queries_for_two_rows_as_for_forty(staff: Client):
    counts = []
    staff.get(reverse("desk-compliance"))
    for turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            staff.get(reverse("desk-compliance"))
        counts.append(len(caught))
        for number in range(40):
            estate.asset(cast.aster(), f"M3{turn}000000{number:02d}", of=estate.product(f"Quay {number}"))
    assert counts[0] == counts[1]
