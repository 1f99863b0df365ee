"""Getting started: from catalogue and policy alone, for anyone; deep links for who owns the product."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast, estate


def _text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def products(db: None) -> None:
    estate.policy()
    estate.product("Quay Vault")
    estate.product("Quay Mail", kind="online_service")
    estate.product("Quay Box", kind="hardware")


def _heads(client: Client, slug: str) -> list[str]:
    page = _text(client.get(reverse("getting-started-product", args=[slug])))
    return [part.split("</h2>")[0].split(">", 1)[1] for part in page.split("<h2 ")[1:]][:-1]


def test_the_steps_stand_in_the_order_of_the_policy_for_the_products_kind(products: None, client: Client):
    assert {slug: _heads(client, slug) for slug in ("quay-vault", "quay-mail", "quay-box")} == {
        "quay-vault": ["1. Take the latest release", "2. Activate it", "3. Register the serial number",
                       "4. Name who may call"],
        "quay-mail": ["1. Open the service", "2. Register the serial number", "3. Name who may call"],
        "quay-box": ["1. Register the serial number", "2. Take the operating-system release", "3. Activate it",
                     "4. Name who may call"],
    }  # fmt: skip


def test_the_levels_are_those_sold_for_the_kind_with_their_contacts(products: None, client: Client):
    page = _text(client.get(reverse("getting-started-product", args=["quay-mail"])))
    assert '<th scope="row">Cloud Support</th>' in page
    assert '<th scope="row">Basic</th>' not in page
    page = _text(client.get(reverse("getting-started-product", args=["quay-vault"])))
    assert '<th scope="row">Basic</th>' in page


def test_who_owns_the_product_is_led_to_the_own_serial_number(products: None, client: Client):
    estate.asset(cast.aster(), "M1000000001")
    page = _text(client.get(reverse("getting-started-product", args=["quay-vault"])))
    assert "M1000000001" not in page
    client.force_login(cast.owner())
    page = _text(client.get(reverse("getting-started-product", args=["quay-vault"])))
    assert "You own it already." in page
    assert "Register M1000000001" in page
    for url in (reverse("contacts", args=[cast.aster().number]), reverse("activation", args=["M1000000001"])):
        assert (url, url in page) == (url, True)


def test_nobody_sees_another_customers_serial_numbers(products: None, client: Client):
    estate.asset(cast.aster(), "M1000000001")
    for person in (cast.other_owner(), cast.stranger(), cast.engineer()):
        client.force_login(person)
        assert "M1000000001" not in _text(client.get(reverse("getting-started-product", args=["quay-vault"])))


def test_the_list_is_searched_and_filtered(products: None, client: Client):
    def found(query: str) -> list[str]:
        page = _text(client.get(reverse("getting-started") + query))
        return [part.split("</bdi>")[0].split("<bdi>")[1] for part in page.split("/getting-started/")[1:]]

    assert found("?q=quay") == ["Quay Box", "Quay Mail", "Quay Vault"]
    assert found("?kind=hardware") == ["Quay Box"]
    assert found("?q=nothing") == []
    assert "No product fits this sentence." in _text(client.get(reverse("getting-started") + "?q=nothing"))


@pytest.mark.parametrize("query", ["?q=%00", "?q=" + "x" * 201, "?kind=nonsense", "?after=nowhere"])
def test_what_the_address_cannot_mean_breaks_nothing(products: None, client: Client, query: str):
    assert client.get(reverse("getting-started") + query).status_code == 200


def test_a_product_that_is_nowhere_is_not_found(products: None, client: Client):
    for slug in ("nothing", "x\0"):
        assert client.get(reverse("getting-started-product", args=[slug])).status_code == 404


def test_a_page_of_many_products_takes_as_many_queries_as_one_of_few(products: None, client: Client):
    counts = []
    client.get(reverse("getting-started"))
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            page = client.get(reverse("getting-started"))
        counts.append(len(caught))
        for number in range(464):
            estate.product(f"Pier {number:03d}")
    assert (counts[0] == counts[1], "Next page" in _text(page)) == (True, True)


def test_without_a_policy_the_pages_say_so(db: None, client: Client):
    estate.product("Quay Vault")
    page = _text(client.get(reverse("getting-started-product", args=["quay-vault"])))
    assert "the operator has put no business policy in force" in page
    assert client.get(reverse("getting-started")).status_code == 200
