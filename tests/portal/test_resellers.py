"""The finder is everybody's; customers ask, resellers answer, owners consent."""

import pytest
from django.test import Client
from django.urls import reverse

from tenure.accounts.models import Organisation, Person
from tenure.accounts.words import Role
from tenure.journal.words import COMMAND
from tenure.renewals.actions.resellers import Profile, keep_profile
from tenure.renewals.models import ActingConsent, Quote, ResellerRequest
from tests import cast, estate
from tests.cast import AT
from tests.renewals.world import OWN, SECOND, owned, prices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    estate.policy()
    prices()
    owned()
    owned(SECOND)


@pytest.fixture
def umber() -> Organisation:
    of = cast.organisation("Umber <Resale>", "GB", "reseller")
    profile = Profile(countries=("GB", "DE"), languages=("en",), address="2 Lane\nLeeds", website="javascript:alert(1)")
    keep_profile(who=None, reseller=of.number, profile=profile, at=AT, by=COMMAND)
    return of


@pytest.fixture
def ulla(umber: Organisation) -> Person:
    made = cast.person("ulla@umber.example", "Ulla Umber")
    cast.join(made, umber, Role.RESELLER)
    return made


def client_of(person: Person | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def test_everybody_finds_a_reseller_and_nothing_in_it_is_a_link_that_runs(umber: Organisation):
    client = client_of(None)
    page = client.get(f"{reverse('resellers')}?country=DE&language=en&q=umber").content.decode()
    assert ("Umber &lt;Resale&gt;" in page, "Umber <Resale>" in page) == (True, False)
    assert "No reseller fits this sentence." in client.get(f"{reverse('resellers')}?country=FR").content.decode()
    one = client.get(reverse("reseller", args=[umber.number])).content.decode()
    assert ("Sign in and ask for a quote" in one, 'href="javascript' in one) == (True, False)
    assert client.get(reverse("reseller", args=[cast.cinder().number])).status_code == 404
    assert client.get(f"{reverse('resellers')}?after=%00|x&q=%00&family=%F0").status_code == 200


def test_a_customer_asks_and_the_reseller_prepares_the_quote_from_the_request(umber: Organisation, ulla: Person):
    olga = cast.owner()
    url = reverse("reseller-ask", args=[umber.number, "quote"])
    client = client_of(olga)
    empty = client.post(url, {"customer": cast.aster().number, "request_key": "a"})
    assert (empty.status_code, "Choose at least one licence." in empty.content.decode()) == (422, True)
    done = client.post(url, {"customer": cast.aster().number, "serials": [OWN], "words": "Soon.", "request_key": "b"})
    request = ResellerRequest.objects.get()
    assert (done.status_code, done["Location"]) == (302, reverse("reseller-request", args=[request.pk]))
    again = client.post(url, {"customer": cast.aster().number, "serials": [OWN], "request_key": "c"})
    assert (again.status_code, "has been asked already" in again.content.decode()) == (422, True)
    seller, page = client_of(ulla), reverse("reseller-request", args=[request.pk])
    told = seller.get(page).content.decode()
    assert (OWN in told, SECOND in told, "Olga" in told) == (True, False, False)
    other = seller.post(page, {"more": SECOND, "term": "1", "level": "", "until": "", "request_key": "d"})
    assert (other.status_code, Quote.objects.count()) == (422, 0)
    made = seller.post(page, {"more": OWN, "term": "3", "level": "", "until": "", "request_key": "e"})
    kept = Quote.objects.get()
    assert (made.status_code, made["Location"], kept.reseller) == (302, reverse("quote", args=[kept.number]), umber)
    assert client_of(cast.reseller()).get(page).status_code == 404


def test_only_an_owner_consents_and_takes_back(umber: Organisation):
    aster, olga = cast.aster(), cast.owner()
    give = reverse("consent-give", args=[aster.number])
    for someone in (cast.purchasing(), cast.technical(), cast.other_owner(), cast.care_agent()):
        answer = client_of(someone).post(give, {"reseller": umber.number, "request_key": "a"})
        assert (answer.status_code, ActingConsent.objects.count()) == (404, 0)
    client = client_of(olga)
    assert client.post(give, {"reseller": "K-999999", "request_key": "b"}).status_code == 404
    assert client.post(give, {"reseller": umber.number, "request_key": "c"}).status_code == 302
    twice = client.post(give, {"reseller": umber.number, "request_key": "d"})
    assert (twice.status_code, "may act for you already" in twice.content.decode()) == (409, True)
    consent = ActingConsent.objects.get()
    assert client.post(reverse("consent-end", args=[aster.number, consent.pk]), {"request_key": "e"}).status_code == 302
    consent.refresh_from_db()
    assert (consent.given_by, consent.withdrawn_at) == (olga, AT)


def test_where_none_sells_in_a_country_the_finder_shows_those_of_its_region_and_the_team():
    keep_profile(
        who=None, reseller=cast.cinder().number, profile=Profile(countries=("GB",), languages=("en",)), at=cast.AT,
        by=COMMAND,
    )  # fmt: skip
    page = Client().get(reverse("resellers"), {"country": "SE"}).content.decode()
    assert "None sells that in Sweden. These sell in other countries of Europe, Middle East and Africa" in page
    assert ("Cinder Row Trading" in page, "mailto:emea.renewals@" in page) == (True, True)
    far = Client().get(reverse("resellers"), {"country": "JP"}).content.decode()
    assert ("Cinder Row Trading" in far, "For Japan:" in far, "mailto:" in far) == (False, True, True)
    nowhere = Client().get(reverse("resellers"), {"country": "XX"}).content.decode()
    assert ("Cinder Row Trading" in nowhere, "/contact" in nowhere) == (False, True)
