"""From an account that sees nothing, by a number of the paperwork and an owner's word, to a contact ID."""

import re

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Contact, Person
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactSeat
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.actions import apply_policy
from tenure.policy.words.identifiers import Identifier
from tests import cast, estate
from tests.cast import AT, asking
from tests.journeys.conftest import examine

OWN = "M1000000001"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owned() -> Agreement:
    estate.policy()
    estate.asset(cast.aster(), OWN)
    return Agreement.objects.create(organisation=cast.aster(), level="essential", region="EMEA")


def _enter(page: Page, base: str, person: Person) -> None:
    client = Client()
    client.force_login(person)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


def test_a_number_an_owners_word_and_then_a_contact_id(owned: Agreement, page: Page, live_server):
    base, sam, olga = live_server.url, cast.stranger(), cast.owner()
    _enter(page, base, sam)
    page.goto(f"{base}/licences")
    examine(page)
    page.click("text=Link your account")
    examine(page)
    page.fill("[name=text]", "serial M100000001")
    page.click("text=Link the account")
    assert "Serial number: M100000001 has 9 digits and needs 10, as in M1234567890." in page.inner_text("main")
    examine(page)
    page.fill("[name=text]", f"Serial number: {OWN}.")
    page.click("text=Link the account")
    assert "If these numbers belong to a customer" in page.inner_text("main")
    assert "Aster" not in page.inner_text("body")
    examine(page)
    _enter(page, base, olga)
    letter = Mail.objects.get(recipient=olga.email)
    link = re.search(r"https?://\S+(/account/joining/\S+)", letter.text)
    assert link, letter.text
    page.goto(base + link[1])
    examine(page)
    page.select_option("[name=as]", label="Technical contact: Essential, EMEA (6 seats free)")
    page.click("main button[data-kind=main]")
    examine(page)
    page.goto(f"{base}/account/contacts/{cast.aster().number}")
    examine(page)
    held = ContactSeat.objects.get().identifier
    assert held in page.inner_text("main")
    assert held in Mail.objects.get(recipient=sam.email).text
    _enter(page, base, sam)
    page.goto(f"{base}/licences")
    assert "Quay Vault" in page.inner_text("main")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_of_joining_is_found_clean_by_axe(owned: Agreement, browser: Browser, live_server, look: str):
    olga, cass = cast.owner(), cast.care_agent()
    for place in range(4):
        contact = Contact.objects.create(
            organisation=cast.aster(), role="technical", name=f"Tess Nr {place}", email=f"t{place}@a.example"
        )
        actions.name_contact(agreement_id=owned.id, contact_id=contact.id, at=AT, by=COMMAND)
    text = configured.POLICY_FILE.read_text().replace("contacts = 6", "contacts = 3")
    apply_policy(text=text, in_force_from=AT.date(), at=AT, by=COMMAND, places=[])
    numbers = [Identifier(kind="serial_number", value=number) for number in (OWN, "M9999999999")]
    actions.ask_to_join(identifiers=numbers, **asking(cast.stranger()))
    width = 390 if look == "phone" else 1280
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if look == "dark" else "light"
    )
    try:
        page = context.new_page()
        _enter(page, live_server.url, olga)
        number = cast.aster().number
        for path in ("/account/link", f"/account/joining/{number}", f"/account/contacts/{number}", "/account"):
            assert page.goto(live_server.url + path).status == 200
            examine(page)
        _enter(page, live_server.url, cass)
        for path in ("/desk/joining", f"/desk/customers/{number}", "/desk/"):
            assert page.goto(live_server.url + path).status == 200
            examine(page)
        page.goto(f"{live_server.url}/desk/joining")
        page.click("main table a")
        examine(page)
    finally:
        context.close()
