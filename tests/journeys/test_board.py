"""The board leads to the next step; terms are said to be lost, and taken back; what falls due and how a renewal goes."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from tenure.accounts.models import Person
from tenure.clock.queries import now
from tenure.renewals.models import Lost, Quote
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.journeys.readers import as_
from tests.journeys.test_licences import PASSWORD
from tests.renewals import world
from tests.renewals.world import OWN, SECOND

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(settings: Any) -> Person:
    """Two terms of Aster's that end in forty days, and one that has lapsed."""
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"
    estate.policy()
    world.prices()
    today = now().date()
    for serial, days in ((OWN, 40), (SECOND, 41), ("M1000000003", -20)):
        made = estate.asset(cast.aster(), serial, reseller=cast.cinder(), zone="UTC")
        estate.term(made, today + timedelta(days=days - 365), today + timedelta(days=days))
    made = cast.renewals()
    made.set_password(PASSWORD)
    made.save()
    return made


def test_from_the_front_page_over_the_board_to_a_quote_for_two_licences(
    reader: Person, browser: Browser, live_server: Any
) -> None:
    base = live_server.url
    with as_(browser, base, reader) as page:
        page.goto(f"{base}/desk/")
        examine(page)
        page.get_by_role("link", name="Renewal board").click()
        assert "2 terms worth 24,000\u00a0EUR end by" in page.inner_text(".answer")
        examine(page)
        for serial in (OWN, SECOND):
            page.get_by_label(f"Choose {cast.aster().name} {serial}").check()
        page.get_by_role("button", name="Prepare one quote").click()
        page.get_by_role("button", name="Prepare the quote").click()
        page.wait_for_url("**/renewals/quotes/QU-*")
        assert sorted(line.asset.serial_number for line in Quote.objects.get().lines.all()) == [OWN, SECOND]
        page.goto(f"{base}/desk/renewals")
        assert page.get_by_role("link", name="Send the quote").count() == 2
        page.get_by_role("link", name=f"Send the quote {OWN}").click()
        assert Quote.objects.get().number in page.inner_text("main")


def test_a_lapsed_term_is_said_to_be_lost_and_taken_back(reader: Person, browser: Browser, live_server: Any) -> None:
    base = live_server.url
    with as_(browser, base, reader) as page:
        page.goto(f"{base}/desk/renewals")
        page.get_by_label("Choose Aster Mills M1000000003").check()
        page.get_by_role("button", name="Say lost").click()
        examine(page)
        page.get_by_label("Because").select_option("competitor")
        page.get_by_label("In their words").fill("The group uses another.")
        page.get_by_role("button", name="Say lost").click()
        assert "1 term is lost." in page.inner_text("main")
        page.get_by_role("link", name="Which they are").click()
        assert "The group uses another." in page.inner_text("main")
        examine(page)
        page.get_by_role("button", name="Take back").click()
        assert "It is not lost any more" in page.inner_text("main")
    assert Lost.objects.get().taken_back_at is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_of_renewals_are_readable_for_everybody(
    reader: Person, browser: Browser, live_server: Any, scheme: str, viewport: dict[str, int]
) -> None:
    base = live_server.url
    with as_(browser, base, reader, viewport=viewport, color_scheme=scheme) as page:
        for path in ("desk/", "desk/renewals", "desk/renewals?when=all&sort=worth", "desk/ahead", "renewing"):
            page.goto(f"{base}/{path}")
            examine(page)
