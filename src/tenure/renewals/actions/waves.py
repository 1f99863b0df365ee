"""The wave: every notice that is due and was not made yet, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import read_once
from tenure.renewals.queries.due import DUE, SCHEDULE, schedule_around, schedule_params
from tenure.renewals.rules.schedule import Step, ends_told_on
from tenure.renewals.words import RenewalRefusal
from tenure.toolbox.planning import planned_anew
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused

WRITING = "renewals.write_notices"
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2200, 12, 31)
TODAY = "COALESCE(%(on)s::date, (%(at)s::timestamptz AT TIME ZONE a.zone)::date)"
# found: the notices of a day, each with the term its asset's last chain ends with
FOUND = f"""
{SCHEDULE}, found AS (
    SELECT a.id AS asset, a.organisation_id AS organisation, a.reseller_id AS reseller, w.region, s.step, d.ends_on,
           d.due_on, s.policy
    {DUE} AND a.chain_ends_on = ANY(%(ends)s::date[]) AND {TODAY} >= d.told_from AND {TODAY} < d.told_before
      AND NOT EXISTS (SELECT FROM renewals_notice n
                      WHERE n.asset_id = a.id AND n.ends_on = d.ends_on AND n.step = s.step)
)
"""  # noqa: S608  no value is in the text
# run_wave: a notice is unique on (asset, ends_on, step), so that whoever runs it again inserts nothing (B1)
RUN_WAVE = f"""
WITH {FOUND}, made AS (
    INSERT INTO renewals_notice
        (asset_id, term_id, organisation_id, reseller_id, region, step, ends_on, due_on, policy, run_at)
    SELECT f.asset, last.id, f.organisation, f.reseller, f.region, f.step, f.ends_on, f.due_on, f.policy, %(at)s
    FROM found f CROSS JOIN LATERAL (
        SELECT t.id FROM entitlements_term t
        WHERE t.asset_id = f.asset AND upper_inf(t.known) AND t.family < 4 AND upper(t.covers) = f.ends_on + 1
        ORDER BY t.family, t.id DESC LIMIT 1
    ) last
    ORDER BY f.organisation, f.ends_on, f.asset
    ON CONFLICT (asset_id, ends_on, step) DO NOTHING
    RETURNING region, step, organisation_id
)
SELECT region, step, count(*) FROM made GROUP BY region, step ORDER BY step, region
"""  # noqa: S608  no value is in the text


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRow:
    """So many notices of a step in a region."""

    region: str
    step: int
    notices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What a wave made: by step, the earliest first, and region."""

    on: date | None
    rows: tuple[WaveRow, ...]

    @property
    def notices(self) -> int:
        return sum(row.notices for row in self.rows)


def run_wave(*, on: date | None, at: datetime, by: Actor) -> Wave:
    """Make the notices that are due by a day and were not made, and say how many; their letters are written later.

    on: a day in each asset's own zone; None: the one of `at` there.  Run twice, or by several at once, each notice is
    made once; a day that was missed is caught up, as long as the policy says.  All or nothing.
    Raises Refused: NO_VERSION without a policy, DAY_OUT_OF_RANGE.  Source: B1, B8.
    """
    if on is not None and not FIRST_DAY <= on <= LAST_DAY:
        raise Refused(RenewalRefusal.DAY_OUT_OF_RANGE, day=on.isoformat())
    days = [on] if on is not None else [at.date() + timedelta(days=n) for n in (-1, 0, 1)]
    with read_once():
        steps = schedule_around(first=days[0], last=days[-1])
    params = {**schedule_params(steps), "on": on, "at": at, "ends": _ends(days, steps)}
    with transaction.atomic():
        with planned_anew() as cursor:
            cursor.execute(RUN_WAVE, params)
            rows = tuple(WaveRow(region=region, step=step, notices=n) for region, step, n in cursor.fetchall())
        made = Wave(on=on, rows=rows)
        if made.notices:
            record(
                verb="renewals.wave_run", subject=("wave", (on or at.date()).isoformat()), at=at, by=by,
                facts={"notices": made.notices, "steps": [[row.region, row.step, row.notices] for row in rows]},
            )  # fmt: skip
            wake(WRITING)
    return made


def _ends(days: Sequence[date], steps: Sequence[Step]) -> list[date]:
    """The ends of chains to look at: half-open, so the day after the last covered one."""
    return [each + timedelta(days=1) for each in ends_told_on(days=days, steps=steps)]
