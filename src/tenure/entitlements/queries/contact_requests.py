"""Requests about named technical contacts: one's own, those about an organisation, and customer care's worklist."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from tenure.accounts.models import Organisation
from tenure.accounts.queries import may_see_people
from tenure.accounts.words import LINKERS, Role, Who
from tenure.entitlements.models import Certificate, ContactRequest, Evidence
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import ContactAnswer, ContactWish
from tenure.entitlements.words.contact_changes import ContactRequestRow, ContactState, MatchRow, Paper
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.upload import KeptFile

PRINTED = ("certificate", "sales_order", "serial_number", "support_identifier", "contact_id")
PAGE = 25
# papers_of: the customer and the certificates that bear each identifier; a serial is also on the papers of its terms
PAPERS_OF = """
SELECT 'certificate', number, organisation_id, id FROM entitlements_certificate WHERE number = ANY(%(certificate)s)
UNION
SELECT 'sales_order', sales_order_number, organisation_id, id FROM entitlements_certificate
 WHERE sales_order_number = ANY(%(sales_order)s)
UNION
SELECT 'serial_number', a.serial_number, a.organisation_id, p.id FROM entitlements_asset a {on_papers}
 WHERE a.serial_number = ANY(%(serial_number)s)
UNION
SELECT 'support_identifier', a.support_identifier, a.organisation_id, p.id FROM entitlements_asset a {on_papers}
 WHERE a.support_identifier = ANY(%(support_identifier)s)
UNION
SELECT 'contact_id', s.identifier, k.organisation_id, NULL FROM entitlements_contactseat s
  JOIN accounts_contact k ON k.id = s.contact_id
 WHERE s.identifier = ANY(%(contact_id)s) AND s.ended_at IS NULL
""".format(
    on_papers="""CROSS JOIN LATERAL (
    SELECT a.certificate_id AS id UNION SELECT t.certificate_id FROM entitlements_term t
    WHERE t.asset_id = a.id AND t.certificate_id IS NOT NULL) p"""
)
# agreements_behind: those of the terms that cover what is on a certificate, also one whose own term is to come (D1)
AGREEMENTS_BEHIND = """
SELECT DISTINCT t.agreement_id FROM entitlements_term t JOIN entitlements_asset a ON a.id = t.asset_id
WHERE t.asset_id IN (
    SELECT id FROM entitlements_asset WHERE certificate_id = %(certificate)s
    UNION SELECT asset_id FROM entitlements_term WHERE certificate_id = %(certificate)s AND upper_inf(known))
  AND t.agreement_id IS NOT NULL AND upper_inf(t.known)
  AND t.covers @> (%(at)s::timestamptz AT TIME ZONE a.zone)::date
