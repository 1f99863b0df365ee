"""How a kept quote stands on a day, and what of an asset is not as it was quoted.  Pure."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tenure.renewals.rules.fees import HUNDRED
from tenure.renewals.rules.money import rounded
from tenure.renewals.words import Changed, Held, KeptInstants, QuoteState

CAN_BE_REVISED = frozenset(
    {QuoteState.PREPARED, QuoteState.SENT, QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.EXPIRED}
)
CAN_BE_WITHDRAWN = frozenset({QuoteState.PREPARED, QuoteState.SENT})


def state_of(*, kept: KeptInstants, on: date) -> QuoteState:
    """The one state of a quote on a day of its own zone.  valid_to is the last day.  Source: B3; the order is ours.

    `queries.kept.STATE` says the same in SQL: change one, change both.
    """
    if kept.ordered:
        return QuoteState.ORDERED
    if kept.withdrawn:
        return QuoteState.WITHDRAWN
    if kept.declined:
        return QuoteState.DECLINED
    if kept.revised:
        return QuoteState.REVISED
    if on > kept.valid_to:
        return QuoteState.EXPIRED
    if kept.accepted:
        return QuoteState.ACCEPTED
    return QuoteState.SENT if kept.sent else QuoteState.PREPARED


def changed(*, quoted: Held, now: Held | None) -> Changed | None:
    """What of an asset is not as it was quoted, the weightiest first; None: all is.  now: None: it is gone."""
    if now is None or now.quantity == 0:
        return Changed.GONE
    pairs = (
        (Changed.CUSTOMER, quoted.organisation, now.organisation), (Changed.RESELLER, quoted.reseller, now.reseller),
        (Changed.COVER, quoted.ends, now.ends), (Changed.LEVEL, quoted.level, now.level),
        (Changed.QUANTITY, quoted.quantity, now.quantity), (Changed.SITE, quoted.site, now.site),
    )  # fmt: skip
    return next((what for what, before, after in pairs if before != after), None)


def partner_amount(amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    """What a reseller pays for a line of that amount at list price: rounded once, a line.  Source: B3; ours."""
    return rounded(Fraction(amount) * (HUNDRED - Fraction(percent)) / HUNDRED, currency)
