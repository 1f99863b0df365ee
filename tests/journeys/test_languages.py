"""Somebody whose browser asks for German, or who chose Japanese, renews without meeting a word of English."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Person
from tenure.kit.catalogues import files
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.renewals.world import OWN, owned, prices, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = datetime.now(UTC).date()
READERS = [("de", "de-AT", 1280), ("de", "de-AT", 390), ("ja", "ja-JP", 1280), ("ja", "ja-JP", 390)]


@pytest.fixture(params=READERS, ids=lambda each: f"{each[0]}-{each[2]}")
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, str]]:
    language, locale, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, locale=locale)
    yield context.new_page(), language
    context.close()


def _said(language: str, english: str) -> str:
    """A text of the catalogue, which is not the English."""
    with translation.override(language):
        said = gettext(english)
    assert said != english
    return said


def _lang(page: Page) -> str:
    return page.evaluate("document.documentElement.lang")


def test_renewing_sign_in_renewals_quote_and_its_acceptance_are_read_in_the_browsers_language(reader, live_server):
    page, language = reader
    estate.policy()
    prices()
    olga = cast.owner()
    Person.objects.filter(pk=olga.pk).update(language=language, zone="Europe/Berlin")
    owned(ends=TODAY + timedelta(days=31))
    page.goto(f"{live_server.url}/renewing")
    assert (_lang(page), page.inner_text("h1")) == (language, _said(language, "How a renewal goes"))
    examine(page)
    page.goto(f"{live_server.url}/account/login/")
    assert page.inner_text("h1") == _said(language, "Sign in")
    assert page.locator("label", has_text=_said(language, "Password")).count() == 1
    examine(page)
    _enter(page, live_server.url, olga)
    page.goto(f"{live_server.url}/renewals")
    assert page.inner_text("h1") == _said(language, "Renewals")
    examine(page)
    number = sent(cast.reseller(), OWN, at=datetime.now(UTC))
    assert Mail.objects.filter(recipient=olga.email).latest("pk").subject == (
        _said(language, "Quote %(number)s for renewing your licences") % {"number": number}
    )
    page.goto(f"{live_server.url}/renewals/quotes/{number}")
    assert _said(language, "Quote") in page.inner_text("h1")
    examine(page)
    with page.expect_navigation():
        page.click(f"main button:has-text('{_said(language, 'Accept the quote')}')")
    assert _said(language, "Accepted, to be ordered") in page.inner_text("main")
    examine(page)


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
