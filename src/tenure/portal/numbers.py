"""Numbers of the policy that pages speak by; also before a policy was ever applied, as these pages then work too."""

from datetime import date

from tenure.policy.queries import policy_on_or_first
from tenure.policy.words import Code, Lifecycle, Policy
from tenure.toolbox.refused import Refused

NOTHING_NEAR = Lifecycle(soon_days=0, named_days=0, recent_days=0)


def lifecycle_on(day: date) -> Lifecycle:
    """Which ends of support are near, named and recent; none without a policy.  Source: A10; ours."""
    policy = _policy_on(day)
    return policy.lifecycle if policy else NOTHING_NEAR


def token_days_on(day: date) -> tuple[int, ...]:
    """The lives that are offered for an API token; none without a policy.  Source: ours."""
    policy = _policy_on(day)
    return policy.accounts.token_days if policy else ()


def _policy_on(day: date) -> Policy | None:
    try:
        return policy_on_or_first(day).policy
    except Refused as no:
        if no.code is Code.NO_VERSION:
            return None
        raise
