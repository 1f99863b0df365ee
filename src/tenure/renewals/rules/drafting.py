"""The lines of a quote before they are rounded: which assets, from when until when, by which charges.  Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeAlias

from tenure.policy.words import PastSupport, Policy
from tenure.renewals.rules.beginning import Beginning, beginning
from tenure.renewals.rules.extending import extension_of, refuse_unextended
from tenure.renewals.rules.fees import NOTHING, Charges, Part, Pricing, pricing_of
from tenure.renewals.rules.lines import Draft
from tenure.renewals.rules.periods import Calendar
from tenure.renewals.words import (
    Buyer,
    Holding,
    LineKind,
    Note,
    NoteCode,
    PriceBook,
    RenewalRefusal,
    StepCode,
    Wish,
)
from tenure.toolbox.refused import Refused

_DAY = timedelta(days=1)
MOST_UNITS = 10**12
LAST_YEAR = 9900  # so that the years of a term stay on the calendar
_Chain: TypeAlias = "tuple[date | None, date | None]"


def drafted(
    *, holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> tuple[list[Draft], tuple[str, ...], Pricing]:
    """The lines of `quoting.quote`, which says what they are; the serials that are left out; by what it is priced.

    Raises Refused as it does, but for services.  Source: A11, B3, B9, B10, B11.
    """
    _check(holdings, wish, policy)
    begun = _begun(holdings, wish, policy)
    ends = _common_end(holdings, begun, wish, policy)
    if ends - _DAY <= wish.on:
        raise Refused(RenewalRefusal.END_IN_PAST, ends_on=(ends - _DAY).isoformat(), on=wish.on.isoformat())
    priced = (each for each in holdings if not _is_left_out(each, wish, ends))
    pricing = pricing_of(
        quantities=(wish.quantities.get(each.serial, each.quantity) for each in priced), policy=policy, book=book,
        currency=currency, buyer=buyer,
    )  # fmt: skip
    drafts: list[Draft] = []
    left_out = []
    for holding in holdings:
        if _is_left_out(holding, wish, ends):
            left_out.append(holding.serial)
        elif holding.chain_ends == ends:
            drafts.append(_changed(holding, wish, ends, pricing))
        elif holding.chain_ends is not None and holding.chain_ends > ends:
            last = (holding.chain_ends - _DAY).isoformat()
            raise Refused(
                RenewalRefusal.ENDS_LATER, serial=holding.serial, last_day=last, ends_on=(ends - _DAY).isoformat()
            )
        else:
            drafts += _renewed(holding, begun[_chain(holding)], wish, ends, pricing)
    if not drafts:
        raise Refused(RenewalRefusal.NOTHING_TO_RENEW, ends_on=(ends - _DAY).isoformat())
    if wish.extend:
        refuse_unextended(drafts=drafts, holdings=holdings, ends=ends)
    return drafts, tuple(left_out), pricing


def _is_left_out(holding: Holding, wish: Wish, ends: date) -> bool:
    """Whether nothing about the asset would change."""
    return holding.chain_ends == ends and wish.level in ("", holding.level)


def _check(holdings: Sequence[Holding], wish: Wish, policy: Policy) -> None:
    twice = [serial for serial, times in Counter(each.serial for each in holdings).items() if times > 1]
    if twice:
        raise Refused(RenewalRefusal.SERIAL_TWICE, serial=twice[0])
    if max(wish.on, wish.until or wish.on).year > LAST_YEAR:
        raise Refused(RenewalRefusal.DAY_OUT_OF_RANGE, most=LAST_YEAR)
    sold: set[tuple[str, str]] = set()
    for holding in holdings:
        kind_and_level = holding.kind, wish.level or holding.level
        if kind_and_level not in sold:
            _check_level(holding, kind_and_level[1], policy)
            sold.add(kind_and_level)
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


def _chain(holding: Holding) -> _Chain:
    return holding.chain_starts, holding.chain_ends


def _begun(holdings: Sequence[Holding], wish: Wish, policy: Policy) -> dict[_Chain, Beginning]:
    """Where renewals begin: worked out once for all assets of the same days."""
    begun: dict[_Chain, Beginning] = {}
    for holding in holdings:
        if _chain(holding) not in begun:
            begun[_chain(holding)] = beginning(holding=holding, on=wish.on, rule=policy.reinstatement)
    return begun


def _common_end(
    holdings: Sequence[Holding], begun: dict[_Chain, Beginning], wish: Wish, policy: Policy
) -> date:  # fmt: skip
    """The first day after the quote's common end."""
    most = policy.terms.maximum_months
    counted = {chain: Calendar(own.starts, own.anchor) for chain, own in begun.items()}
    if wish.until is not None:
        ends = wish.until + _DAY
    else:
        months = policy.terms.usual_months if wish.years is None else 12 * wish.years
        if not 1 <= months <= most:
            raise Refused(RenewalRefusal.TERM_TOO_LONG, months=months, most=most)
        ends = max(own.after(months=months) for own in counted.values())
    for chain, own in counted.items():
        if ends > own.after(months=most):
            serial = next(each.serial for each in holdings if _chain(each) == chain)
            last = (ends - _DAY).isoformat()
            raise Refused(RenewalRefusal.TERM_TOO_LONG, serial=serial, ends_on=last, most=most)
    return ends


