"""What time alone does to a case that waits for its customer: reminders, and in the end its closing."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from tenure.cases import letters
from tenure.cases.actions.holding import Step, go_on, hold
from tenure.cases.words import Happening, Held, Side
from tenure.entitlements.queries.rights import version_on
from tenure.journal.words import JOB

MOST_A_ROUND = 500

# waiting_longest: cases that have waited since `before` or longer, and whether the step was taken in this wait already
WAITING = """
SELECT c.number FROM cases_case c
WHERE c.closed_at IS NULL AND c.state IN ('awaiting_review', 'pending_close') AND c.waiting_since <= %(before)s
  AND c.source = '' AND %(number)s IN ('', c.number)
  AND NOT EXISTS (SELECT FROM cases_event e WHERE e.case_id = c.id AND e.kind = %(kind)s AND e.at >= c.waiting_since
                  AND (e.facts ->> 'days')::int >= %(days)s)
ORDER BY c.waiting_since, c.id LIMIT %(limit)s
"""


def remind_waiting(*, at: datetime) -> int:
    """Remind the customers whose word is waited for, on the policy's days of the wait; says how many.

    Once a day of the policy and wait, however often and late this runs; of several that were missed only the last is
    sent.  Source: D8; the days are ours.
    """
    done = 0
    for days in sorted(version_on(at.date()).policy.cases.remind_waiting_customer_days, reverse=True):
        for number in _waiting(Happening.REMINDED, days, at):
            done += _remind(number, days, at)
    return done


def close_waiting(*, at: datetime) -> int:
    """Close the cases whose customers have not answered for the policy's days; says how many.  Source: D8."""
    days = version_on(at.date()).policy.cases.close_waiting_days
    return sum(_close(number, days, at) for number in _waiting(Happening.CLOSED, days, at))


def _waiting(kind: Happening, days: int, at: datetime, number: str = "") -> list[str]:
    asked = {"before": at - timedelta(days=days), "kind": kind.value, "days": days, "number": number}
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {**asked, "limit": MOST_A_ROUND})
        return [number for (number,) in cursor.fetchall()]


@transaction.atomic
def _remind(number: str, days: int, at: datetime) -> bool:
    held = _still_waiting(Happening.REMINDED, number, days, at)
    if held is None:
        return False
    go_on(held=held, step=_step(Happening.REMINDED, days), at=at)
    letters.waiting_reminder(held=held, closes_at=_closes_at(held, at), at=at)
    return True


@transaction.atomic
def _close(number: str, days: int, at: datetime) -> bool:
    held = _still_waiting(Happening.CLOSED, number, days, at)
    if held is None:
        return False
    story = go_on(held=held, step=_step(Happening.CLOSED, days), at=at)
    letters.vendor_wrote(held=held, story=story, kind=Happening.CLOSED, author="", body="", at=at)
    return True


def _still_waiting(kind: Happening, number: str, days: int, at: datetime) -> Held | None:
    """The case, locked, unless the customer has answered in between or another worker was quicker."""
    held = hold(who=None, number=number, writing=False)
    return held if _waiting(kind, days, at, number) else None


def _closes_at(held: Held, at: datetime) -> datetime:
    days = version_on(at.date()).policy.cases.close_waiting_days
    return (held.story.waiting_since or at) + timedelta(days=days)


def _step(kind: Happening, days: int) -> Step:
    return Step(kind=kind, side=Side.SYSTEM, by=JOB, author="", facts={"days": days})
