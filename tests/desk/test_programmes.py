"""The desk enrols a customer in a programme, and ends that."""

from datetime import date

import pytest
from django.urls import reverse

from tenure.renewals.models import Enrolment
from tests import cast, estate
from tests.renewals.world import owned, prepared, prices
from tests.screens import signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


def page() -> str:
    return reverse("desk-programmes", args=[cast.aster().number])


def test_a_customer_is_enrolled_priced_so_and_ends_it() -> None:
    remy = cast.renewals()
    client = signed_in(remy)
    assert "is in no programme: the usual prices hold" in text(client.get(page()))
    answer = client.post(page(), {"programme": "education", "starts_on": "2026-11-24", "last_day": ""})
    assert (answer.status_code, answer["Location"]) == (302, page())
    shown = text(client.get(page()))
    assert ["Schools and universities" in shown, "30 % off; all units of a quote reach a band together" in shown] == [
        True
    ] * 2
    customer = text(client.get(reverse("desk-customer", args=[cast.aster().number])))
    assert "In the programme Schools and universities" in customer
    quote = text(client.get(reverse("quote", args=[prepared(remy)])))
    assert ["Programme: Schools and universities" in quote, "€9,996.00" in quote] == [True, True]
    made = Enrolment.objects.get()
    ended = client.post(reverse("desk-programme-end", args=[cast.aster().number, made.pk]), {"last_day": "2026-12-31"})
    made.refresh_from_db()
    assert (ended.status_code, made.ends_on) == (302, date(2027, 1, 1))


@pytest.mark.parametrize(("data", "said"), [
    ({"programme": "choir", "starts_on": "2026-11-24"}, "Select a valid choice"),
    ({"programme": "education", "starts_on": "soon"}, "Write the day as 2027-03-31."),
    ({"programme": "education", "starts_on": "1066-10-14"}, "Choose a day between 1990 and 2200."),
    ({"programme": "education", "starts_on": "2026-11-24", "last_day": "2026-11-23"}, "The last day lies before the first"),
    ({"programme": "education", "starts_on": "2020-01-31"}, "is in a programme on some of these days already"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_kept(data: dict[str, str], said: str) -> None:
    Enrolment.objects.create(
        organisation=cast.aster(), programme="public_sector", starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1),
        recorded_at=cast.AT,
    )  # fmt: skip
    answer = signed_in(cast.manager()).post(page(), data)
    assert (answer.status_code, said in text(answer), Enrolment.objects.count()) == (422, True, 1)


@pytest.mark.parametrize(("day", "said"), [
    ("", "Write the day as"), ("2019-12-31", "lies before the first"), ("2020-01-31", "It ends on 31 January 2020 already"),
])  # fmt: skip
def test_an_end_that_cannot_be_is_said_and_nothing_is_changed(day: str, said: str) -> None:
    made = Enrolment.objects.create(
        organisation=cast.aster(), programme="public_sector", starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1),
        recorded_at=cast.AT,
    )  # fmt: skip
    url = reverse("desk-programme-end", args=[cast.aster().number, made.pk])
    answer = signed_in(cast.manager()).post(url, {"last_day": day})
    made.refresh_from_db()
    assert (answer.status_code, said in text(answer), made.ends_on) == (422, True, date(2020, 2, 1))


def test_customer_care_reads_and_is_told_that_it_enrols_notext() -> None:
    client = signed_in(cast.care_agent())
    assert "Enrol the customer" not in text(client.get(page()))
    answer = client.post(page(), {"programme": "education", "starts_on": "2026-11-24"})
    assert ("Only the renewals team and managers" in text(answer), Enrolment.objects.count()) == (True, 0)


def test_a_programme_that_the_policy_dropped_changes_nothing_and_says_so() -> None:
    Enrolment.objects.create(
        organisation=cast.aster(), programme="choir", starts_on=date(2026, 1, 1), recorded_at=cast.AT
    )
    remy = cast.renewals()
    assert "not in the policy any more: it changes nothing" in text(signed_in(remy).get(page()))
    assert "€14,280.00" in text(signed_in(remy).get(reverse("quote", args=[prepared(remy)])))
