"""Resellers: the public finder, what they were asked, whom they may act for, and changes of record."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from tenure.accounts.models import Organisation
from tenure.accounts.words import OrganisationKind, Who
from tenure.catalog.models import Family
from tenure.renewals.models import ActingConsent, ResellerChange, ResellerProfile, ResellerRequest
from tenure.renewals.queries.sides import DECIDE, LOOKERS
from tenure.renewals.words import ResellerWish

PAGE = 20
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerRow:
    """What the finder says.  families: their names; empty: all products."""

    number: str
    name: str
    country: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    families: tuple[str, ...]
    address: str
    email: str
    phone: str
    website: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerFilters:
    """countries: any of them, where `country` names none."""

    country: str = ""
    language: str = ""
    family: str = ""
    text: str = ""
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerPage:
    """countries, languages, families: what can be chosen.  next: the cursor; "" at the end."""

    rows: tuple[ResellerRow, ...]
    total: int
    next: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    families: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request of a customer to a reseller.  may_answer: the reader decides on it; may_withdraw: it is their own."""

    id: int
    wish: ResellerWish
    organisation_id: int
    organisation: str
    organisation_number: str
    reseller_id: int
    reseller: str
    reseller_number: str
    serials: tuple[str, ...]
    words: str
    starts_on: date | None
    asked_at: datetime
    asked_by: str
    answered_at: datetime | None
    granted: bool | None
    why: str
    quote: str
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """given_by is told to the customer and the vendor alone."""

    id: int
    organisation: str
    organisation_number: str
    reseller: str
    reseller_number: str
    given_by: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change of the reseller of record.  applied_at: None while its day has not come."""

    serial: str
    customer: str
    before: str
    after: str
    changed_on: date
    changed_at: datetime
    why: str
    applied_at: datetime | None


def resellers(*, filters: ResellerFilters, after: str = "", limit: int = PAGE) -> ResellerPage:
    """The resellers that are listed, by name; for everybody.  Four queries.  Source: B2."""
    listed = ResellerProfile.objects.filter(listed=True)
    found = _narrowed(filters)
    total = found.count()
    ordered = found.select_related("organisation").order_by("organisation__name", "organisation_id")
    name, _, last = after[:200].replace("\0", "").rpartition("|")
    if last.isascii() and last.isdecimal() and len(last) < 18:
        beyond = Q(organisation__name__gt=name) | Q(organisation__name=name, organisation_id__gt=int(last))
        ordered = ordered.filter(beyond)
    rows = list(ordered[: limit + 1])
    shown = rows[:limit]
    following = f"{shown[-1].organisation.name}|{shown[-1].organisation_id}" if len(rows) > limit else ""
    names = dict(Family.objects.order_by("name").values_list("slug", "name"))
    offered = list(listed.values_list("countries", "languages"))
    return ResellerPage(
        rows=tuple(_reseller(each, names) for each in shown), total=total, next=following,
        countries=tuple(sorted({country for row in offered for country in row[0]})),
        languages=tuple(sorted({language for row in offered for language in row[1]})), families=tuple(names.items()),
    )  # fmt: skip


def reseller(*, number: str) -> ResellerRow | None:
    """One listed reseller; for everybody.  Source: B2."""
    found = ResellerProfile.objects.select_related("organisation").filter(
        organisation__number=number[:60].replace("\0", ""), listed=True
    )
    held = found.first()
    names = dict(Family.objects.values_list("slug", "name"))
    return _reseller(held, names) if held else None


def of_record(*, ids: Collection[int]) -> Mapping[int, ResellerRow]:
    """Resellers, listed or not, in the order of their names; for readers who see that licences go through them.

    Two queries.  Source: B1.
    """
    found = Organisation.objects.filter(pk__in=ids, kind=OrganisationKind.RESELLER.value).order_by("name", "id")
    names = dict(Family.objects.values_list("slug", "name"))
    held = {each.organisation_id: each for each in ResellerProfile.objects.filter(organisation__in=found)}
    none = ResellerProfile(countries=[], languages=[])
    return {each.pk: _reseller(held.get(each.pk, none), names, each) for each in found}


def asked_now(*, who: Who, organisation_id: int) -> Mapping[str, int]:
    """The requests for quotes of one's organisation that wait, by the reseller's number.  One query.  Source: B2."""
    if not who.holds(organisation_id, *DECIDE):
        return {}
    waits = ResellerRequest.objects.filter(
        organisation_id=organisation_id, wish=ResellerWish.QUOTE.value, answered_at=None
    )
    return dict(waits.values_list("reseller__number", "id"))


def requests_waiting(*, who: Who) -> int:
    """How many requests for quotes the resellers of the person have not answered.  One query at most.  Source: B2."""
    if not who.reseller_ids:
        return 0
    waits = ResellerRequest.objects.filter(wish=ResellerWish.QUOTE.value, answered_at=None)
    return int(waits.filter(reseller_id__in=who.reseller_ids).count())


def requests_of(*, who: Who, before: int | None = None, limit: int = PAGE) -> tuple[tuple[RequestRow, ...], int | None]:
    """What the reader's organisations asked, and what their resellers were asked; for the vendor's people all of it.

    Newest first; the second value is the cursor of the next page.  One query.  Source: B2, B3.
    """
    found = _seen(who).order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: limit + 1])
    shown = rows[:limit]
    return tuple(_request(who, each) for each in shown), shown[-1].pk if len(rows) > limit else None


def request_of(*, who: Who, request_id: int) -> RequestRow | None:
    """One of them; None for any that is not theirs.  One query."""
    if not 0 < request_id < 2**63:
        return None
    found = _seen(who).filter(pk=request_id).first()
    return _request(who, found) if found else None


def open_changes(*, who: Who) -> tuple[RequestRow, ...]:
    """The changes of record that customers ask for and nobody answered, the oldest first; the desk's.  One query."""
    if not who.staff & LOOKERS:
        return ()
    waiting = _seen(who).filter(wish=ResellerWish.OF_RECORD.value, answered_at=None).order_by("id")
    return tuple(_request(who, each) for each in waiting[:200])


