"""What goes along when a customer is merged into another: certificates, contact seats, and roles that were given."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import ProtectedError

from tenure.accounts.actions import add_member
from tenure.accounts.models import Contact, Membership
from tenure.accounts.words import Role
from tenure.entitlements.actions.seats import _free_numbers
from tenure.entitlements.models import Agreement, Certificate, ContactSeat, Move
from tenure.entitlements.queries.moved import refuse_carried_changed
from tenure.entitlements.words.moving import MoveRefusal, PersonToAsk
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused


def decided(people: tuple[PersonToAsk, ...], joining: Mapping[int, bool]) -> list[int]:
    """The memberships whose people get the same role.  Refused: PEOPLE_UNDECIDED where nobody has said yes or no."""
    open_ones = [each for each in people if not each.held]
    for each in open_ones:
        if each.membership not in joining:
            raise Refused(MoveRefusal.PEOPLE_UNDECIDED, name=each.name)
    return [each.membership for each in open_ones if joining[each.membership]]


def carry(*, source: int, target: int, joining: list[int], at: datetime, by: Actor) -> dict[str, Any]:
    """Take along what belongs to the customer itself; says what, so that it can be taken back.

    All certificates follow.  All contact seats follow with their contact IDs, to the agreement of the same level and
    region; who has one there already keeps that, and the other ends.  Nobody loses a seat for the cap: the surplus
    is shown until somebody chooses.  People keep their accounts, and get no role but those in `joining`.
    Source: A8; ours.
    """
    certificates = list(Certificate.objects.filter(organisation_id=source).order_by("id").values_list("id", flat=True))
    Certificate.objects.filter(pk__in=certificates).update(organisation_id=target)
    roles: list[list[Any]] = []
    contacts: list[int] = []
    seats: list[dict[str, Any]] = []
    for row in Membership.objects.filter(pk__in=joining, organisation_id=source, ended_at=None).order_by("id"):
        if add_member(person_id=row.person_id, organisation_id=target, role=Role(row.role), at=at, by=by):
            roles.append([row.person_id, row.role])
    going = ContactSeat.objects.filter(agreement__organisation_id=source, ended_at=None).select_related(
        "agreement", "contact"
    )
    for seat in going.order_by("id"):
        seats.append(_move_seat(seat, target, contacts, at))
    return {"source": source, "target": target, "certificates": certificates, "roles": roles, "contacts": contacts,
            "seats": seats}  # fmt: skip


def carry_back(*, move: Move, at: datetime) -> None:
    """Take back what went along.  Refused: LATER_CERTIFICATE, LATER_SEAT."""
    carried = move.carried
    if not carried:
        return
    refuse_carried_changed(move)
    Certificate.objects.filter(pk__in=carried["certificates"]).update(organisation_id=carried["source"])
    for seat in carried["seats"]:
        ContactSeat.objects.filter(pk=seat["id"]).update(
            agreement_id=seat["agreement"], contact_id=seat["contact"], seat=seat["seat"], ended_at=None
        )
    for person, role in carried["roles"]:
        held = Membership.objects.filter(
            person_id=person, organisation_id=carried["target"], role=role, began_at=move.at, ended_at=None
        )
        held.update(ended_at=at)
    for contact in carried["contacts"]:  # a contact left behind would let its person in by their address
        try:
            Contact.objects.filter(pk=contact).delete()
        except ProtectedError:
            continue


def _move_seat(seat: ContactSeat, target: int, contacts: list[int], at: datetime) -> dict[str, Any]:
    there, _ = Agreement.objects.get_or_create(
        organisation_id=target, level=seat.agreement.level, region=seat.agreement.region
    )
    said = {"id": seat.pk, "identifier": seat.identifier, "agreement": seat.agreement_id, "contact": seat.contact_id,
            "seat": seat.seat}  # fmt: skip
    contact = Contact.objects.filter(
        organisation_id=target, role=Role.TECHNICAL, email__iexact=seat.contact.email
    ).first()  # fmt: skip
    if contact is None:
        contact = Contact.objects.create(
            organisation_id=target, role=Role.TECHNICAL, name=seat.contact.name, email=seat.contact.email,
            company=seat.contact.company, address=seat.contact.address, phone=seat.contact.phone,
            person=seat.contact.person,
        )  # fmt: skip
        contacts.append(contact.pk)
    if ContactSeat.objects.filter(agreement=there, contact=contact, ended_at=None).exists():
        ContactSeat.objects.filter(pk=seat.pk).update(ended_at=at)
        return said | {"agreement_after": seat.agreement_id, "ended": True}
    ContactSeat.objects.filter(pk=seat.pk).update(
        agreement=there, contact=contact, seat=_free_numbers(there.pk, 1)[0]
    )  # fmt: skip
    return said | {"agreement_after": there.pk, "ended": False}
