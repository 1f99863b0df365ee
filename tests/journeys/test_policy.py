"""A manager puts a draft and reads what it would change; the operator puts it in force."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tenure.accounts.models import Person
from tenure.clock.queries import now
from tenure.outlook.actions import simulate_draft
from tenure.policy import actions
from tenure.policy.models import PolicyDraft, PolicyVersion
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.journeys.test_licences import PASSWORD, _sign_in
from tests.outlook.simulation.suppositions import edited, inside
from tests.renewals.books import STANDARD
from tests.renewals.test_waves import owned

PHONE = {"width": 390, "height": 844}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    monkeypatch.setattr(actions, "every_subdivision", lambda: (("FR", ""),))
    monkeypatch.setattr(actions, "every_zone", lambda: ("Europe/Paris",))
    estate.policy()
    owned(until=now().date() + timedelta(days=40))
    made = {"manager": cast.manager(), "operator": cast.operator()}
    for someone in made.values():
        someone.set_password(PASSWORD)
        someone.save()
    return made


def test_a_draft_is_put_read_and_put_in_force(people: dict[str, Person], page: Page, live_server) -> None:
    _sign_in(page, live_server.url, people["manager"].email)
    page.goto(f"{live_server.url}/desk/policy")
    examine(page)
    page.fill("[name=text]", STANDARD.replace("contacts = 2\n", "contacts = -2\n"))
    page.get_by_role("button", name="Check and simulate").click()
    expect(page.locator(".summary")).to_contain_text("levels.basic.contacts: -2 is negative")
    examine(page)

    page.fill("[name=text]", edited(inside("levels.essential", '"product_updates", ', "")))
    page.get_by_role("button", name="Check and simulate").click()
    expect(page.locator("main")).to_contain_text("It is being laid against everything that is held.")
    number = PolicyDraft.objects.get().pk
    simulate_draft(number=number, at=now())
    expect(page.locator(".answer")).to_contain_text("1 thing comes out otherwise", timeout=10_000)
    examine(page)
    page.set_viewport_size(PHONE)
    examine(page)
    expect(page.locator("main")).to_contain_text("An operator can put it in force.")

    page.context.clear_cookies()
    _sign_in(page, live_server.url, people["operator"].email)
    page.goto(f"{live_server.url}/desk/policy/drafts/{number}")
    page.get_by_text("Put it in force").first.click()
    page.get_by_role("button", name="Put it in force").click()
    expect(page.locator("main")).to_contain_text("edition 2026.2")
    examine(page)
    assert PolicyVersion.objects.count() == 2
