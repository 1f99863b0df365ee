"""Ordering an accepted quote: certificate, terms, agreement, codes and letters in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from psycopg import errors

from tenure.accounts.models import Contact
from tenure.accounts.words import Role, StaffRole, Who
from tenure.activation.actions import issue_codes
from tenure.entitlements.actions import moving
from tenure.entitlements.actions.mailing import WRITING
from tenure.entitlements.actions.move_writing import lock_assets, lock_customers, refuse_newer
from tenure.entitlements.intake import IMPORTING
from tenure.entitlements.models import Agreement, Asset, Certificate, LetterDue, Term
from tenure.entitlements.queries.moves import plan_of
from tenure.entitlements.words import MoveKind, TermFamily
from tenure.entitlements.words.moving import MoveRefusal
from tenure.entitlements.words.moving import Wish as MoveWish
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import policy_on_or_first
from tenure.policy.words import Policy
from tenure.policy.words.identifiers import IdentifierFormat
from tenure.renewals import quote_letters as letters
from tenure.renewals.actions.papers import refuse_disputed
from tenure.renewals.actions.quotes import day_of, locked, standing
from tenure.renewals.models import Order, Quote, QuoteLine, QuoteService, RenewalTask, ResellerChange
from tenure.renewals.queries.held import HeldAsset, held_from, held_now
from tenure.renewals.queries.sides import side_of
from tenure.renewals.rules.standing import changed
from tenure.renewals.words import Changed, LineKind, QuoteRefusal, QuoteSide, QuoteState, TaskKind
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused

_DAY = timedelta(days=1)
SPREAD = 10_000_019  # a prime: multiplied by it, numbers in a row give certificate numbers that are not
TRIES = 1_000
AS_CARE = Who(staff=frozenset({StaffRole.OPERATOR}))  # an order parts an asset by the doors of customer care

# running: the terms of one asset that a change of level ends, as known now (A3, B10)
RUNNING = """
SELECT id, family, level, quantity, lower(covers), upper(covers), certificate_id, agreement_id
FROM entitlements_term
WHERE asset_id = %(asset)s AND upper_inf(known) AND family < 4 AND covers && daterange(%(starts)s, %(ends)s)
ORDER BY lower(covers), id
"""
CLOSE = "UPDATE entitlements_term SET known = tstzrange(lower(known), %(at)s) WHERE id = ANY(%(terms)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What came of an order.  certificate: its number.  is_new: False where somebody had ordered the quote before."""

    certificate: str
    is_new: bool


@transaction.atomic
def order_quote(*, who: Who, number: str, at: datetime, by: Actor) -> Ordered:
    """Turn an accepted quote into a certificate and terms; ordered again, it says what came of it the first time.

    The reseller of the quote orders, or the vendor's renewals people.  Every asset must stand as it was quoted.
    Raises Refused: NOT_FOUND, NOT_ACCEPTED, EXPIRED after its last day, STATE, ASSET_CHANGED with `serial` and `what`,
    DISPUTED while the customer objects to a signature on paper, IN_USE where a part of an asset that machines use would
    be parted from it, CHANGED_A_MOMENT_AGO.  Source: B3.
    """
    _wait_for_imports()
    kept = locked(number)
    side = side_of(who=who, organisation_id=kept.organisation_id, reseller_id=kept.reseller_id)
    if side not in {QuoteSide.VENDOR, QuoteSide.RESELLER}:
        raise Refused(QuoteRefusal.NOT_FOUND)
    state = standing(kept, at)
    if state is QuoteState.ORDERED:
        made = Order.objects.select_related("certificate").get(quote=kept)
        return Ordered(certificate=made.certificate.number, is_new=False)
    _refuse_unready(kept, state, on=day_of(kept, at))
    refuse_disputed(kept)
    lines = list(QuoteLine.objects.select_related("asset").filter(quote=kept).order_by("place"))
    lock_customers([kept.organisation_id])
    lock_assets([line.asset_id for line in lines])
    held = _unchanged(lines)
    policy = policy_on_or_first(day_of(kept, at)).policy
    parted = _part(kept, lines, at, by)
    certificate = _certificate(kept, lines, policy, at)
    _write_terms(kept, lines, held, certificate, policy, at)
    _keep_reseller(kept, lines, who, at)
    Order.objects.create(quote=kept, certificate=certificate, ordered_at=at, ordered_by_id=who.person_id)
    services = _ask_for_services(kept, policy, at)
    issue_codes(at=at, by=by, asset_ids=[*(line.asset_id for line in lines), *parted])
    record(
        verb="renewals.quote_ordered", subject=("quote", kept.number), at=at, by=by,
        facts={
            "certificate": certificate.number, "sales_order": certificate.sales_order_number,
            "assets": len({line.asset_id for line in lines}), "services": services,
        },
        organisation_id=kept.organisation_id,
    )  # fmt: skip
    if certificate.owner_id is not None:
        LetterDue.objects.bulk_create([LetterDue(certificate=certificate, asked_at=at)], ignore_conflicts=True)
        wake(WRITING)
    letters.quote_ordered(quote_id=kept.pk, certificate=certificate.number, at=at)
    return Ordered(certificate=certificate.number, is_new=True)


