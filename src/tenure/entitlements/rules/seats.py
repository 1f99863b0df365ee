"""Which agreement the contact seats of an ended one count with.  Pure."""

from collections.abc import Sequence

from tenure.entitlements.words import AgreementFacts


def heirs(agreements: Sequence[AgreementFacts]) -> dict[int, int]:
    """The agreement that the seats of each count with, by id: its own while it lasts, then the one that follows it.

    agreements: of one organisation.  The highest that lasts in the same region and family follows: support for
    software is never followed by that for an appliance.  An ended agreement that nothing follows keeps its seats.
    Never raises.  Source: D1, D2; that seats follow the level is ours.
    """
    following: dict[tuple[str, str], AgreementFacts] = {}
    for each in agreements:
        held = following.get((each.region, each.family))
        if not each.ended and (held is None or each.rank > held.rank):
            following[each.region, each.family] = each
    return {
        each.id: following.get((each.region, each.family), each).id if each.ended else each.id for each in agreements
    }
