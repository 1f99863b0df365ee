"""Resellers: asked for a quote, made the one of record from a day on, allowed to act for a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tenure.accounts.actions.locks import open_memberships
from tenure.accounts.models import Organisation
from tenure.accounts.words import OrganisationKind, Role, Who
from tenure.catalog.models import Family
from tenure.entitlements.actions.move_writing import lock_assets, lock_customers
from tenure.entitlements.models import Asset
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.renewals import reseller_letters as letters
from tenure.renewals.models import ActingConsent, ResellerChange, ResellerProfile, ResellerRequest
from tenure.renewals.queries.held import HeldAsset, held_now
from tenure.renewals.queries.holdings import holdings_of
from tenure.renewals.queries.sides import DECIDE, LOOKERS, SELLERS
from tenure.renewals.words import ResellerRefusal, ResellerWish
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body, tidy_line

LONGEST_WORDS = 2_000
LONGEST_LINE = 300
MOST_SERIALS = 500

# due: the changes whose day has come where their asset is, the oldest first; who comes second finds none
DUE = """
SELECT c.id, c.asset_id, c.reseller_after_id
FROM renewals_resellerchange c JOIN entitlements_asset a ON a.id = c.asset_id
WHERE c.applied_at IS NULL AND c.changed_on <= (%(at)s::timestamptz AT TIME ZONE a.zone)::date
ORDER BY c.changed_on, c.id FOR UPDATE OF c SKIP LOCKED
"""
APPLY = """
WITH last AS (
    SELECT DISTINCT ON (u.asset) u.asset, u.reseller
    FROM unnest(%(assets)s::bigint[], %(resellers)s::bigint[]) WITH ORDINALITY u(asset, reseller, place)
    ORDER BY u.asset, u.place DESC)
