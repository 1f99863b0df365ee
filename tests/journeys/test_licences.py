"""From signing up to seeing the reasons change, and a second customer who sees none of it."""

import re
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from tenure.accounts.models import Contact
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.journeys.conftest import examine

SERIAL = "M1000000001"
PASSWORD = "a quiet harbour at low tide"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owned(settings) -> None:
    """Aster's asset; its paperwork names Mira, who has not signed up.  Mail goes where it goes in production."""
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"
    estate.policy()
    Contact.objects.create(organisation=cast.aster(), role="owner", name="Mira Holm", email="mira@aster.example")
    asset = estate.asset(cast.aster(), SERIAL)
    estate.term(asset, date(2025, 4, 1), date(2026, 4, 1), level="basic")
    estate.term(asset, date(2026, 6, 1), date(2028, 6, 1))


def _sign_up(page: Page, base: str, email: str, name: str) -> None:
    page.goto(f"{base}/account/signup/")
    examine(page)
    page.fill("[name=email]", email)
    page.fill("[name=name]", name)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    _press(page)
    letter = Mail.objects.filter(recipient=email).order_by("id").last()
    assert letter, page.inner_text("body")
    link = re.search(r"https?://\S+/account/confirm-email/\S+", letter.text)
    assert link, letter.text
    page.goto(base + "/account/" + link[0].split("/account/", 1)[1])
    _press(page)


def _press(page: Page) -> None:
    """The page's main button, until its answer is there: hashing a password takes its time."""
    with page.expect_navigation():
        page.click("main button[data-kind=main]")


def _sign_in(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/account/login/")
    if page.locator("[name=login]").count():
        page.fill("[name=login]", email)
        page.fill("[name=password]", PASSWORD)
        _press(page)


def test_a_new_owner_registers_a_serial_and_sees_the_reasons_change_by_the_day(owned: None, page: Page, live_server):
    base = live_server.url
    _sign_up(page, base, "mira@aster.example", "Mira Holm")
    assert EmailAddress.objects.get(email="mira@aster.example").verified
    _sign_in(page, base, "mira@aster.example")
    page.goto(f"{base}/licences")
    examine(page)
    page.click("table a:has-text('Quay Vault')")
    assert "Covered until 31 May 2028" in page.inner_text(".answer")
    assert "Register first" in page.inner_text("main")
    page.click("text=Register this serial number")
    assert "is registered" in page.inner_text("body")
    assert "Register first" not in page.inner_text("main")
    examine(page)
    page.fill("[name=on]", "2026-05-01")
    page.click("text=Show that day")
    assert "A gap: Basic ended with 31 Mar 2026, Essential begins on 1 Jun 2026." in page.inner_text("main")
    examine(page)
    page.fill("[name=on]", "2028-06-01")
    page.click("text=Show that day")
    assert "Essential ended with 31 May 2028" in page.inner_text("main")
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("details > summary")  # the line once more as a table
    examine(page)


def test_a_second_customer_sees_none_of_it(owned: None, page: Page, live_server):
    base = live_server.url
    _sign_up(page, base, "noor@elsewhere.example", "Noor Elsewhere")
    _sign_in(page, base, "noor@elsewhere.example")
    page.goto(f"{base}/licences")
    assert "No licences yet" in page.inner_text("main")
    examine(page)
    assert page.goto(f"{base}/licences/{SERIAL}").status == 404
    examine(page)
    assert "Quay Vault" not in page.inner_text("body")


@pytest.mark.parametrize(
    "path",
    ["/", "/lifecycle", "/lifecycle/quay-vault", "/account/login/", "/account/signup/", "/account/password/reset/"],
)
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_public_pages_are_found_clean_by_axe(owned: None, browser, live_server, path: str, look: str):
    width = 390 if look == "phone" else 1280
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if look == "dark" else "light"
    )
    try:
        page = context.new_page()
        assert page.goto(live_server.url + path).status == 200
        examine(page)
    finally:
        context.close()
