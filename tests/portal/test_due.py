"""Where the letter of a notice leads: one click from what ends to the quote, for each reader on their own side."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Organisation, Person
from tenure.entitlements.models import Asset
from tenure.outbox.models import Mail
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.resellers import Profile, keep_profile
from tenure.renewals.models import Notice, Price, ResellerRequest
from tests import cast, estate
from tests.cast import AT
from tests.renewals.books import day
from tests.renewals.test_waves import LAST, SERIAL, owned, wave
from tests.screens import browser

pytestmark = pytest.mark.django_db
SECOND = "M1000000002"
PRICED = "€1,200.00"


@pytest.fixture(autouse=True)
def market(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    estate.policy()


def tell(*serials: str, size: str = "small", reseller: Organisation | None = None) -> None:
    for serial in serials or (SERIAL,):
        owned(serial, size=size, reseller=reseller)
    Price.objects.get_or_create(
        product=Asset.objects.get(serial_number=(serials or (SERIAL,))[0]).product, level="essential", currency="EUR",
        unit_maintenance_per_year=Decimal(120), valid_from=day("2026-01-01"), recorded_at=AT,
    )  # fmt: skip
    wave(LAST - timedelta(days=30))
    write_notices(at=AT)


def link(person: Person) -> str:
    """The one that the letter's button leads to."""
    text = Mail.objects.get(kind="renewals.terms_end", recipient=person.email).text
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/renewals/(?:notices/|quotes/new\?)\S+)", text)
    assert found, text
    return found[1]


def read(person: Person, url: str) -> str:
    answer = browser(person).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def ticked(page: str) -> list[str]:
    return re.findall(r'name="serials" value="([^"]+)" checked', page)


def listed(name: str = "Cinder Row Trading", **more: object) -> Organisation:
    of = cast.organisation(name, "GB", "reseller")
    told = Profile(
        **{"countries": ("DE",), "languages": ("de", "en"), "email": f"x@{name.split()[0].lower()}.example"} | more
    )  # type: ignore[arg-type]
    keep_profile(
        who=None, reseller=of.number, profile=told, at=AT, by=cast.asking(cast.person(f"{name[:3]}@v.example"))["by"]
    )
    return of


class TestTheResellersLetter:
    def test_leads_to_a_new_quote_with_exactly_the_licences_it_named(self):
        rhys = cast.reseller()
        tell(SERIAL, SECOND, reseller=cast.cinder())
        owned("M1000000003", until=LAST + timedelta(days=60), reseller=cast.cinder())
        assert ticked(read(rhys, link(rhys))) == [SERIAL, SECOND]

    def test_names_no_price_of_a_licence_before_a_quote_is_made(self):
        rhys = cast.reseller()
        tell(reseller=cast.cinder())
        assert [sign for sign in ("1,200", "1200", "960", "list price") if sign in read(rhys, link(rhys))] == []

    def test_leaves_out_what_was_renewed_meanwhile(self):
        rhys = cast.reseller()
        tell(SERIAL, SECOND, reseller=cast.cinder())
        estate.term(Asset.objects.get(serial_number=SERIAL), LAST + timedelta(days=1), LAST.replace(year=LAST.year + 1))
        page = read(rhys, link(rhys))
        assert (ticked(page), "1 licence of the letter has been renewed or has changed since" in page) == (
            [SECOND],
            True,
        )

    def test_sends_a_visitor_to_sign_in_and_back(self):
        rhys = cast.reseller()
        tell(reseller=cast.cinder())
        answer = Client().get(link(rhys))
        assert (answer.status_code, "next=/renewals/quotes/new%3Fnotice%3D" in answer["Location"]) == (302, True)

    @pytest.mark.parametrize("name", ["other_owner", "stranger"])
    def test_is_not_there_for_anybody_else(self, name: str):
        rhys, someone = cast.reseller(), getattr(cast, name)()
        tell(reseller=cast.cinder())
        client, notice = browser(someone), Notice.objects.get().pk
        doors = [client.get(f"{reverse(*to)}{query}").status_code for to, query in (
            (("quote-new",), f"?notice={notice}"), (("renewal-due", None, [notice]), ""),
            (("renewal-due", None, [notice + 1]), ""),
        )]  # fmt: skip
        assert (doors, browser(rhys).get(f"{reverse('quote-new')}?notice={notice + 1}").status_code) == (
            [404] * 3,
            404,
        )

    @pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 18, "9" * 30, "9" * 5000, "\u00b2", "\0"])
    def test_a_number_that_no_notice_has_leads_nowhere(self, number: str):
        rhys = cast.reseller()
        assert browser(rhys).get(reverse("quote-new"), {"notice": number}).status_code == 404
        if number.isascii() and number.isdecimal():
            assert browser(rhys).get(f"/renewals/notices/{number}").status_code == 404


