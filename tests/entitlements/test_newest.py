"""After a renewal a licence shows its newest certificate, its history the older ones; every number keeps working."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.entitlements.actions.joining import ask_to_join
from tenure.entitlements.models import Asset, Certificate, JoiningRequest, Term
from tenure.entitlements.queries import asset
from tenure.entitlements.queries.contact_requests import agreements_behind, papers_of
from tenure.entitlements.queries.licences import licences
from tenure.entitlements.queries.newest import papers_of_asset
from tenure.entitlements.rules.contact_changes import standing
from tenure.entitlements.words import LicenceFilters, TermFamily
from tenure.policy.words.identifiers import Identifier
from tenure.renewals.models import Order
from tests import cast, estate
from tests.renewals.world import OWN, accepted, ordered, owned, prices

pytestmark = pytest.mark.django_db
DAY = cast.AT.date()


@pytest.fixture
def olga(monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    prices()
    owned()
    return cast.owner()


def renewed(olga: Person) -> tuple[str, str]:
    """The number of the certificate that brought the licence, and of the one that its renewal brought."""
    rhys = cast.reseller()
    old = Asset.objects.get(serial_number=OWN).certificate
    Certificate.objects.filter(pk=old.pk).update(issued_on=DAY - timedelta(days=200))
    ordered(rhys, accepted(rhys, olga))
    return old.number, Order.objects.get().certificate.number


def read(person: Person, url: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(url)
    assert answer.status_code == 200, url
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_the_licence_its_list_and_its_file_show_the_newest(olga: Person):
    old, new = renewed(olga)
    row = asset(who=cast.who(olga), serial=OWN, at=cast.AT)
    assert row is not None
    made = Order.objects.get().certificate
    assert (row.certificate, row.sales_order, row.issued_on) == (new, made.sales_order_number, DAY)
    sheet = read(olga, reverse("licences-export"))
    assert (new in sheet, old in sheet) == (True, False)


def test_the_page_shows_the_older_ones_below_and_each_can_be_read(olga: Person):
    old, new = renewed(olga)
    page = read(olga, reverse("licence", args=[OWN]))
    assert page.index(new) < page.index("1 other certificate") < page.index(f"/certificates/{old}")
    assert [(each.number, each.starts_on, each.last_day) for each in papers_of_asset(who=cast.who(olga), serial=OWN)] == [
        (new, date(2027, 4, 1), date(2028, 3, 31)), (old, date(2026, 4, 1), date(2027, 3, 31)),
    ]  # fmt: skip


def test_the_days_of_an_extension_came_by_its_certificate_and_those_of_a_courtesy_by_none(olga: Person):
    _old, new = renewed(olga)
    made = Asset.objects.get(serial_number=OWN)
    paper = Order.objects.get().certificate
    for family, ends in ((TermFamily.EXTENSION, date(2028, 10, 1)), (TermFamily.COURTESY, date(2029, 1, 1))):
        Term.objects.create(
            asset=made, certificate=paper, family=family, level="essential", quantity=10,
            covers=(date(2028, 4, 1), ends), known=(cast.AT, None),
        )  # fmt: skip
    shown = papers_of_asset(who=cast.who(olga), serial=OWN)
    assert (shown[0].number, shown[0].last_day) == (new, date(2028, 9, 30))


def test_on_a_day_before_the_renewal_it_is_the_old_one(olga: Person):
    old, new = renewed(olga)
    found = [
        asset(who=cast.who(olga), serial=OWN, at=cast.AT, on=DAY + timedelta(days=days)) for days in (-201, -1, 0, 500)
    ]  # fmt: skip
    assert [row.certificate for row in found if row] == [old, old, new, new]


def test_the_statement_and_its_file_say_what_the_licence_says(olga: Person):
    old, new = renewed(olga)
    of = cast.aster().number
    now = read(olga, f"{reverse('statement-export', args=[of])}")
    then = read(olga, f"{reverse('statement-export', args=[of])}?on={(DAY - timedelta(days=1)).isoformat()}")
    assert (new in now, old in now, new in then, old in then) == (True, False, False, True)


def test_the_list_finds_it_by_either_number(olga: Person):
    for number in renewed(olga):
        for text in (number, number[:8]):
            page = licences(who=cast.who(olga), filters=LicenceFilters(text=text), at=cast.AT)
            assert [row.serial for row in page.rows] == [OWN], text


def test_either_certificate_with_its_order_and_the_serial_number_is_evidence_that_agrees(olga: Person):
    old, new = renewed(olga)
    for number in (old, new):
        paper = Certificate.objects.get(number=number)
        given = tuple(
            Identifier(kind=kind, value=value) for kind, value in
            (("certificate", number), ("sales_order", paper.sales_order_number), ("serial_number", OWN))
        )  # fmt: skip
        found = standing(given=given, papers=papers_of(given))
        behind = agreements_behind(certificate_id=paper.pk, at=cast.AT)
        assert (found.certificate_id, found.is_consistent, len(behind)) == (paper.pk, True, 1)


def test_a_stranger_asks_to_be_linked_by_either_number(olga: Person):
    sam = cast.stranger()
    for number in renewed(olga):
        ask_to_join(identifiers=[Identifier(kind="certificate", value=number)], **cast.asking(sam))
    assert [row.organisation for row in JoiningRequest.objects.order_by("id")] == [cast.aster(), cast.aster()]


def test_nobody_else_is_shown_its_papers(olga: Person):
    renewed(olga)
    assert papers_of_asset(who=cast.who(cast.other_owner()), serial=OWN) == ()
    assert papers_of_asset(who=cast.who(cast.stranger()), serial=OWN) == ()


def test_the_page_asks_as_often_for_one_certificate_as_for_two(olga: Person):
    client, counts = Client(), []
    client.force_login(olga)
    for again in (False, True):
        if again:
            renewed(olga)
        client.get(reverse("licence", args=[OWN]))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("licence", args=[OWN]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
