"""Adding and replacing a contact in a real browser, with the letters; and what customer care does with the rest."""

import re
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Contact, Person
from tenure.entitlements import actions
from tenure.entitlements.actions import write_letters
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat, Term
from tenure.entitlements.words import TermFamily
from tenure.journal.words import COMMAND
from tenure.outbox.actions import post, reported
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.cast import AT
from tests.journeys.conftest import examine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWN = "M1000000001"
PAPER = f"Certificate no. 10000000-1000001\nSales order 10000000\nSerial {OWN}\nSupport ID 1000-0000-0001"


@pytest.fixture
def agreement(settings, tmp_path) -> Agreement:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    estate.policy()
    owned = estate.asset(cast.aster(), OWN, reseller=cast.cinder())
    made = Agreement.objects.create(organisation=cast.aster(), level="basic", region="EMEA")
    Term.objects.create(
        asset=owned, agreement=made, family=TermFamily.MAINTENANCE, level="basic", quantity=10,
        covers=(date(2026, 4, 1), date(2036, 4, 1)), known=(AT, None),
    )  # fmt: skip
    return made


def _enter(page: Page, base: str, person: Person) -> None:
    client = Client()
    client.force_login(person)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


def _fill(page: Page, name: str, text: str = PAPER) -> None:
    page.fill("[name=text]", text)
    page.fill("[name=name]", name)
    page.fill("[name=email]", f"{name.lower().replace(' ', '.')}@aster.example")
    page.fill("[name=company]", "Aster Mills")
    page.fill("[name=address]", "1 Mill Lane\nBerlin")
    page.fill("[name=phone]", "+49 30 555")


def _letter(kind: str, to: str) -> str:
    return Mail.objects.filter(kind=f"entitlements.{kind}", recipient=to).latest("id").text


def test_an_owner_adds_a_contact_and_replaces_them_and_both_get_their_letters(
    agreement: Agreement, page: Page, live_server
):
    base, olga = live_server.url, cast.owner()
    _enter(page, base, olga)
    page.goto(f"{base}/account/contact-requests")
    examine(page)
    page.click("section a[href$='/new/add'], a[href$='/new/add']")
    examine(page)
    _fill(page, "Nia Quist", PAPER.replace(OWN, OWN[:-1]))
    page.click("main button[data-kind=main]")
    assert "Serial number: M100000000 has 9 digits and needs 10" in page.inner_text("main")
    assert page.input_value("[name=name]") == "Nia Quist"
    examine(page)
    page.fill("[name=text]", PAPER)
    page.click("main button[data-kind=main]")
    assert "Done: Nia Quist is a technical contact" in page.inner_text("main")
    examine(page)
    first = ContactSeat.objects.get().identifier
    assert first in _letter("contact_named", "nia.quist@aster.example")
    assert "Nia Quist becomes a technical contact" in _letter("contact_change_granted", olga.email)

    page.goto(f"{base}/account/contacts/{cast.aster().number}")
    examine(page)
    page.click("text=Replace on a day")
    _fill(page, "Ole Brun", f"{PAPER} {first}")
    page.fill("[name=words]", "Nia changes to another team.")
    page.click("main button[data-kind=main]")
    assert "Done: Ole Brun is a technical contact" in page.inner_text("main")
    second = ContactSeat.objects.get(ended_at=None).identifier
    assert second in _letter("contact_named", "ole.brun@aster.example")
    page.goto(f"{base}/account/contacts/{cast.aster().number}/history")
    examine(page)
    assert "Nia changes to another team." in page.inner_text("main")


def test_a_stranger_asks_care_answers_and_nobody_but_the_holder_gets_the_id(
    agreement: Agreement, page: Page, live_server
):
    base, sam, cass = live_server.url, cast.stranger(), cast.care_agent()
    contact = Contact.objects.create(organisation=cast.aster(), role="technical", name="Tess", email="tess@a.example")
    held = actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=COMMAND)
    _enter(page, base, sam)
    page.goto(f"{base}/account/contact-requests/new/missing-contact-id")
    examine(page)
    page.set_input_files("[name=attached]", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.click("main button[data-kind=main]")
    assert "Customer care looks at it" in page.inner_text("main")
    _enter(page, base, cass)
    page.goto(f"{base}/desk/contact-requests")
    examine(page)
    page.click("main tbody a")
    examine(page)
    page.fill("#look", cast.aster().number)
    page.click("text=Show the customer")
    examine(page)
    page.select_option("#seat", held)
    page.click("main button[data-kind=main]")
    assert ContactRequest.objects.get().answer == "granted"
    write_letters(at=AT)
    assert held in _letter("contact_named", "tess@a.example")
    assert all(held not in mail.text for mail in Mail.objects.exclude(recipient="tess@a.example"))
    assert "was sent to the address that the paperwork names" in _letter("contact_change_granted", sam.email)


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_of_contacts_is_found_clean_by_axe(agreement: Agreement, browser: Browser, live_server, look: str):
    olga, cass, tom = cast.owner(), cast.care_agent(), cast.technical()
    contact = Contact.objects.create(organisation=cast.aster(), role="technical", name="Tess", email="tess@a.example")
    actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=COMMAND)
    mail = post(kind="test", recipient="tess@a.example", language="en", subject="Hello", text="Hi", at=AT)
    reported(mail_id=mail, said="550 no such user", at=AT)
    for day in (None, date(2099, 1, 1)):
        ContactRequest.objects.create(
            wish="add", organisation=cast.aster(), agreement=agreement, asked_by=tom, name="Nia", email="n@a.example",
            given=["serial_number M1000000001", "sales_order 99999999"], asked_at=AT, takes_effect_on=day,
            answer="granted" if day else "", answered_at=AT if day else None,
        )  # fmt: skip
    number, open_one = cast.aster().number, ContactRequest.objects.get(answer="").pk
    pages = {
        olga: [f"contacts/{number}", f"contacts/{number}/history", f"contacts/{number}/addresses/{contact.pk}"],
        tom: ["contact-requests", f"contact-requests/{open_one}", "contact-requests/new/replace"],
    }
    desk = ["contact-requests", f"contact-requests/{open_one}", "addresses", f"customers/{number}"]
    width = 390 if look == "phone" else 1280
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if look == "dark" else "light"
    )
    try:
        page = context.new_page()
        for person, paths in [*pages.items(), (cass, desk)]:
            _enter(page, live_server.url, person)
            for path in paths:
                whole = f"{live_server.url}/{'desk' if person is cass else 'account'}/{path}"
                assert (path, page.goto(whole).status) == (path, 200)
                examine(page)
    finally:
        context.close()


def test_the_letter_about_a_bounce_leads_to_the_form(agreement: Agreement, page: Page, live_server):
    base, olga = live_server.url, cast.owner()
    Contact.objects.create(organisation=cast.aster(), role="technical", name="Tess", email="tess@a.example")
    mail = post(kind="test", recipient="tess@a.example", language="en", subject="Hello", text="Hi", at=AT)
    reported(mail_id=mail, said="550 no such user", at=AT)
    actions.tell_of_bounces(at=AT)
    link = re.search(r"https?://[^/\s]+(/account/contacts/\S+)", _letter("address_wanted", olga.email))
    assert link
    _enter(page, base, olga)
    page.goto(base + link[1])
    examine(page)
    page.fill("[name=email]", "tess@new.example")
    page.click("main button[data-kind=main]")
    assert "From now on we write to tess@new.example." in page.inner_text("body")
    assert Contact.objects.get(name="Tess").email == "tess@new.example"
