"""What the policy of a day says of levels and benefits, in this room's own words."""

from datetime import date

from tenure.entitlements.words import Benefit, LevelRights, Rights
from tenure.policy.queries import policy_on
from tenure.policy.words import Policy


def rights_on(on: date) -> Rights:
    """The rights by the policy that holds on a day.  Source: D1."""
    return rights_of(policy_on(on))


def rights_of(policy: Policy) -> Rights:
    """The rights that a policy gives.  Source: A4, A12, D1."""
    levels = {
        key: LevelRights(rank=level.rank, benefits=frozenset(Benefit(benefit) for benefit in level.benefits))
        for key, level in policy.levels.items()
    }
    return Rights(
        policy=policy.edition,
        levels=levels,
        needs_registration=frozenset(Benefit(key) for key, each in policy.benefits.items() if each.needs_registration),
        needs_content=frozenset(Benefit(key) for key, each in policy.benefits.items() if each.needs_content),
        courtesy=frozenset(Benefit(key) for key in policy.courtesy.benefits),
    )