UPDATE entitlements_asset a SET reseller_id = last.reseller FROM last WHERE a.id = last.asset
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the finder says of a reseller.  countries: ISO 3166-1; languages: codes; families: slugs, none for all."""

    countries: tuple[str, ...]
    languages: tuple[str, ...]
    families: tuple[str, ...] = ()
    address: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    listed: bool = True


@transaction.atomic
def ask_reseller(
    *, who: Who, reseller: str, wish: ResellerWish, serials: Sequence[str], words: str = "",
    starts_on: date | None = None, at: datetime, by: Actor,
) -> int:  # fmt: skip
    """A customer's owner or purchasing contact asks a reseller, listed or of record, for a quote, which is a task for
    that reseller; or asks the vendor to make a listed one the reseller of record from a day on.  The request's number.

    Raises Refused: NOT_FOUND, NOTHING_CHOSEN, NOT_YOURS with `serial`, NOT_ALLOWED, ALREADY_ASKED, DAY_PAST,
    SAME_RESELLER.  Source: B2, B3.
    """
    to = _askable(who, reseller, wish)
    assets = _own(who, serials)
    first = next(iter(assets.values()))
    live = open_memberships(first.held.organisation).filter(person_id=who.person_id or 0, role__in=DECIDE)
    if not live.exists():
        raise Refused(ResellerRefusal.NOT_ALLOWED)
    if wish is ResellerWish.OF_RECORD:
        starts_on = _day(starts_on, first, at)
        if all(each.held.reseller == to.pk for each in assets.values()):
            raise Refused(ResellerRefusal.SAME_RESELLER, reseller=to.name)
    try:
        with transaction.atomic():
            made = ResellerRequest.objects.create(
                wish=wish.value, organisation_id=first.held.organisation, reseller=to,
                serials=list(assets), words=tidy_body(words)[:LONGEST_WORDS], asked_at=at,
                asked_by_id=who.person_id or 0,
                starts_on=starts_on if wish is ResellerWish.OF_RECORD else None,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(ResellerRefusal.ALREADY_ASKED, reseller=to.name) from None
    _journal("renewals.reseller_asked", made, at, by, {"wish": wish.value, "reseller": to.number})
    if wish is ResellerWish.QUOTE:
        letters.quote_wanted(request_id=made.pk, at=at)
    return int(made.pk)


@transaction.atomic
def answer_request(*, who: Who, request_id: int, granted: bool, why: str = "", at: datetime, by: Actor) -> None:
    """Say no to a request, or carry out a change of record.  A request for a quote is granted by its quote.

    The reseller answers the first kind, the vendor's people the second; whoever buys for the customer may take back
    their own.  Raises Refused: NOT_FOUND, NOT_ALLOWED, ALREADY_ANSWERED, WHY_MISSING for a no.  Source: B2, B3.
    """
    request = ResellerRequest.objects.select_for_update(of=("self",)).filter(pk=_number(request_id)).first()
    if request is None or not _may_answer(who, request, granted=granted):
        raise Refused(ResellerRefusal.NOT_FOUND)
    if request.answered_at is not None:
        raise Refused(ResellerRefusal.ALREADY_ANSWERED)
    said = tidy_body(why)[:LONGEST_WORDS]
    if not granted and not said:
        raise Refused(ResellerRefusal.WHY_MISSING)
    request.answered_at, request.answered_by_id, request.granted, request.why = at, who.person_id, granted, said
    request.save(update_fields=["answered_at", "answered_by", "granted", "why"])
    _journal("renewals.reseller_answered", request, at, by, {"granted": granted}, said)
    if granted:
        starts_on = request.starts_on or at.date()
        _change(request.organisation_id, request.serials, request.reseller, starts_on, said or "asked", who, at, by)
    letters.request_answered(request_id=request.pk, at=at)


@transaction.atomic
def change_reseller(
    *, who: Who, customer: str, serials: Sequence[str], reseller: str, starts_on: date, why: str, at: datetime,
    by: Actor,
) -> int:  # fmt: skip
    """Customer care or a representative makes another reseller, or none, the one of record from a day on; how many
    assets it is for.  A day that has come takes effect at once, any other when it comes.

    Raises Refused: NOT_FOUND, NOTHING_CHOSEN, NOT_YOURS, DAY_PAST, WHY_MISSING, SAME_RESELLER.  Source: B3.
    """
    if not who.staff & LOOKERS:
        raise Refused(ResellerRefusal.NOT_FOUND)
    of = Organisation.objects.filter(number=_tidy(customer)).first()
    after = Organisation.objects.filter(number=_tidy(reseller), kind=OrganisationKind.RESELLER.value).first()
    if of is None or (after is None and reseller.strip()):
        raise Refused(ResellerRefusal.NOT_FOUND)
    said = tidy_body(why)[:LONGEST_WORDS]
    if not said:
        raise Refused(ResellerRefusal.WHY_MISSING)
    assets = _own(who, serials)
    for serial, each in assets.items():
        if each.held.organisation != of.pk:
            raise Refused(ResellerRefusal.NOT_YOURS, serial=serial)
    _day(starts_on, next(iter(assets.values())), at)
    return _change(of.pk, list(assets), after, starts_on, said, who, at, by)


@transaction.atomic
def apply_reseller_changes(*, at: datetime) -> int:
    """Make the resellers of record whose day has come; says of how many assets.  Any number may run at once.

    Source: B3.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"at": at})
        due = cursor.fetchall()
        if not due:
            return 0
        cursor.execute(APPLY, {"assets": [row[1] for row in due], "resellers": [row[2] for row in due]})
    ResellerChange.objects.filter(pk__in=[row[0] for row in due]).update(applied_at=at)
    return len(due)


@transaction.atomic
def give_consent(*, who: Who, customer: str, reseller: str, at: datetime, by: Actor) -> int:
    """An owner lets a reseller act for the customer: open cases, ask for contact IDs.  The consent's number.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, ALREADY_GIVEN.  Source: B3, D3.
    """
    of = _owned(who, customer)
    to = Organisation.objects.filter(number=_tidy(reseller), kind=OrganisationKind.RESELLER.value).first()
    if to is None:
        raise Refused(ResellerRefusal.NOT_FOUND)
    try:
        with transaction.atomic():
            made = ActingConsent.objects.create(
                organisation=of, reseller=to, given_by_id=who.person_id or 0, given_at=at
            )
    except IntegrityError:
        raise Refused(ResellerRefusal.ALREADY_GIVEN, reseller=to.name) from None
    record(
        verb="renewals.consent_given", subject=("organisation", of.number), at=at, by=by,
        facts={"reseller": to.number}, organisation_id=of.pk,
    )  # fmt: skip
    letters.consent_changed(consent_id=made.pk, at=at)
    return int(made.pk)


