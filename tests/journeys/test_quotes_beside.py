"""A school is enrolled, its quote has training and keeps an old release supported, and the order leaves both behind."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from tenure.accounts.models import Person
from tenure.entitlements.models import Term
from tenure.renewals.models import Enrolment, Quote, RenewalTask
from tests import cast, estate
from tests.journeys.conftest import examine
from tests.journeys.test_quotes import _enter, _press
from tests.renewals.world import OWN, owned, prices

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_programme_to_a_service_that_the_team_must_see_to(page: Page, live_server, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    estate.policy()
    prices()
    today = datetime.now(UTC).date()
    owned(ends=today + timedelta(days=31), direct=True)
    release = estate.product().releases.get()
    release.standard_support_ends_from, release.extended_support_offered = today + timedelta(days=100), True
    release.save()
    remy, olga, base = cast.renewals(), cast.owner(), live_server.url
    _enrol(page, base, remy)
    _enter(page, base, olga)
    page.goto(f"{base}/renewals/quotes/new?serial={OWN}")
    page.check("input[name=extend]")
    page.fill("input[name=service_training]", "2")
    examine(page)
    _press(page, "Prepare the quote")
    read = page.inner_text("main")
    for words in ("Programme: Schools and universities", "2 × Training day", "Support of an old release"):
        assert words in read
    examine(page)
    _press(page, "Accept the quote")
    number = Quote.objects.get().number
    _enter(page, base, remy)
    page.goto(f"{base}/renewals/quotes/{number}")
    _press(page, "Order it")
    page.goto(f"{base}/desk/notices?kind=service_ordered")
    assert "2 × Training day" in page.inner_text("main")
    examine(page)
    page.goto(f"{base}/licences/{OWN}")
    assert "Support extension" in page.inner_text("main")
    examine(page)
    assert sorted(Term.objects.values_list("family", flat=True)) == [1, 1, 4]
    assert (RenewalTask.objects.get().subject, Enrolment.objects.count()) == (number, 1)


def _enrol(page: Page, base: str, remy: Person) -> None:
    _enter(page, base, remy)
    page.goto(f"{base}/desk/customers/{cast.aster().number}")
    page.click("main a:has-text('Programmes')")
    page.select_option("select[name=programme]", "education")
    examine(page)
    _press(page, "Enrol")
    examine(page)