def changes(*, who: Who, limit: int = 50) -> tuple[ChangeRow, ...]:
    """The last changes of record, the newest first; the desk's.  One query.  Source: B3."""
    if not who.staff & LOOKERS:
        return ()
    rows = ResellerChange.objects.order_by("-id").values_list(
        "asset__serial_number", "asset__organisation__name", "reseller_before__name", "reseller_after__name",
        "changed_on", "changed_at", "why", "applied_at",
    )[:limit]  # fmt: skip
    return tuple(
        ChangeRow(
            serial=row[0], customer=row[1], before=row[2] or "", after=row[3] or "", changed_on=row[4],
            changed_at=row[5], why=row[6], applied_at=row[7],
        )
        for row in rows
    )  # fmt: skip


def consents_of(*, who: Who, organisation_id: int) -> tuple[ConsentRow, ...]:
    """The consents of a customer, open ones first; for its people and the vendor's.  One query.  Source: B3."""
    if not (who.is_staff or organisation_id in who.organisation_ids):
        return ()
    return tuple(_consents(ActingConsent.objects.filter(organisation_id=organisation_id)))


def may_act_for(*, who: Who, organisation_id: int) -> bool:
    """The one predicate: whether one of the person's resellers has the customer's consent now.  Source: B3, D3."""
    held = ActingConsent.objects.filter(organisation_id=organisation_id, withdrawn_at=None)
    return bool(who.reseller_ids) and held.filter(reseller_id__in=who.reseller_ids).exists()