@transaction.atomic
def withdraw_consent(*, who: Who, customer: str, consent_id: int, at: datetime, by: Actor) -> None:
    """An owner takes the consent back; from now on the reseller opens nothing for them.

    Raises Refused: NOT_FOUND, NOT_ALLOWED.  Source: B3, D3.
    """
    of = _owned(who, customer)
    held = ActingConsent.objects.filter(pk=_number(consent_id), organisation=of, withdrawn_at=None)
    if not held.update(withdrawn_at=at):
        raise Refused(ResellerRefusal.NOT_FOUND)
    record(
        verb="renewals.consent_withdrawn", subject=("organisation", of.number), at=at, by=by,
        facts={"consent": consent_id}, organisation_id=of.pk,
    )  # fmt: skip
    letters.consent_changed(consent_id=consent_id, at=at)


@transaction.atomic
def keep_profile(*, who: Who | None, reseller: str, profile: Profile, at: datetime, by: Actor) -> None:
    """What the public finder says of a reseller; kept by the vendor's renewals people, or a command (`who` None).

    The journal keeps what was said before; the same again writes nothing.
    Raises Refused: NOT_FOUND, COUNTRY_UNKNOWN, LANGUAGE_UNKNOWN, FAMILY_UNKNOWN, REACH_MISSING where it is listed
    without a country or a language.  Source: B2.
    """
    found = Organisation.objects.select_for_update().filter(
        number=_tidy(reseller), kind=OrganisationKind.RESELLER.value
    )
    of = found.first()
    if of is None or not (who is None or who.staff & SELLERS):
        raise Refused(ResellerRefusal.NOT_FOUND)
    territories, spoken = Locale("en").territories, dict(settings.LANGUAGES)
    for country in profile.countries:
        if country not in territories or not country.isalpha():
            raise Refused(ResellerRefusal.COUNTRY_UNKNOWN, country=country)
    for language in profile.languages:
        if language not in spoken:
            raise Refused(ResellerRefusal.LANGUAGE_UNKNOWN, language=language)
    known = set(Family.objects.filter(slug__in=profile.families).values_list("slug", flat=True))
    for family in profile.families:
        if family not in known:
            raise Refused(ResellerRefusal.FAMILY_UNKNOWN, family=family)
    if profile.listed and not (profile.countries and profile.languages):
        raise Refused(ResellerRefusal.REACH_MISSING)
    told: dict[str, Any] = {
        "countries": sorted(set(profile.countries)), "languages": sorted(set(profile.languages)),
        "families": sorted(set(profile.families)), "address": tidy_body(profile.address)[:LONGEST_WORDS],
        "email": tidy_line(profile.email)[:LONGEST_LINE], "phone": tidy_line(profile.phone)[:LONGEST_LINE],
        "website": tidy_line(profile.website)[:LONGEST_LINE], "listed": profile.listed,
    }  # fmt: skip
    before = ResellerProfile.objects.filter(organisation=of).values(*told).first() or {}
    changed = {name: before.get(name) for name in told if before.get(name) != told[name]}
    if not changed:
        return
    ResellerProfile.objects.update_or_create(organisation=of, defaults=told)
    record(
        verb="renewals.reseller_profile_kept", subject=("organisation", of.number), at=at, by=by,
        facts={"listed": profile.listed, "before": changed, "after": {name: told[name] for name in changed}},
        organisation_id=of.pk,
    )  # fmt: skip


def _askable(who: Who, reseller: str, wish: ResellerWish) -> Organisation:
    """The reseller, if the finder lists it, or licences of the person's organisations go through it.

    Refused: NOT_FOUND.
    """
    to = Organisation.objects.filter(number=_tidy(reseller), kind=OrganisationKind.RESELLER.value).first()
    if to is not None:
        own = Asset.objects.filter(reseller=to, organisation_id__in=who.organisation_ids)
        if ResellerProfile.objects.filter(organisation=to, listed=True).exists():
            return to
        if wish is ResellerWish.QUOTE and own.exists():
            return to
    raise Refused(ResellerRefusal.NOT_FOUND)


