"""What waiting costs: the same renewal today, at expiry, and each month after, beside buying again.  Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tenure.policy.words import Policy
from tenure.renewals.rules.fees import price_for, rate_for
from tenure.renewals.rules.money import rounded
from tenure.renewals.rules.periods import Calendar, add_months
from tenure.renewals.rules.quoting import quote
from tenure.renewals.words import Buyer, Holding, PriceBook, Waiting, Wish
from tenure.toolbox.refused import Refused

MOST_MONTHS = 24


def cost_of_waiting(
    *, holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str, buyer: Buyer
) -> tuple[Waiting, ...]:
    """The renewal on `wish.on`, on the last covered day, and each month after it, until it is refused for good.

    The price list of the order day holds throughout.  A wish with a common end keeps it.  Source: B9; ours.
    """
    again = _buy_again(holdings, wish, policy, book, currency)
    said = []
    for day in _days(holdings, wish.on):
        try:
            asked = quote(
                holdings=holdings, wish=replace(wish, on=day), policy=policy, book=book, currency=currency, buyer=buyer
            )
        except Refused as refused:
            said.append(Waiting(on=day, total=None, code=refused.code.value, buy_again=again))
            break
        said.append(Waiting(on=day, total=asked.total, code="", buy_again=again))
    return tuple(said)


def _days(holdings: Sequence[Holding], on: date) -> list[date]:
    ends = [holding.chain_ends for holding in holdings if holding.chain_ends]
    if not ends:
        return [on]
    last = min(ends) - timedelta(days=1)
    later = [add_months(last, months) for months in range(1, MOST_MONTHS + 1)]
    return sorted({on, *(day for day in (last, *later) if day > on)})


def _buy_again(
    holdings: Sequence[Holding], wish: Wish, policy: Policy, book: PriceBook, currency: str
) -> Decimal | None:  # fmt: skip
    """New licences for the same quantities, each with a first term; None where the list has no licence price."""
    months = policy.terms.usual_months if wish.years is None else 12 * wish.years
    years = Calendar(wish.on).years_to(Calendar(wish.on).after(months=months))
    total = Decimal(0)
    for holding in holdings:
        level, quantity = wish.level or holding.level, wish.quantities.get(holding.serial, holding.quantity)
        row = price_for(book=book, product=holding.product, level=level, quantity=quantity)
        if row is None or row.unit_list_price is None:
            return None
        rate = rate_for(
            book=book, policy=policy, product=holding.product, level=level, quantity=quantity, currency=currency
        )
        exact = Fraction(row.unit_list_price) * quantity + rate.fee(quantity=quantity, years=years)
        total += rounded(exact, currency)
    return total
