"""What the terms of a letter cost to renew, where a price is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tenure.renewals.queries.quotes import quote_for
from tenure.renewals.queries.telling import NoticeRow
from tenure.renewals.words import Wish
from tenure.toolbox.refused import Refused

MOST_PRICED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What renewing all terms of a letter costs at list price, net: on each of a few days."""

    currency: str
    days: tuple[tuple[date, Decimal], ...]


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
