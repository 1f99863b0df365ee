"""Rounding: once a line, half up, to the currency's minor unit; parts always add up to the whole.  Pure."""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import get_currency_precision

_EXACT = Context(prec=60)  # 10^9 units at 10^12 an amount, to six decimals, are far from it


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 1 for JPY, 0.01 for EUR, 0.001 for KWD.  currency: ISO 4217.  Source: ours."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(exact: Fraction, currency: str) -> Decimal:
    """The amount to the minor unit, half up; half of a negative one goes away from zero as well.  Source: ours."""
    twice, of = 2 * exact.numerator * _scale(currency), exact.denominator
    units = (twice + of) // (2 * of) if twice >= 0 else -((of - twice) // (2 * of))
    return _EXACT.multiply(Decimal(units), minor_unit(currency))


def written(amount: Decimal, currency: str) -> Decimal:
    """An amount with the decimals of its currency, for files: 656.57 of what is kept as 656.5700.  Source: ours."""
    return amount.quantize(minor_unit(currency), context=_EXACT)


def apportioned(parts: Sequence[Fraction], whole: Decimal, currency: str) -> tuple[Decimal, ...]:
    """The parts to the minor unit, so that they add up to `whole`: the largest remainders take what is left over.

    Of two equal remainders the earlier part wins.  whole: less than a minor unit a part away from their sum.
    Source: ours.
    """
    unit, scale = minor_unit(currency), _scale(currency)
    cut = [divmod(part.numerator * scale, part.denominator) for part in parts]
    units = [low for low, _ in cut]
    left = int(_EXACT.divide(whole, unit)) - sum(units)
    if left:
        rests = [Fraction(rest, part.denominator) for (_, rest), part in zip(cut, parts, strict=True)]
        for place in sorted(range(len(parts)), key=lambda place: (-rests[place], place))[:left]:
            units[place] += 1
    return tuple(_EXACT.multiply(Decimal(each), unit) for each in units)


@lru_cache(maxsize=256)
def _scale(currency: str) -> int:
    """How many minor units one of the currency has."""
    return int(10 ** get_currency_precision(currency))
