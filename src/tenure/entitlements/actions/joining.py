"""Linking an account to what its owner's paperwork names: at once by a contact ID of one's own, else by asking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tenure.accounts.actions import add_contact, add_member
from tenure.accounts.models import Contact, Membership, Organisation, Person
from tenure.accounts.rules import roles_in
from tenure.accounts.words import LINKERS, AccountRefusal, OrganisationKind, Role, Who
from tenure.entitlements import joining_letters as letters
from tenure.entitlements.actions.seats import may_decide, name_contact
from tenure.entitlements.models import Agreement, Joining, JoiningRequest
from tenure.entitlements.queries.joining import (
    bearers_of,
    known_by,
    open_requests,
    organisations_of,
    owners_of,
    spelled,
)
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import EntitlementRefusal, JoiningAnswer
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.refused import Refused

LONGEST_WHY = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What came of it, as far as the person may know.

    joined: names of organisations they are a member of now; known: of those whose things they saw already;
    asked: a request was written, whether or not there is anybody to answer it.
    """

    joined: tuple[str, ...]
    known: tuple[str, ...]
    asked: bool


@transaction.atomic
def ask_to_join(
    *, who: Who, identifiers: Sequence[Identifier], cases: Mapping[str, int] | None = None, at: datetime, by: Actor
) -> Linked:
    """Link the person asking by the identifiers they gave.

    A contact ID whose address they have verified joins at once, as technical contact, unless that role was taken from
    them.  For the rest a request is written, one for each organisation, and its owners are asked; the answer is the
    same where nothing bears the numbers.  The same numbers again change nothing while their request is open.
    cases: organisation ids by case number, as the room above knows them.
    Raises Refused: not_found for a visitor, NO_IDENTIFIER, TOO_MANY_IDENTIFIERS, TOO_MANY_REQUESTS.
    Source: C4, D2, D9, D16; asking the owners is ours.
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=who.person_id or 0).first()
    if person is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    given = list(dict.fromkeys(identifiers))
    limits = version_on(at.date()).policy.accounts
    if not given:
        raise Refused(EntitlementRefusal.NO_IDENTIFIER)
    if len(given) > limits.identifiers_a_request:
        raise Refused(EntitlementRefusal.TOO_MANY_IDENTIFIERS, most=limits.identifiers_a_request)
    joined = _join_by_contact_id(person, given, at, by)
    matches = organisations_of(given, cases or {})
    held = known_by(person_id=person.pk)
    left = [each for each in given if not matches.get(each, frozenset()) & set(held)]
    asked = bool(left)
    if left and not _is_asked(person, left):
        _refuse_too_many(person, limits.joining_requests_a_person)
        _ask(person, left, matches, at + timedelta(days=limits.joining_request_days), at, by)
    seen = {number for each in given for number in matches.get(each, frozenset())} & set(held) - joined
    return Linked(
        joined=tuple(sorted(held[number] for number in joined)),
        known=tuple(sorted(held[number] for number in seen)),
        asked=asked,
    )


@transaction.atomic
def approve_joining(
    *, who: Who, request_id: int, role: Role = Role.VIEWER, agreement_id: int | None = None,
    customer: str = "", at: datetime, by: Actor,
) -> None:  # fmt: skip
    """Let somebody in who asked: as a viewer, or with a contact seat, which makes them a technical contact.

    role: another than viewer is customer care's to give.  agreement_id: of the seat.  customer: the number of the
    customer that care found, for a request whose numbers nothing bears.  All open requests of that person for the
    organisation are answered with it.  Raises Refused: not_found, not_an_owner, REQUEST_ANSWERED, role_not_here,
    organisation_unknown, SEATS_TAKEN, LEVEL_UNKNOWN.  Source: C4, D2, D16.
    """
    request, organisation = _request_to_answer(who, request_id, customer)
    if organisation is None:
        raise Refused(AccountRefusal.ORGANISATION_NEEDED)
    cares = bool(who.staff & LINKERS)
    wanted = Role.TECHNICAL if agreement_id is not None else role
    allowed = roles_in(OrganisationKind(organisation.kind)) if cares else (Role.VIEWER, Role.TECHNICAL)
    if wanted not in allowed or (wanted is Role.TECHNICAL and agreement_id is None and not cares):
        raise Refused(AccountRefusal.ROLE_NOT_HERE, role=wanted.value)
    asker = request.joining.person
    add_member(person_id=asker.pk, organisation_id=organisation.pk, role=wanted, at=at, by=by)
    contact_id = ""
    if agreement_id is not None:
        if not Agreement.objects.filter(pk=agreement_id, organisation=organisation).exists():
            raise Refused(EntitlementRefusal.NOT_FOUND)
        contact = add_contact(
            organisation_id=organisation.pk, role=Role.TECHNICAL, name=asker.name or asker.email, email=asker.email,
            at=at, by=by,
        )  # fmt: skip
        contact_id = name_contact(agreement_id=agreement_id, contact_id=contact, at=at, by=by)
    JoiningRequest.objects.filter(pk=request.pk).update(organisation=organisation)
    _answer(request, organisation.pk, JoiningAnswer.APPROVED, role=wanted.value, why="", who=who, at=at, by=by)
    letters.joining_approved(asker=asker, organisation=organisation, contact_id=contact_id, at=at)


@transaction.atomic
def decline_joining(*, who: Who, request_id: int, why: str = "", at: datetime, by: Actor) -> None:
    """Decline; the person is told without a word about the organisation.  why: customer care must give one.

    Raises Refused: not_found, not_an_owner, REQUEST_ANSWERED, WHY_MISSING.  Source: C4, D16.
    """
    request, organisation = _request_to_answer(who, request_id, "")
    said = " ".join(why.replace("\0", "").split())[:LONGEST_WHY]
    if who.staff & LINKERS and not said:
        raise Refused(EntitlementRefusal.WHY_MISSING)
    number = organisation.pk if organisation else None
    _answer(request, number, JoiningAnswer.DECLINED, role="", why=said, who=who, at=at, by=by)
    joining = request.joining
    letters.joining_declined(
        asker=joining.person, numbers=spelled(request.numbers), asked_at=joining.asked_at, why=said, at=at
    )


@transaction.atomic
def pass_on_joinings(*, at: datetime, by: Actor) -> int:
    """Journal the open requests that are customer care's to answer from now on; says how many.  Again: 0.

    The desk's list does not wait for this: it derives them itself.  Source: D16; the days are the policy's.
    """
    due = open_requests(for_care_at=at).filter(passed_at=None)
    passed = list(due.select_for_update(of=("self",), skip_locked=True).values_list("id", "organisation_id"))
    JoiningRequest.objects.filter(id__in=[number for number, _ in passed]).update(passed_at=at)
    for number, organisation in passed:
        record(
            verb="entitlements.joining_passed_on", subject=("joining", str(number)), at=at, by=by,
            organisation_id=organisation,
        )  # fmt: skip
    return len(passed)


def _join_by_contact_id(person: Person, given: Iterable[Identifier], at: datetime, by: Actor) -> set[int]:
    """The ids of organisations that the person has joined because a contact ID is theirs."""
    joined = set()
    for contact_id, organisation_id in bearers_of(person_id=person.pk, identifiers=given):
        roles = Membership.objects.filter(person=person, organisation_id=organisation_id, role=Role.TECHNICAL)
        if roles.exists():  # held already, or ended: then an owner has to say
            continue
        Contact.objects.filter(pk=contact_id).update(person=person)
        add_member(person_id=person.pk, organisation_id=organisation_id, role=Role.TECHNICAL, at=at, by=by)
        joined.add(organisation_id)
    return joined


def _is_asked(person: Person, given: Sequence[Identifier]) -> bool:
    wanted = sorted(_spell(given))
    waiting = Joining.objects.filter(person=person, requests__answered_at=None).values_list("given", flat=True)
    return any(sorted(each) == wanted for each in waiting)


def _refuse_too_many(person: Person, most: int) -> None:
    waiting = Joining.objects.filter(person=person, requests__answered_at=None).distinct()
    if waiting.count() >= most:
        raise Refused(EntitlementRefusal.TOO_MANY_REQUESTS, most=most)


def _ask(
    person: Person, given: Sequence[Identifier], matches: Mapping[Identifier, frozenset[int]], passes_at: datetime,
    at: datetime, by: Actor,
) -> None:  # fmt: skip
    joining = Joining.objects.create(person=person, given=_spell(given), asked_at=at)
    matched: dict[int | None, list[Identifier]] = {}
    for each in given:
        for number in matches.get(each) or {None}:
            matched.setdefault(number, []).append(each)
    record(
        verb="entitlements.joining_asked", subject=("person", str(person.pk)), at=at, by=by,
        facts={"given": [*_spell(given)]},
    )  # fmt: skip
    for number, fitting in matched.items():
        organisation = Organisation.objects.get(pk=number) if number else None
        owners = owners_of(organisation_id=number) if number else ()
        told = open_requests().filter(joining__person=person, organisation=organisation).exists()
        request = JoiningRequest.objects.create(
            joining=joining, organisation=organisation, numbers=_spell(fitting), passes_at=passes_at if owners else at
        )
        record(
            verb="entitlements.joining_requested", subject=("joining", str(request.pk)), at=at, by=by,
            facts={"numbers": [*_spell(fitting)]}, organisation_id=number,
        )  # fmt: skip
        if organisation and not told:
            for owner in owners:
                letters.joining_asked(
                    owner=owner, asker=person, organisation=organisation, numbers=[each.value for each in fitting],
                    at=at,
                )  # fmt: skip


def _request_to_answer(who: Who, request_id: int, customer: str) -> tuple[JoiningRequest, Organisation | None]:
    """An open request, locked, for who may answer it; with its organisation, or the one that care has found."""
    found = JoiningRequest.objects.filter(pk=request_id).first()
    cares = bool(who.staff & LINKERS)
    if found is None or (found.organisation_id is None and not cares):
        raise Refused(EntitlementRefusal.NOT_FOUND)
    organisation = _found_by_care(customer) if found.organisation_id is None else None
    number = organisation.pk if organisation else found.organisation_id
    if number is not None:
        organisation = may_decide(who, number)
    request = JoiningRequest.objects.select_for_update(of=("self",)).select_related("joining__person").get(pk=found.pk)
    if request.answered_at is not None:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    return request, organisation


def _found_by_care(customer: str) -> Organisation | None:
    """The customer of a number that care typed; None where none was.  Refused: organisation_unknown."""
    asked = customer.replace("\0", "").strip().upper()
    found = Organisation.objects.filter(number=asked).first() if asked else None
    if asked and found is None:
        raise Refused(AccountRefusal.ORGANISATION_UNKNOWN, organisation=asked)
    return found


def _answer(
    request: JoiningRequest, organisation_id: int | None, answer: JoiningAnswer, *, role: str, why: str, who: Who,
    at: datetime, by: Actor,
) -> None:  # fmt: skip
    """Close the request, and with an organisation all that the same person has open for it."""
    same = JoiningRequest.objects.filter(pk=request.pk)
    if organisation_id is not None:
        same |= open_requests().filter(joining__person=request.joining.person, organisation_id=organisation_id)
    closed = list(same.values_list("id", flat=True))
    JoiningRequest.objects.filter(id__in=closed).update(
        answered_at=at, answered_by_id=who.person_id, answer=answer.value, role=role, why=why
    )
    for number in closed:
        record(
            verb=f"entitlements.joining_{answer.value}", subject=("joining", str(number)), at=at, by=by,
            facts={"person": request.joining.person.email, "role": role}, why=why, organisation_id=organisation_id,
        )  # fmt: skip


def _spell(identifiers: Iterable[Identifier]) -> list[str]:
    return [f"{each.kind} {each.value}" for each in identifiers]
