"""Courtesy: how it stands on a day, and the level it is given at.  Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from tenure.entitlements.words import CourtesyState, TermFamily, TermRow
from tenure.policy.words import Level


def courtesy_state(
    *, answer: str, has_first: bool, is_revoked: bool, starts: date | None, ends: date | None, cases_left: int, on: date
) -> CourtesyState:
    """Where a courtesy stands on a day of the asset's zone.

    answer: given, declined or "".  starts, ends: of its term, half-open; None where none is left of it.
    """
    if not answer:
        return CourtesyState.SECOND if has_first else CourtesyState.ASKED
    if answer == "declined":
        return CourtesyState.DECLINED
    if is_revoked:
        return CourtesyState.REVOKED
    if starts is None or ends is None or on >= ends:
        return CourtesyState.ENDED
    if on < starts:
        return CourtesyState.COMING
    return CourtesyState.RUNNING if cases_left > 0 else CourtesyState.USED_UP


def usual_level(*, terms: Iterable[TermRow], levels: Mapping[str, Level], kind: str, on: date) -> str:
    """The level that a courtesy is given at if nobody says otherwise: the one that lapsed, of several that ended last
    the highest; or the lowest that is sold for the kind of product, where none lapsed or the policy dropped it.

    "" where the policy sells none for it.  Source: A12; ours.
    """
    sold = {key: level for key, level in levels.items() if kind in level.sold_for}
    apart = {TermFamily.COURTESY, TermFamily.EXTENSION}
    paid = [each for each in terms if each.family not in apart and each.level in sold and each.ends <= on]
    if paid:
        return max(paid, key=lambda each: (each.ends, sold[each.level].rank)).level
    return min(sold, key=lambda key: sold[key].rank, default="")
