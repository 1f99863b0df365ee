"""The quote: assets, a level, a term or a common end, and an order day, to lines that show each step.  Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tenure.policy.words import BandsBy, PastSupport, Policy, TaxKind
from tenure.renewals.rules.beginning import Beginning, beginning
from tenure.renewals.rules.extending import extension_of, refuse_unextended
from tenure.renewals.rules.fees import HUNDRED, Part, Pricing, late_parts, term_parts, told
from tenure.renewals.rules.money import rounded
from tenure.renewals.rules.periods import Calendar
from tenure.renewals.rules.services import service_lines
from tenure.renewals.words import (
    Buyer,
    Holding,
    Line,
    LineKind,
    Note,
    NoteCode,
    PriceBook,
    Quote,
    RenewalRefusal,
    StepCode,
    Tax,
    Wish,
)
from tenure.toolbox.refused import Refused

_DAY = timedelta(days=1)
MOST_UNITS = 10**12
LAST_YEAR = 9900  # so that the years of a term stay on the calendar


def quote(
    *, holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> Quote:
    """What renewing the assets costs when it is ordered on `wish.on`.

    Each line begins where its own cover ends; with several assets all end on one day, counted from the latest, and an
    asset that ends on that day already is left out.  A level that differs, with the asset's own end as the common end,
    is a change from the order day on.  The extension of an old release stands after the line that it goes with.
    book: one currency's list, of the order day.  buyer.programme: one that the policy has, or "".
    Raises Refused with a code of `RenewalRefusal`.  Source: A11, B3, B9, B10, B11.
    """
    _check(holdings, wish, policy)
    begun = {each.serial: beginning(holding=each, on=wish.on, rule=policy.reinstatement) for each in holdings}
    ends = _common_end(holdings, begun, wish, policy)
    if ends - _DAY <= wish.on:
        raise Refused(RenewalRefusal.END_IN_PAST, ends_on=(ends - _DAY).isoformat(), on=wish.on.isoformat())
    pricing = _pricing(holdings, wish, ends, policy, book, currency, buyer)
    lines: list[Line] = []
    left_out = []
    for holding in holdings:
        if _is_left_out(holding, wish, ends):
            left_out.append(holding.serial)
        elif holding.chain_ends == ends:
            lines.append(_changed(holding, wish, ends, pricing))
        elif holding.chain_ends is not None and holding.chain_ends > ends:
            last = (holding.chain_ends - _DAY).isoformat()
            raise Refused(
                RenewalRefusal.ENDS_LATER, serial=holding.serial, last_day=last, ends_on=(ends - _DAY).isoformat()
            )
        else:
            lines += _renewed(holding, begun[holding.serial], wish, ends, pricing)
    if not lines:
        raise Refused(RenewalRefusal.NOTHING_TO_RENEW, ends_on=(ends - _DAY).isoformat())
    if wish.extend:
        refuse_unextended(lines=lines, holdings=holdings, ends=ends)
    kinds = {each.kind for each in holdings}
    services = service_lines(services=wish.services, kinds=kinds, policy=policy, currency=currency)
    amounts = [*(line.amount for line in lines), *(service.amount for service in services)]
    total = sum(amounts, Decimal(0))
    return Quote(
        on=wish.on, currency=currency, policy=policy.edition, lines=tuple(lines), left_out=tuple(left_out),
        total=total, tax=tax_on(total=total, policy=policy, buyer=buyer, currency=currency), services=services,
        programme=pricing.programme.key if pricing.programme else "",
    )  # fmt: skip


def _is_left_out(holding: Holding, wish: Wish, ends: date) -> bool:
    """Whether nothing about the asset would change."""
    return holding.chain_ends == ends and wish.level in ("", holding.level)


def _pricing(
    holdings: Sequence[Holding], wish: Wish, ends: date, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> Pricing:
    """By what the lines are priced: a programme may count all units of the quote for a band.  Source: B11."""
    programme, reached = policy.programmes.get(buyer.programme), None
    if programme is not None and programme.bands_by is BandsBy.QUOTE:
        priced = [each for each in holdings if not _is_left_out(each, wish, ends)]
        reached = sum(wish.quantities.get(each.serial, each.quantity) for each in priced)
    return Pricing(policy=policy, book=book, currency=currency, programme=programme, reached=reached)


def _check(holdings: Sequence[Holding], wish: Wish, policy: Policy) -> None:
    twice = [serial for serial, times in Counter(each.serial for each in holdings).items() if times > 1]
    if twice:
        raise Refused(RenewalRefusal.SERIAL_TWICE, serial=twice[0])
    if max(wish.on, wish.until or wish.on).year > LAST_YEAR:
        raise Refused(RenewalRefusal.DAY_OUT_OF_RANGE, most=LAST_YEAR)
    for holding in holdings:
        _check_level(holding, wish.level or holding.level, policy)
        quantity, most = wish.quantities.get(holding.serial, holding.quantity), holding.quantity
        if not 1 <= quantity <= min(most, MOST_UNITS):
            raise Refused(
                RenewalRefusal.QUANTITY_OUT_OF_RANGE,
                serial=holding.serial,
                quantity=quantity,
                most=min(most, MOST_UNITS),
            )


def _check_level(holding: Holding, level: str, policy: Policy) -> None:
    if not level:
        raise Refused(RenewalRefusal.LEVEL_NEEDED, serial=holding.serial)
    if level not in policy.levels:
        raise Refused(RenewalRefusal.LEVEL_UNKNOWN, level=level)
    if holding.kind not in policy.levels[level].sold_for:
        raise Refused(RenewalRefusal.LEVEL_NOT_SOLD, serial=holding.serial, level=level, kind=holding.kind)


def _common_end(holdings: Sequence[Holding], begun: dict[str, Beginning], wish: Wish, policy: Policy) -> date:
    """The first day after the quote's common end."""
    most = policy.terms.maximum_months
    latest = max(holdings, key=lambda each: (begun[each.serial].starts, each.serial))
    counted = Calendar(begun[latest.serial].starts, begun[latest.serial].anchor)
    if wish.until is not None:
        ends = wish.until + _DAY
    else:
        months = policy.terms.usual_months if wish.years is None else 12 * wish.years
        if not 1 <= months <= most:
            raise Refused(RenewalRefusal.TERM_TOO_LONG, months=months, most=most)
        ends = counted.after(months=months)
    for holding in holdings:
        own = begun[holding.serial]
        if ends > Calendar(own.starts, own.anchor).after(months=most):
            raise Refused(
                RenewalRefusal.TERM_TOO_LONG, serial=holding.serial, ends_on=(ends - _DAY).isoformat(), most=most
            )
    return ends


