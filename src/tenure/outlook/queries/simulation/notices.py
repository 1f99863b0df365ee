"""Notices that would come, go, move or be told to others, and legal windows that would open on other days."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from tenure.outlook.queries.simulation.sides import Supposed, counted, prefixed, streamed, with_prefix
from tenure.outlook.rules import Tally
from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult
from tenure.policy.queries import policy_numbered
from tenure.policy.words import LegalWindow, Policy
from tenure.renewals.queries.due import DUE, schedule_around, schedule_params
from tenure.renewals.rules.schedule import Step
from tenure.renewals.rules.telling import bound_kinds, kinds_told

# told_schedule: the schedule with who is told, by products that remind the customer and others (B1, B7)
TOLD_SCHEDULE = """
SELECT kind, size, region, step, lasts, COALESCE(since, '-infinity') AS since, COALESCE(until, 'infinity') AS until,
       reminded, plain
FROM unnest(%(kinds)s::text[], %(sizes)s::text[], %(regions)s::text[], %(steps)s::int[], %(lasts)s::int[],
            %(since)s::date[], %(until)s::date[], %(policies)s::int[], %(reminded)s::text[], %(plain)s::text[])
     AS s (kind, size, region, step, lasts, since, until, policy, reminded, plain)
"""
LOCAL = "(%(at)s::timestamptz AT TIME ZONE a.zone)::date"
# coming: each notice that is not made yet, on the day on which a wave will make it, and who is told (B1)
COMING = f"""
SELECT DISTINCT ON (a.id, d.ends_on, s.step) a.id AS asset, d.ends_on, s.step,
       GREATEST(d.told_from, {LOCAL}) AS told_on,
       CASE WHEN p.reminds_customer THEN s.reminded ELSE s.plain END AS told
{DUE} AND a.chain_ends_on BETWEEN %(first)s AND %(last)s
  AND d.told_before > {LOCAL} AND d.told_from <= {LOCAL} + %(days)s
  AND NOT EXISTS (SELECT FROM renewals_notice n
                  WHERE n.asset_id = a.id AND n.ends_on = d.ends_on AND n.step = s.step)
ORDER BY a.id, d.ends_on, s.step, d.told_from
"""  # noqa: S608
CHANGED = """
WITH old_schedule AS MATERIALIZED ({old_schedule}), new_schedule AS MATERIALIZED ({new_schedule}),
     before AS MATERIALIZED ({before}), after AS MATERIALIZED ({after})
SELECT a.serial_number, o.name, o.number, f.step, b.told_on, n.told_on, b.told, n.told, w.region
FROM before b FULL JOIN after n ON n.asset = b.asset AND n.ends_on = b.ends_on AND n.step = b.step
CROSS JOIN LATERAL (SELECT COALESCE(n.asset, b.asset) AS asset, COALESCE(n.step, b.step) AS step) f
JOIN entitlements_asset a ON a.id = f.asset
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
WHERE (b.told_on, b.told) IS DISTINCT FROM (n.told_on, n.told)
ORDER BY COALESCE(n.told_on, b.told_on), f.asset, f.step
"""
RENEWABLE = """
SELECT count(*) FROM entitlements_asset a
WHERE a.quantity > 0 AND a.purpose <> 'trial' AND a.chain_ends_on BETWEEN %(first)s AND %(last)s
"""
# windowed: terms in a country or a part of it whose legal window is open on a day that is not over (B1)
WINDOWED = """
SELECT a.id, a.serial_number, o.name, o.number, w.country, w.subdivision, a.chain_ends_on - 1
FROM entitlements_asset a
JOIN accounts_organisation o ON o.id = a.organisation_id
JOIN accounts_site w ON w.id = a.site_id
WHERE a.quantity > 0 AND a.purpose <> 'trial' AND w.country = ANY(%(countries)s::text[])
  AND a.chain_ends_on BETWEEN %(first)s AND %(last)s
