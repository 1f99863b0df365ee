"""Carrying out what was granted: on which agreement, in one step, now or when its day has come."""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tenure.accounts.actions import add_contact
from tenure.accounts.actions.locks import lock
from tenure.accounts.models import Contact, Person
from tenure.accounts.words import ContactDetails, Role, Who
from tenure.entitlements import contact_letters, joining_letters
from tenure.entitlements.actions.mailing import WRITING
from tenure.entitlements.actions.seats import swap_seat
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat, LetterDue
from tenure.entitlements.queries.contact_requests import agreements_behind
from tenure.entitlements.queries.joining import owners_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.seating import seat_groups
from tenure.entitlements.words import ContactAnswer, ContactWish, SeatGroup, TakenSeat
from tenure.entitlements.words.contact_changes import ContactRefusal
from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused

log = logging.getLogger(__name__)
# due: granted changes whose day has come in the region of their agreement; a region that the policy lost counts as UTC
DUE = """
SELECT r.id FROM entitlements_contactrequest r
JOIN entitlements_agreement g ON g.id = r.agreement_id
LEFT JOIN unnest(%(regions)s::text[], %(days)s::date[]) AS d(region, day) ON d.region = g.region
WHERE r.answer = 'granted' AND r.applied_at IS NULL
  AND r.takes_effect_on <= coalesce(d.day, (%(at)s::timestamptz AT TIME ZONE 'UTC')::date)
ORDER BY r.takes_effect_on, r.id
"""


def today_in(region: str, at: datetime) -> date:
    """The day it is in a region of the policy; in UTC for one that the policy does not know."""
    found = version_on(at.date()).policy.regions.get(region)
    return at.astimezone(ZoneInfo(found.zone if found else "UTC")).date()


def agreement_for(request: ContactRequest, certificate_id: int | None, at: datetime) -> int | None:
    """The agreement a request is about: of the seat that ends, of what the certificate covers, or the only one."""
    groups = seat_groups(organisation_id=request.organisation_id or 0, at=at)
    if request.wish == ContactWish.REPLACE:
        held = [group for group in groups if request.replaces in {seat.identifier for seat in group.seats}]
        return held[0].agreement_id if len(held) == 1 else None
    behind = agreements_behind(certificate_id=certificate_id, at=at) if certificate_id else frozenset()
    fitting = [group for group in groups if behind & {group.agreement_id, *(s.agreement_id for s in group.seats)}]
    if len(fitting) != 1:
        fitting = list(groups) if len(groups) == 1 else []
    if request.wish == ContactWish.MISSING_CONTACT_ID:
        fitting = [group for group in fitting if seats_meant(request, group)]
    return fitting[0].agreement_id if fitting else None


def seats_meant(request: ContactRequest, group: SeatGroup, identifier: str = "") -> list[TakenSeat]:
    """The seats whose contact ID is missing: the one chosen, that of the address told, or all of them."""
    if identifier:
        return [seat for seat in group.seats if seat.identifier == identifier]
    if request.email:
        return [seat for seat in group.seats if seat.email.lower() == request.email]
    return list(group.seats)


def carry_out(
    *, request: ContactRequest, agreement_id: int, seat: str = "", who: Who | None, at: datetime, by: Actor
) -> None:
    """Grant a locked request of a locked organisation: now, or for the day that was asked.

    seat: the contact ID to end in the same step, or whose ID to send; "" takes what the request names.
    Raises Refused: not_found, SEAT_NEEDED where nobody is meant, and as `swap_seat`.  Source: D2, D3.
    """
    agreement = Agreement.objects.get(pk=agreement_id)
    request.agreement = agreement
    request.answer, request.answered_at, request.why = ContactAnswer.GRANTED.value, at, ""
    request.answered_by_id = who.person_id if who else None
    if seat and request.wish != ContactWish.MISSING_CONTACT_ID:
        request.replaces = seat
    later = request.takes_effect_on is not None and request.takes_effect_on > today_in(agreement.region, at)
    request.save(update_fields=["agreement", "answer", "answered_at", "answered_by", "replaces", "why"])
    record(
        verb="entitlements.contact_change_granted", subject=("contact_request", str(request.pk)), at=at, by=by,
        facts={"from": request.takes_effect_on.isoformat() if later and request.takes_effect_on else ""},
        organisation_id=agreement.organisation_id,
    )  # fmt: skip
    if request.wish == ContactWish.MISSING_CONTACT_ID:
        _send_ids(request, seat, at, by)
    elif not later:
        _apply(request, at, by)
    contact_letters.change_granted(
        request=request, day=request.takes_effect_on if later else None, owners=letters_to(request), at=at
    )


