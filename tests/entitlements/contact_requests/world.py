"""Requests about contacts, and what they may change."""

from datetime import date, datetime

import pytest

from tenure.accounts.models import Contact, Membership, Person
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat, Evidence, LetterDue
from tenure.entitlements.words import ContactWish
from tenure.entitlements.words.contact_changes import ContactWanted
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.refused import Refused
from tests import cast
from tests.cast import AT, asking

OWN, FOREIGN = "M1000000001", "M2000000002"
PAPERWORK = {
    OWN: {"certificate": "10000000-1000001", "sales_order": "10000000", "support_identifier": "1000-0000-0001"},
    FOREIGN: {"certificate": "20000000-1000001", "sales_order": "20000000", "support_identifier": "2000-0000-0001"},
}
NEW = {
    "name": "Nia Quist", "email": "nia@aster.example", "company": "Aster Mills", "address": "1 Mill Lane\nBerlin",
    "phone": "+49 30 555",
}  # fmt: skip
DAY = date(2026, 12, 1)


def numbers(serial: str = OWN, *, without: str = "", contact_id: str = "") -> tuple[Identifier, ...]:
    held = {"serial_number": serial, **PAPERWORK[serial], **({"contact_id": contact_id} if contact_id else {})}
    return tuple(Identifier(kind=kind, value=value) for kind, value in held.items() if kind != without)


def wanted(wish: str = "add", identifiers: tuple[Identifier, ...] | None = None, **more) -> ContactWanted:
    given_new = NEW if wish != "missing_contact_id" else {}
    return ContactWanted(
        wish=ContactWish(wish), identifiers=numbers() if identifiers is None else identifiers, **(given_new | more)
    )


def ask(person: Person, want: ContactWanted | None = None, *, at: datetime = AT, uploads=()):
    return actions.ask_for_contact_change(wanted=want or wanted(), uploads=uploads, **asking(person, at))


def aster_agreement() -> Agreement:
    return Agreement.objects.get(organisation=cast.aster(), level="basic")


def seat(name: str = "Tess", organisation=None) -> str:
    place = organisation or cast.aster()
    contact = Contact.objects.create(organisation=place, role="technical", name=name, email=f"{name.lower()}@a.example")
    agreement = Agreement.objects.get(organisation=place)
    return actions.name_contact(agreement_id=agreement.id, contact_id=contact.id, at=AT, by=COMMAND)


def seated() -> list[str]:
    live = ContactSeat.objects.filter(ended_at=None, agreement__organisation=cast.aster())
    return list(live.order_by("id").values_list("contact__email", flat=True))


def letters(kind: str) -> list[str]:
    return sorted(Mail.objects.filter(kind=f"entitlements.{kind}").values_list("recipient", flat=True))


def state() -> tuple[object, ...]:
    tables = (ContactRequest, ContactSeat, Contact, Membership, Mail, Evidence, LetterDue)
    return (*(list(table.objects.order_by("pk").values()) for table in tables), Entry.objects.count())


def refusal(act, *args, **kwargs) -> Refused:
    before = state()
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    assert state() == before
    return refused.value
