"""From signing up to a customer-care case; and a technical case from its first question to the consent to close."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page

from tenure.accounts.models import Person
from tenure.cases import actions
from tenure.cases.models import Attachment, Case
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.journeys.test_licences import PASSWORD, _sign_in, _sign_up

SERIAL, LAPSED = "M1000000001", "M1000000002"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tomas(settings, tmp_path) -> Person:
    """Aster's technical contact, with a covered licence and a lapsed one at its only address."""
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"},
    }}  # fmt: skip
    estate.policy()
    someone = cast.technical()
    someone.set_password(PASSWORD)
    someone.zone = "Europe/Berlin"
    someone.save()
    estate.term(estate.asset(cast.aster(), SERIAL), date(2026, 4, 1), date(2028, 4, 1))
    estate.term(estate.asset(cast.aster(), LAPSED), date(2025, 4, 1), date(2026, 4, 1))
    estate.seat(someone, cast.aster())
    return someone


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The instant of the cast, in the server's thread too."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    yield


def _on(page: Page) -> None:
    page.click("main form button[data-kind=main]")


def test_somebody_new_writes_to_customer_care(tomas: Person, clock: None, page: Page, live_server) -> None:
    base = live_server.url
    _sign_up(page, base, "noor@elsewhere.example", "Noor Elsewhere")
    _sign_in(page, base, "noor@elsewhere.example")
    page.goto(f"{base}/cases")
    assert "No cases yet" in page.inner_text(".answer")
    examine(page)
    page.click("text=Open your first case")
    assert "Why no technical case?" in page.inner_text("main")
    examine(page)
    _on(page)
    page.fill("[name=other]", "Elsewhere Ltd")
    page.check("[name=topic][value=account]")
    page.fill("[name=summary]", "Which company am I with?")
    _on(page)
    assert page.title().startswith("Error: ")
    page.wait_for_selector(".summary:focus")
    assert page.input_value("[name=summary]") == "Which company am I with?"
    examine(page)
    page.select_option("[name=region]", "EMEA")
    page.fill("[name=details]", "My certificate is not shown.")
    page.set_input_files("[name=attached]", [{"name": "shot.png", "mimeType": "image/png", "buffer": b"not really"}])
    _on(page)
    assert "Your case is open" in page.inner_text("main")
    examine(page)
    kept = Case.objects.get()
    assert (kept.kind, kept.company, Attachment.objects.get().name) == ("care", "Elsewhere Ltd", "shot.png")


def test_a_named_contact_opens_a_technical_case_replies_and_agrees_to_close(
    tomas: Person, clock: None, page: Page, live_server
) -> None:
    base, ivo = live_server.url, cast.engineer()
    _sign_in(page, base, tomas.email)
    page.goto(f"{base}/licences/{SERIAL}")
    page.click("text=Open a case")
    page.check("[name=pick][value=technical]")
    examine(page)
    _on(page)
    page.fill("[name=platform]", "Debian 12")
    examine(page)
    _on(page)
    page.check("[name=pick][value='3']")
    assert "We call you back by Wed 25 Nov, 13:00" in page.inner_text("main").replace("\n", " ")
    examine(page)
    _on(page)
    page.fill("[name=summary]", "Nightly import stops")
    page.fill("[name=details]", "It stops at 01:40.\n\nStarted by hand it runs through.")
    examine(page)
    _on(page)
    examine(page)
    _on(page)
    assert "First response by Wed 25 Nov, 13:00" in page.inner_text(".answer")
    page.click("text=How the resolution was counted")
    examine(page)
    number = Case.objects.get().number
    page.fill("[name=body]", "It happened again.")
    page.click("text=Send the reply")
    assert "It happened again." in page.inner_text(".talk")
    actions.propose_close(number=number, body="Set the tidy-up back to Sunday.", **cast.asking(ivo))
    page.goto(f"{base}/cases/{number}")
    assert "Your word closes it" in page.inner_text(".answer")
    examine(page)
    page.click("text=Yes, close the case")
    assert page.inner_text(".answer").startswith("Closed on Tue 24 Nov, 13:00.")
    page.goto(f"{base}/cases/{number}/receipt")
    examine(page)


def test_a_lapsed_licence_is_refused_with_ways_out(tomas: Person, clock: None, page: Page, live_server) -> None:
    base = live_server.url
    _sign_in(page, base, tomas.email)
    page.goto(f"{base}/cases/new?serial={LAPSED}")
    page.check("[name=pick][value=technical]")
    _on(page)
    assert "Not covered since 31 March 2026 was over" in page.inner_text(".answer")
    examine(page)
    page.click("main a:has-text('Write to customer care')")
    assert LAPSED in page.input_value("[name=summary]")
    page.go_back()
    page.click("text=Choose another")
    assert "Which licence is it?" in page.inner_text("main")
    examine(page)
    page.fill("[name=serial]", "M9999999999")
    _on(page)
    page.wait_for_selector(".summary:focus")
    examine(page)
    page.click(".summary a")
    assert page.evaluate("document.activeElement.name") == "serial"
    page.fill("[name=serial]", SERIAL)
    _on(page)
    assert "Which version, and on what?" in page.inner_text("main")


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_the_pages_of_cases_are_found_clean_in_every_look(
    tomas: Person, clock: None, browser, live_server, look
) -> None:
    width = 390 if look == "phone" else 1280
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if look == "dark" else "light"
    )
    try:
        page, base = context.new_page(), live_server.url
        _sign_in(page, base, tomas.email)
        page.goto(f"{base}/cases/new?serial={SERIAL}")
        examine(page)
        page.check("[name=pick][value=technical]")
        for words in (None, None, {"summary": "A" * 120, "details": "x" * 2000}):
            _on(page)
            if page.locator("[name=pick]").count():
                page.locator("[name=pick]").first.check()
            examine(page)
            for name, value in (words or {}).items():
                page.fill(f"[name={name}]", value)
        _on(page)
        examine(page)
        _on(page)
        examine(page)
        for path in ("/cases", "/cases/new/care"):
            page.goto(base + path)
            examine(page)
    finally:
        context.close()
