"""Where a renewal begins, and how long there was no cover: on time, or late by the policy's rule.  Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from tenure.policy.words import NewTermStarts, Reinstatement
from tenure.renewals.rules.periods import add_months
from tenure.renewals.words import Holding, RenewalRefusal
from tenure.toolbox.refused import Refused
from tenure.toolbox.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """starts: the first day that is bought.  anchor: the first day that its years are counted from.

    lapsed: the days without cover that the rule counts, or None.
    """

    starts: date
    anchor: date
    lapsed: Span | None

    @property
    def lapsed_days(self) -> int:
        return self.lapsed.days if self.lapsed else 0


def beginning(*, holding: Holding, on: date, rule: Reinstatement) -> Beginning:
    """Where a renewal that is ordered on `on` begins.

    On time, and within the grace days, it follows the old term, whatever the order day, and keeps the chain's first
    day as its anchor; so does a late one that the policy dates back to the old end.  An asset that was never covered
    begins on the order day.  Raises Refused: LAPSED_TOO_LONG.  Source: A3, B9; how the lapse is counted is ours.
    """
    ends, first = holding.chain_ends, holding.chain_starts
    if ends is None or first is None:
        return Beginning(starts=on, anchor=on, lapsed=None)
    backdated = rule.new_term_starts is NewTermStarts.OLD_END
    starts = ends if backdated else _first_of_month(on) if rule.new_term_starts is NewTermStarts.FIRST_OF_MONTH else on
    if (on - ends).days < rule.grace_days or on == starts == ends:
        return Beginning(starts=ends, anchor=first, lapsed=None)
    lapsed = Span(ends, on if backdated else starts)
    if lapsed.days > rule.cap_days:
        raise Refused(
            RenewalRefusal.LAPSED_TOO_LONG, serial=holding.serial, last_day=(ends - timedelta(days=1)).isoformat(),
            lapsed_days=lapsed.days, cap_days=rule.cap_days,
        )  # fmt: skip
    return Beginning(starts=starts, anchor=first if backdated else starts, lapsed=lapsed)


def _first_of_month(on: date) -> date:
    """The order day where it is a first, else the next first."""
    return on if on.day == 1 else add_months(on.replace(day=1), 1)
