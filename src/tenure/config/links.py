"""How long the links of letters work: the policy's hours, asked for whenever a link is opened."""

from datetime import timedelta

from django.conf import global_settings
from django.utils.functional import lazy

UNTIL_A_POLICY = timedelta(seconds=global_settings.PASSWORD_RESET_TIMEOUT)  # Django's own, before any is in force


def _activation_days() -> float:
    return _works_for("activation_link_hours") / timedelta(days=1)


def _password_seconds() -> float:
    return _works_for("password_link_hours").total_seconds()


def _works_for(hours: str) -> timedelta:
    from tenure.clock.queries import now  # the settings are read before any table is known
    from tenure.policy.queries import policy_on_or_first
    from tenure.policy.words import Code
    from tenure.toolbox.refused import Refused

    try:
        return timedelta(hours=getattr(policy_on_or_first(now().date()).policy.accounts, hours))
    except Refused as no:
        if no.code is Code.NO_VERSION:
            return UNTIL_A_POLICY
        raise


# Numbers that are read anew at each comparison and each product: so a new policy counts at once, for old links too.
activation_days = lazy(_activation_days, float)()
password_seconds = lazy(_password_seconds, float)()