def acts_for(*, who: Who) -> tuple[ConsentRow, ...]:
    """The customers that the person's resellers may act for.  One query.  Source: B3."""
    if not who.reseller_ids:
        return ()
    held = ActingConsent.objects.filter(reseller_id__in=who.reseller_ids, withdrawn_at=None)
    return tuple(_consents(held, told=False))


def resellers_of(*, organisation_id: int) -> Mapping[str, str]:
    """Names by number of the resellers of record of a customer's licences, and of those listed; for its own pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT o.number, o.name FROM accounts_organisation o WHERE o.kind = 'reseller' AND ("
            " o.id IN (SELECT a.reseller_id FROM entitlements_asset a WHERE a.organisation_id = %s)"
            " OR o.id IN (SELECT p.organisation_id FROM renewals_resellerprofile p WHERE p.listed))"
            " ORDER BY o.name, o.number",
            [organisation_id],
        )
        return dict(cursor.fetchall())


def _narrowed(filters: ResellerFilters) -> Any:
    found = ResellerProfile.objects.filter(listed=True)
    if filters.country:
        found = found.filter(countries__contains=[filters.country])
    elif filters.countries:
        found = found.filter(countries__overlap=list(filters.countries))
    if filters.language:
        found = found.filter(languages__contains=[filters.language])
    if filters.family:
        found = found.filter(Q(families__contains=[filters.family]) | Q(families=[]))
    text = filters.text[:LONGEST_TEXT].replace("\0", "").strip()
    if text:
        found = found.filter(Q(organisation__name__icontains=text) | Q(address__icontains=text))
    return found


def _reseller(held: ResellerProfile, names: Mapping[str, str], of: Organisation | None = None) -> ResellerRow:
    of = of or held.organisation
    return ResellerRow(
        number=of.number, name=of.name, country=of.country,
        countries=tuple(held.countries), languages=tuple(held.languages),
        families=tuple(names.get(slug, slug) for slug in held.families), address=held.address, email=held.email,
        phone=held.phone, website=held.website,
    )  # fmt: skip


def _seen(who: Who) -> Any:
    found = ResellerRequest.objects.select_related("organisation", "reseller", "asked_by", "quote")
    if who.staff & LOOKERS:
        return found
    buys = {organisation for organisation, role in who.roles if role in DECIDE}
    asked = Q(reseller_id__in=who.reseller_ids, wish=ResellerWish.QUOTE.value)
    return found.filter(Q(organisation_id__in=buys) | asked)


def _request(who: Who, row: ResellerRequest) -> RequestRow:
    own, waits = who.holds(row.organisation_id, *DECIDE), row.answered_at is None
    is_quote = row.wish == ResellerWish.QUOTE
    decides = row.reseller_id in who.reseller_ids if is_quote else bool(who.staff & LOOKERS)
    return RequestRow(
        id=row.pk, wish=ResellerWish(row.wish), organisation_id=row.organisation_id, organisation=row.organisation.name,
        organisation_number=row.organisation.number, reseller_id=row.reseller_id, reseller=row.reseller.name,
        reseller_number=row.reseller.number, serials=tuple(row.serials), words=row.words, starts_on=row.starts_on,
        asked_at=row.asked_at, asked_by=(row.asked_by.name or row.asked_by.email) if own or who.is_staff else "",
        answered_at=row.answered_at, granted=row.granted, why=row.why,
        quote=row.quote.number if row.quote and (not own or row.quote.sent_at) else "",
        may_answer=waits and decides, may_withdraw=waits and own,
    )  # fmt: skip


def _consents(held: Any, *, told: bool = True) -> Iterator[ConsentRow]:
    rows = held.select_related("organisation", "reseller", "given_by").order_by("withdrawn_at", "-id")
    for row in rows[:200]:
        yield ConsentRow(
            id=row.pk, organisation=row.organisation.name, organisation_number=row.organisation.number,
            reseller=row.reseller.name, reseller_number=row.reseller.number,
            given_by=(row.given_by.name or row.given_by.email) if told else "", given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
        )  # fmt: skip
