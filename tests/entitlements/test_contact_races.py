"""Additions and swaps at once, with real threads on the real database."""

from datetime import date, timedelta

import pytest

from tenure.accounts.models import Contact
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat
from tenure.entitlements.words import ContactWish
from tenure.entitlements.words.contact_changes import ContactWanted
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tests import cast, estate
from tests.cast import AT, asking
from tests.entitlements.test_joining_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PAPER = {
    "certificate": "10000000-1000001", "sales_order": "10000000", "serial_number": "M1000000001",
    "support_identifier": "1000-0000-0001",
}  # fmt: skip


@pytest.fixture
def held() -> str:
    """A Basic agreement of two seats, of which one is taken; its contact ID."""
    estate.policy()
    estate.asset(cast.aster(), PAPER["serial_number"])
    agreement = Agreement.objects.create(organisation=cast.aster(), level="basic", region="EMEA")
    contact = Contact.objects.create(organisation=cast.aster(), role="technical", name="Tess", email="tess@a.example")
    return actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=COMMAND)


def wanted(who: str, *, contact_id: str = "", day: date | None = None) -> ContactWanted:
    kinds = PAPER | ({"contact_id": contact_id} if contact_id else {})
    return ContactWanted(
        wish=ContactWish.REPLACE if contact_id else ContactWish.ADD, name=who, email=f"{who}@a.example", company="Aster",
        identifiers=tuple(Identifier(kind=kind, value=value) for kind, value in kinds.items()), address="Lane",
        phone="1", takes_effect_on=day,
    )  # fmt: skip


def seated() -> list[str]:
    return sorted(ContactSeat.objects.filter(ended_at=None).values_list("contact__name", flat=True))


def test_of_two_additions_to_the_last_seat_one_is_named(held: str):
    olga = asking(cast.owner())
    told = at_once(*(
        (lambda name=name: actions.ask_for_contact_change(wanted=wanted(name), **olga)) for name in ("ada", "bo")
    ))  # fmt: skip
    assert (told, len(seated()), ContactRequest.objects.count()) == (["done", "seats_taken"], 2, 1)


def test_of_two_swaps_of_one_seat_one_is_done(held: str):
    olga, cass = asking(cast.owner()), asking(cast.care_agent())
    request = actions.ask_for_contact_change(
        wanted=wanted("ada", contact_id=held), **asking(cast.technical())
    ).request_id
    told = at_once(
        lambda: actions.grant_contact_change(request_id=request, **cass),
        lambda: actions.ask_for_contact_change(wanted=wanted("bo", contact_id=held), **olga),
    )
    # who comes second finds the seat ended: care is told so, an owner's request waits for care
    assert told in (["done", "seat_ended"], ["done", "done"])
    assert (len(seated()), ContactSeat.objects.filter(identifier=held, ended_at=None).exists()) == (1, False)
    assert ContactRequest.objects.filter(applied_at__isnull=False).count() == 1


def test_a_day_that_comes_for_two_workers_is_carried_out_once(held: str):
    olga = asking(cast.owner())
    actions.ask_for_contact_change(wanted=wanted("ada", contact_id=held, day=AT.date() + timedelta(days=7)), **olga)
    told = at_once(*[lambda: actions.apply_due(at=AT + timedelta(days=9))] * 3)
    assert (told, seated()) == (["done"] * 3, ["ada"])
    assert Mail.objects.filter(kind="entitlements.contact_named").count() == 1


def test_a_withdrawal_and_the_day_at_once_leave_one_answer(held: str):
    olga = asking(cast.owner())
    request = actions.ask_for_contact_change(wanted=wanted("ada", day=AT.date() + timedelta(days=7)), **olga).request_id
    told = at_once(
        lambda: actions.apply_due(at=AT + timedelta(days=9)),
        lambda: actions.withdraw_contact_change(request_id=request, **olga),
    )
    kept = ContactRequest.objects.get()
    assert (told, kept.answer, seated()) in (
        (["done", "request_answered"], "granted", ["Tess", "ada"]),
        (["done", "done"], "withdrawn", ["Tess"]),
    )
