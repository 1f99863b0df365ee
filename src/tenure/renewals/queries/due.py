"""The schedule of notices in SQL, equal to `rules.schedule`: a property test holds them together."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tenure.policy.queries import policy_numbered, policy_on_or_first, versions
from tenure.renewals.rules.schedule import Period, Step, expanded

# schedule: a common table of every step by kind, size and region; its parameters are `schedule_params` (B1)
SCHEDULE = """
schedule (kind, size, region, step, lasts, since, until, policy) AS MATERIALIZED (
    SELECT kind, size, region, step, lasts, COALESCE(since, '-infinity'), COALESCE(until, 'infinity'), policy
    FROM unnest(%(kinds)s::text[], %(sizes)s::text[], %(regions)s::text[], %(steps)s::int[], %(lasts)s::int[],
                %(since)s::date[], %(until)s::date[], %(policies)s::int[])
         AS s (kind, size, region, step, lasts, since, until, policy)
)
"""
# due: assets (a) with the steps (s) of their last chain's end, and the days (d) on which each may be told: told_from
# to told_before, half-open, in the asset's zone.  A trial is not renewed, what is gone or given up is not told of.
# Follow it with AND: what is asked of d, and where to look (a.chain_ends_on).  The schedule is joined by one key of
# three tables: apart, the planner takes them for rare and begins with the schedule, a thousand times slower.
DUE = """
FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
JOIN schedule s ON s.kind || ' ' || s.size || ' ' || s.region = p.kind || ' ' || o.size || ' ' || w.region
CROSS JOIN LATERAL (
    SELECT a.chain_ends_on - 1 AS ends_on, a.chain_ends_on - 1 + s.step AS due_on,
           GREATEST(a.chain_ends_on - 1 + s.step, s.since) AS told_from,
           LEAST(a.chain_ends_on - 1 + s.step + s.lasts, s.until) AS told_before
) d
WHERE a.quantity > 0 AND a.purpose <> 'trial' AND d.told_from < d.told_before
  AND NOT EXISTS (SELECT FROM renewals_lost l
                  WHERE l.asset_id = a.id AND l.ends_on = d.ends_on AND l.taken_back_at IS NULL)
"""


def periods(*, first: date, last: date) -> tuple[Period, ...]:
    """The versions of the policy that are in force on some of the days from `first` to `last`, in their order.

    Days before the first version are judged by it.  Raises Refused(NO_VERSION) without any.
    """
    begin = policy_on_or_first(first)
    found = [(begin.number, None)]
    rows = sorted(versions(), key=lambda row: (row.in_force_from, row.number))
    later = {
        row.in_force_from: row.number for row in rows if max(first, begin.in_force_from) < row.in_force_from <= last
    }
    starts: list[tuple[int, date | None]] = [*found, *((number, day) for day, number in sorted(later.items()))]
    ends = [day for _, day in starts[1:]]
    return tuple(
        Period(policy=policy_numbered(number).policy, number=number, since=since, until=until)
        for (number, since), until in zip(starts, [*ends, None], strict=True)
    )


def schedule_around(*, first: date, last: date) -> tuple[Step, ...]:
    """Every step by which something may be told on the days around: zones differ by one."""
    return expanded(periods(first=first - timedelta(days=1), last=last + timedelta(days=1)))


def schedule_params(steps: Sequence[Step]) -> dict[str, Any]:
    """The parameters of `SCHEDULE`."""
    return {
        "kinds": [each.kind for each in steps],
        "sizes": [each.size for each in steps],
        "regions": [each.region for each in steps],
        "steps": [each.step for each in steps],
        "lasts": [each.lasts for each in steps],
        "since": [each.since for each in steps],
        "until": [each.until for each in steps],
        "policies": [each.number for each in steps],
    }
