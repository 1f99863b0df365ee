"""Who is looked at, each hour, to be asked who stays: all that are over, and nobody who was asked already."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.accounts.models import Contact
from tenure.entitlements.actions import ask_who_stays
from tenure.entitlements.models import Agreement, ContactSeat, Term
from tenure.entitlements.queries.seating import seat_groups
from tenure.entitlements.words import TermFamily
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tests import cast, estate

AT = datetime(2026, 11, 24, 11, tzinfo=UTC)  # tomorrow already in Auckland, and still the 24th in Honolulu
LEVELS = ("basic", "essential", "premium", "hardware_four_hours")
ASKED = "entitlements.seats_asked"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy(db: None) -> None:
    estate.policy()


def agreed(level: str, region: str, *, seats: int, ends_in: int | None, zone: str = "Europe/Berlin") -> Agreement:
    """Aster's agreement with so many contacts, and a term that ends in so many days; None: no term."""
    of = Agreement.objects.create(organisation=cast.aster(), level=level, region=region)
    for number in range(1, seats + 1):
        named = Contact.objects.create(
            organisation=of.organisation, role="technical", name="T", email=f"t{of.pk}.{number}@aster.example"
        )
        ContactSeat.objects.create(
            agreement=of, contact=named, seat=number, identifier=f"C{of.pk:06}{number:03}", named_at=AT
        )
    if ends_in is not None:
        owned = estate.asset(of.organisation, f"M{of.pk:010}", zone=zone)
        ends = AT.date() + timedelta(days=ends_in)
        Term.objects.create(
            asset=owned, family=TermFamily.MAINTENANCE, level=level, quantity=1, agreement=of,
            covers=(ends - timedelta(days=365), ends), known=(AT - timedelta(days=400), None),
        )  # fmt: skip
    return of


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.integers(0, 2**32))
def test_whatever_is_over_is_asked_about_once(seed: int) -> None:
    draw = random.Random(seed)
    with transaction.atomic():
        olga = cast.owner()
        for level in LEVELS:
            for region in ("EMEA", "JP"):
                if draw.random() < 0.6:
                    agreed(
                        level, region, seats=draw.choice([0, 1, 2, 3, 6, 7, 9]),
                        ends_in=draw.choice([None, -30, 0, 1, 2, 200]),
                        zone=draw.choice(["Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu"]),
                    )  # fmt: skip
        over = {str(each.agreement_id) for each in seat_groups(organisation_id=cast.aster().pk, at=AT) if each.is_over}
        assert (seed, [ask_who_stays(at=AT, by=COMMAND) for _ in range(2)]) == (seed, [len(over), 0])
        assert (seed, set(Entry.objects.filter(verb=ASKED).values_list("subject", flat=True))) == (seed, over)
        assert (seed, Mail.objects.filter(recipient=olga.email).count()) == (seed, len(over))
        transaction.set_rollback(True)


def test_who_was_asked_already_is_not_looked_at_again() -> None:
    cast.owner()
    agreed("essential", "EMEA", seats=3, ends_in=-200)
    agreed("basic", "EMEA", seats=0, ends_in=200)
    looked = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as caught:
            ask_who_stays(at=AT, by=COMMAND)
        looked.append(sum("accounts_organisation" in each["sql"] and "FOR NO KEY" in each["sql"] for each in caught))
    assert looked == [1, 0, 0]
