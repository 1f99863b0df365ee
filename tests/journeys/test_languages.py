"""Somebody whose browser asks for German, or who chose Japanese, renews without meeting a word of English."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Person
from tenure.kit.catalogues import files
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.renewals.world import OWN, owned, prices, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = datetime.now(UTC).date()
GERMAN = {
    "renewing": "So läuft eine Verlängerung", "sign_in": "Anmelden", "password": "Passwort", "renewals": "Verlängerungen",
    "quote": "Angebot", "accept": "Angebot annehmen", "accepted": "Angenommen", "subject": "zur Verlängerung Ihrer Lizenzen",
}  # fmt: skip


@pytest.fixture(params=[1280, 390])
def german(browser: Browser, request: pytest.FixtureRequest):
    context = browser.new_context(viewport={"width": request.param, "height": 844}, locale="de-AT")
    yield context.new_page()
    context.close()


def _lang(page: Page) -> str:
    return page.evaluate("document.documentElement.lang")


def test_a_german_browser_reads_sign_in_renewals_quote_and_its_acceptance_in_german(german: Page, live_server):
    estate.policy()
    prices()
    olga = cast.owner()
    Person.objects.filter(pk=olga.pk).update(language="de", zone="Europe/Berlin")
    owned(ends=TODAY + timedelta(days=31))
    german.goto(f"{live_server.url}/renewing")
    assert (_lang(german), german.inner_text("h1")) == ("de", GERMAN["renewing"])
    examine(german)
    german.goto(f"{live_server.url}/account/login/")
    assert german.inner_text("h1") == GERMAN["sign_in"]
    assert german.locator("label", has_text=GERMAN["password"]).count() == 1
    examine(german)
    _enter(german, live_server.url, olga)
    german.goto(f"{live_server.url}/renewals")
    assert german.inner_text("h1") == GERMAN["renewals"]
    assert "1 Laufzeit endet in den nächsten 3 Monaten" in german.inner_text(".answer")
    examine(german)
    number = sent(cast.reseller(), OWN, at=datetime.now(UTC))
    assert GERMAN["subject"] in Mail.objects.filter(recipient=olga.email).latest("pk").subject
    german.goto(f"{live_server.url}/renewals/quotes/{number}")
    assert GERMAN["quote"] in german.inner_text("h1")
    examine(german)
    with german.expect_navigation():
        german.click(f"main button:has-text('{GERMAN['accept']}')")
    assert GERMAN["accepted"] in german.inner_text("main")
    examine(german)


def _enter(page: Page, base: str, person: Person) -> None:
    client = Client()
    client.force_login(person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", files.LANGUAGES)
def test_a_language_chosen_at_the_foot_stays_and_no_page_of_it_runs_over(
    page: Page, live_server, language: str, width: int
):
    estate.policy()
    prices()
    code = language.replace("_", "-").lower()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{live_server.url}/renewing")
    with page.expect_navigation():
        page.click(f"footer button[value='{code}']")
    for path in ("/renewing", "/account/login/", "/contact", "/resellers", "/lifecycle", "/"):
        page.goto(live_server.url + path)
        assert _lang(page) == code
        examine(page)
