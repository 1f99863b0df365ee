"""Contact seats: give one, end one, and choose who stays where a level allows fewer than are seated."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tenure.accounts.actions import add_contact
from tenure.accounts.actions.invitations import tidy_address
from tenure.accounts.actions.locks import lock, lock_as_owner, open_memberships
from tenure.accounts.models import Contact, Organisation
from tenure.accounts.rules import NAME_LENGTH, tidy_name
from tenure.accounts.words import LINKERS, AccountRefusal, Role, Who
from tenure.entitlements import joining_letters as letters
from tenure.entitlements.models import Agreement, ContactSeat
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.seating import seat_groups
from tenure.entitlements.words import EntitlementRefusal, SeatGroup
from tenure.entitlements.words.contact_changes import ContactRefusal
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused


@transaction.atomic
def name_contact(*, agreement_id: int, contact_id: int, why: str = "", at: datetime, by: Actor) -> str:
    """Give a technical contact a seat of an agreement; says their contact ID.  Named already: the ID they have.

    Seats of an ended agreement count with the one that follows it, and new ones are taken there.
    The caller decides who may do this.  Raises Refused: NOT_FOUND, CONTACT_ELSEWHERE for another customer's contact,
    LEVEL_UNKNOWN, SEATS_TAKEN when the level's seats are all taken, however many ask at once.  Source: D1, D2.
    """
    group = _group(agreement_id, at)
    contact = Contact.objects.filter(id=contact_id).first()
    if contact is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    agreement = Agreement.objects.get(id=group.agreement_id)
    if contact.organisation_id != agreement.organisation_id:
        raise Refused(EntitlementRefusal.CONTACT_ELSEWHERE)
    for seat in group.seats:
        if seat.contact_id == contact_id:
            return seat.identifier
    if group.allowed is None:
        raise Refused(EntitlementRefusal.LEVEL_UNKNOWN, level=group.level)
    if not group.free:
        raise Refused(EntitlementRefusal.SEATS_TAKEN, level=group.level, seats=group.allowed)
    form = version_on(at.date()).policy.identifiers["contact_id"]
    identifier = form.made_from(number=_next_contact_number())
    seat_number = _free_numbers(agreement.id, 1)[0]
    ContactSeat.objects.create(
        agreement=agreement, contact=contact, identifier=identifier, seat=seat_number, named_at=at
    )  # fmt: skip
    record(
        verb="entitlements.contact_named",
        subject=("agreement", str(agreement.id)),
        at=at,
        by=by,
        facts={"contact": contact.email, "identifier": identifier, "seat": seat_number},
        why=why,
        organisation_id=agreement.organisation_id,
    )
    return identifier


@transaction.atomic
def end_seat(*, identifier: str, why: str = "", at: datetime, by: Actor) -> None:
    """Take the seat of a contact ID back; the ID is never given again.  Raises Refused: NOT_FOUND.  Source: D2."""
    seat = ContactSeat.objects.select_related("agreement").filter(identifier=identifier, ended_at=None).first()
    if seat is None or not ContactSeat.objects.filter(id=seat.id, ended_at=None).update(ended_at=at):
        raise Refused(EntitlementRefusal.NOT_FOUND)
    record(
        verb="entitlements.seat_ended",
        subject=("agreement", str(seat.agreement_id)),
        at=at,
        by=by,
        facts={"identifier": identifier},
        why=why,
        organisation_id=seat.agreement.organisation_id,
    )


@transaction.atomic
def swap_seat(
    *, agreement_id: int, contact_id: int, instead_of: str = "", why: str = "", at: datetime, by: Actor
) -> str:  # fmt: skip
    """One step: the seat of `instead_of` ends and the contact takes one; the new contact ID.

    instead_of: a contact ID of the agreement or of one that it follows; "" takes a free seat.  The caller decides who
    may do this.  Raises Refused: NOT_FOUND, SEAT_ENDED where it is none of those seats, ALREADY_NAMED, and as
    `name_contact`; then nothing has ended either.  Source: D2, D3.
    """
    group = _group(agreement_id, at)
    if contact_id in {seat.contact_id for seat in group.seats}:
        raise Refused(ContactRefusal.ALREADY_NAMED)
    if instead_of:
        if instead_of not in {seat.identifier for seat in group.seats}:
            raise Refused(ContactRefusal.SEAT_ENDED, identifier=instead_of)
        end_seat(identifier=instead_of, why=why, at=at, by=by)
    return name_contact(agreement_id=group.agreement_id, contact_id=contact_id, why=why, at=at, by=by)


@transaction.atomic
def name_colleague(
    *, who: Who, agreement_id: int, name: str, email: str, instead_of: str = "", at: datetime, by: Actor
) -> str:
    """An owner, or customer care, names somebody as technical contact; the contact ID, which is also mailed to them.

    name: may be empty for a colleague, who has one.  instead_of: the contact ID whose seat ends in the same step.
    Named already: nothing changes.  Raises Refused: not_found (also for an ID that is not one of these seats),
    not_an_owner, address_invalid, name_missing, name_too_long, LEVEL_UNKNOWN, SEATS_TAKEN.  Source: D2, D3.
    """
    agreement = _agreement(agreement_id)
    organisation = may_decide(who, agreement.organisation_id)
    address = tidy_address(email)
    contact_id = add_contact(
        organisation_id=organisation.pk, role=Role.TECHNICAL, name=_name_of(organisation.pk, name, address),
        email=address, at=at, by=by,
    )  # fmt: skip
    seats = {seat.identifier: seat.contact_id for seat in _group(agreement_id, at).seats}
    if instead_of and instead_of not in seats:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if instead_of and contact_id not in seats.values():
        end_seat(identifier=instead_of, at=at, by=by)
    identifier = name_contact(agreement_id=agreement_id, contact_id=contact_id, at=at, by=by)
    if contact_id not in seats.values():
        letters.contact_named(contact=Contact.objects.get(pk=contact_id), identifier=identifier, at=at)
    return identifier


@transaction.atomic
def release_seat(*, who: Who, organisation_id: int, identifier: str, at: datetime, by: Actor) -> None:
    """An owner, or customer care, ends a seat.  Raises Refused: not_found, not_an_owner.  Source: D2, D3."""
    may_decide(who, organisation_id)
    live = ContactSeat.objects.filter(identifier=identifier, agreement__organisation_id=organisation_id, ended_at=None)
    if not live.exists():
        raise Refused(EntitlementRefusal.NOT_FOUND)
    end_seat(identifier=identifier, at=at, by=by)


@transaction.atomic
def choose_seats(*, who: Who, agreement_id: int, staying: Collection[str], at: datetime, by: Actor) -> None:
    """Say in one step who keeps a seat: those of `staying` do, under the level that holds now; all others end.

    staying: contact IDs.  Who stays keeps their contact ID.  Raises Refused: not_found (also for an ID that is not one
    of these seats), not_an_owner, LEVEL_UNKNOWN, SEATS_OVER when more stay than the level allows.  Source: D2, D3.
    """
    may_decide(who, _agreement(agreement_id).organisation_id)
    group = _group(agreement_id, at)
    chosen = {seat.identifier: seat for seat in group.seats if seat.identifier in set(staying)}
    if len(chosen) < len(set(staying)):
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if group.allowed is None:
        raise Refused(EntitlementRefusal.LEVEL_UNKNOWN, level=group.level)
    people = {seat.contact_id for seat in chosen.values()}
    if len(people) > group.allowed:
        raise Refused(EntitlementRefusal.SEATS_OVER, level=group.level, seats=group.allowed, staying=len(people))
    here = {seat.contact_id for seat in chosen.values() if seat.agreement_id == group.agreement_id}
    moving: dict[int, str] = {}
    for seat in chosen.values():
        if seat.agreement_id != group.agreement_id and seat.contact_id not in here:
            moving.setdefault(seat.contact_id, seat.identifier)
    kept = {seat.identifier for seat in chosen.values() if seat.agreement_id == group.agreement_id}
    for seat in group.seats:
        if seat.identifier not in kept | set(moving.values()):
            end_seat(identifier=seat.identifier, at=at, by=by)
    _move(group, list(moving.values()), at, by)


def may_decide(who: Who, organisation_id: int) -> Organisation:
    """The organisation, locked, for its owners and for customer care.  Refused: not_found, not_an_owner."""
    return lock(organisation_id) if who.staff & LINKERS else lock_as_owner(who, organisation_id)


def _move(group: SeatGroup, identifiers: list[str], at: datetime, by: Actor) -> None:
    """Put seats of ended agreements under the one that follows; the contact IDs stay."""
    numbers = _free_numbers(group.agreement_id, len(identifiers))
    for identifier, number in zip(identifiers, numbers, strict=True):
        ContactSeat.objects.filter(identifier=identifier).update(agreement_id=group.agreement_id, seat=number)
        record(
            verb="entitlements.seat_moved",
            subject=("agreement", str(group.agreement_id)),
            at=at,
            by=by,
            facts={"identifier": identifier, "level": group.level},
            organisation_id=Agreement.objects.get(id=group.agreement_id).organisation_id,
        )


def _agreement(agreement_id: int) -> Agreement:
    found = Agreement.objects.filter(id=agreement_id).first()
    if found is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    return found


def _group(agreement_id: int, at: datetime) -> SeatGroup:
    """The seats that count with an agreement, under a lock that makes the count hold until commit.

    The rows of the customer's agreements in the region are the queue: whoever comes second counts after the first has
    written.
    """
    own = _agreement(agreement_id)
    together = Agreement.objects.filter(organisation_id=own.organisation_id, region=own.region)
    list(together.select_for_update(no_key=True).order_by("id"))
    groups = seat_groups(organisation_id=own.organisation_id, at=at)
    for group in groups:
        if group.agreement_id == agreement_id or agreement_id in {seat.agreement_id for seat in group.seats}:
            return group
    raise Refused(EntitlementRefusal.NOT_FOUND)


def _free_numbers(agreement_id: int, count: int) -> list[int]:
    """The lowest seat numbers that nobody holds."""
    live = ContactSeat.objects.filter(agreement_id=agreement_id, ended_at=None)
    taken = set(live.values_list("seat", flat=True))
    highest = live.aggregate(highest=Max("seat"))["highest"] or 0
    return [number for number in range(1, highest + count + 1) if number not in taken][:count]


def _name_of(organisation_id: int, name: str, address: str) -> str:
    tidy = tidy_name(name.replace("\0", ""))
    if not tidy:
        members = open_memberships(organisation_id).filter(person__email__iexact=address)
        tidy = members.values_list("person__name", flat=True).first() or ""
    if not tidy:
        raise Refused(AccountRefusal.NAME_MISSING)
    if len(tidy) > NAME_LENGTH:
        raise Refused(AccountRefusal.NAME_TOO_LONG)
    return tidy


def _next_contact_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('entitlements_contact_number')")
        return int(cursor.fetchone()[0])
