"""What the business policy says of accounts, and the numbers that organisations are known by."""

from datetime import datetime

from django.db import connection

from tenure.accounts.words import AccountRefusal
from tenure.policy.queries import policy_on
from tenure.policy.words import Accounts, Code, IdentifierFormat, Policy
from tenure.toolbox.refused import Refused


def limits_at(at: datetime) -> Accounts:
    """How long links live and how many tokens a person may have, on the day of `at`.  Refused: no_policy.

    Source: D16.
    """
    return policy_at(at).accounts


def policy_at(at: datetime) -> Policy:
    """The policy in force on the day of `at`.  Refused: no_policy.  Source: ours."""
    try:
        return policy_on(at.date()).policy
    except Refused as no:
        if no.code is Code.NO_VERSION:
            raise Refused(AccountRefusal.NO_POLICY) from no
        raise


def take_numbers(*, form: IdentifierFormat, how_many: int) -> list[str]:
    """So many organisation numbers that nobody has, in the format of the policy; numbers given before stay as they are.

    Numbers of an import that fails are not given again.  Refused: numbers_used_up, when the format makes no more.
    Source: A1; the format is the vendor's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_organisation_number') FROM generate_series(1, %s)", [how_many])
        taken = [number for (number,) in cursor.fetchall()]
    if any(number >= form.capacity for number in taken):
        raise Refused(AccountRefusal.NUMBERS_USED_UP, kind=form.key, most=form.capacity)
    return [form.made_from(number=number) for number in taken]