ORDER BY a.chain_ends_on, a.id
"""


def notices(supposed: Supposed) -> PartResult:
    """Notices of the next days that would come, go, come on another day, or go to others.  Source: B1, B7.

    A notice is a term and a step: one that is told 100 days before instead of 120 goes, and another comes.
    """
    tally = Tally(Part.NOTICES, limit=supposed.limit)
    first, last = supposed.at.date(), supposed.at.date() + timedelta(days=supposed.days)
    old, new = supposed.both(lambda: _told(schedule_around(first=first, last=last)))
    concerned = {place for place in {*old, *new} if _alike(old.get(place, ())) != _alike(new.get(place, ()))}
    if not concerned:
        return tally.result()
    sides = [[told for place in sorted(concerned) for told in side.get(place, ())] for side in (old, new)]
    furthest = max(abs(told[0].step) + told[0].lasts for side in sides for told in side)
    asked: dict[str, Any] = {
        "at": supposed.at, "days": supposed.days, "first": first - timedelta(days=furthest + 2),
        "last": last + timedelta(days=furthest + 2),
    }  # fmt: skip
    tally.looked_at = counted(RENEWABLE, asked)
    params = with_prefix(_params(sides[0]) | asked, "old_") | with_prefix(_params(sides[1]) | asked, "new_")
    for row in streamed(_statement(), params):
        tally.add(_notice(row))
    return tally.result()


_Told = tuple[Step, str, str]


def _told(steps: Sequence[Step]) -> dict[tuple[str, str, str], list[_Told]]:
    """The steps by kind, size and region, each with who is told of products that remind the customer, and of others."""
    found: dict[tuple[str, str, str], list[_Told]] = {}
    for step in steps:
        policy = policy_numbered(step.number).policy
        told = (step, _readers(policy, step, reminds=True), _readers(policy, step, reminds=False))
        found.setdefault((step.kind, step.size, step.region), []).append(told)
    return found


def _readers(policy: Policy, step: Step, *, reminds: bool) -> str:
    """Who is told, those in capitals whatever they unsubscribed from, and whether the reseller prepares a quote."""
    schedule = policy.notices_for(kind=step.kind, size=step.size, region=step.region)
    kinds = kinds_told(schedule=schedule, reminds_customer=reminds)
    bound = bound_kinds(schedule=schedule, step=step.step, in_window=False, kinds=kinds)
    readers = sorted(kind.value.upper() if kind in bound else kind.value for kind in kinds)
    return " ".join([*readers, *(["quote"] if schedule.quote_by_reseller else [])])


def _alike(told: Iterable[_Told]) -> list[tuple[object, ...]]:
    """What is told when and to whom, whichever version says so; versions that say the same are one."""
    days: dict[tuple[int, int, str, str], list[tuple[date, date]]] = {}
    for step, reminded, plain in told:
        key = (step.step, step.lasts, reminded, plain)
        since, until = step.since or date.min, step.until or date.max
        spans = days.setdefault(key, [])
        if spans and spans[-1][1] == since:
            spans[-1] = (spans[-1][0], until)
        else:
            spans.append((since, until))
    return sorted((*key, *spans) for key, spans in days.items())


def _params(told: Sequence[_Told]) -> dict[str, Any]:
    steps = schedule_params([step for step, _, _ in told])
    return {**steps, "reminded": [each for _, each, _ in told], "plain": [each for _, _, each in told]}


def _statement() -> str:
    sides = {"before": "old_", "after": "new_"}
    coming = {
        name: prefixed(COMING, prefix).replace("JOIN schedule s", f"JOIN {prefix}schedule s")
        for name, prefix in sides.items()
    }
    return CHANGED.format(
        old_schedule=prefixed(TOLD_SCHEDULE, "old_"), new_schedule=prefixed(TOLD_SCHEDULE, "new_"), **coming
    )


def _notice(row: tuple[Any, ...]) -> ChangedRow:
    serial, name, number, step, before_on, after_on, before, after, _region = row
    if before_on is None or after_on is None:
        outcome = Outcome.COMES if before_on is None else Outcome.GOES
    else:
        outcome = Outcome.MOVES if before_on != after_on else Outcome.TOLD_OTHERWISE
    return ChangedRow(
        part=Part.NOTICES, outcome=outcome, about=serial, detail=str(step), organisation=name, number=number,
        on=after_on or before_on, before=_side(before_on, before), after=_side(after_on, after),
    )  # fmt: skip


def _side(on: date | None, told: str | None) -> str:
    return "" if on is None else f"{on} {told}"


def windows(supposed: Supposed) -> PartResult:
    """Terms of which the customer must be told in writing, on other days than before.  Source: B1."""
    tally = Tally(Part.WINDOWS, limit=supposed.limit)
    day = supposed.order_day
    old, new = (each.policy.renewals.legal_windows for each in supposed.versions_on(day))
    if set(old) == set(new):
        return tally.result()
    concerned = set(old) ^ set(new)
    params = {
        "countries": sorted({each.country for each in concerned}),
        "first": day + timedelta(days=min(each.to_days for each in concerned) + 1),
        "last": day + timedelta(days=supposed.days + max(each.from_days for each in concerned) + 1),
    }
    for _, serial, name, number, country, subdivision, last in streamed(WINDOWED, params):
        tally.looked_at += 1
        before, after = (_open(side, country, subdivision, last, day) for side in (old, new))
        if before != after:
            outcome = Outcome.COMES if not before else Outcome.MOVES if after else Outcome.GOES
            tally.add(ChangedRow(
                part=Part.WINDOWS, outcome=outcome, about=serial, detail=subdivision or country, organisation=name,
                number=number, on=last, before=before, after=after,
            ))  # fmt: skip
    return tally.result()


def _open(windows: Sequence[LegalWindow], country: str, subdivision: str, last: date, day: date) -> str:
    """The days of the windows that hold for a site and are not over: first and last, or ""."""
    return ", ".join(
        f"{last - timedelta(days=each.from_days)} {last - timedelta(days=each.to_days)}"
        for each in windows
        if each.country == country and each.subdivision in {"", subdivision}
        and last - timedelta(days=each.to_days) >= day
    )  # fmt: skip