def _wait_for_imports() -> None:
    """A correction of the installed base writes terms before it locks their assets: one of the two goes first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [IMPORTING])


def _refuse_unready(kept: Quote, state: QuoteState, *, on: date) -> None:
    """on: in the quote's zone; before its own order day nobody had accepted it yet."""
    if state is QuoteState.EXPIRED:
        raise Refused(QuoteRefusal.EXPIRED, valid_to=kept.valid_to.isoformat())
    if state in {QuoteState.PREPARED, QuoteState.SENT} or on < kept.order_day:
        raise Refused(QuoteRefusal.NOT_ACCEPTED)
    if state is not QuoteState.ACCEPTED:
        raise Refused(QuoteRefusal.STATE, state=state.value)


def _unchanged(lines: Sequence[QuoteLine]) -> dict[str, HeldAsset]:
    """The assets, read under their locks.  Refused: ASSET_CHANGED."""
    now = held_now(line.asset.serial_number for line in lines)
    for line in lines:
        serial = line.asset.serial_number
        what = changed(quoted=held_from(line.held), now=now[serial].held if serial in now else None)
        if what is not None:
            raise Refused(QuoteRefusal.ASSET_CHANGED, serial=serial, what=what.value)
    return now


def _part(kept: Quote, lines: Sequence[QuoteLine], at: datetime, by: Actor) -> list[int]:
    """Part the assets of which only some units are renewed: the renewed part keeps the serial number, the remainder
    its own end under a new one.  The ids of the remainders.  Refused: IN_USE, CHANGED_A_MOMENT_AGO.  Source: B10.
    """
    made: list[int] = []
    for line in lines:
        rest = line.held["quantity"] - line.quantity
        if rest <= 0 or line.kind == LineKind.EXTENSION:
            continue
        serial = line.asset.serial_number
        wish = MoveWish(kind=MoveKind.SPLIT, serials=(serial,), parts=(line.quantity, rest))
        try:
            plan = plan_of(who=AS_CARE, wish=wish, at=at)
            move = moving.split_asset(
                who=AS_CARE, wish=wish, why=f"{kept.number}: {line.quantity} of {line.quantity + rest}",
                seen=plan.digest, at=at, by=by,
            )  # fmt: skip
        except Refused as no:
            if no.code is MoveRefusal.CHANGED_A_MOMENT_AGO:
                raise Refused(QuoteRefusal.CHANGED_A_MOMENT_AGO) from None
            raise Refused(QuoteRefusal.IN_USE, serial=serial) from None
        made += Asset.objects.filter(moves__move_id=move).exclude(pk=line.asset_id).values_list("pk", flat=True)
    return made


