"""From the code of a licence to a file on a machine that verifies without us, moved off a dead machine and ended."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page

from tenure.accounts.models import Person
from tenure.activation import actions
from tenure.activation.models import Activation
from tenure.journal.words import COMMAND
from tenure_licence import Fault, Invalid, Keys, merge, verify, verify_list
from tests import cast, estate
from tests.activation.conftest import code_of
from tests.journeys.conftest import examine

SERIAL = "M1000000001"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner() -> Person:
    """Aster's owner, with a licence of ten machines that is covered for three years."""
    estate.policy()
    asset = estate.asset(cast.aster(), SERIAL)
    estate.term(asset, date(2026, 4, 1), date(2029, 4, 1))
    actions.issue_codes(at=cast.AT, by=COMMAND)
    made = cast.owner()
    made.set_password(cast.PASSWORD)
    made.save()
    return made


def _sign_in(page: Page, base: str, someone: Person) -> None:
    page.goto(f"{base}/account/login/")
    page.fill("[name=login]", someone.email)
    page.fill("[name=password]", cast.PASSWORD)
    with page.expect_navigation():
        page.click("main button[data-kind=main]")


def _files(page: Page) -> list[bytes]:
    """What the page's download links give."""
    found = []
    for link in page.locator("a[download]").all():
        with page.expect_download() as waiting:
            link.click()
        found.append(waiting.value.path().read_bytes())
    return found


def test_a_machine_is_activated_moved_and_ended_and_its_files_tell_so(owner: Person, page: Page, live_server):
    base = live_server.url
    _sign_in(page, base, owner)
    page.goto(f"{base}/licences/{SERIAL}")
    page.click("text=Codes and machines")
    from tenure.entitlements.models import Asset

    assert code_of(Asset.objects.get(serial_number=SERIAL)) in page.inner_text("main")
    examine(page)

    page.fill("[name=begin-host]", "")
    page.click("text=Activate and make the file")
    assert page.title().startswith("Error:")
    examine(page)
    page.fill("[name=begin-host]", "5C-26-0A-7F")
    page.fill("[name=begin-units]", "4")
    page.click("text=Activate and make the file")
    assert "with 4 machines" in page.inner_text(".answer")
    examine(page)

    keys = Keys.read(Client().get("/api/v1/licence-keys").content)
    old = _files(page)
    told = merge(verify(each, keys=keys) for each in old)
    assert (len(old), told.on(date(2026, 12, 24)).covered_until) == (3, date(2029, 3, 31))
    assert {each.host for each in told.licences} == {"5C-26-0A-7F"}

    page.fill("[name=move-host]", "5C-26-0A-99")
    page.fill("[name=move-why]", "the disk died")
    page.click("text=Move it >> nth=-1")
    assert "Moved to 5C-26-0A-99" in page.inner_text("body")
    assert {verify(each, keys=keys).host for each in _files(page)} == {"5C-26-0A-99"}
    gone = verify_list(Client().get("/api/v1/licence-withdrawals").content, keys=keys)
    for each in old:
        with pytest.raises(Invalid) as no:
            verify(each, keys=keys, revocations=gone)
        assert no.value.fault is Fault.LICENCE_WITHDRAWN

    page.click("button:has-text('End it')")
    assert "all 10 machines are free" in page.inner_text(".answer")
    assert "the disk died" in page.inner_text("main")
    assert Activation.objects.filter(ended_at=None).count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    examine(page)


def test_the_desk_changes_the_key_and_the_pages_are_clean(owner: Person, page: Page, live_server):
    operator = cast.operator()
    operator.set_password(cast.PASSWORD)
    operator.save()
    base = live_server.url
    _sign_in(page, base, operator)
    page.goto(f"{base}/desk/signing")
    examine(page)
    page.click("text=Make the next key")
    page.click("text=Rotate the key")
    assert "signs from now on" in page.inner_text("body")
    examine(page)
    page.goto(f"{base}/licences/{SERIAL}/activation")
    page.click("summary:has-text('bound to no machine')")
    page.fill("#any-why", "closed network")
    page.click("text=Make files for any machine")
    page.click("section[aria-labelledby=any] summary:has-text('Withdraw')")
    examine(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()  # colours that pass from light to dark would be measured half-way
    examine(page)
