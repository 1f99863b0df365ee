"""Owners are asked who stays where more contacts are named than the level allows; nobody loses a seat silently."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tenure.accounts.models import Organisation
from tenure.entitlements import joining_letters
from tenure.entitlements.queries.joining import owners_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.seating import seat_groups
from tenure.entitlements.words import SeatGroup
from tenure.journal.actions import record
from tenure.journal.queries import history
from tenure.journal.words import Actor

ASKED = "entitlements.seats_asked"
MOST_REMEMBERED = 200

# maybe_over: organisations with more seats on an agreement than its level has, or with seats on one that has ended
# beside one that lasts; whether they are over is for `seat_groups` to say (D2, D3)
MAYBE_OVER = """
SELECT held.organisation_id
FROM (SELECT g.organisation_id, g.level,
             (SELECT count(*) FROM entitlements_contactseat s WHERE s.agreement_id = g.id AND s.ended_at IS NULL) taken,
             EXISTS (SELECT FROM entitlements_term t WHERE t.agreement_id = g.id AND upper_inf(t.known)
                     AND upper(t.covers) > %(on)s::date) lasts
      FROM entitlements_agreement g) held
JOIN unnest(%(levels)s::text[], %(allowed)s::int[]) AS l (level, allowed) ON l.level = held.level
GROUP BY held.organisation_id
HAVING bool_or(held.taken > l.allowed) OR bool_or(held.taken > 0 AND NOT held.lasts) AND bool_or(held.lasts)
ORDER BY held.organisation_id
"""


def ask_who_stays(*, at: datetime, by: Actor) -> int:
    """Ask the owners of each organisation with more contacts than a level allows who stays; says how many were asked.

    Once an agreement and number of seats allowed, however often this runs.  Source: D2, D3; asking is ours.
    """
    levels = version_on(at.date()).policy.levels
    asked: dict[str, Any] = {
        "on": at.date(),
        "levels": list(levels),
        "allowed": [level.contacts for level in levels.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(MAYBE_OVER, asked)
        found = [organisation_id for (organisation_id,) in cursor.fetchall()]
    return sum(_ask(organisation_id, at, by) for organisation_id in found)


@transaction.atomic
def _ask(organisation_id: int, at: datetime, by: Actor) -> int:
    organisation = Organisation.objects.select_for_update(no_key=True).get(id=organisation_id)
    owners = owners_of(organisation_id=organisation_id)
    over = [each for each in seat_groups(organisation_id=organisation_id, at=at) if each.is_over and owners]
    new = [each for each in over if not _was_asked(each)]
    for group in new:
        level = version_on(at.date()).policy.levels[group.level].name
        for owner in owners:
            joining_letters.seats_over(owner=owner, organisation=organisation, group=group, level=level, at=at)
        record(
            verb=ASKED, subject=("agreement", str(group.agreement_id)), at=at, by=by,
            facts={"taken": group.taken, "allowed": group.allowed}, organisation_id=organisation_id,
        )  # fmt: skip
    return len(new)


def _was_asked(group: SeatGroup) -> bool:
    told = history(subject_kind="agreement", subject=str(group.agreement_id), limit=MOST_REMEMBERED)
    return any(line.verb == ASKED and line.facts.get("allowed") == group.allowed for line in told)
