"""A reseller quotes, the customer accepts, the reseller orders: a certificate by mail, a new term on the asset's line."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Contact, Organisation, Person
from tenure.entitlements.actions import write_letters
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.resellers import Profile, ask_reseller, give_consent, keep_profile
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.models import Order, Quote
from tenure.renewals.words import ResellerWish
from tests import cast, estate
from tests.cast import asking
from tests.journeys.conftest import examine
from tests.renewals.world import OWN, SECOND, accepted, owned, prices, sent, terms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(UTC).date()


@pytest.fixture(autouse=True)
def market() -> None:
    estate.policy()
    prices()


def _enter(page: Page, base: str, person: Person) -> None:
    client = Client()
    client.force_login(person)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


def _press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.click(f"main button:has-text('{words}')")


def _worker_writes() -> int:
    """In a thread of its own: signing runs a loop, and Playwright's runs in this one."""

    def write() -> int:
        try:
            return write_letters(at=datetime.now(UTC))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(write).result()


def _told(*serials: str) -> None:
    """The letters about terms for which a notice is due today."""
    run_wave(on=None, at=datetime.now(UTC), by=COMMAND)
    write_notices(at=datetime.now(UTC))
    assert Mail.objects.filter(kind="renewals.terms_end", text__contains=serials[0]).exists()


def _follow(page: Page, base: str, person: Person, kind: str) -> None:
    """The person signs in and opens the link of the button of their last letter of a kind."""
    _enter(page, base, person)
    letter = Mail.objects.filter(recipient=person.email, kind=kind).latest("pk")
    link = re.search(r"\nhttps?://[^/\s]+(/renewals/(?:quotes|notices|requests)/\S+)", letter.text)
    assert link, letter.text
    assert page.goto(base + link[1]).status == 200
    examine(page)


def _quoted(page: Page, base: str, rhys: Person, olga: Person, serial: str) -> str:
    """Through the browser from the reseller's letter to the order; the text of the quote as the customer read it."""
    _follow(page, base, rhys, "renewals.terms_end")
    assert page.is_checked(f"input[value={serial}]")
    assert page.locator("input[name=serials]:checked").count() == 1
    _press(page, "Prepare the quote")
    examine(page)
    return _sold(page, base, rhys, olga)


def _sold(page: Page, base: str, rhys: Person, olga: Person) -> str:
    """From the reseller's prepared quote on the screen to the order; the quote as the customer read it."""
    _press(page, "Send it to the customer")
    examine(page)
    number = Quote.objects.latest("pk").number
    _follow(page, base, olga, "renewals.quote_sent")
    read = page.inner_text("main")
    _press(page, "Accept the quote")
    examine(page)
    _enter(page, base, rhys)
    page.goto(f"{base}/renewals/quotes/{number}")
    _press(page, "Order it")
    examine(page)
    return read


