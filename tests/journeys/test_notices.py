"""A wave tells the owner; the page, the preferences and the calendar follow; a term nobody can be told of becomes a task."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tenure.accounts.models import Organisation, Person
from tenure.clock.queries import now
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.models import RenewalTask, Unsubscribed
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.journeys.readers import as_
from tests.journeys.test_licences import PASSWORD

SERIAL, ALONE = "M1000000001", "M1000000002"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(settings: Any) -> dict[str, Person]:
    """Aster's owner with a term that ends in thirty days; Bellwether, where nobody is known, has another."""
    settings.EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"
    estate.policy()
    made = {"owner": cast.owner(), "renewals": cast.renewals()}
    for someone in made.values():
        someone.set_password(PASSWORD)
        someone.save()
    _ends(cast.aster(), SERIAL, now().date() + timedelta(days=30))
    _ends(cast.bellwether(), ALONE, now().date() + timedelta(days=30))
    return made


def _ends(customer: Organisation, serial: str, last_day: date) -> None:
    Organisation.objects.filter(id=customer.id).update(size="small")
    owned = estate.asset(customer, serial, zone="UTC")
    estate.term(owned, last_day - timedelta(days=364), last_day + timedelta(days=1))


def test_a_wave_tells_the_owner_who_chooses_what_comes(
    people: dict[str, Person], browser: Browser, live_server: Any
) -> None:
    base = live_server.url
    run_wave(on=None, at=now(), by=COMMAND)
    assert write_notices(at=now()) == 1
    assert "is covered until" in Mail.objects.get(kind="renewals.terms_end").text
    with as_(browser, base, people["owner"]) as page:
        page.goto(f"{base}/renewals")
        examine(page)
        page.get_by_role("link", name="Quay Vault 9.4").click()
        assert "30 days before the end" in page.inner_text("main")
        examine(page)
        page.goto(f"{base}/renewals/preferences")
        page.get_by_role("button", name="Unsubscribe").click()
        page.get_by_role("button", name="Make the address").click()
        examine(page)
        address = page.inner_text(".note[data-tone=good] .number")
        path = "/renewals/calendar/" + address.rpartition("/")[2]
    assert Unsubscribed.objects.get().address == people["owner"].email
    assert "BEGIN:VEVENT" in Client().get(path).content.decode()


def test_a_term_that_nobody_can_be_told_of_becomes_a_task(
    people: dict[str, Person], browser: Browser, live_server: Any
) -> None:
    base = live_server.url
    run_wave(on=None, at=now(), by=COMMAND)
    write_notices(at=now())
    with as_(browser, base, people["renewals"]) as page:
        page.goto(f"{base}/desk/notices")
        assert "Nobody to tell" in page.inner_text("main")
        examine(page)
        page.get_by_role("button", name="Take").click()
        page.fill("input[name=words]", "Found them in the trade register.")
        page.get_by_role("button", name="Done").click()
        assert "Nothing waits" in page.inner_text("main")
        page.get_by_label("Show tasks").select_option("done")
        page.get_by_role("button", name="Show", exact=True).click()
        assert ALONE in page.inner_text("main")
        examine(page)
    assert RenewalTask.objects.get().done_by == people["renewals"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_work_on_a_phone(
    people: dict[str, Person], browser: Browser, live_server: Any, scheme: str
) -> None:  # fmt: skip
    base = live_server.url
    run_wave(on=None, at=now(), by=COMMAND)
    write_notices(at=now())
    pages = {"owner": ["renewals", f"renewals/terms/{SERIAL}", "renewals/preferences"],
             "renewals": ["desk/notices", "desk/notices/proof"]}  # fmt: skip
    for name, paths in pages.items():
        with as_(browser, base, people[name], viewport=PHONE, color_scheme=scheme) as page:
            for path in paths:
                page.goto(f"{base}/{path}")
                examine(page)
