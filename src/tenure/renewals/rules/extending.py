"""Support of an old release past its standard support, beside the renewal that it goes with.  Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from tenure.renewals.rules.fees import Pricing, Rate, extension_parts, told
from tenure.renewals.rules.periods import Calendar
from tenure.renewals.words import Holding, Line, LineKind, RenewalRefusal
from tenure.toolbox.refused import Refused

_DAY = timedelta(days=1)


def extension_of(
    *, holding: Holding, line: Line, anchor: date, rate: Rate, pricing: Pricing
) -> list[Line]:  # fmt: skip
    """The extension beside a renewal: its days past the end of standard support; none where there are none, or where
    the vendor offers none.

    A line is cut where all support of its release ends, so that the extension never outlives what it goes with.
    anchor: of the line's years; an extension of the whole line has the same.
    Raises Refused: EXTENSION_NOT_SOLD where the policy has no price for it.  Source: A11; its days are ours.
    """
    sold = pricing.policy.extension
    if sold is None:
        raise Refused(RenewalRefusal.EXTENSION_NOT_SOLD)
    if holding.standard_to is None or not holding.extended_offered or holding.standard_to > line.ends_on:
        return []
    starts, ends = max(line.starts_on, holding.standard_to), line.ends_on + _DAY
    years = Calendar(starts, anchor if starts == line.starts_on else None).years_to(ends)
    parts = extension_parts(
        rate=rate, quantity=line.quantity, years=years, percent=sold.percent_of_yearly_fee, pricing=pricing
    )
    amount, steps = told(parts, pricing.currency)
    extended = Line(
        kind=LineKind.EXTENSION, serial=line.serial, product=line.product, level=line.level, quantity=line.quantity,
        starts_on=starts, ends_on=line.ends_on, lapsed_days=0, amount=amount, steps=steps,
    )  # fmt: skip
    return [extended]


def refuse_unextended(*, lines: Sequence[Line], holdings: Sequence[Holding], ends: date) -> None:
    """An extension was asked for, and no asset of the quote has one.

    Raises Refused: EXTENSION_NOT_OFFERED where standard support of a release ends before `ends`, the first day after
    the quote's common end, and the vendor offers nothing after it; NOTHING_TO_EXTEND.  Source: A11; ours.
    """
    if any(line.kind is LineKind.EXTENSION for line in lines):
        return
    for each in holdings:
        if each.standard_to is not None and each.standard_to < ends and not each.extended_offered:
            last = (each.standard_to - _DAY).isoformat()
            raise Refused(
                RenewalRefusal.EXTENSION_NOT_OFFERED, serial=each.serial, release=each.release, supported_until=last
            )
    raise Refused(RenewalRefusal.NOTHING_TO_EXTEND, ends_on=(ends - _DAY).isoformat())