@pytest.mark.parametrize("width", [1280, 390])
def test_notice_quote_acceptance_order_certificate_and_the_new_term(page: Page, live_server, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    ends = TODAY + timedelta(days=31)
    owned(ends=ends), owned(SECOND, ends=TODAY + timedelta(days=200))
    rhys, olga, base = cast.reseller(), cast.owner(), live_server.url
    _told(OWN)
    read = _quoted(page, base, rhys, olga, OWN)
    assert ("€12,000.00" in read or "12,000.00" in read, "9,600" in read) == (True, False)
    paper = Order.objects.get().certificate.number
    assert _worker_writes() == 1
    letter = Mail.objects.get(kind="entitlements.certificate_issued")
    assert (paper in letter.subject, letter.recipient) == (True, "owner@aster.example")
    _enter(page, base, olga)
    page.goto(f"{base}/licences/{OWN}")
    examine(page)
    assert paper in page.inner_text("main")
    page.click("text=1 other certificate")
    examine(page)
    page.click("text=The same as a table")
    first, last = terms()[1][2:]
    table = page.inner_text("main details.why")
    assert (first, f"{last.day} {last.strftime('%b %Y')}" in table) == (ends, True)


def test_a_lapsed_licence_is_reinstated_and_says_what_waiting_had_cost(page: Page, live_server):
    owned(SECOND, ends=TODAY - timedelta(days=29))
    rhys, olga, base = cast.reseller(), cast.owner(), live_server.url
    _told(SECOND)
    read = _quoted(page, base, rhys, olga, SECOND)
    for words in ("Back-coverage", "Reinstatement fee after 29 days", "What waiting costs"):
        assert words in read
    asset = Asset.objects.get(serial_number=SECOND)
    assert (len(terms(SECOND)), asset.chain_ends_on) == (2, date(TODAY.year + 1, TODAY.month, TODAY.day))
    _enter(page, base, olga)
    page.goto(f"{base}/licences/{SECOND}")
    assert "Covered until" in page.inner_text("main .answer")


def test_a_small_customer_chooses_its_reseller_from_the_letter(page: Page, live_server):
    page.set_viewport_size({"width": 390, "height": 844})
    owned(ends=TODAY + timedelta(days=31))
    rhys, olga, base = cast.reseller(), cast.owner(), live_server.url
    Organisation.objects.update(size="small")
    Contact.objects.update(email=olga.email)
    _told(OWN)
    _follow(page, base, olga, "renewals.terms_end")
    read = page.inner_text("main")
    assert ("Every day without cover is charged." in read, "€12,000.00" in read) == (True, True)
    assert page.is_checked(f"input[value='{cast.cinder().number}']")
    _press(page, "Ask for the quote")
    examine(page)
    _follow(page, base, rhys, "renewals.quote_wanted")
    _press(page, "Prepare the quote")
    examine(page)
    _sold(page, base, rhys, olga)
    assert Order.objects.get().quote.asked_by_request.reseller == cast.cinder()
    _follow(page, base, olga, "renewals.terms_end")
    assert "Nothing is left to do" in page.inner_text("main")


def test_a_signed_paper_is_recorded_objected_to_and_taken_back(page: Page, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    owned(ends=TODAY + timedelta(days=31))
    rhys, olga, remy, base = cast.reseller(), cast.owner(), cast.renewals(), live_server.url
    number = sent(rhys, at=datetime.now(UTC))
    _enter(page, base, remy)
    page.goto(f"{base}/renewals/quotes/{number}")
    page.fill("[name=signed_by]", "Hanna Ruhl")
    page.fill("[name=signed_on]", Quote.objects.get().order_day.isoformat())
    page.set_input_files("[name=paper]", {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    _press(page, "Record the acceptance")
    examine(page)
    _follow(page, base, olga, "renewals.quote_signed")
    page.fill("#object-why", "Nobody here signed that.")
    _press(page, "Object to the signature")
    examine(page)
    _follow(page, base, rhys, "renewals.signature_disputed")
    assert page.locator("button:has-text('Order it')").count() == 0
    _enter(page, base, olga)
    page.goto(f"{base}/renewals/quotes/{number}")
    _press(page, "Take the objection back")
    _follow(page, base, rhys, "renewals.signature_disputed")
    _press(page, "Order it")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_of_quotes_and_resellers_is_found_clean_by_axe(browser: Browser, live_server, look: str):
    owned(ends=TODAY + timedelta(days=40))
    owned(SECOND, ends=TODAY - timedelta(days=60))
    rhys, olga, remy = cast.reseller(), cast.owner(), cast.renewals()
    cinder = cast.cinder().number
    profile = Profile(countries=("GB",), languages=("en",), address="1 Row\nLeeds", email="a@cinder.example")
    keep_profile(reseller=cinder, profile=profile, **asking(remy, NOW))
    of_record = accepted(rhys, olga, at=NOW)
    waits = sent(rhys, SECOND, at=NOW)
    wish = {"serials": [OWN], "words": "Soon, please.", **asking(olga, NOW)}
    asked = ask_reseller(reseller=cinder, wish=ResellerWish.QUOTE, **wish)
    give_consent(customer=cast.aster().number, reseller=cinder, **asking(olga, NOW))
    context = browser.new_context(
        viewport={"width": 390 if look == "phone" else 1280, "height": 844},
        color_scheme="dark" if look == "dark" else "light",
    )
    customer = cast.aster().number
    try:
        page = context.new_page()
        for person, paths in (
            (olga, ("quotes", "quotes/new", f"quotes/{waits}", f"quotes/{of_record}", "requests", f"requests/{asked}")),
            (rhys, ("quotes", "quotes/new", f"quotes/{of_record}", "requests", f"requests/{asked}")),
            (remy, ("quotes", f"quotes/{waits}")),
        ):
            _enter(page, live_server.url, person)
            for path in paths:
                assert page.goto(f"{live_server.url}/renewals/{path}").status == 200
                examine(page)
        for path in (
            "/desk/quotes", f"/desk/quotes?customer={customer}&view=", "/desk/resellers", "/desk/resellers/profiles",
            f"/desk/resellers/profiles/{cinder}",
        ):  # fmt: skip
            assert page.goto(live_server.url + path).status == 200
            examine(page)
        _enter(page, live_server.url, olga)
        for path in (
            "/resellers", f"/resellers/{cinder}", f"/resellers/{cinder}/ask/quote", f"/resellers/{cinder}/ask/of-record",
            f"/account/consents/{customer}", f"/account/tax/{customer}",
        ):  # fmt: skip
            assert page.goto(live_server.url + path).status == 200
            examine(page)
        _enter(page, live_server.url, rhys)
        for path in ("/account/acting/case", f"/account/consents/{cinder}"):
            assert page.goto(live_server.url + path).status == 200
            examine(page)
    finally:
        context.close()
