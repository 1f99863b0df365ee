"""Requests about technical contacts: asked with evidence, done at once where that is safe, else answered by care."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.accounts.actions.invitations import tidy_address
from tenure.accounts.models import Person
from tenure.accounts.words import AccountRefusal, Role, Who
from tenure.entitlements import contact_letters as letters
from tenure.entitlements.actions.carrying_out import agreement_for, carry_out, letters_to
from tenure.entitlements.actions.evidence import keep_evidence
from tenure.entitlements.actions.seats import may_decide
from tenure.entitlements.models import ContactRequest
from tenure.entitlements.queries.contact_requests import papers_of, reseller_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules.contact_changes import (
    CONTACT_ID,
    day_fault,
    last_day,
    missing_kinds,
    needed_kinds,
    standing,
)
from tenure.entitlements.words import ContactAnswer, ContactWish, EntitlementRefusal
from tenure.entitlements.words.contact_changes import (
    LONGEST,
    ContactRefusal,
    ContactState,
    ContactTold,
    ContactWanted,
    Standing,
)
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.words import Policy
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body, tidy_line
from tenure.toolbox.upload import Upload

NEW_PERSON = ("name", "company", "address", "phone")


@transaction.atomic
def ask_for_contact_change(
    *, who: Who, wanted: ContactWanted, uploads: Sequence[Upload] = (), at: datetime, by: Actor
) -> ContactTold:  # fmt: skip
    """Ask for a missing contact ID, or to replace or add a technical contact.

    Done at once for an owner whose identifiers are all on one certificate of theirs, and for the reseller of record
    who asks for a missing ID; all else waits for customer care, and whoever asks is told the same whatever exists.
    Raises Refused: not_found for a visitor, TOO_MANY_IDENTIFIERS, EVIDENCE_MISSING with `kinds`, ONE_CONTACT_ID,
    DETAIL_MISSING and DETAIL_TOO_LONG with `field`, address_invalid, DAY_PAST, DAY_TOO_FAR, TOO_MANY_REQUESTS, those of
    the files, and for an owner SEATS_TAKEN, LEVEL_UNKNOWN, ALREADY_NAMED, SEAT_ENDED.  Source: D2, D3.
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=who.person_id or 0).first()
    if person is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    policy = version_on(at.date()).policy
    tidy = _checked(wanted, has_file=bool(uploads), policy=policy, zone=who.zone, at=at)
    papers = papers_of(tidy.identifiers)
    found = standing(given=tidy.identifiers, papers=papers)
    whose = _at_once(who, tidy, found, policy)
    waiting = ContactRequest.objects.filter(asked_by=person, answered_at=None).count()
    if whose is None and waiting >= policy.contact_changes.requests_a_person:
        raise Refused(EntitlementRefusal.TOO_MANY_REQUESTS, most=policy.contact_changes.requests_a_person)
    request = _kept(tidy, person.pk, found, reseller_of(who, tidy.identifiers), at)
    record(
        verb="entitlements.contact_change_asked", subject=("contact_request", str(request.pk)), at=at, by=by,
        facts={"wish": tidy.wish.value, "given": [*request.given]}, organisation_id=found.organisation_id,
    )  # fmt: skip
    if whose is not None:
        _do_at_once(who, request, found, at, by)
    keep_evidence(uploads=uploads, contact_request_id=request.pk, at=at)  # last: what is refused leaves no file
    return _told(request)


@transaction.atomic
def withdraw_contact_change(*, who: Who, request_id: int, at: datetime, by: Actor) -> None:
    """Take a request back while it waits for an answer or for its day: who asked, an owner of the customer, or care.

    Raises Refused: not_found, REQUEST_ANSWERED once it is done, declined or withdrawn.  Source: D3; ours.
    """
    request = ContactRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if request.asked_by_id != who.person_id:
        if request.organisation_id is None:
            raise Refused(EntitlementRefusal.NOT_FOUND)
        may_decide(who, request.organisation_id)
    scheduled = request.answer == ContactAnswer.GRANTED and request.applied_at is None
    if request.answered_at is not None and not scheduled:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    request.answer, request.answered_at, request.why = ContactAnswer.WITHDRAWN.value, at, ""
    request.answered_by_id = who.person_id
    request.save(update_fields=["answer", "answered_at", "answered_by", "why"])
    record(
        verb="entitlements.contact_change_withdrawn", subject=("contact_request", str(request.pk)), at=at, by=by,
        organisation_id=request.organisation_id,
    )  # fmt: skip
    if scheduled:
        letters.change_withdrawn(request=request, owners=letters_to(request), at=at)


