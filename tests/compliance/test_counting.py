"""Saying what is installed: who may, what is kept, that nothing is altered, and two at once."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tenure.accounts.models import Person
from tenure.compliance import actions, queries, rules
from tenure.compliance.models import Count
from tenure.compliance.words import ComplianceRefusal, NewCount
from tenure.entitlements.models import Asset
from tenure.journal.models import Entry
from tenure.toolbox.refused import Refused
from tests import cast, estate

TODAY = cast.AT.date()


@pytest.fixture
def owned(db: None) -> Asset:
    estate.policy()
    return estate.asset(cast.aster(), "M1000000001", quantity=48)


def _counted(owned: Asset, quantity: int = 60, **more: object) -> NewCount:
    return NewCount(
        site_id=owned.site_id, product_slug="quay-vault", quantity=quantity, counted_on=TODAY, **more
    )  # fmt: skip


def _installed() -> int | None:
    found = queries.detail(who=None, number=cast.aster().number, slug="quay-vault", on=TODAY)
    assert found is not None
    return rules.position(found.facts, on=TODAY, measure=found.measure).installed


def _count(owned: Asset, person: Person, quantity: int = 60, **more: object) -> None:
    actions.count_installed(counted=_counted(owned, quantity, **more), **cast.asking(person))


def test_an_owner_and_a_technical_contact_say_what_is_installed(owned: Asset):
    _count(owned, cast.owner(), 60)
    assert _installed() == 60
    _count(owned, cast.technical(), 61)
    assert _installed() == 61


def test_the_same_count_again_changes_nothing(owned: Asset):
    owner = cast.owner()
    for _ in range(2):
        _count(owned, owner, 60)
    assert (Count.objects.count(), Entry.objects.filter(verb="compliance.installed_counted").count()) == (1, 1)


def test_lines_of_one_day_add_up_and_one_given_anew_replaces_what_was_said(owned: Asset):
    owner = cast.owner()
    for host, quantity in (("a", 3), ("b", 4), ("a", 5)):
        _count(owned, owner, quantity, host=host)
    assert (_installed(), Count.objects.count()) == (9, 3)
    found = queries.detail(who=None, number=cast.aster().number, slug="quay-vault", on=TODAY)
    assert found is not None
    history = queries.history(organisation_id=found.organisation_id, product_id=found.product_id, until=TODAY, limit=10)
    assert [(row.host, row.quantity, row.is_replaced) for row in history] == [
        ("a", 5, False), ("b", 4, False), ("a", 3, True),
    ]  # fmt: skip


def test_the_release_and_the_serial_number_tell_lines_apart(owned: Asset):
    owner = cast.owner()
    _count(owned, owner, 3, release="9.4")
    _count(owned, owner, 4, serial="m1000000001")
    _count(owned, owner, 5)
    assert _installed() == 12


@pytest.mark.parametrize("role", ["viewer", "purchasing", "other_owner", "reseller", "stranger", "care_agent"])
def test_nobody_else_may_and_nothing_is_kept(owned: Asset, role: str):
    person = getattr(cast, role)()
    with pytest.raises(Refused) as refused:
        _count(owned, person)
    assert (refused.value.code, refused.value.facts) == (ComplianceRefusal.NOT_FOUND, {"what": "site"})
    assert (Count.objects.count(), Entry.objects.filter(verb="compliance.installed_counted").count()) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"quantity": -1}, ComplianceRefusal.QUANTITY_WRONG),
        ({"quantity": 10**12}, ComplianceRefusal.QUANTITY_WRONG),
        ({"counted_on": TODAY + timedelta(days=2)}, ComplianceRefusal.DAY_AHEAD),
        ({"counted_on": date(1979, 12, 31)}, ComplianceRefusal.DAY_TOO_EARLY),
        ({"host": "x" * 201}, ComplianceRefusal.HOST_TOO_LONG),
        ({"host": "a\0"}, ComplianceRefusal.HOST_TOO_LONG),
        ({"product_slug": "nothing"}, ComplianceRefusal.NOT_FOUND),
        ({"release": "99"}, ComplianceRefusal.NOT_FOUND),
        ({"serial": "M9999999999"}, ComplianceRefusal.NOT_FOUND),
        ({"serial": "\0"}, ComplianceRefusal.NOT_FOUND),
        ({"site_id": 10**9}, ComplianceRefusal.NOT_FOUND),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(owned: Asset, wrong: dict[str, object], code: ComplianceRefusal):
    with pytest.raises(Refused) as refused:
        actions.count_installed(counted=replace(_counted(owned), **wrong), **cast.asking(cast.owner()))
    assert (refused.value.code, Count.objects.count()) == (code, 0)


def test_another_customers_serial_number_is_as_unknown_as_one_that_is_nowhere(owned: Asset):
    estate.asset(cast.bellwether(), "M2000000002")
    owner, said = cast.owner(), []
    for serial in ("M2000000002", "M9999999999"):
        with pytest.raises(Refused) as refused:
            _count(owned, owner, serial=serial)
        said.append((refused.value.code, refused.value.facts))
    assert said[0] == said[1]


def test_a_count_is_never_changed_or_deleted(owned: Asset):
    _count(owned, cast.owner())
    for change in (lambda: Count.objects.update(quantity=1), lambda: Count.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert _installed() == 60


@pytest.mark.django_db(transaction=True)
def test_two_who_count_the_same_place_at_once_are_counted_once():
    estate.policy()
    owned = estate.asset(cast.aster(), "M1000000001", quantity=48)
    people = [cast.owner(), cast.technical()]
    ready = threading.Barrier(2)

    def count(person: Person) -> None:
        ready.wait()
        try:
            _count(owned, person, 60)
        finally:
            connection.close()

    threads = [threading.Thread(target=count, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Count.objects.count(), _installed()) == (1, 60)
