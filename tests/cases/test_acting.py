"""With a licence owner's consent a reseller opens cases for a customer, and sees those alone while the consent holds."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.cases.actions import reply
from tenure.cases.models import Case
from tenure.cases.queries import case, cases
from tenure.cases.words import CaseFilters, CaseRefusal
from tenure.journal.models import Entry
from tenure.renewals.actions.resellers import give_consent, withdraw_consent
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cases.conftest import SERIAL, open_case
from tests.cast import AT, asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def rhys() -> Person:
    estate.policy()
    return cast.reseller()


@pytest.fixture
def contact_id(rhys: Person) -> str:
    """Of Tomas, technical contact of Aster, whose covered asset goes through Cinder."""
    owned = estate.asset(cast.aster(), SERIAL, reseller=cast.cinder())
    estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
    return estate.seat(cast.technical(), cast.aster())


def consent(olga: Person) -> int:
    return give_consent(customer=cast.aster().number, reseller=cast.cinder().number, **asking(olga))


def refused(code: CaseRefusal, person: Person, **more: object) -> None:
    with pytest.raises(Refused) as no:
        open_case(person, **more)
    assert (no.value.code, Case.objects.count()) == (code, 0)


def test_without_consent_a_reseller_opens_nothing(rhys: Person, contact_id: str):
    refused(CaseRefusal.CONTACT_SEAT_NEEDED, rhys, caller=contact_id)
    refused(CaseRefusal.CONTACT_SEAT_NEEDED, rhys)


def test_with_consent_it_opens_a_case_for_a_contact_of_the_customer_and_sees_that_one_alone(
    rhys: Person, contact_id: str
):
    number = consent(cast.owner())
    tomas = Person.objects.get(email="tomas@aster.example")
    open_case(tomas)
    opened = open_case(rhys, caller=contact_id)
    kept = Case.objects.get(number=opened.number)
    assert (kept.organisation, kept.opened_by, kept.contact_id, kept.contact_name) == (
        cast.aster(),
        rhys,
        contact_id,
        "Tomas Lind",
    )
    who = cast.who(rhys)
    assert [row.number for row in cases(who=who, filters=CaseFilters()).rows] == [opened.number]
    assert case(who=cast.who(tomas), number=opened.number, at=AT) is not None
    reply(number=opened.number, body="It happens each night.", **asking(rhys))
    withdraw_consent(customer=cast.aster().number, consent_id=number, **asking(_olga()))
    assert (case(who=who, number=opened.number, at=AT), cases(who=who, filters=CaseFilters()).rows) == (None, ())
    with pytest.raises(Refused) as no:
        open_case(rhys, caller=contact_id)
    assert no.value.code is CaseRefusal.CONTACT_SEAT_NEEDED


def _olga() -> Person:
    return Person.objects.get(email="olga@aster.example")


def test_a_contact_id_of_another_customer_is_none_of_this_one(rhys: Person, contact_id: str):
    consent(cast.owner())
    tiril = estate.seat(cast.other_technical(), cast.bellwether())
    refused(CaseRefusal.CONTACT_SEAT_NEEDED, rhys, caller=tiril)
    refused(CaseRefusal.CONTACT_SEAT_NEEDED, rhys)


def test_a_customers_own_people_do_not_speak_for_each_other(rhys: Person, contact_id: str):
    consent(cast.owner())
    refused(CaseRefusal.CONTACT_SEAT_NEEDED, _olga(), caller=contact_id)


def test_the_page_opens_it_and_the_journal_says_for_whom(
    rhys: Person, contact_id: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)
    client, url = Client(), reverse("acting-case")
    client.force_login(rhys)
    assert client.get(url).status_code == 404
    consent(cast.owner())
    assert client.get(url).status_code == 200
    told = {"serial": SERIAL, "caller": "C00000000", "severity": "3", "summary": "It stops", "details": "Every night."}
    wrong = client.post(url, told | {"request_key": "a"})
    assert (wrong.status_code, "This is no contact ID of a customer" in wrong.content.decode()) == (422, True)
    nothing = client.post(url, told | {"caller": contact_id, "serial": "M9999999999", "request_key": "b"})
    assert (nothing.status_code, Case.objects.count()) == (422, 0)
    done = client.post(url, told | {"caller": contact_id, "request_key": "c"})
    assert (done.status_code, done["Location"]) == (302, reverse("case", args=[Case.objects.get().number]))
    entry = Entry.objects.get(verb="cases.opened")
    assert (entry.actor_name, entry.on_behalf_of) == ("Rhys Cinder", "Aster Mills")
    assert client.get(done["Location"]).status_code == 200