class TestASmallCustomersLetter:
    def test_leads_to_resellers_with_the_one_of_record_chosen_and_one_click_asks_it(self):
        olga = cast.owner()
        listed(), listed("Dover Licences")
        tell(SERIAL, SECOND, reseller=cast.cinder())
        url = link(olga)
        page = read(olga, url)
        number = cast.cinder().number
        chosen = re.findall(r'name="reseller" value="([^"]+)" checked', page)
        assert (ticked(page), chosen, "Dover Licences" in page) == ([SERIAL, SECOND], [number], True)
        made = browser(olga).post(url, {"serials": ticked(page), "reseller": number, "request_key": "1"})
        asked = ResellerRequest.objects.get()
        assert (made.status_code, made["Location"]) == (302, reverse("reseller-request", args=[asked.pk]))
        assert (asked.serials, asked.reseller.number, asked.wish) == ([SERIAL, SECOND], number, "quote")
        assert "asked, has not answered yet" in read(olga, url)

    def test_a_reseller_of_record_that_is_not_listed_can_be_asked_too(self):
        olga = cast.owner()
        tell(reseller=cast.cinder())
        data = {"serials": [SERIAL], "reseller": cast.cinder().number, "request_key": "1"}
        assert (browser(olga).post(link(olga), data).status_code, ResellerRequest.objects.count()) == (302, 1)

    def test_says_when_no_reseller_is_in_the_country_and_shows_the_others(self):
        olga = cast.owner()
        listed("Dover Licences", countries=("JP",))
        tell()
        page = read(olga, link(olga))
        assert ("these sell elsewhere" in page, "Dover Licences" in page, "Our renewals team for" in page) == (
            True,
        ) * 3

    def test_without_a_choice_nothing_is_asked(self):
        olga = cast.owner()
        listed()
        tell()
        answer = browser(olga).post(link(olga), {"serials": [SERIAL], "request_key": "1"})
        assert (answer.status_code, "Choose a reseller." in answer.content.decode()) == (422, True)
        assert ResellerRequest.objects.count() == 0

    @pytest.mark.parametrize("serials", [[], ["M9999999999"]])
    def test_without_a_licence_of_the_letter_nothing_is_asked(self, serials: list[str]):
        olga = cast.owner()
        number = listed().number
        tell()
        answer = browser(olga).post(link(olga), {"serials": serials, "reseller": number, "request_key": "1"})
        assert (answer.status_code, "Choose at least one licence." in answer.content.decode()) == (422, True)
        assert ResellerRequest.objects.count() == 0

    def test_says_what_late_costs_by_the_policy_and_in_figures_to_those_who_buy(self):
        people = [cast.owner(), cast.purchasing(), cast.viewer(), cast.technical()]
        tell()
        pages = [read(each, link(people[0])) for each in people]
        assert ["Every day without cover is charged." in page for page in pages] == [True] * 4
        assert [PRICED in page for page in pages] == [True, True, False, False]

    def test_a_viewer_and_a_technical_contact_are_told_who_can_ask(self):
        olga = cast.owner()
        listed()
        tell()
        for someone in (cast.viewer(), cast.technical()):
            page = read(someone, link(olga))
            assert ("Ask for the quote</button>" in page, "can ask for the quote and accept it" in page) == (
                False,
                True,
            )
            data = {"serials": [SERIAL], "reseller": cast.cinder().number, "request_key": "1"}
            assert browser(someone).post(link(olga), data).status_code == 404
        assert ResellerRequest.objects.count() == 0


class TestAnEnterprisesPage:
    def page(self, someone: Person) -> str:
        return reverse("renewal-due", args=[Notice.objects.get().pk])

    def test_says_that_the_reseller_prepares_the_quote_with_its_contact_and_a_button_to_ask(self):
        olga = cast.owner()
        listed(phone="+44 20 5550 0101")
        tell(size="enterprise", reseller=cast.cinder())
        text = read(olga, self.page(olga))
        for words in (
            "Cinder Row Trading is your reseller of record, and prepares the quote.", "x@cinder.example",
            "+44 20 5550 0101", "Ask Cinder Row Trading for the quote</button>",
        ):  # fmt: skip
            assert words in text
        assert 'type="radio"' not in text
        data = {"serials": [SERIAL], "reseller": cast.cinder().number, "request_key": "1"}
        assert browser(olga).post(self.page(olga), data).status_code == 302
        assert "was asked for a quote and has not answered yet." in read(olga, self.page(olga))

    def test_without_a_reseller_of_record_names_the_regional_team(self):
        olga = cast.owner()
        tell(size="enterprise")
        text = read(olga, self.page(olga))
        assert ("No reseller is of record." in text, "sees to a quote" in text, "mailto:" in text) == (True, True, True)


def test_a_page_asks_as_often_for_one_term_as_for_three():
    olga, counts = cast.owner(), []
    listed()
    tell(SERIAL, reseller=cast.cinder())
    client = browser(olga)
    for more in ((), (SECOND, "M1000000003")):
        if more:
            for serial in more:
                owned(serial, reseller=cast.cinder())
            wave(LAST - timedelta(days=7))
            write_notices(at=AT)
        notice = Notice.objects.order_by("-id").first()
        client.get(reverse("renewal-due", args=[notice.pk]))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("renewal-due", args=[notice.pk])).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
