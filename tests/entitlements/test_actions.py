"""Registering serials and naming contacts: who may, on which day, and never more than the level has seats."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from tenure.accounts.models import Contact
from tenure.accounts.words import Role, Who
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactSeat, Registration
from tenure.entitlements.words import EntitlementRefusal
from tenure.journal.models import Entry
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused
from tests import cast
from tests.entitlements.conftest import AT, apply_standard, make_asset

BY = Actor(kind="person", id="7")


def who(organisation_id: int, role: Role) -> Who:
    return Who(person_id=7, roles=frozenset({(organisation_id, role)}))


@pytest.mark.parametrize("role", [Role.OWNER, Role.TECHNICAL])
@pytest.mark.usefixtures("products")
def test_a_serial_is_registered_once_from_the_day_in_its_zone(role: Role) -> None:
    asset = make_asset(zone="Asia/Tokyo")
    for _ in range(2):
        actions.register_serial(
            who=who(asset.organisation_id, role), serial=asset.serial_number.lower(),
            at=datetime(2026, 7, 1, 20, tzinfo=UTC), by=BY,
        )  # fmt: skip
    assert list(Registration.objects.values_list("asset_id", "person_id", "registered_on")) == [
        (asset.id, 7, date(2026, 7, 2))
    ]
    assert Entry.objects.filter(verb="entitlements.serial_registered").count() == 1


@pytest.mark.parametrize(("role", "own", "code"), [
    (Role.VIEWER, True, EntitlementRefusal.NOT_ALLOWED), (Role.PURCHASING, True, EntitlementRefusal.NOT_ALLOWED),
    (Role.OWNER, False, EntitlementRefusal.NOT_FOUND),
])  # fmt: skip
@pytest.mark.usefixtures("products")
def test_nobody_else_registers_it_and_nothing_changes(role: Role, own: bool, code: EntitlementRefusal) -> None:
    asset, other = make_asset(customer="Aurora Mills"), make_asset(customer="Birch Bank")
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        actions.register_serial(
            who=who(asset.organisation_id if own else other.organisation_id, role), serial=asset.serial_number,
            at=AT, by=BY,
        )  # fmt: skip
    assert (refused.value.code, Registration.objects.count(), Entry.objects.count()) == (code, 0, entries)


@pytest.mark.usefixtures("products")
def test_a_registration_is_withdrawn_once() -> None:
    asset = make_asset()
    owner = who(asset.organisation_id, Role.OWNER)
    actions.register_serial(who=owner, serial=asset.serial_number, at=AT, by=BY)
    actions.withdraw_registration(who=owner, serial=asset.serial_number, at=AT, by=BY)
    with pytest.raises(Refused) as refused:
        actions.withdraw_registration(who=owner, serial=asset.serial_number, at=AT, by=BY)
    assert (refused.value.code, Registration.objects.get().withdrawn_at) == (EntitlementRefusal.NOT_REGISTERED, AT)


def test_a_contact_keeps_their_id_and_the_seats_of_the_level_are_a_hard_cap(agreement: Agreement) -> None:
    contacts = list(Contact.objects.order_by("id").values_list("id", flat=True))
    named = [actions.name_contact(agreement_id=agreement.id, contact_id=c, at=AT, by=BY) for c in
             (contacts[0], contacts[1], contacts[0])]  # fmt: skip
    assert named[0] == named[2] != named[1]
    with pytest.raises(Refused) as refused:
        actions.name_contact(agreement_id=agreement.id, contact_id=contacts[2], at=AT, by=BY)
    assert (refused.value.code, refused.value.facts) == (
        EntitlementRefusal.SEATS_TAKEN, {"level": "basic", "seats": 2},
    )  # fmt: skip
    actions.end_seat(identifier=named[0], at=AT, by=BY)
    third = actions.name_contact(agreement_id=agreement.id, contact_id=contacts[2], at=AT, by=BY)
    assert third not in named
    assert sorted(ContactSeat.objects.filter(ended_at=None).values_list("seat", flat=True)) == [1, 2]


def test_another_customers_contact_gets_no_seat(agreement: Agreement) -> None:
    other = cast.organisation("Birch Bank")
    contact = Contact.objects.create(organisation=other, role="technical", name="Eve", email="eve@birch.example")
    with pytest.raises(Refused) as refused:
        actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=BY)
    assert (refused.value.code, ContactSeat.objects.count()) == (EntitlementRefusal.CONTACT_ELSEWHERE, 0)


@pytest.mark.django_db(transaction=True)
def test_of_six_contacts_named_at_once_exactly_as_many_as_seats_get_one() -> None:
    apply_standard()
    organisation = cast.organisation("Aurora Mills")
    agreement = Agreement.objects.create(organisation=organisation, level="basic", region="EMEA")
    contacts = [
        Contact.objects.create(organisation=organisation, role="technical", name="T", email=f"t{n}@aurora.example")
        for n in range(6)
    ]
    ready, outcomes = threading.Barrier(6), list[str]()

    def name(contact_id: int) -> None:
        ready.wait()
        try:
            actions.name_contact(agreement_id=agreement.id, contact_id=contact_id, at=AT, by=BY)
            outcomes.append("named")
        except Refused as refusal:
            outcomes.append(refusal.code.value)
        connection.close()

    threads = [threading.Thread(target=name, args=(contact.id,)) for contact in contacts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["named"] * 2 + ["seats_taken"] * 4
    assert ContactSeat.objects.count() == 2