def _checked(wanted: ContactWanted, *, has_file: bool, policy: Policy, zone: str, at: datetime) -> ContactWanted:
    """What is asked, tidied; refused where something is missing, whatever exists."""
    most = policy.accounts.identifiers_a_request
    if len(wanted.identifiers) > most:
        raise Refused(EntitlementRefusal.TOO_MANY_IDENTIFIERS, most=most)
    needed = needed_kinds(wish=wanted.wish, changes=policy.contact_changes)
    given = tuple(dict.fromkeys(each for each in wanted.identifiers if each.kind in needed))
    missing = missing_kinds(needed=needed, given=given, has_file=has_file)
    if missing:
        raise Refused(ContactRefusal.EVIDENCE_MISSING, kinds=missing)
    if sum(each.kind == CONTACT_ID for each in given) > 1:
        raise Refused(ContactRefusal.ONE_CONTACT_ID)
    told = {name: tidy_line(getattr(wanted, name)) for name in ("name", "company", "phone")}
    told |= {name: tidy_body(getattr(wanted, name)) for name in ("address", "words")}
    is_new = wanted.wish is not ContactWish.MISSING_CONTACT_ID
    for name, text in told.items():
        if is_new and name in NEW_PERSON and not text:
            raise Refused(ContactRefusal.DETAIL_MISSING, field=name)
        if len(text) > LONGEST[name]:
            raise Refused(ContactRefusal.DETAIL_TOO_LONG, field=name, most=LONGEST[name])
    email = tidy_address(wanted.email) if is_new or wanted.email.strip() else ""
    day = _checked_day(wanted.takes_effect_on, policy, zone, at) if is_new else None
    return ContactWanted(wish=wanted.wish, identifiers=given, email=email, takes_effect_on=day, **told)


def _checked_day(day: date | None, policy: Policy, zone: str, at: datetime) -> date | None:
    if day is None:
        return None
    today = at.astimezone(ZoneInfo(zone)).date()
    farthest = policy.contact_changes.farthest_days_ahead
    fault = day_fault(day, today=today, farthest_days=farthest)
    if fault is not None:
        raise Refused(fault, last=last_day(today=today, farthest_days=farthest))
    return day


def _at_once(who: Who, wanted: ContactWanted, found: Standing, policy: Policy) -> int | None:
    """The organisation whose request needs no look: the evidence holds, and who asks may decide it themselves."""
    needed = needed_kinds(wish=wanted.wish, changes=policy.contact_changes)
    whole = not missing_kinds(needed=needed, given=wanted.identifiers, has_file=False)
    if not (whole and found.is_consistent) or found.organisation_id is None:
        return None
    if who.holds(found.organisation_id, Role.OWNER):
        return found.organisation_id
    sells = wanted.wish is ContactWish.MISSING_CONTACT_ID and reseller_of(who, wanted.identifiers)
    return found.organisation_id if sells else None


def _kept(
    wanted: ContactWanted, person_id: int, found: Standing, reseller_id: int | None, at: datetime
) -> ContactRequest:
    replaces = next((each.value for each in wanted.identifiers if each.kind == CONTACT_ID), "")
    return ContactRequest.objects.create(
        wish=wanted.wish.value, organisation_id=found.organisation_id, asked_by_id=person_id,
        as_reseller_id=reseller_id, given=[f"{each.kind} {each.value}" for each in wanted.identifiers],
        replaces=replaces, name=wanted.name, email=wanted.email, company=wanted.company, address=wanted.address,
        phone=wanted.phone, words=wanted.words, takes_effect_on=wanted.takes_effect_on, asked_at=at,
    )  # fmt: skip


def _do_at_once(who: Who, request: ContactRequest, found: Standing, at: datetime, by: Actor) -> None:
    """Carry it out where it is clear on which agreement; otherwise it is left for customer care."""
    assert request.organisation_id is not None  # noqa: S101
    if who.holds(request.organisation_id, Role.OWNER):
        may_decide(who, request.organisation_id)  # still an owner, asked under the lock
    agreement_id = agreement_for(request, found.certificate_id, at)
    if agreement_id is not None:
        carry_out(request=request, agreement_id=agreement_id, who=who, at=at, by=by)


def _told(request: ContactRequest) -> ContactTold:
    if request.answered_at is None:
        return ContactTold(request_id=request.pk, state=ContactState.OPEN, day=request.takes_effect_on)
    state = ContactState.SCHEDULED if request.applied_at is None else ContactState.DONE
    return ContactTold(request_id=request.pk, state=state, day=request.takes_effect_on)
