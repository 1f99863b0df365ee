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

# maybe_over: organisations with an owner and an agreement whose own seats, with those in its region that another may
# have left to it, are more than its level has, and about which the owners were not asked yet for as many.  Whether it
# is over is for `seat_groups` to say, and never does it say so of one that is left out here.  A term is taken to last
# no longer than in the zone where its last day is over first (D2, D3)
MAYBE_OVER = """
WITH held AS MATERIALIZED (
    SELECT g.id, g.organisation_id, g.level, g.region, count(*) AS taken,
           EXISTS (SELECT FROM entitlements_term t WHERE t.agreement_id = g.id AND upper_inf(t.known)
                   AND upper(t.covers) > %(on)s::date + 1) AS lasts
    FROM entitlements_contactseat s JOIN entitlements_agreement g ON g.id = s.agreement_id
    WHERE s.ended_at IS NULL GROUP BY g.id),
seated AS (
    SELECT organisation_id, region, sum(taken) FILTER (WHERE NOT lasts) AS left_over FROM held GROUP BY 1, 2)
SELECT DISTINCT g.organisation_id
FROM seated z JOIN entitlements_agreement g USING (organisation_id, region)
JOIN unnest(%(levels)s::text[], %(allowed)s::int[]) AS l (level, allowed) ON l.level = g.level
LEFT JOIN held h ON h.id = g.id
WHERE COALESCE(z.left_over, 0) + CASE WHEN h.lasts THEN h.taken ELSE 0 END > l.allowed
  AND NOT EXISTS (
    SELECT FROM journal_entry e WHERE e.subject_kind = 'agreement' AND e.subject = g.id::text AND e.verb = %(asked)s
      AND e.facts ->> 'allowed' = l.allowed::text)
  AND EXISTS (
    SELECT FROM accounts_membership m JOIN accounts_person p ON p.id = m.person_id AND p.is_active
    WHERE m.organisation_id = g.organisation_id AND m.role = 'owner' AND m.ended_at IS NULL)
ORDER BY g.organisation_id
"""


def ask_who_stays(*, at: datetime, by: Actor) -> int:
    """Ask the owners of each organisation with more contacts than a level allows who stays; says how many were asked.

    Once an agreement and number of seats allowed, however often this runs.  Source: D2, D3; asking is ours.
    """
    levels = version_on(at.date()).policy.levels
    asked: dict[str, Any] = {
        "on": at.date(),
        "asked": ASKED,
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