def _renewed(holding: Holding, begun: Beginning, wish: Wish, ends: date, pricing: Pricing) -> list[Line]:
    """The renewal, and beside it the extension of its release where that is wished and can be had."""
    level, quantity = wish.level or holding.level, wish.quantities.get(holding.serial, holding.quantity)
    rate = pricing.rate(product=holding.product, level=level, quantity=quantity)
    ends, notes = _supported(holding, begun.starts, ends, pricing.policy)
    if ends <= max(wish.on + _DAY, begun.starts):
        raise Refused(RenewalRefusal.END_IN_PAST, ends_on=(ends - _DAY).isoformat(), on=wish.on.isoformat())
    years = Calendar(begun.starts, begun.anchor).years_to(ends)
    parts = term_parts(rate=rate, quantity=quantity, years=years, pricing=pricing)
    renewal = sum((part.exact for part in parts), Fraction(0))
    parts += late_parts(beginning=begun, rate=rate, quantity=quantity, renewal=renewal, pricing=pricing)
    amount, steps = told(parts, pricing.currency)
    line = Line(
        kind=LineKind.RENEWAL if holding.chain_ends else LineKind.FIRST_TERM, serial=holding.serial,
        product=holding.product, level=level, quantity=quantity, starts_on=begun.starts, ends_on=ends - _DAY,
        lapsed_days=begun.lapsed_days, amount=amount, steps=steps, notes=notes,
    )  # fmt: skip
    if not wish.extend:
        return [line]
    return [line, *extension_of(holding=holding, line=line, anchor=begun.anchor, rate=rate, pricing=pricing)]


def _changed(holding: Holding, wish: Wish, ends: date, pricing: Pricing) -> Line:
    """The level changes on the order day, which is the new level's; what the old one still had to give is credited."""
    starts, quantity = max(wish.on, holding.chain_starts or wish.on), holding.quantity
    years = Calendar(starts).years_to(ends)
    if wish.quantities.get(holding.serial, quantity) != quantity:
        raise Refused(
            RenewalRefusal.QUANTITY_OUT_OF_RANGE, serial=holding.serial, quantity=wish.quantities[holding.serial],
            most=quantity,
        )  # fmt: skip
    parts = []
    for code, level, sign in ((StepCode.NEW_LEVEL, wish.level, 1), (StepCode.OLD_LEVEL, holding.level, -1)):
        rate = pricing.rate(product=holding.product, level=level, quantity=quantity)
        facts = {**rate.facts, "level": level, "quantity": quantity, "years": str(years)}
        parts.append(Part(code=code, exact=sign * rate.fee(quantity=quantity, years=years), facts=facts))
    parts += pricing.taken_off(sum((part.exact for part in parts), Fraction(0)))
    amount, steps = told(parts, pricing.currency)
    return Line(
        kind=LineKind.LEVEL_CHANGE, serial=holding.serial, product=holding.product, level=wish.level,
        quantity=quantity, starts_on=starts, ends_on=ends - _DAY, lapsed_days=0, amount=amount, steps=steps,
    )  # fmt: skip


def _supported(holding: Holding, starts: date, ends: date, policy: Policy) -> tuple[date, tuple[Note, ...]]:
    """The end, cut where the support of the release ends.  Raises Refused: SUPPORT_ENDED.  Source: A10; ours."""
    last = holding.supported_to
    if last is None or ends <= last:
        return ends, ()
    facts = {"serial": holding.serial, "release": holding.release, "supported_until": (last - _DAY).isoformat()}
    if last <= starts or policy.prices.past_end_of_support is PastSupport.REFUSE:
        raise Refused(RenewalRefusal.SUPPORT_ENDED, **facts)
    asked = (ends - _DAY).isoformat()
    return last, (Note(code=NoteCode.CUT_AT_END_OF_SUPPORT, facts={**facts, "asked_until": asked}),)


def tax_on(*, total: Decimal, policy: Policy, buyer: Buyer, currency: str) -> Tax:
    """What is added to a net total for a buyer.  Source: ours."""
    rule = policy.tax_of(country=buyer.country)
    reverse = rule.rule is TaxKind.REVERSE_CHARGE and bool(buyer.tax_identifier)
    percent = Decimal(0) if reverse else rule.percent
    kind = rule.rule if reverse or rule.rule is not TaxKind.REVERSE_CHARGE else TaxKind.RATE
    return Tax(
        rule=kind.value, percent=percent, amount=rounded(Fraction(total) * Fraction(percent) / HUNDRED, currency)
    )
