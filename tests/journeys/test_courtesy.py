"""A lapsed customer's case is refused, a courtesy is asked for and given, the case opens, and the courtesy ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tenure.accounts.models import Person
from tenure.cases.models import Case
from tenure.clock.queries import now
from tenure.entitlements.models import CourtesyUse
from tenure.outbox.models import Mail
from tenure.toolbox import snapshots
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.journeys.readers import as_
from tests.journeys.test_licences import PASSWORD, _sign_in

SERIAL = "M1000000001"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    """Aster's technical contact with a lapsed trial, customer care, and the operator of a sandbox."""
    settings.SANDBOX, settings.DATA = True, tmp_path
    monkeypatch.setattr(snapshots, "take", lambda file: None)  # it would need a database of its own
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"
    estate.policy()
    made = {"customer": cast.technical(), "care": cast.care_agent(), "operator": cast.operator()}
    for someone in made.values():
        someone.set_password(PASSWORD)
        someone.save()
    today = now().date()
    owned = estate.asset(cast.aster(), SERIAL, purpose="trial")
    estate.term(owned, today - timedelta(days=400), today - timedelta(days=35))
    estate.seat(made["customer"], cast.aster())
    return made


def _on(page: Page) -> None:
    page.click("main form button[data-kind=main]")


def _begin(page: Page, base: str) -> None:
    page.goto(f"{base}/cases/new?serial={SERIAL}")
    page.check("[name=pick][value=technical]")
    _on(page)


def test_a_courtesy_lets_a_lapsed_customer_open_a_case_and_then_ends(
    people: dict[str, Person], browser: Browser, live_server: Any
) -> None:
    base = live_server.url
    with as_(browser, base, people["customer"]) as customer, as_(browser, base, people["care"]) as care:
        _begin(customer, base)
        assert "Not covered since" in customer.inner_text(".answer")
        examine(customer)
        customer.click("text=Ask for a courtesy")
        examine(customer)
        _on(customer)
        customer.wait_for_selector(".summary:focus")
        customer.fill("[name=why]", "Order 4711 is on its way; the import stops every night.")
        _on(customer)
        assert "It waits for customer care" in customer.inner_text(".answer")
        examine(customer)
        care.goto(f"{base}/desk/courtesy")
        assert "1 request waits for you" in care.inner_text(".answer")
        examine(care)
        care.click("tbody a")
        examine(care)
        care.fill("[name=days]", "5")
        care.fill("form [name=why] >> nth=0", "The order is announced.")
        _on(care)
        assert "given by Care Agent, because: The order is announced." in care.inner_text(".answer")
        examine(care)
        assert Mail.objects.get(kind="entitlements.courtesy_given").recipient == people["customer"].email
        _open(customer, base)
        _move_on(browser, base, people["operator"])
        _begin(customer, base)
        assert "Not covered since" in customer.inner_text(".answer")
        examine(customer)
    assert (Case.objects.count(), CourtesyUse.objects.count()) == (1, 1)


def _open(page: Page, base: str) -> None:
    """The case, from its first question to its page; nothing is promised on the way."""
    _begin(page, base)
    page.fill("[name=platform]", "Debian 12")
    _on(page)
    page.check("[name=pick][value='3']")
    assert "We call you back by" not in page.inner_text("main")
    examine(page)
    _on(page)
    page.fill("[name=summary]", "Nightly import stops")
    page.fill("[name=details]", "It stops at 01:40.")
    _on(page)
    assert "Taken by courtesy" in page.inner_text("main")
    examine(page)
    _on(page)
    assert "Taken by courtesy: it is answered as we can" in page.inner_text("main")
    assert "Trial" in page.inner_text("main")
    examine(page)


def _move_on(browser: Browser, base: str, operator: Person) -> None:
    with as_(browser, base, operator) as page:
        page.goto(f"{base}/desk/clock")
        page.select_option("[name=by]", "1w")
        _on(page)
        assert "The clock has been moved." in page.inner_text("main")


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_its_pages_are_found_clean_by_axe(
    people: dict[str, Person], browser: Browser, live_server: Any, look: str
) -> None:
    from tenure.entitlements.actions.courtesy import ask_courtesy, give_courtesy
    from tenure.entitlements.words import Offer

    base, at = live_server.url, now()
    estate.term(estate.asset(cast.aster(), "M1000000002"), date(2020, 1, 1), date(2021, 1, 1))
    asked = ask_courtesy(serial=SERIAL, why="Please.", **cast.asking(people["customer"], at))
    given = give_courtesy(
        serial="M1000000002", offer=Offer(days=20, most_cases=1, why="x"), **cast.asking(people["care"], at)
    )
    opened = browser.new_context(
        viewport=PHONE if look == "phone" else DESKTOP, color_scheme="dark" if look == "dark" else "light"
    )
    try:
        page = opened.new_page()
        _sign_in(page, base, people["care"].email)
        for path in ("/desk/courtesy", "/desk/courtesy?view=second", f"/desk/courtesy/{asked}", f"/desk/courtesy/{given}",
                     "/desk/courtesy/new", f"/licences/{SERIAL}", f"/licences/{SERIAL}/courtesy", "/licences"):  # fmt: skip
            page.goto(base + path)
            examine(page)
    finally:
        opened.close()
