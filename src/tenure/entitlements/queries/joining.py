"""Requests to be linked: one's own, those an owner answers, and those that are customer care's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.accounts.models import Membership, Organisation, Person
from tenure.accounts.queries import may_see_people
from tenure.accounts.words import LINKERS, Role, Who
from tenure.entitlements.models import JoiningRequest
from tenure.policy.words.identifiers import Identifier

KINDS = ("contact_id", "support_identifier", "certificate", "sales_order", "serial_number", "case")
"""The kinds of identifiers that a person may be linked by, the one that says most first.  Source: D2, D9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnJoining:
    """Numbers that a person asked by and has no answer to; nothing about who answers, or whether anybody can."""

    asked_at: datetime
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request as those see it who answer it.

    numbers: the identifiers that the organisation bears, or that nobody does: then organisation and number are "".
    given: all that the person gave at once; for customer care alone, since they may be other customers'.
    has_owner: somebody of the organisation could have answered.
    """

    id: int
    name: str
    email: str
    asked_at: datetime
    numbers: tuple[str, ...]
    given: tuple[str, ...]
    organisation_id: int | None
    organisation: str
    number: str
    kind: str
    has_owner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An organisation whose people the reader may see; may_decide: and let in, seat and unseat."""

    id: int
    number: str
    name: str
    may_decide: bool


# bearers: live contact seats of these contact IDs whose contact's address the person has verified (D2)
BEARERS = """
SELECT k.id, k.organisation_id FROM entitlements_contactseat s
JOIN accounts_contact k ON k.id = s.contact_id
JOIN account_emailaddress e ON e.email = lower(k.email) AND e.verified AND e.user_id = %(person)s
WHERE s.identifier = ANY(%(identifiers)s) AND s.ended_at IS NULL ORDER BY k.id
"""
# organisations_of: who bears which of these identifiers; each part is one index look-up (A1, D2)
ORGANISATIONS_OF = """
SELECT 'serial_number', serial_number, organisation_id FROM entitlements_asset
 WHERE serial_number = ANY(%(serial_number)s)
UNION
SELECT 'support_identifier', support_identifier, organisation_id FROM entitlements_asset
 WHERE support_identifier = ANY(%(support_identifier)s)
UNION
SELECT 'certificate', number, organisation_id FROM entitlements_certificate WHERE number = ANY(%(certificate)s)
UNION
SELECT 'sales_order', sales_order_number, organisation_id FROM entitlements_certificate
 WHERE sales_order_number = ANY(%(sales_order)s)
UNION
SELECT 'contact_id', s.identifier, k.organisation_id FROM entitlements_contactseat s
  JOIN accounts_contact k ON k.id = s.contact_id
 WHERE s.identifier = ANY(%(contact_id)s) AND s.ended_at IS NULL
"""


def place_of(who: Who, number: str) -> Place | None:
    """The organisation of that number for who may see its people; None for everybody else.  Source: D16."""
    found = Organisation.objects.filter(number=number).first()
    if found is None or not may_see_people(who, found.pk):
        return None
    decides = who.holds(found.pk, Role.OWNER) or bool(who.staff & LINKERS)
    return Place(id=found.pk, number=found.number, name=found.name, may_decide=decides)


def own_joinings(who: Who) -> list[OwnJoining]:
    """The person's own requests that wait for an answer, the newest first.  Source: D16."""
    rows = open_requests().filter(joining__person_id=who.person_id or 0).select_related("joining")
    waiting: dict[int, list[str]] = {}
    asked_at = {}
    for row in rows.order_by("-joining__asked_at", "-joining", "id"):
        asked_at[row.joining_id] = row.joining.asked_at
        waiting.setdefault(row.joining_id, []).extend(spelled(row.numbers))
    return [
        OwnJoining(asked_at=asked_at[number], numbers=tuple(sorted(set(numbers))))
        for number, numbers in waiting.items()
    ]


def joining_requests(who: Who, organisation_id: int) -> list[RequestRow]:
    """The open requests for an organisation, the oldest first; for its owners, care agents and operators, else empty.

    Source: D16.
    """
    if not (who.holds(organisation_id, Role.OWNER) or who.staff & LINKERS):
        return []
    return _rows(open_requests().filter(organisation_id=organisation_id))


