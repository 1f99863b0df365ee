"""Support of an old release past its standard support, beside the renewal that it goes with.  Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from tenure.renewals.rules.fees import Charges, Pricing, extension_parts
from tenure.renewals.rules.lines import Draft
from tenure.renewals.rules.periods import Calendar
from tenure.renewals.words import Holding, LineKind, RenewalRefusal
from tenure.toolbox.refused import Refused

_DAY = timedelta(days=1)


def extension_of(*, draft: Draft, anchor: date, pricing: Pricing) -> list[Draft]:
    """The extension beside a renewal: its days past the end of standard support; none where there are none, or where
    the vendor offers none.

    A renewal is cut where all support of its release ends, so that the extension never outlives what it goes with.
    anchor: of the renewal's years; an extension of the whole of it has the same.
    Raises Refused: EXTENSION_NOT_SOLD where the policy has no price for it.  Source: A11; its days are ours.
    """
    sold, holding = pricing.policy.extension, draft.holding
    if sold is None:
        raise Refused(RenewalRefusal.EXTENSION_NOT_SOLD)
    if holding.standard_to is None or not holding.extended_offered or holding.standard_to >= draft.ends:
        return []
    starts = max(draft.starts, holding.standard_to)
    years = Calendar(starts, anchor if starts == draft.starts else None).years_to(draft.ends)
    parts = extension_parts(years=years, percent=sold.percent_of_yearly_fee, pricing=pricing)
    return [
        draft._replace(
            kind=LineKind.EXTENSION, starts=starts, lapsed_days=0, charges=Charges(parts), notes=()
        )
    ]  # fmt: skip


def refuse_unextended(*, drafts: Sequence[Draft], holdings: Sequence[Holding], ends: date) -> None:
    """An extension was asked for, and no asset of the quote has one.

    Raises Refused: EXTENSION_NOT_OFFERED where standard support of a release ends before `ends`, the first day after
    the quote's common end, and the vendor offers nothing after it; NOTHING_TO_EXTEND.  Source: A11; ours.
    """
    if any(draft.kind is LineKind.EXTENSION for draft in drafts):
        return
    for each in holdings:
        if each.standard_to is not None and each.standard_to < ends and not each.extended_offered:
            last = (each.standard_to - _DAY).isoformat()
            raise Refused(
                RenewalRefusal.EXTENSION_NOT_OFFERED, serial=each.serial, release=each.release, supported_until=last
            )
    raise Refused(RenewalRefusal.NOTHING_TO_EXTEND, ends_on=(ends - _DAY).isoformat())
