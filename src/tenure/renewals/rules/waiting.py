"""What waiting costs: the same renewal today, at expiry, and each month after, beside buying again.  Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tenure.policy.words import Policy
from tenure.renewals.rules.fees import price_for, pricing_of
from tenure.renewals.rules.money import rounded
from tenure.renewals.rules.periods import Calendar, add_months
from tenure.renewals.rules.quoting import total_of
from tenure.renewals.rules.services import service_lines
from tenure.renewals.words import Buyer, Holding, PriceBook, Waiting, Wish
from tenure.toolbox.refused import Refused

MOST_MONTHS = 24


def cost_of_waiting(
    *, holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> tuple[Waiting, ...]:
    """The renewal on `wish.on`, on the last covered day, and each month after it, until it is refused for good.

    The price list of the order day holds throughout.  A wish with a common end keeps it.  Source: B9; ours.
    """
    again = _buy_again(holdings, wish, policy, book, currency, buyer)
    said = []
    for day in _days(holdings, wish.on):
        try:
            total = total_of(
                holdings=holdings, wish=replace(wish, on=day), policy=policy, book=book, currency=currency, buyer=buyer
            )
        except Refused as refused:
            said.append(Waiting(on=day, total=None, code=refused.code.value, buy_again=again))
            break
        said.append(Waiting(on=day, total=total, code="", buy_again=again))
    return tuple(said)


def _days(holdings: Sequence[Holding], on: date) -> list[date]:
    ends = [holding.chain_ends for holding in holdings if holding.chain_ends]
    if not ends:
        return [on]
    last = min(ends) - timedelta(days=1)
    later = [add_months(last, months) for months in range(1, MOST_MONTHS + 1)]
    return sorted({on, *(day for day in (last, *later) if day > on)})


def _buy_again(
    holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> Decimal | None:
    """New licences for the same quantities, each with a first term, and the same services; None where the list has no
    licence price.
    """
    months = policy.terms.usual_months if wish.years is None else 12 * wish.years
    years = Calendar(wish.on).years_to(Calendar(wish.on).after(months=months))
    quantities = [wish.quantities.get(holding.serial, holding.quantity) for holding in holdings]
    pricing = pricing_of(quantities=quantities, policy=policy, book=book, currency=currency, buyer=buyer)
    kinds = {each.kind for each in holdings}
    beside = service_lines(services=wish.services, kinds=kinds, policy=policy, currency=currency)
    total, units = sum((each.amount for each in beside), Decimal(0)), dict[int, Fraction]()
    for holding, quantity in zip(holdings, quantities, strict=True):
        level = wish.level or holding.level
        row = price_for(book=book, product=holding.product, level=level, quantity=pricing.reached or quantity)
        if row is None or row.unit_list_price is None:
            return None
        if id(row) not in units:
            rate = pricing.rate(product=holding.product, level=level, quantity=quantity)
            units[id(row)] = (Fraction(row.unit_list_price) + rate.per_year * years.exact) * (1 - pricing.off)
        total += rounded(units[id(row)] * quantity, currency)
    return total
