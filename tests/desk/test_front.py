"""The desk's front page: what waits for the reader in their role."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Person
from tenure.cases.models import Case
from tenure.outbox.models import Bounce
from tenure.renewals.models import RenewalTask
from tests import cast, estate
from tests.cases.conftest import make_scene, open_case
from tests.renewals import world


@pytest.fixture(autouse=True)
def now(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()


def front(person: Person, **asked: str) -> str:
    client = Client()
    client.force_login(person)
    return " ".join(client.get("/desk/", asked).content.decode().split())


def waits(person: Person) -> list[str]:
    """What waits, as "2 quotes are accepted and not ordered"."""
    _head, sign, rest = front(person).partition('<ul class="waits">')
    rows = rest.partition("</ul>")[0].split("</li>")[:-1] if sign else []
    return [
        f"{row.partition('<span')[2].partition('>')[2].partition('<')[0]} {row.rpartition('</a>')[0].rpartition('>')[2]}"
        for row in rows
    ]


def task(kind: str, taker: Person | None = None) -> None:
    RenewalTask.objects.create(
        kind=kind, region="EMEA", organisation=cast.aster(), made_at=cast.AT, taken_by=taker,
        words=str(RenewalTask.objects.count()), subject=str(RenewalTask.objects.count()),
    )  # fmt: skip


def test_nothing_waits_where_nothing_does_and_the_pages_stand_below() -> None:
    page = front(cast.renewals())
    assert "Nothing waits for you. Who is it about?" in page
    assert '<ul class="waits">' not in page and "Renewal board" in page


def test_tasks_quotes_to_order_and_addresses_wait_for_the_renewals_people() -> None:
    by = cast.renewals()
    world.prices()
    world.owned()
    world.accepted(cast.reseller(), cast.owner())
    task("nobody_to_tell")
    task("quote_wanted")
    task("quote_wanted", by)
    Bounce.objects.create(address="gone@aster.example", bounced_at=cast.AT)
    assert waits(by) == [
        "1 renewal task that you have taken", "1 renewal task that nobody has taken",
        "1 renewal notice found no reader", "1 quote is accepted and not ordered", "1 address takes no mail",
    ]  # fmt: skip
    assert "5 things wait for you." in front(by)
    assert waits(cast.analyst()) == []


def test_promises_due_by_tonight_wait_for_who_has_the_case_and_for_support() -> None:
    scene = make_scene()
    case = open_case(scene.technical)
    holder = Person.objects.get(email="engineer@vendor.example")
    tonight = cast.AT + timedelta(hours=10)
    Case.objects.filter(id=case.id).update(assignee=holder, next_due_at=tonight)
    assert waits(holder) == ["1 case of yours has a promise due by tonight", "1 open case has a promise due by tonight"]
    assert "1 thing waits for you." in front(holder)
    assert waits(cast.manager()) == ["1 open case has a promise due by tonight"]
    Case.objects.filter(id=case.id).update(next_due_at=tonight + timedelta(days=1))
    assert waits(holder) == []


def test_a_search_shows_what_was_found_and_asks_for_nothing_else() -> None:
    task("quote_wanted")
    page = front(cast.manager(), q="nobody at all")
    assert "Nothing is named" in page and '<ul class="waits">' not in page


def test_much_waiting_asks_as_little_as_nothing_waiting() -> None:
    someone = cast.operator()
    client = Client()
    client.force_login(someone)
    client.get("/desk/")
    counted = []
    for more in (0, 30):
        for _ in range(more):
            task("quote_wanted")
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_desk_speaks_one_language_whatever_the_portal_speaks_to_the_same_person() -> None:
    manager = cast.renewals()
    Person.objects.filter(pk=manager.pk).update(language="de")
    client = Client()
    client.force_login(Person.objects.get(pk=manager.pk))
    desk, portal = client.get("/desk/"), client.get("/renewing")
    assert (desk.headers["Content-Language"], portal.headers["Content-Language"]) == ("en", "de")
    assert ('<html lang="en"' in desk.content.decode(), '<html lang="de"' in portal.content.decode()) == (True, True)
