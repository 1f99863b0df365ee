"""Customer care's answers to requests about technical contacts."""

from datetime import datetime

from django.db import transaction

from tenure.accounts.models import Organisation
from tenure.accounts.words import LINKERS, AccountRefusal, Who
from tenure.entitlements import contact_letters as letters
from tenure.entitlements.actions.carrying_out import agreement_for, carry_out, letters_to
from tenure.entitlements.actions.seats import may_decide
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat
from tenure.entitlements.queries.contact_requests import identifiers_of, papers_of
from tenure.entitlements.rules.contact_changes import standing
from tenure.entitlements.words import ContactAnswer, ContactWish, EntitlementRefusal
from tenure.entitlements.words.contact_changes import LONGEST, ContactRefusal
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body


@transaction.atomic
def grant_contact_change(
    *, who: Who, request_id: int, agreement_id: int | None = None, seat: str = "", customer: str = "", at: datetime,
    by: Actor,
) -> None:  # fmt: skip
    """Customer care grants a request: at once, or for the day that was asked.

    agreement_id: of the new seat; None takes the one that is clear.  seat: the contact ID that ends in the same step,
    or whose ID is sent; its agreement goes before `agreement_id`.  customer: the number of the customer that care
    found, which goes before what the numbers say.
    Raises Refused: not_found for who is not customer care, REQUEST_ANSWERED, organisation_needed, organisation_unknown,
    AGREEMENT_NEEDED, SEAT_NEEDED, SEAT_ENDED, SEATS_TAKEN, LEVEL_UNKNOWN, ALREADY_NAMED.  Source: D2, D3.
    """
    organisation = _customer(who, request_id, customer)
    if organisation is None:
        raise Refused(AccountRefusal.ORGANISATION_NEEDED)
    may_decide(who, organisation.pk)
    request = _open_request(request_id)
    if request.organisation_id != organisation.pk:
        request.organisation = organisation
        request.save(update_fields=["organisation"])
    if request.wish == ContactWish.REPLACE and not seat:
        seat = request.replaces
    chosen = _agreement(request, organisation.pk, agreement_id, seat, at)
    carry_out(request=request, agreement_id=chosen, seat=seat, who=who, at=at, by=by)


@transaction.atomic
def decline_contact_change(*, who: Who, request_id: int, why: str, at: datetime, by: Actor) -> None:
    """Customer care declines with a reason, which who asked reads.

    Raises Refused: not_found for who is not customer care, REQUEST_ANSWERED, WHY_MISSING.  Source: D3.
    """
    if not who.staff & LINKERS:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    request = _open_request(request_id)
    said = tidy_body(why)[: LONGEST["words"]]
    if not said:
        raise Refused(EntitlementRefusal.WHY_MISSING)
    request.answer, request.answered_at, request.why = ContactAnswer.DECLINED.value, at, said
    request.answered_by_id = who.person_id
    request.save(update_fields=["answer", "answered_at", "answered_by", "why"])
    record(
        verb="entitlements.contact_change_declined", subject=("contact_request", str(request.pk)), at=at, by=by,
        why=said, organisation_id=request.organisation_id,
    )  # fmt: skip
    letters.change_declined(request=request, why=said, owners=letters_to(request), at=at)


def _customer(who: Who, request_id: int, customer: str) -> Organisation | None:
    """Whose contacts they are: as care says, else as the numbers say.  Refused: not_found, organisation_unknown."""
    request = ContactRequest.objects.select_related("organisation").filter(pk=request_id).first()
    if request is None or not who.staff & LINKERS:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    asked = customer.replace("\0", "").strip().upper()
    if not asked:
        return request.organisation
    found = Organisation.objects.filter(number=asked).first()
    if found is None:
        raise Refused(AccountRefusal.ORGANISATION_UNKNOWN, organisation=asked)
    return found


def _open_request(request_id: int) -> ContactRequest:
    held = ContactRequest.objects.select_for_update(of=("self",)).select_related("asked_by", "organisation")
    request = held.filter(pk=request_id).first()
    if request is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if request.answered_at is not None:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    return request


def _agreement(
    request: ContactRequest, organisation_id: int, agreement_id: int | None, seat: str, at: datetime
) -> int:  # fmt: skip
    """The agreement of the seat that care chose, else the one chosen, or the one that is clear from the numbers."""
    if seat:
        held = ContactSeat.objects.filter(identifier=seat, agreement__organisation_id=organisation_id, ended_at=None)
        number = held.values_list("agreement_id", flat=True).first()
        if number is None:
            raise Refused(ContactRefusal.SEAT_ENDED, identifier=seat)
        return number
    if agreement_id is not None:
        if not Agreement.objects.filter(pk=agreement_id, organisation_id=organisation_id).exists():
            raise Refused(ContactRefusal.AGREEMENT_NEEDED)
        return agreement_id
    given = identifiers_of(request.given)
    found = standing(given=given, papers=papers_of(given))
    clear = agreement_for(request, found.certificate_id, at)
    if clear is None:
        raise Refused(ContactRefusal.AGREEMENT_NEEDED)
    return clear
