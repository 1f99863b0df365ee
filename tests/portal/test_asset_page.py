"""What an asset's page offers beside its answer: the days on which answers turn, its gaps in the table, who may name."""

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client

from tenure.entitlements.models import Agreement, Term
from tests import cast, estate

pytestmark = pytest.mark.django_db

TODAY = cast.AT.date()
SERIAL = "M1000000001"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy, and the clock of the cast."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()


def _page(someone, query: str = "") -> str:
    client = Client()
    client.force_login(someone)
    return client.get(f"/licences/{SERIAL}{query}").content.decode()


def _turns(page: str) -> list[str]:
    return re.findall(r'href="/licences/M1000000001\?on=([0-9-]+)"', page)


def _owned(*spans: tuple[int, int]) -> None:
    asset = estate.asset(cast.aster(), SERIAL)
    for starts, ends in spans:
        estate.term(asset, TODAY + timedelta(days=starts), TODAY + timedelta(days=ends))


def test_the_last_covered_day_and_the_one_after_it_are_one_step_away():
    _owned((-100, -50), (-50, 10))
    last, after = (TODAY + timedelta(days=9)).isoformat(), (TODAY + timedelta(days=10)).isoformat()
    owner = cast.owner()
    assert [_turns(_page(owner, asked)) for asked in ("", f"?on={last}")] == [[last, after], [after]]


def test_what_was_never_covered_has_no_such_days():
    _owned()
    assert _turns(_page(cast.owner())) == []


def test_a_gap_is_a_row_of_the_table_with_its_days_counted():
    _owned((-100, -50), (50, 400))
    rows = re.findall(r"<tr>(.*?)</tr>", _page(cast.owner()).partition('<th scope="col">Last day</th>')[2], re.S)
    words = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows[:3]]
    assert words == [
        "13 Jan 2027 28 Dec 2027 Essential Maintenance",
        "5 Oct 2026 12 Jan 2027 A gap of 100 days",
        "16 Aug 2026 4 Oct 2026 Essential Maintenance",
    ]


@pytest.mark.parametrize(("role", "offered"), [("owner", True), ("viewer", False), ("engineer", False)])
def test_only_an_owner_is_led_to_naming_another_person(role, offered):
    asset = estate.asset(cast.aster(), SERIAL)
    estate.seat(cast.technical(), asset.organisation)
    Term.objects.create(
        asset=asset, agreement=Agreement.objects.get(), family=1, level="essential", quantity=1, known=(cast.AT, None),
        covers=(TODAY, TODAY + timedelta(days=9)),
    )  # fmt: skip
    page = _page(getattr(cast, role)())
    assert ("Who may call" in page, "Name another person" in page) == (True, offered)


def test_a_term_up_to_the_last_day_of_the_calendar_has_its_turns():
    asset = estate.asset(cast.aster(), SERIAL)
    estate.term(asset, TODAY, date(9999, 12, 31))
    assert _turns(_page(cast.owner())) == ["9999-12-30", "9999-12-31"]
