"""Pure decisions of entitlements; a module a subject."""

from tenure.entitlements.rules.courtesy import courtesy_state, usual_level
from tenure.entitlements.rules.decision import (
    chain_end,
    cover,
    decide,
    grants,
    is_registered,
    rests_on_courtesy,
    unknown,
)
from tenure.entitlements.rules.seats import heirs

__all__ = [
    "chain_end",
    "courtesy_state",
    "cover",
    "decide",
    "grants",
    "heirs",
    "is_registered",
    "rests_on_courtesy",
    "unknown",
    "usual_level",
]