def joinings_for_care(who: Who, at: datetime, limit: int = 100) -> list[RequestRow]:
    """The open requests that customer care answers at an instant, the oldest first, at most `limit`.

    Those whose numbers nothing bears, those of organisations without an owner who can sign in, and those that no owner
    answered in the policy's days.  For care agents and operators, else empty.  Source: C4, D16.
    """
    return _rows(open_requests(for_care_at=at), limit, whole=True) if who.staff & LINKERS else []


def joining_for_care(who: Who, request_id: int) -> RequestRow | None:
    """One open request, for care agents and operators."""
    found = _rows(open_requests().filter(pk=request_id), whole=True) if who.staff & LINKERS else []
    return found[0] if found else None


def open_requests(*, for_care_at: datetime | None = None) -> QuerySet[JoiningRequest]:
    """Requests without an answer; with an instant, those that are customer care's then."""
    waiting = JoiningRequest.objects.filter(answered_at=None)
    if for_care_at is None:
        return waiting
    return waiting.filter(Q(organisation=None) | Q(passes_at__lte=for_care_at) | ~Exists(_OWNERS))


_OWNERS = Membership.objects.filter(
    organisation=OuterRef("organisation"), role=Role.OWNER, ended_at=None, person__is_active=True
)


def owners_of(*, organisation_id: int) -> tuple[Person, ...]:
    """The people who can answer for an organisation, by id."""
    held = {"memberships__role": Role.OWNER, "memberships__ended_at": None}
    return tuple(
        Person.objects.filter(is_active=True, memberships__organisation_id=organisation_id, **held)
        .distinct()
        .order_by("id")
    )


def known_by(*, person_id: int) -> dict[int, str]:
    """The organisations that a person holds any role in now: their names by id."""
    held = Membership.objects.filter(person_id=person_id, ended_at=None)
    return dict(held.values_list("organisation_id", "organisation__name"))


def bearers_of(*, person_id: int, identifiers: Iterable[Identifier]) -> list[tuple[int, int]]:
    """The (contact id, organisation id) of the contact IDs among these that the person proves to be theirs."""
    numbers = [each.value for each in identifiers if each.kind == "contact_id"]
    with connection.cursor() as cursor:
        cursor.execute(BEARERS, {"person": person_id, "identifiers": numbers})
        return [(contact, organisation) for contact, organisation in cursor.fetchall()]


def organisations_of(
    identifiers: Sequence[Identifier], cases: Mapping[str, int]
) -> dict[Identifier, frozenset[int]]:  # fmt: skip
    """The organisations that bear each identifier; a sales order may be several's.  For actions: shown to nobody.

    cases: organisation ids by case number.
    """
    values = {kind: [each.value for each in identifiers if each.kind == kind] for kind in KINDS}
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATIONS_OF, values)
        rows = cursor.fetchall()
    found: dict[Identifier, frozenset[int]] = {}
    for kind, value, organisation in [*rows, *(("case", number, held) for number, held in cases.items())]:
        key = Identifier(kind=kind, value=value)
        found[key] = found.get(key, frozenset()) | {organisation}
    return found


def spelled(kept: Iterable[str]) -> list[str]:
    """The identifiers themselves, of "kind value" as they are kept."""
    return [each.partition(" ")[2] for each in kept]


def _rows(found: QuerySet[JoiningRequest], limit: int | None = None, *, whole: bool = False) -> list[RequestRow]:
    rows = found.select_related("joining__person", "organisation").annotate(has_owner=Exists(_OWNERS))
    return [
        RequestRow(
            id=row.pk,
            name=row.joining.person.name or row.joining.person.email,
            email=row.joining.person.email,
            asked_at=row.joining.asked_at,
            numbers=tuple(spelled(row.numbers)),
            given=tuple(spelled(row.joining.given)) if whole else (),
            organisation_id=row.organisation_id,
            organisation=row.organisation.name if row.organisation else "",
            number=row.organisation.number if row.organisation else "",
            kind=row.organisation.kind if row.organisation else "",
            has_owner=row.has_owner,
        )
        for row in rows.order_by("joining__asked_at", "id")[:limit]
    ]
