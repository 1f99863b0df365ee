"""A licence is claimed, granted and taken back; a statement is read, proven and checked; moves at the desk."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Person
from tenure.entitlements.actions import claims
from tenure.entitlements.models import Asset, Claim, Proof
from tests import cast, estate
from tests.cast import AT
from tests.journeys.conftest import examine

ONE, TWO = "M1000000001", "M1000000002"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owned() -> None:
    estate.policy()
    for serial in (ONE, TWO):
        estate.term(estate.asset(cast.aster(), serial), date(2026, 4, 1), date(2027, 4, 1))
    estate.site(cast.bellwether(), "Quayside")


def _enter(page: Page, base: str, person: Person) -> None:
    client = Client()
    client.force_login(person)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


def _press(page: Page) -> None:
    page.click("main button[data-kind=main]")
    page.wait_for_load_state()


def test_a_licence_is_claimed_the_holder_answers_and_care_grants_it_and_takes_it_back(
    owned: None, page: Page, live_server
):
    base, olga, odd, care = live_server.url, cast.owner(), cast.other_owner(), cast.care_agent()
    _enter(page, base, odd)
    page.goto(f"{base}/claims")
    examine(page)
    page.click("main >> text=Claim a serial number")
    page.fill("[name=serial]", "M12")
    page.fill("[name=words]", "We bought it with order 12345678.")
    _press(page)
    examine(page)
    page.fill("[name=serial]", ONE)
    _press(page)
    assert "Nothing has changed yet." in page.inner_text("main")
    assert "Aster" not in page.inner_text("body")
    examine(page)
    claims.tell_holders(at=AT)
    _enter(page, base, olga)
    page.goto(f"{base}/claims")
    examine(page)
    page.click(f"main >> text={ONE}", force=True)
    page.goto(f"{base}/claims/{Claim.objects.get().pk}/answer")
    page.fill("[name=words]", "It went to them with the ferry yard.")
    examine(page)
    _press(page)
    _enter(page, base, care)
    page.goto(f"{base}/desk/claims")
    examine(page)
    page.goto(f"{base}/desk/claims/{Claim.objects.get().pk}")
    assert "It went to them with the ferry yard." in page.inner_text("main")
    examine(page)
    page.fill("#why", "Both sides say so.")
    _press(page)
    assert Asset.objects.get(serial_number=ONE).organisation == cast.bellwether()
    examine(page)
    page.fill("#why", "They meant another one.")
    _press(page)
    assert Asset.objects.get(serial_number=ONE).organisation == cast.aster()
    examine(page)


def test_licences_are_transferred_from_the_customers_page_by_keyboard(owned: None, page: Page, live_server):
    base, care = live_server.url, cast.care_agent()
    _enter(page, base, care)
    page.goto(f"{base}/desk/customers/{cast.aster().number}")
    page.click("main >> text=Transfer licences")
    page.focus(f"input[value={ONE}]")
    page.keyboard.press("Space")
    page.fill("[name=to]", cast.bellwether().number)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=This will happen")
    assert "The site Main works is copied to the new customer." in page.inner_text("main")
    examine(page)
    page.select_option("[name=site]", label="Quayside")
    page.click("text=Show what will happen")
    page.wait_for_url("**site=*")
    page.fill("#why", "Sold with the yard.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Line by line")
    assert Asset.objects.get(serial_number=ONE).site.name == "Quayside"
    examine(page)


def test_a_statement_is_read_proven_and_checked(owned: None, page: Page, live_server):
    base, olga = live_server.url, cast.owner()
    _enter(page, base, olga)
    page.goto(f"{base}/licences")
    page.click("main >> text=Statement")
    examine(page)
    page.fill("#proof-day", "2026-05-01")
    page.click("text=Make a proof")
    page.wait_for_load_state()
    assert "owned 2 licences at the end of 1 May 2026" in page.inner_text("main")
    examine(page)
    page.context.clear_cookies()
    page.goto(f"{base}/proof/{Proof.objects.get().number}")
    examine(page)
    page.fill("#digest", bytes(Proof.objects.get().digest).hex())
    _press(page)
    assert "Number and digest match." in page.inner_text("main")
    examine(page)


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_the_pages_of_moves_claims_and_statements_are_found_clean_by_axe(
    owned: None, browser: Browser, live_server, look: str
):
    olga, care = cast.owner(), cast.care_agent()
    size = {"width": 390, "height": 844} if look == "phone" else {"width": 1280, "height": 900}
    context = browser.new_context(viewport=size, color_scheme="dark" if look == "dark" else "light", locale="en-GB")
    page, base = context.new_page(), live_server.url
    to = f"customer={cast.aster().number}&to={cast.bellwether().number}"
    _enter(page, base, care)
    for path in (
        "/desk/moves", f"/desk/moves/new/transfer?{to}&serial={ONE}", f"/desk/moves/new/merge?{to}",
        f"/desk/moves/new/split?serials={ONE}&parts=6,4", f"/desk/moves/new/join?serials={ONE},{TWO}",
        f"/desk/moves/new/split?serials={ONE}&parts=0,4", "/desk/claims", "/desk/claims?view=over",
    ):  # fmt: skip
        page.goto(f"{base}{path}")
        examine(page)
    _enter(page, base, olga)
    for path in ("/statement", "/claims", "/claims/new", "/proof/PE-1?digest=0"):
        page.goto(f"{base}{path}")
        examine(page)
    context.close()
