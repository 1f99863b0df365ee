"""A technical contact counts, by a form and by a file, and reads what that means; anyone finds the first steps."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import cast, estate
from tests.journeys.conftest import examine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def technical() -> str:
    """Aster's technical contact, who may sign in; 48 licensed, covered for years."""
    estate.policy()
    person = cast.technical()
    person.set_password(cast.PASSWORD)
    person.save()
    owned = estate.asset(cast.aster(), "M1000000001", quantity=48)
    estate.term(owned, date(2024, 4, 1), date(2034, 4, 1))
    return person.email


def _sign_in(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", cast.PASSWORD)
    with page.expect_navigation():
        page.click("main button[data-kind=main]")


def test_a_count_by_form_and_one_by_file_change_the_answer(technical: str, page: Page, live_server, tmp_path: Path):
    base = live_server.url
    _sign_in(page, base, technical)
    page.click("nav >> text=Installed")
    assert "One was not counted yet" in page.inner_text(".answer")
    examine(page)
    page.click("table a:has-text('Quay Vault')")
    assert "Nothing was counted yet: 48 licensed under M1000000001." in page.inner_text(".answer")
    examine(page)
    page.click("text=Enter a count")
    assert page.input_value("[name=product]") == "Quay Vault"
    examine(page)
    page.fill("[name=quantity]", "many")
    page.click("text=Keep the count")
    assert "Write a whole number" in page.inner_text(".summary")
    examine(page)
    page.fill("[name=quantity]", "60")
    page.click("text=Keep the count")
    assert page.inner_text(".answer").startswith("12 more are counted than licensed: 60 counted on ")
    assert "What falls away" in page.inner_text("main")
    examine(page)

    page.goto(f"{base}/compliance/import")
    examine(page)
    head = "customer,site,product,quantity,counted_on\n"
    file = tmp_path / "installed.csv"
    file.write_text(head + "Aster Mills,Elsewhere,Quay Vault,40,2025-11-03\n")
    page.set_input_files("[name=counts]", file)
    page.click("text=Take in the file")
    assert "is no site of this customer" in page.inner_text("#main")
    examine(page)
    file.write_text(head + "Aster Mills,Main works,Quay Vault,40,2025-11-03\n")
    page.set_input_files("[name=counts]", file)
    page.click("text=Take in the file")
    assert "1 line is kept." in page.inner_text("body")
    page.click("table a:has-text('Quay Vault')")
    page.fill("[name=on]", "2025-12-01")
    page.click("text=Show that day")
    assert page.inner_text(".answer").startswith(
        "All that is counted is licensed and covered: 40 counted on 3 November"
    )
    examine(page)


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("path", ["/getting-started", "/getting-started/quay-vault", "/contact", "/contact?country=DE"])
def test_first_steps_and_contacts_are_found_clean_by_axe(
    technical: str, browser: Browser, live_server, path: str, look: str
):
    context = browser.new_context(
        viewport={"width": 390 if look == "phone" else 1280, "height": 844},
        color_scheme="dark" if look == "dark" else "light",
    )
    try:
        page = context.new_page()
        assert page.goto(live_server.url + path).status == 200
        examine(page)
    finally:
        context.close()


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_the_position_is_found_clean_by_axe_in_every_look(technical: str, browser: Browser, live_server, look: str):
    context = browser.new_context(
        viewport={"width": 390 if look == "phone" else 1280, "height": 844},
        color_scheme="dark" if look == "dark" else "light",
    )
    try:
        page = context.new_page()
        _sign_in(page, live_server.url, technical)
        for path in ("/compliance", f"/compliance/{cast.aster().number}/quay-vault", "/compliance/count"):
            assert page.goto(live_server.url + path).status == 200
            examine(page)
    finally:
        context.close()
