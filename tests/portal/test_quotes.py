"""Quotes in the portal: every door as customer and as reseller, each with its own price alone."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.entitlements.models import Asset, Term
from tenure.outbox.models import Mail
from tenure.papers.models import Paper
from tenure.renewals.models import Order, Quote
from tests import cast, estate
from tests.renewals.world import FOREIGN, OWN, accepted, owned, prepared, prices, sent

pytestmark = pytest.mark.django_db
LISTED, PAID = ("12,000", "12000", "14,280", "14280"), ("9,600", "9600")


@pytest.fixture(autouse=True)
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    prices()
    owned()


@pytest.fixture
def rhys() -> Person:
    return cast.reseller()


@pytest.fixture
def olga() -> Person:
    return cast.owner()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(person: Person, name: str, *args: str, **data: object):
    url = reverse(name, args=args)
    return client_of(person).post(url, data | {"request_key": f"{url} {person.pk} {sorted(data.items())}"})


def text_of(answer) -> str:
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def test_no_door_shows_the_customer_what_the_reseller_pays_nor_lists_the_reseller_the_list_price(
    rhys: Person, olga: Person
):
    number = sent(rhys)
    doors = {
        "list": reverse("quotes"), "search": f"{reverse('quotes')}?q={number}", "export": reverse("quotes-export"),
        "page": reverse("quote", args=[number]), "licence": reverse("licence", args=[OWN]),
    }  # fmt: skip
    for name, url in doors.items():
        for person, mine, others in ((olga, LISTED, PAID), (rhys, PAID, LISTED)):
            text = text_of(client_of(person).get(url))
            if name != "licence":
                assert any(amount in text for amount in mine), (name, person.name)
            if person is olga or name != "page":  # the reseller's arithmetic begins at the list price, and says so
                assert [amount for amount in others if amount in text] == [], (name, person.name)
    for person in (olga, rhys):
        assert client_of(person).get(reverse("quote-paper", args=[number])).status_code == 202
    said = [str(paper.said) for paper in Paper.objects.filter(kind="quote").order_by("id")]
    assert [[amount for amount in PAID if amount in text] for text in said] == [[], ["9,600"]]
    assert [[amount for amount in LISTED if amount in text] for text in said] == [["12,000", "14,280"], []]
    post(olga, "quote-decline", number, why="No.")
    for mail in Mail.objects.all():
        text = mail.text + mail.html
        others = PAID if mail.recipient == olga.email else LISTED
        assert [amount for amount in others if amount in text] == [], mail.recipient


def test_a_reseller_prepares_and_sends_the_customer_accepts_the_reseller_orders(rhys: Person, olga: Person):
    page = client_of(rhys).get(f"{reverse('quote-new')}?serial={OWN}")
    assert (page.status_code, f'value="{OWN}" checked' in page.content.decode()) == (200, True)
    customer = cast.aster().number
    made = post(rhys, "quote-new", customer=customer, serials=[OWN], term="1", level="", more="", until="")
    number = Quote.objects.get().number
    assert (made.status_code, made["Location"]) == (302, reverse("quote", args=[number]))
    assert client_of(olga).get(reverse("quote", args=[number])).status_code == 404
    assert post(rhys, "quote-send", number).status_code == 302
    assert (
        "Yours to accept until 24 December 2026"
        in client_of(olga).get(reverse("quote", args=[number])).content.decode()
    )
    assert post(olga, "quote-accept", number).status_code == 302
    assert post(olga, "quote-order", number).status_code == 404
    assert post(rhys, "quote-order", number).status_code == 302
    paper = Order.objects.get().certificate.number
    assert paper in client_of(olga).get(reverse("quote", args=[number])).content.decode()
    assert Term.objects.filter(asset__serial_number=OWN).count() == 2


@pytest.mark.parametrize(("data", "said"), [
    ({}, "Choose at least one licence"),
    ({"serials": [OWN], "term": "9"}, "Select a valid choice"),
    ({"serials": [OWN], "term": "until"}, "Enter the common last day."),
    ({"serials": [OWN], "term": "until", "until": "31.3.2028"}, "Write the day as 2027-03-31."),
    ({"serials": [OWN], "term": "until", "until": "2020-01-01"}, "which is not after today"),
    ({"more": f"{OWN} 0"}, "choose a quantity between 1 and 10"), ({"more": f"{OWN} 1000000000"}, "choose a quantity between 1 and 10"),
    ({"more": "M9999999999"}, "None of the licences you see has the serial number M9999999999"),
    ({"more": FOREIGN}, "None of the licences you see has the serial number M2000000002"),
    ({"serials": [OWN], "level": "cloud"}, "is not sold for"), ({"more": "\0"}, "Null characters are not allowed"),
])  # fmt: skip
def test_what_cannot_be_quoted_is_said_and_nothing_is_kept(olga: Person, data: dict[str, object], said: str):
    owned(FOREIGN, customer=cast.bellwether(), direct=True)
    whole = {"customer": cast.aster().number, "term": "1", "level": "", "more": "", "until": ""} | data
    answer = post(olga, "quote-new", **whole)
    assert (answer.status_code, said in answer.content.decode(), Quote.objects.count()) == (422, True, 0)


def test_a_quote_whose_asset_changed_says_what_and_offers_a_fresh_one(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    estate.term(
        Asset.objects.get(serial_number=OWN), cast.AT.date().replace(2027, 4, 1), cast.AT.date().replace(2027, 5, 1)
    )
    page = client_of(rhys).get(reverse("quote", args=[number])).content.decode()
    assert ("has been renewed or corrected since it was quoted" in page, "Order it</button>" in page) == (True, False)
    refused = post(rhys, "quote-order", number)
    assert (refused.status_code, Order.objects.count()) == (409, 0)
    fresh = post(rhys, "quote-fresh", number)
    assert (fresh.status_code, Quote.objects.count()) == (302, 2)
    assert Quote.objects.get(revises__number=number).lines.get().starts_on.isoformat() == "2027-05-01"


def test_a_no_without_a_reason_keeps_the_page_and_says_so(rhys: Person, olga: Person):
    number = sent(rhys)
    answer = post(olga, "quote-decline", number, why="  ")
    assert (answer.status_code, "Say why; the other side reads it." in answer.content.decode()) == (409, True)
    assert Quote.objects.get().declined_at is None


def test_a_form_sent_twice_orders_once(rhys: Person, olga: Person):
    number = accepted(rhys, olga)
    first, second = (post(rhys, "quote-order", number) for _ in range(2))
    assert (first.status_code, second.status_code, Order.objects.count()) == (302, 302, 1)


def test_a_list_asks_as_often_for_one_quote_as_for_three(rhys: Person):
    client, asked = client_of(rhys), []
    for more in (1, 2):
        for _ in range(more):
            prepared(rhys)
        client.get(reverse("quotes"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("quotes"))
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_the_plot_says_in_words_what_it_draws(rhys: Person, olga: Person):
    number = sent(rhys)
    page = client_of(olga).get(reverse("quote", args=[number])).content.decode()
    label = re.search(r'<svg class="plot"[^>]*aria-label="([^"]*)"', page)
    assert label and label[1].startswith("The net price goes from €12,000.00 on 24 November 2026 to "), page[:200]


def test_a_stranger_is_told_that_nothing_is_there(rhys: Person):
    number = prepared(rhys)
    sam = cast.stranger()
    for name in ("quote", "quote-paper"):
        assert client_of(sam).get(reverse(name, args=[number])).status_code == 404
    for verb in ("send", "remind", "accept", "decline", "withdraw", "order", "fresh"):
        assert post(sam, f"quote-{verb}", number, why="x").status_code == 404
    assert Quote.objects.filter(sent_at=None, withdrawn_at=None).count() == 1