def apply_due(*, at: datetime, by: Actor = JOB) -> int:
    """Carry out the granted changes whose day has come, the earliest first, and say how many.

    Each is its own transaction and done once, however many workers ask, also days late.  One that cannot be done any
    more, as all seats are taken, goes back to customer care with the reason.  Source: D3; the days are ours.
    """
    regions = version_on(at.date()).policy.regions
    days = [at.astimezone(ZoneInfo(region.zone)).date() for region in regions.values()]
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"regions": list(regions), "days": days, "at": at})
        due = [number for (number,) in cursor.fetchall()]
    return sum(_apply_one(number, at, by) for number in due)


def letters_to(request: ContactRequest) -> tuple[Person, ...]:
    """The owners whom a letter about the request tells."""
    return owners_of(organisation_id=request.organisation_id) if request.organisation_id else ()


@transaction.atomic
def _apply_one(number: int, at: datetime, by: Actor) -> bool:
    waiting = ContactRequest.objects.select_for_update(of=("self",), skip_locked=True)
    request = waiting.filter(pk=number, answer=ContactAnswer.GRANTED, applied_at=None).first()
    if request is None:
        return False
    try:
        with transaction.atomic():
            lock(request.organisation_id or 0)
            _apply(request, at, by)
    except Refused as no:
        log.warning("entitlements: contact request %s goes back to customer care: %s", number, no.code)
        _give_back(number, no, at, by)
        return False
    return True


def _give_back(number: int, no: Refused, at: datetime, by: Actor) -> None:
    request = ContactRequest.objects.get(pk=number)
    request.answer, request.answered_at, request.answered_by = "", None, None
    request.why = no.code.value
    request.save(update_fields=["answer", "answered_at", "answered_by", "why"])
    record(
        verb="entitlements.contact_change_returned", subject=("contact_request", str(number)), at=at, by=by,
        why=no.code.value, organisation_id=request.organisation_id,
    )  # fmt: skip
    contact_letters.change_returned(request=request, owners=letters_to(request), at=at)


def _apply(request: ContactRequest, at: datetime, by: Actor) -> None:
    """One step: the new person is a contact with a seat, and the seat they replace has ended."""
    assert request.agreement is not None  # noqa: S101
    details = ContactDetails(company=request.company, address=request.address, phone=request.phone)
    contact_id = add_contact(
        organisation_id=request.agreement.organisation_id, role=Role.TECHNICAL, name=request.name,
        email=request.email, details=details, at=at, by=by,
    )  # fmt: skip
    identifier = swap_seat(
        agreement_id=request.agreement.pk, contact_id=contact_id, instead_of=request.replaces, why=request.words,
        at=at, by=by,
    )  # fmt: skip
    request.seat, request.applied_at = ContactSeat.objects.get(identifier=identifier), at
    request.save(update_fields=["seat", "applied_at"])
    record(
        verb="entitlements.contact_change_applied", subject=("contact_request", str(request.pk)), at=at, by=by,
        facts={"identifier": identifier}, organisation_id=request.agreement.organisation_id,
    )  # fmt: skip
    joining_letters.contact_named(contact=Contact.objects.get(pk=contact_id), identifier=identifier, at=at)


def _send_ids(request: ContactRequest, identifier: str, at: datetime, by: Actor) -> None:
    """Have the contact IDs written to those who hold them, never to who asked."""
    assert request.agreement is not None  # noqa: S101
    groups = seat_groups(organisation_id=request.agreement.organisation_id, at=at)
    meant = [
        seat for group in groups
        if request.agreement.pk in {group.agreement_id, *(held.agreement_id for held in group.seats)}
        for seat in seats_meant(request, group, identifier)
    ]  # fmt: skip
    if not meant:
        raise Refused(ContactRefusal.SEAT_NEEDED)
    held = ContactSeat.objects.filter(identifier__in=[seat.identifier for seat in meant], ended_at=None)
    LetterDue.objects.bulk_create([LetterDue(seat=seat, asked_at=at) for seat in held], ignore_conflicts=True)
    wake(WRITING)
    request.applied_at = at
    request.seat = held.first() if len(meant) == 1 else None
    request.save(update_fields=["seat", "applied_at"])
    for seat in meant:
        record(
            verb="entitlements.contact_id_sent_again", subject=("agreement", str(seat.agreement_id)), at=at, by=by,
            facts={"to": seat.email, "identifier": seat.identifier}, organisation_id=request.organisation_id,
        )  # fmt: skip
