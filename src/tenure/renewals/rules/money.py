"""Rounding: once a line, half up, to the currency's minor unit; parts always add up to the whole.  Pure."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from babel.numbers import get_currency_precision

_DIGITS = 60  # 10^9 units at 10^12 an amount, to six decimals, are far from it


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 1 for JPY, 0.01 for EUR, 0.001 for KWD.  currency: ISO 4217.  Source: ours."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(exact: Fraction, currency: str) -> Decimal:
    """The amount to the minor unit, half up; half of a negative one goes away from zero as well.  Source: ours."""
    return _to_unit(exact, currency, ROUND_HALF_UP)


def apportioned(parts: Sequence[Fraction], whole: Decimal, currency: str) -> tuple[Decimal, ...]:
    """The parts to the minor unit, so that they add up to `whole`: the largest remainders take what is left over.

    Of two equal remainders the earlier part wins.  whole: less than a minor unit a part away from their sum.
    Source: ours.
    """
    unit = minor_unit(currency)
    low = [_to_unit(part, currency, ROUND_FLOOR) for part in parts]
    left = int((whole - sum(low, Decimal(0))) / unit)
    order = sorted(range(len(parts)), key=lambda place: (Fraction(low[place]) - parts[place], place))
    more = set(order[:left])
    return tuple(amount + unit if place in more else amount for place, amount in enumerate(low))


def _to_unit(exact: Fraction, currency: str, how: str) -> Decimal:
    with localcontext() as context:
        context.prec = _DIGITS
        if how == ROUND_FLOOR:
            units = exact / Fraction(minor_unit(currency))
            return Decimal(units.numerator // units.denominator) * minor_unit(currency)
        units = abs(exact) / Fraction(minor_unit(currency)) + Fraction(1, 2)
        amount = Decimal(units.numerator // units.denominator) * minor_unit(currency)
        return -amount if exact < 0 else amount
