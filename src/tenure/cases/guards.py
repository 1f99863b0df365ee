"""What technical cases say before assets move: they stay with the customer that opened them."""

from collections.abc import Iterator
from enum import StrEnum

from tenure.cases.models import Case
from tenure.entitlements.words.moving import Moving, Remark


class CaseRemark(StrEnum):
    OPEN_CASES = "open_cases"


def open_cases(moving: Moving) -> Iterator[Remark]:
    """A remark for each asset with open cases whose customer changes; it forbids nothing.  One query.  Source: A8."""
    leaving = {
        asset: serial
        for asset, serial, before, after in moving.assets
        if before and (after is None or after.organisation != before.organisation)
    }
    waiting = Case.objects.filter(asset_id__in=list(leaving), closed_at=None)
    for asset in sorted(set(waiting.values_list("asset_id", flat=True))):
        yield Remark(code=CaseRemark.OPEN_CASES, facts={"serial": leaving[asset]})