def _renewed(holding: Holding, begun: Beginning, wish: Wish, ends: date, pricing: Pricing) -> list[Draft]:
    """The renewal, and beside it the extension of its release where that is wished and can be had."""
    level, quantity = wish.level or holding.level, wish.quantities.get(holding.serial, holding.quantity)
    rate = pricing.rate(product=holding.product, level=level, quantity=quantity)
    ends, notes = _supported(holding, begun.starts, ends, pricing.policy)
    if ends <= max(wish.on + _DAY, begun.starts):
        raise Refused(RenewalRefusal.END_IN_PAST, ends_on=(ends - _DAY).isoformat(), on=wish.on.isoformat())
    charges = pricing.charges(begun=begun, ends=ends)
    kind = LineKind.RENEWAL if holding.chain_ends else LineKind.FIRST_TERM
    draft = Draft(kind, holding, level, quantity, begun.starts, ends, begun.lapsed_days, rate, charges, notes)
    return [draft, *extension_of(draft=draft, anchor=begun.anchor, pricing=pricing)] if wish.extend else [draft]


def _changed(holding: Holding, wish: Wish, ends: date, pricing: Pricing) -> Draft:
    """The level changes on the order day, which is the new level's; what the old one still had to give is credited."""
    starts, quantity = max(wish.on, holding.chain_starts or wish.on), holding.quantity
    years = Calendar(starts).years_to(ends)
    if wish.quantities.get(holding.serial, quantity) != quantity:
        raise Refused(
            RenewalRefusal.QUANTITY_OUT_OF_RANGE, serial=holding.serial, quantity=wish.quantities[holding.serial],
            most=quantity,
        )  # fmt: skip
    rates = {
        each: pricing.rate(product=holding.product, level=each, quantity=quantity)
        for each in (wish.level, holding.level)
    }
    parts, due = [], NOTHING
    for code, level, sign in ((StepCode.NEW_LEVEL, wish.level, 1), (StepCode.OLD_LEVEL, holding.level, -1)):
        flat = sign * rates[level].per_year * quantity * years.exact
        facts = {**rates[level].facts, "level": level, "quantity": quantity, "years": str(years)}
        parts.append(Part(code=code, flat=flat, facts=facts))
        due += flat
    parts += pricing.taken_off(flat=due)
    return Draft(
        LineKind.LEVEL_CHANGE, holding, wish.level, quantity, starts, ends, 0, rates[wish.level], Charges(parts)
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
