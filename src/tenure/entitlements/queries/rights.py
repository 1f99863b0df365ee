"""What the policy of a day says of levels and benefits, in this room's own words."""

from datetime import date

from tenure.entitlements.words import Benefit, LevelRights, Rights
from tenure.policy.queries import VersionedPolicy, policy_on_or_first
from tenure.policy.words import Code, Policy
from tenure.toolbox.refused import Refused


def version_on(on: date) -> VersionedPolicy:
    """The policy that holds on a day; days before the first version are judged by the first.  Source: ours."""
    return policy_on_or_first(on)


def has_policy(on: date) -> bool:
    """Whether a policy was ever applied; before that there is nothing to judge by.  Source: ours."""
    try:
        version_on(on)
    except Refused as no:
        if no.code is Code.NO_VERSION:
            return False
        raise
    return True


def rights_on(on: date) -> Rights:
    """The rights by the policy that holds on a day.  Raises Refused where no policy was ever applied.  Source: D1."""
    version = version_on(on)
    return rights_of(number=version.number, policy=version.policy)


def rights_of(*, number: int, policy: Policy) -> Rights:
    """The rights that a policy gives.  Source: A4, A12, D1."""
    levels = {
        key: LevelRights(rank=level.rank, benefits=frozenset(Benefit(benefit) for benefit in level.benefits))
        for key, level in policy.levels.items()
    }
    return Rights(
        policy=number,
        levels=levels,
        needs_registration=frozenset(Benefit(key) for key, each in policy.benefits.items() if each.needs_registration),
        needs_content=frozenset(Benefit(key) for key, each in policy.benefits.items() if each.needs_content),
        courtesy=frozenset(Benefit(key) for key in policy.courtesy.benefits),
    )
