"""The desk sees every quote with both prices, and changes the reseller of record."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.entitlements.models import Asset
from tenure.renewals.actions.resellers import Profile, ask_reseller, keep_profile
from tenure.renewals.models import ResellerChange, ResellerRequest
from tenure.renewals.words import ResellerWish
from tests import cast, estate
from tests.cast import AT, asking
from tests.renewals.world import OWN, accepted, owned, prepared, prices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


@pytest.fixture
def remy() -> Person:
    return cast.renewals()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def body(answer) -> str:
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_a_list_in_which_nothing_waits_counts_no_zeros(remy: Person):
    client = client_of(remy)
    quiet = "No quote waits for anybody."
    assert quiet in body(client.get(reverse("desk-quotes")))
    prepared(cast.reseller())
    assert quiet not in body(client.get(reverse("desk-quotes")))


def test_the_list_shows_what_waits_for_somebody_first_and_both_prices(remy: Person):
    rhys, olga = cast.reseller(), cast.owner()
    waits, done = accepted(rhys, olga), prepared(rhys)
    page = body(client_of(remy).get(reverse("desk-quotes")))
    assert [each in page for each in (waits, done, "€12,000.00", "€9,600.00", "1 accepted quote is to be ordered")] == [
        True
    ] * 5
    narrow = body(client_of(remy).get(f"{reverse('desk-quotes')}?view=accepted&customer={cast.aster().number}"))
    assert (waits in narrow, done in narrow) == (True, False)
    other = body(client_of(remy).get(f"{reverse('desk-quotes')}?customer={cast.bellwether().number}"))
    assert (waits in other, "No quote fits this sentence" in other) == (False, True)


def test_the_file_has_the_rows_of_the_list(remy: Person):
    number = prepared(cast.reseller())
    rows = list(csv.DictReader(io.StringIO(body(client_of(remy).get(reverse("desk-quotes-export"))).lstrip("\ufeff"))))
    assert [(row["number"], row["state"], row["list_net"], row["partner_net"]) for row in rows] == [
        (number, "prepared", "12000.00", "9600.00")
    ]


def test_customer_care_reads_quotes_and_orders_none():
    number = accepted(cast.reseller(), cast.owner())
    client = client_of(cast.care_agent())
    page = body(client.get(reverse("quote", args=[number])))
    assert ("Order it</button>" in page, "The reseller pays, net" in page) == (False, True)
    assert client.post(reverse("quote-order", args=[number]), {"request_key": "a"}).status_code == 404


def test_a_change_that_cannot_be_is_explained_and_nothing_is_changed(remy: Person):
    url, client = reverse("desk-resellers"), client_of(remy)
    good = {
        "customer": cast.aster().number,
        "serials": OWN,
        "reseller": "",
        "starts_on": "2026-11-24",
        "why": "By letter",
    }
    for place, (bad, said) in enumerate((
        ({"customer": "K-000000"}, "There is no such customer or reseller"), ({"serials": "M9"}, "M9 is not a licence of this customer"),
        ({"starts_on": "24.11.2026"}, "Write the day as 2027-03-31."), ({"starts_on": "2026-11-23"}, "Choose today or a later day"),
        ({"reseller": cast.aster().number}, "There is no such customer or reseller"), ({"why": ""}, "This field is required"),
    )):  # fmt: skip
        answer = client.post(url, good | bad | {"request_key": f"k{place}"})
        assert (answer.status_code, said in body(answer)) == (422, True), said
    assert ResellerChange.objects.count() == 0
    assert client.post(url, good | {"request_key": "good"}).status_code == 302
    assert Asset.objects.get().reseller is None


def test_what_a_customer_asks_for_is_done_by_one_press(remy: Person):
    umber = cast.organisation("Umber Resale", "GB", "reseller")
    profile = Profile(countries=("GB",), languages=("en",))
    keep_profile(reseller=umber.number, profile=profile, **asking(remy))
    number = ask_reseller(reseller=umber.number, wish=ResellerWish.OF_RECORD, serials=[OWN], **asking(cast.owner(), AT))
    client = client_of(remy)
    assert "Aster Mills wants Umber Resale" in body(client.get(reverse("desk-resellers")))
    silent = client.post(reverse("desk-reseller-request-decline", args=[number]), {"why": "", "request_key": "a"})
    assert (silent.status_code, ResellerRequest.objects.get().answered_at) == (302, None)
    done = client.post(reverse("desk-reseller-request-grant", args=[number]), {"request_key": "b"})
    assert (done.status_code, Asset.objects.get().reseller) == (302, umber)
