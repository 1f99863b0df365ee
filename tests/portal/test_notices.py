"""`/renewals`: what ends, who was told, which notices come, and the calendar."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.entitlements.models import Agreement
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.models import CalendarFeed, Unsubscribed
from tenure.renewals.queries.unsubscribing import unsubscribe_url
from tests import cast, estate
from tests.renewals.test_waves import SERIAL, owned
from tests.renewals.world import accepted, ordered, prepared, prices, sent

TODAY = cast.AT.date()


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    estate.policy()
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def entered(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, url: str, **data: str) -> object:
    return client.post(url, {**data, "request_key": f"{url} {sorted(data.items())}"})


class TestTheList:
    def test_the_answer_counts_what_ends_and_what_has_ended(self) -> None:
        client = entered(cast.owner())
        owned(until=TODAY + timedelta(days=20)), owned("M1000000002", until=TODAY + timedelta(days=80))
        owned("M1000000003", until=TODAY - timedelta(days=3)), owned("M1000000004", until=TODAY + timedelta(days=300))
        page = text(client.get(reverse("renewals")))
        assert (
            '<b data-tone="soon">Two</b> terms end in the next 3 months, the first on 14 December 2026.'
            ' <b data-tone="bad">One</b> has ended and can be renewed late.' in page
        )
        assert page.index(SERIAL) < page.index("M1000000002")
        assert "M1000000003" not in page and "M1000000004" not in page

    @pytest.mark.parametrize(
        ("when", "serials"),
        [
            ("1", {"1"}),
            ("3", {"1", "2"}),
            ("6", {"1", "2"}),
            ("12", {"1", "2", "4"}),
            ("over", {"3"}),
            ("x", {"1", "2"}),
        ],
    )
    def test_the_filter_chooses_the_span(self, when: str, serials: set[str]) -> None:
        client = entered(cast.owner())
        for serial, days in (("1", 20), ("2", 80), ("3", -3), ("4", 300)):
            owned(f"M100000000{serial}", until=TODAY + timedelta(days=days))
        page = text(client.get(reverse("renewals"), {"when": when}))
        assert {serial for serial in "1234" if f"M100000000{serial}" in page} == serials

    def test_where_nothing_ends_it_says_what_will_be_here(self) -> None:
        page = text(entered(cast.stranger()).get(reverse("renewals")))
        assert "Nothing ends in the next 3 months" in page
        assert "appear here three months before they end" in page

    def test_nobody_sees_another_customers_terms(self) -> None:
        owned(until=TODAY + timedelta(days=20))
        client = entered(cast.other_owner())
        assert SERIAL not in text(client.get(reverse("renewals")))
        assert SERIAL not in b"".join(client.get(reverse("renewals-export"))).decode()  # type: ignore[arg-type]

    def test_a_page_takes_as_many_queries_for_one_row_as_for_twenty(self) -> None:
        client = entered(cast.owner())
        owned(until=TODAY + timedelta(days=20))
        counts = []
        for more in (0, 20):
            for n in range(more):
                owned(f"M10000009{n:02}", until=TODAY + timedelta(days=30))
            client.get(reverse("renewals"))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse("renewals"))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_the_file_holds_the_same_rows_and_nothing_that_a_spreadsheet_would_run(self) -> None:
        client = entered(cast.owner())
        owned(until=TODAY + timedelta(days=20), of=estate.product("=Vault"))
        lines = b"".join(client.get(reverse("renewals-export"))).decode().splitlines()  # type: ignore[arg-type]
        assert len(lines) == 2
        assert lines[1].startswith(f"2026-12-14,20,{SERIAL},'=Vault,9.4,10,machines,Essential,Aster Mills")

    @pytest.mark.parametrize(
        "query",
        [
            "?after=x",
            "?after=2026-01-01~x",
            "?after=~~",
            "?q=%00",
            "?when[]=1",
            "?after=9999-12-31~99999999999999999999",
        ],
    )
    def test_what_cannot_be_read_is_no_error(self, query: str) -> None:
        assert entered(cast.owner()).get(reverse("renewals") + query).status_code == 200


class TestATerm:
    def test_it_says_who_was_told_and_when(self) -> None:
        client = entered(cast.owner())
        owned(until=TODAY + timedelta(days=30))
        run_wave(on=TODAY, at=cast.AT, by=COMMAND)
        write_notices(at=cast.AT)
        page = text(client.get(reverse("renewal-term", args=[SERIAL])))
        assert "Covered until 24 December 2026" in page
        assert "30 days before the end" in page
        assert "licence owner, <bdi>olga@aster.example</bdi>" in page

    def test_before_the_first_notice_it_says_that_one_comes(self) -> None:
        owned(until=TODAY + timedelta(days=300))
        assert "Nobody yet" in text(entered(cast.owner()).get(reverse("renewal-term", args=[SERIAL])))

    def test_a_lapsed_one_says_since_when(self) -> None:
        owned(until=TODAY - timedelta(days=3))
        assert "Not covered since 22 November 2026" in text(
            entered(cast.owner()).get(reverse("renewal-term", args=[SERIAL]))
        )


class TestPreferences:
    def test_notices_end_and_come_again(self) -> None:
        client, url = entered(cast.owner()), reverse("renewal-notices-choose", args=[cast.aster().number])
        post(client, url, wanted="no")
        assert "Unsubscribed" in text(client.get(reverse("renewal-preferences")))
        assert Unsubscribed.objects.get(ended_at=None).address == "olga@aster.example"
        post(client, url, wanted="yes")
        assert not Unsubscribed.objects.filter(ended_at=None).exists()

    def test_what_cannot_be_unsubscribed_is_said(self) -> None:
        page = text(entered(cast.owner()).get(reverse("renewal-preferences")))
        assert "the last one before the end, to the licence owner" in page

    def test_one_click_of_a_mail_program_needs_no_session_no_key_and_no_form(self) -> None:
        path = unsubscribe_url(address="olga@aster.example", organisation_id=cast.aster().id)
        path = path.removeprefix(settings.SITE_URL)
        client = Client(enforce_csrf_checks=True)
        for _ in range(2):
            answer = client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
            assert answer.status_code == 200
        assert Unsubscribed.objects.filter(ended_at=None).count() == 1

    def test_opening_the_link_asks_and_changes_nothing(self) -> None:
        path = unsubscribe_url(address="olga@aster.example", organisation_id=cast.aster().id)
        page = text(Client().get(path.removeprefix(settings.SITE_URL)))
        assert "Shall <bdi>olga@aster.example</bdi> get no more notices" in page
        assert Unsubscribed.objects.count() == 0

    def test_a_link_that_was_altered_does_not_exist(self) -> None:
        path = unsubscribe_url(address="olga@aster.example", organisation_id=cast.aster().id)
        altered = path.removeprefix(settings.SITE_URL)[:-1]
        assert [Client().get(altered).status_code, Client().post(altered).status_code] == [404, 404]
        assert Unsubscribed.objects.count() == 0


class TestTheCalendar:
    def address(self, client: Client) -> str:
        post(client, reverse("renewal-calendar-address"))
        page = text(client.get(reverse("renewal-preferences")))
        return page.split(f"{settings.SITE_URL}/renewals/calendar/")[1].split("</bdi>")[0]

    def test_its_address_is_shown_once_and_kept_nowhere(self) -> None:
        client = entered(cast.owner())
        secret = self.address(client).removesuffix(".ics")
        assert secret not in text(client.get(reverse("renewal-preferences")))
        assert secret.encode() not in bytes(CalendarFeed.objects.get().digest)

    def test_it_holds_the_owners_terms_and_stops_when_withdrawn(self) -> None:
        client = entered(cast.owner())
        owned(until=TODAY + timedelta(days=30))
        url = f"/renewals/calendar/{self.address(client)}"
        answer = Client().get(url)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert "SUMMARY:Last covered day: Quay Vault\\, Aster Mills" in answer.content.decode()
        assert "DTSTART;VALUE=DATE:20261224" in answer.content.decode()
        post(client, reverse("renewal-calendar-address"), verb="withdraw")
        assert Client().get(url).status_code == 404

    def test_it_is_in_its_persons_language(self) -> None:
        owner = cast.owner()
        client = entered(owner)
        owned(until=TODAY + timedelta(days=30))
        url = f"/renewals/calendar/{self.address(client)}"
        Person.objects.filter(pk=owner.pk).update(language="ar-xb" if settings.PSEUDO else "de")
        assert Client().get(url, headers={"Accept-Language": "fr"}).status_code == 200


def test_a_letters_links_lead_somewhere() -> None:
    client = entered(cast.owner())
    owned(until=TODAY + timedelta(days=30))
    run_wave(on=TODAY, at=cast.AT, by=COMMAND)
    write_notices(at=cast.AT)
    words = Mail.objects.get(kind="renewals.terms_end").text
    for word in words.split():
        if word.startswith(f"{settings.SITE_URL}/renewals"):
            assert client.get(word.removeprefix(settings.SITE_URL)).status_code == 200


class TestHome:
    def test_says_what_waits_for_each_side(self) -> None:
        prices()
        rhys, olga = cast.reseller(), cast.owner()
        for serial in (SERIAL, "M1000000002"):
            owned(serial, until=TODAY + timedelta(days=20), reseller=cast.cinder())
        sent(rhys, SERIAL)
        prepared(rhys, "M1000000002")
        page = text(entered(olga).get(reverse("renewals")))
        assert '<a href="/renewals/quotes?view=sent">One quote waits for your answer</a>' in page
        assert "is not sent yet" not in page
        page = text(entered(rhys).get(reverse("renewals")))
        assert '<a href="/renewals/quotes?view=prepared">One quote is not sent yet</a>' in page
        assert "waits for your answer" not in page

    def test_names_the_last_orders_each_in_the_readers_price(self) -> None:
        prices()
        rhys, olga = cast.reseller(), cast.owner()
        asset = owned(until=TODAY + timedelta(days=20), reseller=cast.cinder())
        Agreement.objects.create(organisation=asset.organisation, level="essential", region="EMEA")
        ordered(rhys, accepted(rhys, olga, SERIAL))
        pages = [text(entered(each).get(reverse("renewals"))) for each in (olga, rhys, cast.technical())]
        assert [("€12,000.00" in page, "€9,600.00" in page) for page in pages] == [
            (True, False), (False, True), (False, False),
        ]  # fmt: skip

    def test_says_what_a_year_costs_to_those_who_buy_alone(self) -> None:
        prices()
        rhys, olga = cast.reseller(), cast.owner()
        owned(until=TODAY + timedelta(days=20), reseller=cast.cinder())
        owned("M1000000002", until=TODAY + timedelta(days=30))
        people = (olga, cast.purchasing(), cast.viewer(), cast.technical(), rhys, cast.renewals())
        pages = [text(entered(each).get(reverse("renewals"))) for each in people]
        assert [page.count("€12,000.00") for page in pages] == [2, 2, 0, 0, 0, 0]

    def test_a_licence_without_a_price_leaves_the_others_theirs(self) -> None:
        prices()
        olga = cast.owner()
        owned(until=TODAY + timedelta(days=20))
        asset = owned("M1000000002", until=TODAY + timedelta(days=30))
        asset.product = estate.product("Unpriced")
        asset.save()
        page = text(entered(olga).get(reverse("renewals")))
        assert (page.count("€12,000.00"), '<span class="muted">ask</span>' in page) == (1, True)
