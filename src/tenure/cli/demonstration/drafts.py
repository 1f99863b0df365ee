"""A draft of the policy, so that the desk has one to look at; nothing is in force by it."""

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress

from tenure.cli.demonstration.cast import VENDOR_DOMAIN
from tenure.journal.words import Actor
from tenure.policy.actions import put_draft
from tenure.policy.models import PolicyDraft
from tenure.policy.queries import source_on
from tenure.policy.rules import whole

BEGINS_AFTER_DAYS: Final = 14
PART: Final = """# A month of grace for late renewals, and licences count as ending four months ahead.

[terms]
minimum_months = 12
usual_months = 12
maximum_months = 60
ending_days = 120

[reinstatement]
grace_days = 30
back_charge = "lapsed_days"
back_charge_percent = "100"
new_term_starts = "order_day"
cap_days = 365

[[reinstatement.surcharges]]
from_days = 31
percent_of_lapsed_fee = "25"
"""


def make_drafts(*, at: datetime) -> None:
    """The manager puts one, once; the worker simulates it."""
    if PolicyDraft.objects.exists():
        return
    day = at.date() + timedelta(days=BEGINS_AFTER_DAYS)
    max_hollis = EmailAddress.objects.get(email=f"max.hollis@{VENDOR_DOMAIN}").user
    put_draft(
        text=whole(part=PART, base=source_on(day)), in_force_from=day, put_by=max_hollis.pk, at=at,
        by=Actor(kind="person", id=str(max_hollis.pk), name=max_hollis.name),
    )  # fmt: skip
