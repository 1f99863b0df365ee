"""Courtesy: ask for one, give one, a second yes to a long one, decline, take back; and a place for a case under it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tenure.accounts.models import Person, Site
from tenure.accounts.words import Role, Who
from tenure.entitlements import courtesy_letters as letters
from tenure.entitlements.models import Agreement, Courtesy, CourtesyUse, Term
from tenure.entitlements.queries.courtesy import caps_of, courtesy_in_force, may_give
from tenure.entitlements.queries.decisions import decisions_of
from tenure.entitlements.queries.joining import owners_of
from tenure.entitlements.queries.licences import asset as asset_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import rests_on_courtesy, usual_level
from tenure.entitlements.words import (
    AssetRow,
    Benefit,
    CourtesyAnswer,
    Decision,
    EntitlementRefusal,
    HeldCourtesy,
    Offer,
    TermFamily,
)
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import VersionedPolicy
from tenure.policy.words import Policy
from tenure.toolbox.refused import Refused

LONGEST_WHY = 2_000
ASKERS = (Role.OWNER, Role.TECHNICAL)
_ONE_AT_A_TIME = 7_214_012  # of those who give one, so that what is counted holds until it is written

# end_term: what was known of a term ends now; what is left of its days before `on` is known from now on (A3, A12)
END_TERM = """
WITH ended AS (
    UPDATE entitlements_term t
    SET known = tstzrange(lower(known), greatest(%(at)s::timestamptz, lower(known) + interval '1 microsecond'))
    WHERE id = %(term)s AND upper_inf(known) RETURNING *
)
INSERT INTO entitlements_term (asset_id, certificate_id, agreement_id, family, level, quantity, covers, known)
SELECT asset_id, certificate_id, agreement_id, family, level, quantity, daterange(lower(covers), %(on)s),
       tstzrange(upper(known), NULL)