def _change(
    customer: int, serials: Sequence[str], after: Organisation | None, starts_on: date, why: str, who: Who,
    at: datetime, by: Actor,
) -> int:  # fmt: skip
    lock_customers([customer])
    lock_assets(each.id for each in held_now(serials).values())
    assets = {serial: each for serial, each in held_now(serials).items() if each.held.organisation == customer}
    target = after.pk if after else None
    moved = [each for each in assets.values() if each.held.reseller != target]
    if not moved:
        raise Refused(ResellerRefusal.SAME_RESELLER, reseller=after.name if after else "")
    ResellerChange.objects.bulk_create(
        ResellerChange(
            asset_id=each.id, reseller_before_id=each.held.reseller, reseller_after=after, changed_on=starts_on,
            changed_at=at, changed_by_id=who.person_id, why=why,
        )
        for each in moved
    )  # fmt: skip
    apply_reseller_changes(at=at)
    record(
        verb="renewals.reseller_changed", subject=("organisation", str(customer)), at=at, by=by, why=why,
        facts={"assets": len(moved), "reseller": after.number if after else "", "on": starts_on.isoformat()},
        organisation_id=customer,
    )  # fmt: skip
    letters.reseller_changed(
        customer_id=customer, reseller_id=target, starts_on=starts_on, serials=[each.serial for each in moved], at=at
    )
    return len(moved)


def _own(who: Who, serials: Sequence[str]) -> dict[str, HeldAsset]:
    """The assets of one customer that the person sees, in the order named.  Refused: NOTHING_CHOSEN, NOT_YOURS."""
    named = list(dict.fromkeys(each.replace("\0", "").strip().upper() for each in serials if each.strip()))
    if not named or len(named) > MOST_SERIALS:
        raise Refused(ResellerRefusal.NOTHING_CHOSEN)
    seen = {row.holding.serial: row.organisation_id for row in holdings_of(who=who, serials=named)}
    first = seen.get(named[0])
    for serial in named:
        own = who.staff & LOOKERS or (first is not None and who.holds(first, *DECIDE))
        if seen.get(serial) is None or seen[serial] != first or not own:
            raise Refused(ResellerRefusal.NOT_YOURS, serial=serial[:60])
    held = held_now(named)
    return {serial: held[serial] for serial in named}


def _may_answer(who: Who, request: ResellerRequest, *, granted: bool) -> bool:
    if who.holds(request.organisation_id, *DECIDE):
        return not granted
    if request.wish == ResellerWish.OF_RECORD:
        return bool(who.staff & LOOKERS)
    return not granted and (request.reseller_id in who.reseller_ids or bool(who.staff & SELLERS))


def _day(day: date | None, asset: HeldAsset, at: datetime) -> date:
    today = at.astimezone(ZoneInfo(asset.zone)).date()
    if day is None:
        return today
    if day < today:
        raise Refused(ResellerRefusal.DAY_PAST, today=today.isoformat())
    return day


def _owned(who: Who, customer: str) -> Organisation:
    """The organisation, if the person is its owner now.  Refused: NOT_FOUND, NOT_ALLOWED."""
    of = Organisation.objects.filter(number=_tidy(customer), kind=OrganisationKind.CUSTOMER.value).first()
    if of is None or not who.holds(of.pk, *Role):
        raise Refused(ResellerRefusal.NOT_FOUND)
    if not open_memberships(of.pk).filter(person_id=who.person_id or 0, role=Role.OWNER).exists():
        raise Refused(ResellerRefusal.NOT_ALLOWED)
    return of


def _tidy(number: str) -> str:
    return number[:60].replace("\0", "").strip().upper()


def _number(given: int) -> int:
    return given if 0 < given < 2**63 else 0


def _journal(
    verb: str, request: ResellerRequest, at: datetime, by: Actor, facts: dict[str, Any], why: str = ""
) -> None:  # fmt: skip
    record(
        verb=verb, subject=("reseller_request", str(request.pk)), at=at, by=by, facts=facts, why=why,
        organisation_id=request.organisation_id,
    )  # fmt: skip