"""
# sold_by: how many of these serial numbers the resellers have sold, and how many there are (D2)
SOLD_BY = """
SELECT count(*) FILTER (WHERE reseller_id = ANY(%(resellers)s)), count(*), min(reseller_id)
FROM entitlements_asset WHERE serial_number = ANY(%(serials)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilters:
    """wish: "" for all.  text: in the customer, the asker, the new person, or a whole identifier."""

    wish: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """A page of requests.  next: where the next one begins, or None; count: of all that fit."""

    rows: tuple[ContactRequestRow, ...]
    next: int | None
    count: int


def papers_of(identifiers: Sequence[Identifier]) -> dict[Identifier, frozenset[Paper]]:
    """What bears each identifier.  One query.  For actions and customer care: it answers for everybody's papers."""
    values = {kind: [each.value for each in identifiers if each.kind == kind] for kind in PRINTED}
    with connection.cursor() as cursor:
        cursor.execute(PAPERS_OF, values)
        rows = cursor.fetchall()
    found: dict[Identifier, set[Paper]] = {}
    for kind, value, organisation, certificate in rows:
        paper = Paper(organisation_id=organisation, certificate_id=certificate)
        found.setdefault(Identifier(kind=kind, value=value), set()).add(paper)
    return {identifier: frozenset(papers) for identifier, papers in found.items()}


def agreements_behind(*, certificate_id: int, at: datetime) -> frozenset[int]:
    """The agreements of what is on a certificate and covered at an instant.  For actions.  Source: D1."""
    with connection.cursor() as cursor:
        cursor.execute(AGREEMENTS_BEHIND, {"certificate": certificate_id, "at": at})
        return frozenset(number for (number,) in cursor.fetchall())


def reseller_of(who: Who, identifiers: Iterable[Identifier]) -> int | None:
    """The one of the person's resellers that sold every serial number named; None where that is not so.  Source: D2."""
    serials = [each.value for each in identifiers if each.kind == "serial_number"]
    if not serials or not who.reseller_ids:
        return None
    with connection.cursor() as cursor:
        cursor.execute(SOLD_BY, {"resellers": who.reseller_ids, "serials": serials})
        sold, known, reseller = cursor.fetchone()
    return reseller if sold and sold == known == len(set(serials)) else None


def own_contact_requests(who: Who, limit: int = PAGE, before: int | None = None) -> RequestPage:
    """The person's own requests, the newest first, without a word about whose the numbers are.  Source: D2, D3."""
    own = ContactRequest.objects.filter(asked_by_id=who.person_id or 0)
    count = own.count()
    if before is not None:
        own = own.filter(pk__lt=before)
    rows = _rows(own.order_by("-pk")[: limit + 1])
    shown = tuple(_own(row) for row in rows[:limit])
    return RequestPage(rows=shown, next=shown[-1].id if len(rows) > limit else None, count=count)


def own_contact_request(who: Who, number: int) -> ContactRequestRow | None:
    """One of the person's own requests; None for any other, existing or not."""
    found = _rows(ContactRequest.objects.filter(asked_by_id=who.person_id or 0, pk=number))
    return _own(found[0]) if found else None


def contact_changes_of(who: Who, organisation_id: int) -> list[ContactRequestRow]:
    """What is to change in an organisation: granted for a later day, to those who may see its people.

    Its owners and customer care also see what waits for an answer.  Source: D3, D16.
    """
    if not may_see_people(who, organisation_id):
        return []
    waiting = Q(answer=ContactAnswer.GRANTED, applied_at=None)
    if who.holds(organisation_id, Role.OWNER) or who.staff & LINKERS:
        waiting |= Q(answered_at=None)
    return _rows(ContactRequest.objects.filter(waiting, organisation_id=organisation_id).order_by("asked_at", "pk"))


def contact_requests_for_care(
    who: Who, filters: RequestFilters, limit: int = PAGE, after: int | None = None
) -> RequestPage:
    """What customer care has to answer, the oldest first; for care agents and operators, else empty.  Source: D3."""
    if not who.staff & LINKERS:
        return RequestPage(rows=(), next=None, count=0)
    found = _filtered(ContactRequest.objects.filter(answered_at=None), filters)
    count = found.count()
    if after is not None:
        last = ContactRequest.objects.filter(pk=after).values_list("asked_at", flat=True).first()
        if last is not None:
            found = found.filter(Q(asked_at__gt=last) | Q(asked_at=last, pk__gt=after))
    rows = _rows(found.order_by("asked_at", "pk")[: limit + 1])
    return RequestPage(rows=tuple(rows[:limit]), next=rows[limit - 1].id if len(rows) > limit else None, count=count)


def contact_request_for_care(who: Who, number: int) -> ContactRequestRow | None:
    """One request in any state, for care agents and operators."""
    found = _rows(ContactRequest.objects.filter(pk=number)) if who.staff & LINKERS else []
    return found[0] if found else None


def matches_of(who: Who, row: ContactRequestRow) -> tuple[MatchRow, ...]:
    """What bears each identifier of a request, for care agents and operators, else empty.  Three queries."""
    if not who.staff & LINKERS:
        return ()
    papers = papers_of(row.given)
    named = {paper for each in papers.values() for paper in each}
    customers = {
        number: (shown, name)
        for number, shown, name in Organisation.objects.filter(
            pk__in={paper.organisation_id for paper in named}
        ).values_list("pk", "number", "name")
    }
    certificates = dict(
        Certificate.objects.filter(pk__in={p.certificate_id for p in named if p.certificate_id}).values_list(
            "pk", "number"
        )
    )
    return tuple(_match(each, papers.get(each, frozenset()), customers, certificates) for each in row.given)


def evidence_of(who: Who, request_id: int) -> tuple[KeptFile, ...]:
    """The files of a request, for care agents and operators, else empty."""
    if not who.staff & LINKERS:
        return ()
    rows = Evidence.objects.filter(contact_request_id=request_id).order_by("pk")
    return tuple(KeptFile(**row) for row in rows.values("id", "name", "size_bytes", "scan"))


def evidence_file(who: Who, request_id: int, file_id: int) -> tuple[KeptFile, str] | None:
    """One file of a request and its name in the storage, for care agents and operators; else None."""
    if not who.staff & LINKERS:
        return None
    found = Evidence.objects.filter(contact_request_id=request_id, pk=file_id).first()
    if found is None:
        return None
    row = KeptFile(id=found.pk, name=found.name, size_bytes=found.size_bytes, scan=found.scan)
    return row, found.stored_as


def _match(
    identifier: Identifier, papers: Collection[Paper], customers: Mapping[int, tuple[str, str]],
    certificates: Mapping[int, str],
) -> MatchRow:  # fmt: skip
    numbers = {certificates[paper.certificate_id] for paper in papers if paper.certificate_id}
    return MatchRow(
        identifier=identifier, customers=tuple(sorted({customers[paper.organisation_id] for paper in papers})),
        certificates=tuple(sorted(numbers)),
    )  # fmt: skip


def _filtered(found: QuerySet[ContactRequest], filters: RequestFilters) -> QuerySet[ContactRequest]:
    if filters.wish in {wish.value for wish in ContactWish}:
        found = found.filter(wish=filters.wish)
    text = " ".join(filters.text.replace("\0", "").split())[:100]
    if not text:
        return found
    fits = Q(asked_by__name__icontains=text) | Q(asked_by__email__icontains=text)
    fits |= Q(organisation__name__icontains=text) | Q(organisation__number__iexact=text)
    fits |= Q(name__icontains=text) | Q(email__icontains=text)
    fits |= Q(given__overlap=[f"{kind} {text.upper()}" for kind in PRINTED])
    return found.filter(fits)


def _own(row: ContactRequestRow) -> ContactRequestRow:
    """Without what only those may know who answer."""
    given = next((each.value for each in row.given if each.kind == "contact_id"), "")
    why = row.why if row.state is ContactState.DECLINED else ""
    return replace(row, organisation_id=None, organisation="", number="", replaces=given, why=why)


def _rows(found: QuerySet[ContactRequest]) -> list[ContactRequestRow]:
    """One query, whatever their number."""
    shown = found.select_related("asked_by", "as_reseller", "organisation").annotate(file_count=Count("evidence"))
    held = list(shown)
    days = {day: version_on(day).policy.contact_changes.answer_days for day in {each.asked_at.date() for each in held}}
    return [_row(each, each.file_count, days[each.asked_at.date()]) for each in held]


def _row(kept: ContactRequest, files: int, answer_days: int) -> ContactRequestRow:
    place, reseller = kept.organisation, kept.as_reseller
    return ContactRequestRow(
        id=kept.pk, wish=ContactWish(kept.wish), asked_by=kept.asked_by.name or kept.asked_by.email,
        asked_by_email=kept.asked_by.email, as_reseller=reseller.name if reseller else "", asked_at=kept.asked_at,
        due_on=(kept.asked_at + timedelta(days=answer_days)).date(), given=identifiers_of(kept.given),
        replaces=kept.replaces, name=kept.name, email=kept.email, company=kept.company, address=kept.address,
        phone=kept.phone, words=kept.words, takes_effect_on=kept.takes_effect_on, answered_at=kept.answered_at,
        answer=kept.answer, why=kept.why, applied_at=kept.applied_at, organisation_id=kept.organisation_id,
        organisation=place.name if place else "", number=place.number if place else "", files=files,
    )  # fmt: skip


def identifiers_of(given: Iterable[str]) -> tuple[Identifier, ...]:
    """The identifiers of "kind value" as they are kept."""
    return tuple(Identifier(kind=each.partition(" ")[0], value=each.partition(" ")[2]) for each in given)
