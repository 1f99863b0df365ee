"""Quotes: prepared and kept, sent, answered, taken back, prepared anew.  What was quoted is never altered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tenure.accounts.actions.locks import open_memberships
from tenure.accounts.models import Organisation
from tenure.accounts.words import Who
from tenure.journal.actions import record
from tenure.journal.queries import acts_on
from tenure.journal.words import JSON, Actor
from tenure.policy.queries import VersionedPolicy, policy_on_or_first
from tenure.renewals import quote_letters as letters
from tenure.renewals.models import Quote, QuoteLine, QuoteService, ResellerRequest
from tenure.renewals.queries.held import HeldAsset, held_now
from tenure.renewals.queries.holdings import holdings_of
from tenure.renewals.queries.quotes import Priced, quote_for
from tenure.renewals.queries.sides import DECIDE, side_of
from tenure.renewals.rules.quoting import tax_on
from tenure.renewals.rules.standing import CAN_BE_REVISED, CAN_BE_WITHDRAWN, partner_amount, state_of
from tenure.renewals.words import (
    Buyer,
    Held,
    KeptInstants,
    Line,
    Note,
    NoteCode,
    QuoteRefusal,
    QuoteSide,
    QuoteState,
    RenewalRefusal,
    ResellerWish,
    Waiting,
    Wish,
)
from tenure.renewals.words import Quote as PricedQuote
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body

MOST_LINES = 10_000
LONGEST_WHY = 2_000
REMINDED = "renewals.customer_reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteWanted:
    """What is to be quoted.

    customer: the number of whose it is meant to be, or "": a serial number of somebody else's is caught.  years, until,
    level, quantities, services, extend: as in `Wish`.  request: of the customer to a reseller, which then need not be
    the one of record.
    """

    serials: tuple[str, ...]
    customer: str = ""
    years: int | None = None
    until: date | None = None
    level: str = ""
    quantities: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""
    services: Mapping[str, int] = field(default_factory=dict)
    extend: bool = False
    request: int | None = None


@transaction.atomic
def prepare_quote(*, who: Who, wanted: QuoteWanted, at: datetime, by: Actor) -> str:
    """Price the assets as ordered today and keep the quote; its number.

    A customer's own quote is theirs to accept at once; one by a reseller or the vendor waits to be sent.
    Raises Refused: NOTHING_CHOSEN, TOO_MANY_LINES, NOT_ALLOWED, OTHER_CUSTOMER, SEVERAL_RESELLERS, and what a quote is
    refused for (`RenewalRefusal`; UNKNOWN_SERIAL also for somebody else's).  Source: B3.
    """
    return _prepare(who, wanted, None, at, by)


@transaction.atomic
def revise_quote(
    *, who: Who, number: str, wanted: QuoteWanted | None = None, at: datetime, by: Actor
) -> str:  # fmt: skip
    """Prepare another quote in the place of one; its number.  wanted: None asks for the same again, as of today.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, STATE, and as for preparing.  Source: B3.
    """
    old = locked(number)
    if side_of(who=who, organisation_id=old.organisation_id, reseller_id=old.reseller_id) is None:
        raise Refused(QuoteRefusal.NOT_FOUND)
    state = standing(old, at)
    if state not in CAN_BE_REVISED:
        raise Refused(QuoteRefusal.STATE, state=state.value)
    return _prepare(who, wanted or wanted_again(old.wish), old, at, by)


@transaction.atomic
def send_quote(*, who: Who, number: str, at: datetime, by: Actor) -> None:
    """Show a prepared quote to its customer, by mail and in the portal.

    Raises Refused: NOT_FOUND, STATE.  Source: B3.
    """
    kept = locked(number)
    side = side_of(who=who, organisation_id=kept.organisation_id, reseller_id=kept.reseller_id)
    if side not in {QuoteSide.VENDOR, QuoteSide.RESELLER}:
        raise Refused(QuoteRefusal.NOT_FOUND)
    _refuse_other(kept, at, QuoteState.PREPARED)
    Quote.objects.filter(pk=kept.pk).update(sent_at=at)
    _journal("renewals.quote_sent", kept, at, by)
    letters.quote_sent(quote_id=kept.pk, at=at)


@transaction.atomic
def remind_customer(*, who: Who, number: str, at: datetime, by: Actor) -> None:
    """Write to the customer again about a quote that waits for their answer: at most one letter a day of the quote's
    zone, the first one counted.

    Raises Refused: NOT_FOUND, STATE, EXPIRED, WRITTEN_TODAY.  Source: ours.
    """
    kept = locked(number)
    side = side_of(who=who, organisation_id=kept.organisation_id, reseller_id=kept.reseller_id)
    if side not in {QuoteSide.VENDOR, QuoteSide.RESELLER}:
        raise Refused(QuoteRefusal.NOT_FOUND)
    _refuse_other(kept, at, QuoteState.SENT)
    told = acts_on(subject_kind="quote", subjects=[number], verbs=[REMINDED])
    written = [*(each.at for each in told), *([kept.sent_at] if kept.sent_at is not None else [])]
    if any(day_of(kept, each) >= day_of(kept, at) for each in written):
        raise Refused(QuoteRefusal.WRITTEN_TODAY)
    _journal(REMINDED, kept, at, by)
    letters.customer_reminded(quote_id=kept.pk, at=at)


@transaction.atomic
def accept_quote(*, who: Who, number: str, at: datetime, by: Actor) -> None:
    """The customer's owner or purchasing contact accepts; then the reseller, or the vendor's people, can order.

    Raises Refused: NOT_FOUND, NOT_ALLOWED, STATE, EXPIRED.  Source: B3.
    """
    kept = _answered(who, number, at)
    Quote.objects.filter(pk=kept.pk).update(accepted_at=at, accepted_by=who.person_id)
    _journal("renewals.quote_accepted", kept, at, by)
    letters.quote_answered(quote_id=kept.pk, at=at)


@transaction.atomic
def decline_quote(*, who: Who, number: str, why: str, at: datetime, by: Actor) -> None:
    """The customer says no, and why.  Raises Refused: NOT_FOUND, NOT_ALLOWED, WHY_MISSING, STATE, EXPIRED.

    Source: B3.
    """
    kept = _answered(who, number, at)
    said = _reason(why)
    Quote.objects.filter(pk=kept.pk).update(declined_at=at, why=said)
    _journal("renewals.quote_declined", kept, at, by, said)
    letters.quote_answered(quote_id=kept.pk, at=at)


@transaction.atomic
def withdraw_quote(*, who: Who, number: str, why: str, at: datetime, by: Actor) -> None:
    """Take back a quote that was not answered.  Raises Refused: NOT_FOUND, WHY_MISSING, STATE.  Source: B3."""
    kept = locked(number)
    side = side_of(who=who, organisation_id=kept.organisation_id, reseller_id=kept.reseller_id)
    if side not in {QuoteSide.VENDOR, QuoteSide.RESELLER}:
        raise Refused(QuoteRefusal.NOT_FOUND)
    said = _reason(why)
    _refuse_other(kept, at, *CAN_BE_WITHDRAWN)
    Quote.objects.filter(pk=kept.pk).update(withdrawn_at=at, why=said)
    _journal("renewals.quote_withdrawn", kept, at, by, said)
    if kept.sent_at is not None:
        letters.quote_withdrawn(quote_id=kept.pk, at=at)


def locked(number: str) -> Quote:
    """The quote, locked against whatever else is done with it.  Refused: NOT_FOUND."""
    found = None if "\0" in number else Quote.objects.select_for_update(of=("self",)).filter(number=number).first()
    if found is None:
        raise Refused(QuoteRefusal.NOT_FOUND)
    return found


def standing(kept: Quote, at: datetime) -> QuoteState:
    """How the quote stands now.  Two queries."""
    told = KeptInstants(
        valid_to=kept.valid_to, sent=kept.sent_at is not None, accepted=kept.accepted_at is not None,
        declined=kept.declined_at is not None, withdrawn=kept.withdrawn_at is not None,
        revised=Quote.objects.filter(revises=kept).exists(), ordered=hasattr(kept, "order"),
    )  # fmt: skip
    return state_of(kept=told, on=day_of(kept, at))


def day_of(kept: Quote, at: datetime) -> date:
    """The day in the quote's zone."""
    return at.astimezone(ZoneInfo(kept.zone)).date()


def wanted_again(wish: Mapping[str, Any]) -> QuoteWanted:
    """What a kept quote was asked for."""
    return QuoteWanted(
        serials=tuple(wish["serials"]), years=wish["years"], level=wish["level"], quantities=wish["quantities"],
        until=date.fromisoformat(wish["until"]) if wish["until"] else None, currency=wish["currency"],
        request=wish.get("request"), services=wish.get("services", {}), extend=wish.get("extend", False),
    )  # fmt: skip


def _answered(who: Who, number: str, at: datetime) -> Quote:
    """The quote that somebody of its customer may answer now."""
    kept = locked(number)
    if kept.sent_at is None or not who.holds(kept.organisation_id, *DECIDE):
        raise Refused(QuoteRefusal.NOT_FOUND)
    live = open_memberships(kept.organisation_id).filter(person_id=who.person_id or 0, role__in=DECIDE)
    if not live.exists():  # what the request thought of them is not enough
        raise Refused(QuoteRefusal.NOT_ALLOWED)
    _refuse_other(kept, at, QuoteState.SENT)
    return kept


def _refuse_other(kept: Quote, at: datetime, *states: QuoteState) -> None:
    state = standing(kept, at)
    if state is QuoteState.EXPIRED:
        raise Refused(QuoteRefusal.EXPIRED, valid_to=kept.valid_to.isoformat())
    if state not in states:
        raise Refused(QuoteRefusal.STATE, state=state.value)


def _prepare(who: Who, wanted: QuoteWanted, old: Quote | None, at: datetime, by: Actor) -> str:
    serials = tuple(dict.fromkeys(each.replace("\0", "").strip().upper() for each in wanted.serials if each.strip()))
    if not serials:
        raise Refused(QuoteRefusal.NOTHING_CHOSEN)
    if len(serials) > MOST_LINES:
        raise Refused(QuoteRefusal.TOO_MANY_LINES, most=MOST_LINES)
    request = _request(who, wanted, serials)
    eyes = None if request else who
    assets = _assets(eyes, serials)
    first = assets[serials[0]]
    reseller_id = request.reseller_id if request else _one_reseller(assets)
    side = side_of(who=who, organisation_id=first.held.organisation, reseller_id=reseller_id)
    if side is None:
        raise Refused(QuoteRefusal.NOT_ALLOWED)
    _refuse_others(wanted.customer or _number_of(old, request), assets)
    on = at.astimezone(ZoneInfo(first.zone)).date()
    wish = Wish(
        on=on, years=wanted.years, until=wanted.until, level=wanted.level, quantities=wanted.quantities,
        services=wanted.services, extend=wanted.extend,
    )  # fmt: skip
    priced = quote_for(who=eyes, serials=serials, wish=wish, currency=wanted.currency)
    kept = _keep(priced, assets, wanted, serials, reseller_id, policy_on_or_first(on), at)
    kept.prepared_by_id = who.person_id
    kept.revises = old
    kept.sent_at = at if side is QuoteSide.CUSTOMER else None
    kept.save()
    QuoteLine.objects.bulk_create(_lines(kept, priced, assets), batch_size=1_000)
    QuoteService.objects.bulk_create(_services(kept, priced))
    _settle(request, kept, who, at)
    facts: dict[str, JSON] = {"assets": len(serials), "revises": old.number if old else "", "side": side.value}
    record(
        verb="renewals.quote_prepared", subject=("quote", kept.number), at=at, by=by, facts=facts,
        organisation_id=kept.organisation_id,
    )  # fmt: skip
    return kept.number


def _assets(eyes: Who | None, serials: Sequence[str]) -> dict[str, HeldAsset]:
    """The assets as they stand, if the person may see them all.  Refused: UNKNOWN_SERIAL."""
    seen = {row.holding.serial for row in holdings_of(who=eyes, serials=serials)}
    missing = next((serial for serial in serials if serial not in seen), None)
    if missing is not None:
        raise Refused(RenewalRefusal.UNKNOWN_SERIAL, serial=missing[:60])
    return held_now(serials)


def _one_reseller(assets: Mapping[str, HeldAsset]) -> int | None:
    """The reseller of record of all of them.  Refused: SEVERAL_RESELLERS."""
    found = {each.held.reseller for each in assets.values()}
    if len(found) > 1:
        names = Organisation.objects.filter(pk__in=[each for each in found if each]).order_by("name")
        raise Refused(QuoteRefusal.SEVERAL_RESELLERS, resellers=list(names.values_list("name", flat=True)))
    return next(iter(found))


def _refuse_others(customer: str, assets: Mapping[str, HeldAsset]) -> None:
    """The wrong-site guard: every serial number must be of the customer that the quote is for.  Source: B3."""
    if not customer:
        return
    meant = Organisation.objects.filter(number=customer[:60].replace("\0", "")).first()
    for serial, each in assets.items():
        if meant is None or each.held.organisation != meant.pk:
            raise Refused(QuoteRefusal.OTHER_CUSTOMER, serial=serial, customer=meant.name if meant else customer[:60])


def _number_of(old: Quote | None, request: ResellerRequest | None) -> str:
    if old is not None:
        return old.organisation.number
    return request.organisation.number if request is not None else ""


def _request(who: Who, wanted: QuoteWanted, serials: Sequence[str]) -> ResellerRequest | None:
    """The customer's request that lets its reseller quote these serial numbers.  Refused: NOT_FOUND."""
    if wanted.request is None:
        return None
    wishes = ResellerRequest.objects.select_for_update(of=("self",)).filter(wish=ResellerWish.QUOTE.value)
    found = wishes.filter(pk=wanted.request, reseller_id__in=who.reseller_ids).exclude(granted=False).first()
    if found is None:
        if who.reseller_ids and not who.staff:
            raise Refused(QuoteRefusal.NOT_FOUND)
        return None  # the customer, or the vendor, asks for the same again: with their own eyes
    outside = next((serial for serial in serials if serial not in found.serials), None)
    if outside is not None:
        raise Refused(RenewalRefusal.UNKNOWN_SERIAL, serial=outside[:60])
    return found


def _settle(request: ResellerRequest | None, kept: Quote, who: Who, at: datetime) -> None:
    """The request is answered by its first quote."""
    if request is not None and request.answered_at is None:
        ResellerRequest.objects.filter(pk=request.pk).update(
            answered_at=at, answered_by=who.person_id, granted=True, quote=kept
        )


def _keep(
    priced: Priced, assets: Mapping[str, HeldAsset], wanted: QuoteWanted, serials: Sequence[str],
    reseller_id: int | None, version: VersionedPolicy, at: datetime,
) -> Quote:  # fmt: skip
    quote, policy, first = priced.quote, version.policy, assets[serials[0]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('renewals_quote_number')")
        number = int(cursor.fetchone()[0])
    form = policy.identifiers["quote"]
    kept = Quote(
        number=form.made_from(number=number % form.capacity), organisation_id=first.held.organisation,
        reseller_id=reseller_id, prepared_at=at, order_day=quote.on, zone=first.zone, policy=version.number,
        valid_to=quote.on + timedelta(days=policy.fulfilment.quote_valid_days), currency=quote.currency,
        total=quote.total, tax=quote.tax.amount, tax_rule=quote.tax.rule, tax_percent=quote.tax.percent,
        notes=[_note(each) for each in (*quote.notes, *_together(quote, assets))],
        waiting=[_waiting(each) for each in priced.waiting],
        wish={
            "serials": list(serials), "years": wanted.years, "level": wanted.level, "currency": wanted.currency,
            "until": wanted.until.isoformat() if wanted.until else None, "quantities": dict(wanted.quantities),
            "request": wanted.request, "services": dict(wanted.services), "extend": wanted.extend,
        },
        programme=quote.programme,
    )  # fmt: skip
    if reseller_id is not None:
        _price_for_partner(kept, priced, Organisation.objects.get(pk=reseller_id), version)
    return kept


def _together(made: PricedQuote, assets: Mapping[str, HeldAsset]) -> list[Note]:
    """Licences of several certificates will stand on one: said before anybody answers.  Source: B11."""
    serials = {line.serial for line in made.lines}
    papers = {assets[serial].certificate for serial in serials}
    if len(papers) == 1:
        return []
    return [Note(code=NoteCode.ONE_CERTIFICATE, facts={"licences": len(serials), "certificates": len(papers)})]


def _price_for_partner(kept: Quote, priced: Priced, reseller: Organisation, version: VersionedPolicy) -> None:
    percent = version.policy.prices.partner_percent
    made = priced.quote
    listed = [*(line.amount for line in made.lines), *(service.amount for service in made.services)]
    total = sum((partner_amount(amount, percent, kept.currency) for amount in listed), Decimal(0))
    buyer = Buyer(country=reseller.country, tax_identifier=reseller.tax_identifier)
    tax = tax_on(total=total, policy=version.policy, buyer=buyer, currency=kept.currency)
    kept.partner_percent, kept.partner_total = percent, total
    kept.partner_tax, kept.partner_tax_rule, kept.partner_tax_percent = tax.amount, tax.rule, tax.percent


def _lines(kept: Quote, priced: Priced, assets: Mapping[str, HeldAsset]) -> list[QuoteLine]:
    return [
        QuoteLine(
            quote=kept, place=place, asset_id=assets[line.serial].id, kind=line.kind.value, level=line.level,
            quantity=line.quantity, starts_on=line.starts_on, ends_on=line.ends_on, lapsed_days=line.lapsed_days,
            amount=line.amount, steps=_steps(line), notes=[_note(each) for each in line.notes],
            partner_amount=_for_partner(kept, line.amount),
            held=_held(assets[line.serial].held),
        )
        for place, line in enumerate(priced.quote.lines, start=1)
    ]  # fmt: skip


def _services(kept: Quote, priced: Priced) -> list[QuoteService]:
    return [
        QuoteService(
            quote=kept, place=place, service=each.service, name=each.name, unit=each.unit, quantity=each.quantity,
            unit_price=each.unit_price, amount=each.amount, partner_amount=_for_partner(kept, each.amount),
        )
        for place, each in enumerate(priced.quote.services, start=len(priced.quote.lines) + 1)
    ]  # fmt: skip


def _for_partner(kept: Quote, amount: Decimal) -> Decimal | None:
    """What the reseller pays of an amount; None where none sells."""
    return None if kept.partner_percent is None else partner_amount(amount, kept.partner_percent, kept.currency)


def _held(held: Held) -> dict[str, Any]:
    return {
        "organisation": held.organisation, "site": held.site, "reseller": held.reseller, "quantity": held.quantity,
        "level": held.level, "ends": held.ends.isoformat() if held.ends else None,
    }  # fmt: skip


def _steps(line: Line) -> list[dict[str, Any]]:
    return [{"code": step.code.value, "amount": str(step.amount), "facts": dict(step.facts)} for step in line.steps]


def _note(note: Note) -> dict[str, Any]:
    return {"code": note.code.value, "facts": dict(note.facts)}


def _waiting(each: Waiting) -> dict[str, Any]:
    return {
        "on": each.on.isoformat(), "code": each.code, "total": None if each.total is None else str(each.total),
        "buy_again": None if each.buy_again is None else str(each.buy_again),
    }  # fmt: skip


def _reason(why: str) -> str:
    said = tidy_body(why)[:LONGEST_WHY]
    if not said:
        raise Refused(QuoteRefusal.WHY_MISSING)
    return said


def _journal(verb: str, kept: Quote, at: datetime, by: Actor, why: str = "") -> None:
    record(
        verb=verb, subject=("quote", kept.number), at=at, by=by, why=why, organisation_id=kept.organisation_id,
    )  # fmt: skip
