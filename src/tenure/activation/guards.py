"""What licences in use say before assets move: none is left with fewer than are in use."""

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum

from django.db.models import Q, Sum

from tenure.activation.models import Activation
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import Moving, Remark


class ActivationRemark(StrEnum):
    MORE_IN_USE = "more_in_use"
    IN_USE_ELSEWHERE = "in_use_elsewhere"
    USED_SINCE = "used_since"


def units_in_use(moving: Moving) -> Iterator[Remark]:
    """Remarks on assets with live activations.  Two queries at most.

    Forbidden: fewer left than are in use, be it by a split, a join or an undoing; and taking back a move after which
    something was activated or returned.  Merely said: what is in use while it goes to another customer.
    Source: A7, A8.
    """
    assets = {asset: (serial, before, after) for asset, serial, before, after in moving.assets if before}
    live = Activation.objects.filter(asset_id__in=list(assets), ended_at=None).values("asset_id")
    units: dict[int, int] = defaultdict(int, live.annotate(units=Sum("units")).values_list("asset_id", "units"))
    for asset in sorted(units):
        serial, before, after = assets[asset]
        left = after.quantity if after else 0
        facts = {"serial": serial, "units": units[asset], "quantity": left}
        if units[asset] > left:
            yield Remark(code=ActivationRemark.MORE_IN_USE, facts=facts, forbids=True)
        elif before and after and after.organisation != before.organisation:
            yield Remark(code=ActivationRemark.IN_USE_ELSEWHERE, facts=facts)
    if moving.kind is MoveKind.UNDO:
        since = Q(activated_at__gt=moving.since) | Q(ended_at__gt=moving.since)
        used = Activation.objects.filter(since, asset_id__in=list(assets)).order_by("asset_id", "id")
        for asset in dict.fromkeys(used.values_list("asset_id", flat=True)):
            yield Remark(code=ActivationRemark.USED_SINCE, facts={"serial": assets[asset][0]}, forbids=True)
