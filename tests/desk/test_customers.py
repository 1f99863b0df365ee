"""The desk's search box leads from any identifier to the customer."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Contact, Site
from tenure.entitlements.models import Agreement, ContactSeat
from tests import cast, estate

pytestmark = pytest.mark.django_db

SERIAL = "M1000000001"


@pytest.fixture
def client() -> Client:
    """An engineer."""
    client = Client()
    client.force_login(cast.engineer())
    return client


@pytest.fixture
def aster():
    """Aster with an asset, a contact with a seat, and a member; Bellwether with nothing but its name."""
    organisation = cast.aster()
    cast.bellwether()
    estate.asset(organisation, SERIAL)
    contact = Contact.objects.create(
        organisation=organisation, role="technical", name="Mira Holm", email="mira@paper.example"
    )
    agreement = Agreement.objects.create(organisation=organisation, level="essential", region="emea")
    ContactSeat.objects.create(agreement=agreement, contact=contact, identifier="C-77", seat=1, named_at=cast.AT)
    cast.owner()
    return organisation


def _find(client: Client, text: str):
    return client.get("/desk/", {"q": text})


def _hits(answer) -> list[tuple[str, str]]:
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', answer.content.decode(), re.S)
    cells = [[html.unescape(cell) for cell in re.findall(r"<bdi>(.*?)</bdi>", row)] for row in rows]
    return [(cell[0], cell[1]) for cell in cells]


def test_every_whole_identifier_and_a_name_lead_straight_to_the_customer(client, aster):
    for text in (SERIAL, "m1000000001", " M100 0000 001 ", "1000-0000-0001", "10000000-1000001", "10000000", "C-77",
                 aster.number, aster.number.lower(), "Aster Mills", "ster mi"):  # fmt: skip
        answer = _find(client, text)
        assert (text, answer.status_code, answer.get("Location")) == (text, 302, f"/desk/customers/{aster.number}")


@pytest.mark.parametrize(("text", "hits"), [
    ("mira@paper", [("Aster Mills", "mira@paper.example")]),
    ("MIRA H", [("Aster Mills", "mira@paper.example")]),
    ("olga@aster.example", [("Aster Mills", "olga@aster.example")]),
    ("main wor", [("Aster Mills", "Main works")]),
])  # fmt: skip
def test_people_and_sites_are_listed_with_their_customer(client, aster, text, hits):
    answer = _find(client, text)
    assert (answer.status_code, _hits(answer)) == (200, hits)


def test_names_of_several_customers_are_listed(client, aster):
    answer = _find(client, "er")
    names = {name for name, _ in _hits(answer)}
    assert (answer.status_code, names) == (200, {"Aster Mills", "Bellwether Ferries"})


def test_a_customer_whose_site_is_named_alike_is_listed_not_opened(client, aster):
    Site.objects.create(organisation=aster, name="Aster yard", country="DE", zone="UTC", region="emea")
    assert [found for _, found in _hits(_find(client, "aster"))] == ["Aster Mills", "Aster yard", "olga@aster.example"]


def test_nothing_found_teaches(client, aster):
    page = _find(client, "M1OOOOOOOO1").content.decode()
    assert "Nothing is named “M1OOOOOOOO1”." in page
    assert "Identifiers must be whole; names and addresses may be a part." in page


@pytest.mark.parametrize("text", ["\x00", "%", "_", "\\", "' OR 1=1 --", "%(exact)s", "<script>x</script>", "x" * 5000,
                                  "\u202e", "9" * 400])  # fmt: skip
def test_hostile_text_finds_nothing_and_breaks_nothing(client, aster, text):
    answer = _find(client, text)
    assert (answer.status_code, _hits(answer)) == (200, [])
    assert "<script>x" not in answer.content.decode()


@pytest.mark.parametrize("number", ["C999999", "%00", "C1%00", "' OR 1=1 --", "x" * 3000])
def test_a_customer_that_does_not_exist_is_not_found(client, number):
    assert client.get(f"/desk/customers/{number}").status_code == 404


def test_the_customer_page_takes_the_same_queries_for_one_of_each_and_for_many(client, aster):
    estate.policy()
    path, counts = f"/desk/customers/{aster.number}", []
    for first, last in ((2, 3), (3, 30)):
        for n in range(first, last):
            owned = estate.asset(aster, f"M20000000{n:02}")
            estate.term(owned, date(2026, 1, 1), date(2027, 1, n))
            Contact.objects.create(organisation=aster, role="viewer", name=f"N{n}", email=f"n{n}@aster.example")
            Site.objects.create(organisation=aster, name=f"Site {n}", country="DE", zone="UTC", region="emea")
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(path).content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "29 licences at 29 sites." in " ".join(page.split())
    assert page.index("M2000000002") < page.index("M2000000029") < page.index(SERIAL)


def test_every_licence_on_the_customer_page_says_how_it_stands(client, aster):
    estate.policy()
    estate.term(estate.asset(aster, "M2000000002"), date(2020, 1, 1), date(2021, 1, 1))
    estate.term(estate.asset(aster, "M2000000003"), date(2020, 1, 1), date(2200, 1, 1))
    page = client.get(f"/desk/customers/{aster.number}").content.decode()
    rows = re.findall(r'<tr data-row><th scope="row"><a href="/licences/(M[0-9]+)".*?data-tone="(\w+)"', page, re.S)
    assert rows == [("M2000000002", "bad"), ("M2000000003", "good"), (SERIAL, "quiet")]


def test_a_customer_without_licences_says_where_they_come_from(client):
    page = client.get(f"/desk/customers/{cast.bellwether().number}").content.decode()
    assert "Owns nothing yet. Licences arrive with a certificates import." in page