def _certificate(kept: Quote, lines: Sequence[QuoteLine], policy: Policy, at: datetime) -> Certificate:
    """A new certificate of the customer, to the licence owner that the old one names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('renewals_order_number')")
        order = int(cursor.fetchone()[0])
    forms = policy.identifiers
    old = Certificate.objects.filter(assets__in=[line.asset_id for line in lines], organisation_id=kept.organisation_id)
    owner = old.exclude(owner=None).order_by("-issued_on", "-pk").values_list("owner_id", flat=True).first()
    if owner is None:
        owners = Contact.objects.filter(organisation_id=kept.organisation_id, role=Role.OWNER.value)
        owner = owners.order_by("pk").values_list("pk", flat=True).first()
    return Certificate.objects.create(
        number=_free(forms["certificate"], order * SPREAD),
        sales_order_number=forms["sales_order"].made_from(number=order % forms["sales_order"].capacity),
        issued_on=day_of(kept, at), organisation_id=kept.organisation_id, reseller_id=kept.reseller_id, owner_id=owner,
    )  # fmt: skip


def _free(form: IdentifierFormat, start: int) -> str:
    """The first certificate number from a start on that nobody has."""
    for step in range(TRIES):
        number = form.made_from(number=(start + step) % form.capacity)
        if not Certificate.objects.filter(number=number).exists():
            return number
    raise ValueError(f"no free certificate number near {start}")


def _write_terms(
    kept: Quote, lines: Sequence[QuoteLine], held: Mapping[str, HeldAsset], certificate: Certificate, policy: Policy,
    at: datetime,
) -> None:  # fmt: skip
    """The terms that were bought; a change of level ends the running ones first.  Refused: ASSET_CHANGED where somebody
    wrote a term of these days at the same time.
    """
    agreements = _agreements(kept, lines, held)
    made: list[Term] = []
    for line in lines:
        region = held[line.asset.serial_number].region
        if line.kind == LineKind.LEVEL_CHANGE:
            made += _end_running(line, at)
        extends = line.kind == LineKind.EXTENSION  # gives no rights of its own, so that no contact seats hang on it
        family = TermFamily.EXTENSION if extends else TermFamily[policy.levels[line.level].family.name]
        made.append(
            Term(
                asset_id=line.asset_id, certificate=certificate, family=family.value, level=line.level,
                agreement_id=None if extends else agreements[line.level, region], quantity=line.quantity,
                covers=(line.starts_on, line.ends_on + _DAY), known=(at, None),
            )
        )  # fmt: skip
    try:
        with transaction.atomic():
            Term.objects.bulk_create(made, batch_size=1_000)
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation):
            raise
        serial = lines[0].asset.serial_number
        raise Refused(QuoteRefusal.ASSET_CHANGED, serial=serial, what=Changed.COVER.value) from None


def _end_running(line: QuoteLine, at: datetime) -> list[Term]:
    """Close what was known of the old level's term, and say anew what of it stays: the days before the change."""
    try:
        refuse_newer([line.asset_id], at)
    except Refused:
        raise Refused(QuoteRefusal.CHANGED_A_MOMENT_AGO) from None
    starts, ends = line.starts_on, line.ends_on + _DAY
    with connection.cursor() as cursor:
        cursor.execute(RUNNING, {"asset": line.asset_id, "starts": starts, "ends": ends})
        rows = cursor.fetchall()
        cursor.execute(CLOSE, {"terms": [row[0] for row in rows], "at": at})
    stays = []
    for _, family, level, quantity, lower, upper, certificate, agreement in rows:
        for first, last in ((lower, min(starts, upper)), (max(ends, lower), upper)):
            if first < last:
                stays.append(
                    Term(
                        asset_id=line.asset_id, certificate_id=certificate, agreement_id=agreement, family=family,
                        level=level, quantity=quantity, covers=(first, last), known=(at, None),
                    )
                )  # fmt: skip
    return stays


def _agreements(
    kept: Quote, lines: Sequence[QuoteLine], held: Mapping[str, HeldAsset]
) -> dict[tuple[str, str], int]:  # fmt: skip
    """The customer's agreements by level and region; those that are not there yet are made.  Source: D1, D2."""
    wanted = {(line.level, held[line.asset.serial_number].region) for line in lines}
    Agreement.objects.bulk_create(
        (
            Agreement(organisation_id=kept.organisation_id, level=level, region=region)
            for level, region in sorted(wanted)
        ),
        ignore_conflicts=True,
    )
    rows = Agreement.objects.filter(organisation_id=kept.organisation_id).values_list("level", "region", "id")
    return {(level, region): number for level, region, number in rows}


def _ask_for_services(kept: Quote, policy: Policy, at: datetime) -> int:
    """The services of the quote are a task of the regional team; how many there are.  Source: B10, B8; ours."""
    services = list(QuoteService.objects.filter(quote=kept).order_by("place"))
    if services:
        region = policy.region_of(country=kept.organisation.country)
        words = ", ".join(f"{each.quantity} × {each.name}" for each in services)
        RenewalTask.objects.create(
            kind=TaskKind.SERVICE_ORDERED.value, region=region.key, organisation_id=kept.organisation_id,
            subject=kept.number, words=words, made_at=at,
        )  # fmt: skip
    return len(services)


def _keep_reseller(kept: Quote, lines: Sequence[QuoteLine], who: Who, at: datetime) -> None:
    """The reseller of record stays; one that the customer chose by asking for a quote becomes it.  Source: B3."""
    renewing = [line for line in lines if line.kind != LineKind.EXTENSION]
    others = [line for line in renewing if line.held["reseller"] != kept.reseller_id]
    Asset.objects.filter(pk__in=[line.asset_id for line in others]).update(reseller_id=kept.reseller_id)
    ResellerChange.objects.bulk_create(
        ResellerChange(
            asset_id=line.asset_id, reseller_before_id=line.held["reseller"], reseller_after_id=kept.reseller_id,
            changed_on=day_of(kept, at), changed_at=at, changed_by_id=who.person_id, why=kept.number, applied_at=at,
        )
        for line in others
    )  # fmt: skip