FROM ended WHERE lower(covers) < %(on)s RETURNING id
"""
# hold_place: the courtesy in force, locked, so that two cases do not count the same places
HOLD_PLACE = """
SELECT c.id FROM entitlements_courtesy c JOIN entitlements_term t ON t.id = c.term_id
WHERE c.asset_id = %(asset)s AND c.revoked_at IS NULL AND upper_inf(t.known) AND t.covers @> %(on)s::date
FOR UPDATE OF c
"""


@transaction.atomic
def ask_courtesy(*, who: Who, serial: str, why: str, at: datetime, by: Actor) -> int:
    """An owner or technical contact asks for a courtesy; its number.  One a licence is open at a time.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, COURTESY_NOT_NEEDED while technical support is covered,
    COURTESY_OPEN.  Source: A12.
    """
    _wait_for_turn()
    row = _asset(who, serial, at)
    if not who.holds(row.organisation_id, *ASKERS):
        raise Refused(EntitlementRefusal.NOT_ALLOWED)
    said = _tidy(why)
    held = courtesy_in_force(asset_id=row.id, on=row.day)
    if _support(row, version_on(row.day)).granted and not (held and held.is_used_up):
        raise Refused(EntitlementRefusal.COURTESY_NOT_NEEDED)
    _refuse_second(row)
    asked = Courtesy.objects.create(
        asset_id=row.id, organisation_id=row.organisation_id, asked_by_id=who.person_id, asked_at=at, why=said
    )
    _record("asked", asked, row, at, by, why=said)
    return asked.pk


@transaction.atomic
def give_courtesy(
    *, who: Who, serial: str, offer: Offer, request: int | None = None, at: datetime, by: Actor
) -> int:  # fmt: skip
    """Give a courtesy, or the first of two yeses to one that is longer than one person may give; its number.

    request: the open request that is answered; None begins one.  It holds from today on in the asset's zone, or from
    the end of the one that runs if that has cases left; one whose cases are used up ends by it.
    Raises Refused: NOT_FOUND, NOT_ALLOWED, REQUEST_ANSWERED, WHY_MISSING, LEVEL_UNKNOWN, COURTESY_DAYS, COURTESY_CASES,
    COURTESY_NOT_NEEDED while more than a courtesy covers technical support, COURTESY_OPEN where a request is open,
    COURTESY_AHEAD, COURTESY_OF_ASSET, COURTESY_OF_CUSTOMER, COURTESY_OF_APPROVER.  Source: A12.
    """
    _wait_for_turn()
    row = _asset(who, serial, at)
    version = version_on(row.day)
    _refuse_stranger(who, version.policy)
    said, level = _tidy(offer.why), _checked(row, offer, version.policy)
    given = _open_request(request, row) if request is not None else None
    if given is None:
        _refuse_second(row)
        given = Courtesy(asset_id=row.id, organisation_id=row.organisation_id, asked_at=at, why=said)
    elif given.first_by_id is not None:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    _refuse_needless(row, version)
    _refuse_beyond_caps(who, given, row, version.policy, at)
    given.days, given.most_cases, given.level, given.answer_why = offer.days, offer.most_cases, level, said
    given.policy = version.number
    if offer.days > version.policy.courtesy.second_approver_above_days:
        given.first_by_id, given.first_at = who.person_id, at
        given.save()
        _record("first_yes", given, row, at, by, why=said)
        return given.pk
    _give(who, given, row, version.policy, at, by)
    return given.pk


@transaction.atomic
def confirm_courtesy(*, who: Who, courtesy_id: int, at: datetime, by: Actor) -> None:
    """The second yes, by somebody else than the first.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, REQUEST_ANSWERED, SAME_APPROVER, COURTESY_NOT_NEEDED, COURTESY_AHEAD and the
    caps of the policy.  Source: A12.
    """
    _wait_for_turn()
    given, row, version = _waiting(who, courtesy_id, at)
    if given.first_by_id is None:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    if given.first_by_id == who.person_id:
        raise Refused(EntitlementRefusal.SAME_APPROVER)
    _refuse_needless(row, version)
    _refuse_beyond_caps(who, given, row, version.policy, at)
    _give(who, given, row, version.policy, at, by)


@transaction.atomic
def decline_courtesy(*, who: Who, courtesy_id: int, why: str, at: datetime, by: Actor) -> None:
    """Say no to a request, or to what waits for a second yes; who asked and the owners are told why.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, REQUEST_ANSWERED, WHY_MISSING.  Source: A12.
    """
    said = _tidy(why)
    _wait_for_turn()
    given, row, _version = _waiting(who, courtesy_id, at)
    given.answer, given.answered_at, given.answered_by_id = CourtesyAnswer.DECLINED.value, at, who.person_id
    given.answer_why = said
    given.save()
    _record("declined", given, row, at, by, why=said)
    letters.courtesy_declined(readers=_readers(given), row=row, why=said, at=at)


@transaction.atomic
def revoke_courtesy(*, who: Who, courtesy_id: int, why: str, at: datetime, by: Actor) -> None:
    """Take a courtesy back: it holds up to yesterday, as known from now on.  Its cases stay as they are.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, COURTESY_ENDED where nothing is left to take back.
    Source: A3, A12.
    """
    said = _tidy(why)
    _wait_for_turn()
    given, row, _version = _held(who, courtesy_id, at)
    term = given.term
    is_over = term is None or term.known.upper is not None or term.covers.upper <= row.day
    if given.revoked_at is not None or is_over:
        raise Refused(EntitlementRefusal.COURTESY_ENDED)
    given.revoked_at, given.revoked_by_id = at, who.person_id
    _end(given, row.day, at)
    _record("revoked", given, row, at, by, why=said)
    letters.courtesy_revoked(readers=_readers(given), row=row, why=said, at=at)


def hold_place(*, asset_id: int, on: date) -> HeldCourtesy | None:
    """The courtesy that holds on the day, locked until the end of the transaction; None where none does any more.

    Whoever holds it counts its places alone.  Source: A12.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PLACE, {"asset": asset_id, "on": on})
        found = cursor.fetchone()
    return courtesy_in_force(asset_id=asset_id, on=on) if found else None


def use_place(*, held: HeldCourtesy, case_number: str, at: datetime) -> None:
    """A case takes the next place of a courtesy that `hold_place` locked.  Source: A12."""
    CourtesyUse.objects.create(courtesy_id=held.id, place=held.used + 1, case_number=case_number, used_at=at)


