"""What the terms of a letter cost to renew, where a price is listed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tenure.accounts.words import Who
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.queries.holdings import holdings_of
from tenure.renewals.queries.prices import price_books
from tenure.renewals.queries.quotes import currency_for, programme_for, quote_for
from tenure.renewals.queries.sides import DECIDE
from tenure.renewals.queries.telling import NoticeRow
from tenure.renewals.rules import quote
from tenure.renewals.words import Buyer, PriceBook, Wish
from tenure.toolbox.refused import Refused

MOST_PRICED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What renewing all terms of a letter costs at list price, net: on each of a few days."""

    currency: str
    days: tuple[tuple[date, Decimal], ...]


def prices_each(*, who: Who, serials: Sequence[str], on: date) -> Mapping[str, tuple[Decimal, str]]:
    """What renewing each licence alone for the usual time costs today, net, at list price, and the currency; by serial
    number.  For those who buy for the customer: licences of others, and what cannot be priced, are left out.

    A query for the licences, and one for each price list that their customers have.  Source: A13, B3.
    """
    bought = {organisation for organisation, role in who.roles if role in DECIDE}
    if not bought or not serials:
        return {}
    held = [row for row in holdings_of(who=who, serials=serials, on=on) if row.organisation_id in bought]
    policy, products = policy_on_or_first(on).policy, [row.holding.product for row in held]
    books: dict[tuple[str, str], dict[str, PriceBook]] = {}
    found: dict[str, tuple[Decimal, str]] = {}
    for row in held:
        key = policy.region_of(country=row.country).key, programme_for(row, policy, "")
        if key not in books:
            books[key] = price_books(products=products, on=on, region=key[0], programme=key[1])
        with suppress(Refused):
            currency, _ = currency_for([row], [row.holding], Wish(on=on), policy, books[key], "")
            made = quote(
                holdings=[row.holding], wish=Wish(on=on), policy=policy, book=books[key].get(currency, {}),
                currency=currency,
                buyer=Buyer(country=row.country, tax_identifier=row.tax_identifier, programme=key[1]),
            )  # fmt: skip
            found[row.holding.serial] = made.total, currency
    return found


def cost_of(rows: Sequence[NoticeRow], *, on: date) -> Cost | None:
    """At list price, net: by the last covered day of the most urgent, or today where it is over, and a month later.

    None where the list lacks a price, or the policy refuses the renewal, or there are too many to add up in a letter.
    Source: A13, B9.
    """
    if len(rows) > MOST_PRICED:
        return None
    try:
        priced = quote_for(who=None, serials=[row.serial for row in rows], wish=Wish(on=on))
    except Refused:
        return None
    first = max(on, rows[0].ends_on)
    days = [(each.on, each.total) for each in priced.waiting if each.on >= first and each.total is not None]
    if not days:
        days = [(on, priced.quote.total)]
    return Cost(currency=priced.quote.currency, days=tuple(days[:2]))