def _asset(who: Who, serial: str, at: datetime) -> AssetRow:
    row = asset_of(who=who, serial=serial, at=at)
    if row is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    return row


def _refuse_stranger(who: Who, policy: Policy) -> None:
    if not may_give(who, policy):
        raise Refused(EntitlementRefusal.NOT_ALLOWED)


def _wait_for_turn() -> None:
    """Courtesies are few: one is asked for, given or taken back at a time, and each counts what the last one wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _tidy(why: str) -> str:
    said = " ".join(why.replace("\0", "").split())[:LONGEST_WHY]
    if not said:
        raise Refused(EntitlementRefusal.WHY_MISSING)
    return said


def _support(row: AssetRow, version: VersionedPolicy) -> Decision:
    found = decisions_of(row=row, version=version)
    return next(each for each in found if each.benefit is Benefit.TECHNICAL_SUPPORT)


def _refuse_needless(row: AssetRow, version: VersionedPolicy) -> None:
    support = _support(row, version)
    if support.granted and not rests_on_courtesy(support):
        raise Refused(EntitlementRefusal.COURTESY_NOT_NEEDED)


def _refuse_second(row: AssetRow) -> None:
    held = Courtesy.objects.filter(asset_id=row.id, answered_at=None).values_list("id", flat=True).first()
    if held is not None:
        raise Refused(EntitlementRefusal.COURTESY_OPEN, courtesy=held)


def _checked(row: AssetRow, offer: Offer, policy: Policy) -> str:
    """The level that is given, once the offer is within what may be given at all."""
    limits = policy.courtesy
    if not 1 <= offer.days <= limits.longest_days:
        raise Refused(EntitlementRefusal.COURTESY_DAYS, most=limits.longest_days)
    if not 1 <= offer.most_cases <= limits.most_cases:
        raise Refused(EntitlementRefusal.COURTESY_CASES, most=limits.most_cases)
    level = offer.level or usual_level(terms=row.terms, levels=policy.levels, kind=row.product_kind, on=row.day)
    if level not in policy.levels or row.product_kind not in policy.levels[level].sold_for:
        raise Refused(EntitlementRefusal.LEVEL_UNKNOWN, level=level)
    return level


def _refuse_beyond_caps(who: Who, given: Courtesy, row: AssetRow, policy: Policy, at: datetime) -> None:
    """Count what was given before, under the lock; what waits for a second yes counts as well."""
    used = caps_of(
        asset_id=row.id, organisation_id=row.organisation_id, person_id=who.person_id, at=at, besides=given.pk or 0
    )
    for code, count, most in (
        (EntitlementRefusal.COURTESY_OF_ASSET, used.asset, policy.courtesy.most_per_asset_a_year),
        (EntitlementRefusal.COURTESY_OF_CUSTOMER, used.customer, policy.courtesy.most_per_customer_a_year),
        (EntitlementRefusal.COURTESY_OF_APPROVER, used.approver, policy.courtesy.most_per_approver_a_month),
    ):
        if count >= most:
            raise Refused(code, most=most)


def _open_request(number: int, row: AssetRow) -> Courtesy:
    """The open request of the asset, locked.  Refused: NOT_FOUND, REQUEST_ANSWERED."""
    found = Courtesy.objects.select_for_update(of=("self",)).filter(pk=number, asset_id=row.id).first()
    if found is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if found.answered_at is not None:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    return found


def _held(who: Who, number: int, at: datetime) -> tuple[Courtesy, AssetRow, VersionedPolicy]:
    """The courtesy, locked, for who may give one; everybody else does not learn that it is there."""
    found = Courtesy.objects.select_for_update(of=("self",)).select_related("asset", "term").filter(pk=number).first()
    row = asset_of(who=who, serial=found.asset.serial_number, at=at) if found else None
    if found is None or row is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    version = version_on(row.day)
    _refuse_stranger(who, version.policy)
    return found, row, version


def _waiting(who: Who, number: int, at: datetime) -> tuple[Courtesy, AssetRow, VersionedPolicy]:
    found, row, version = _held(who, number, at)
    if found.answered_at is not None:
        raise Refused(EntitlementRefusal.REQUEST_ANSWERED)
    return found, row, version


def _give(who: Who, given: Courtesy, row: AssetRow, policy: Policy, at: datetime, by: Actor) -> None:
    """Write the term, and tell who asked and the owners."""
    _let_contacts_be_named(row, given.level)
    starts = _make_room(row, at)
    ends = starts + timedelta(days=given.days or 0)
    given.term = Term.objects.create(
        asset_id=row.id, family=TermFamily.COURTESY, level=given.level, quantity=row.quantity,
        covers=DateRange(starts, ends), known=DateTimeTZRange(_known_from(row, at), None),
    )  # fmt: skip
    given.answer, given.answered_at, given.answered_by_id = CourtesyAnswer.GIVEN.value, at, who.person_id
    given.save()
    facts = {"starts": starts.isoformat(), "ends": ends.isoformat(), "cases": given.most_cases, "level": given.level}
    _record("given", given, row, at, by, why=given.answer_why, facts=facts)
    told = letters.GivenFacts(
        starts=starts, last_day=ends - timedelta(days=1), most_cases=given.most_cases or 0,
        targets=policy.courtesy.targets_apply,
    )  # fmt: skip
    letters.courtesy_given(readers=_readers(given), row=row, given=told, why=given.answer_why, at=at)


def _let_contacts_be_named(row: AssetRow, level: str) -> None:
    """A customer that was never covered has no agreement, so nobody could be named who opens a case: it gets one.

    It hangs on no term, so it is not covered by it either.
    """
    if not Agreement.objects.filter(organisation_id=row.organisation_id).exists():
        region = Site.objects.values_list("region", flat=True).get(pk=row.site_id)
        Agreement.objects.create(organisation_id=row.organisation_id, level=level, region=region)


def _make_room(row: AssetRow, at: datetime) -> date:
    """The day on which a new one begins: today; or after the one that runs, unless its cases are used up.

    One that is used up ends by it.  Refused: COURTESY_AHEAD where the next one is given already.
    """
    ahead = [each for each in row.terms if each.family is TermFamily.COURTESY and each.starts > row.day]
    if ahead:
        raise Refused(EntitlementRefusal.COURTESY_AHEAD, starts=min(each.starts for each in ahead).isoformat())
    running = hold_place(asset_id=row.id, on=row.day)
    if running is None:
        return row.day
    if not running.is_used_up:
        return running.until + timedelta(days=1)
    _end(Courtesy.objects.get(pk=running.id), row.day, at)
    return row.day


def _end(given: Courtesy, on: date, at: datetime) -> None:
    """End the term before a day; the courtesy keeps what is left of it."""
    with connection.cursor() as cursor:
        cursor.execute(END_TERM, {"term": given.term_id, "on": on, "at": at})
        left = cursor.fetchone()
    if left:
        given.term_id = left[0]
    given.save()


def _known_from(row: AssetRow, at: datetime) -> datetime:
    """From when the new term is known: now, but not before the end of what was known of one that it follows."""
    closed = (
        Term.objects.filter(asset_id=row.id, family=TermFamily.COURTESY, known__endswith__isnull=False)
        .order_by("-known__endswith").values_list("known", flat=True).first()
    )  # fmt: skip
    return max(at, closed.upper) if closed else at


def _readers(given: Courtesy) -> Iterable[Person]:
    """Who asked, and the owners; each once."""
    people = {person.pk: person for person in owners_of(organisation_id=given.organisation_id)}
    asker = Person.objects.filter(pk=given.asked_by_id or 0, is_active=True).first()
    if asker is not None:
        people[asker.pk] = asker
    return [people[number] for number in sorted(people)]


def _record(
    verb: str, given: Courtesy, row: AssetRow, at: datetime, by: Actor, *, why: str,
    facts: dict[str, str | int | None] | None = None,
) -> None:  # fmt: skip
    record(
        verb=f"entitlements.courtesy_{verb}", subject=("courtesy", str(given.pk)), at=at, by=by,
        facts={"serial": row.serial, "days": given.days, **(facts or {})}, why=why,
        organisation_id=row.organisation_id,
    )  # fmt: skip
