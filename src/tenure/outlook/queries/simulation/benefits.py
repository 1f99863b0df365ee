"""Benefits that terms would gain or lose, contacts beyond a limit, licences that would count as ending."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Any

from tenure.entitlements.queries.bulk import bulk_params, bulk_sql
from tenure.entitlements.queries.licences import DAY_AND_CHAIN
from tenure.entitlements.queries.rights import rights_on
from tenure.entitlements.rules import heirs
from tenure.entitlements.words import AgreementFacts, Benefit, Rights
from tenure.outlook.queries.simulation.sides import Supposed, counted, prefixed, streamed, with_prefix
from tenure.outlook.rules import Tally, levels_touched, rights_differ
from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult
from tenure.policy.words import Policy

# decided: assets whose answer about one benefit on one day would be another, where it is had before or after (A5)
DECIDED = """
WITH b AS MATERIALIZED ({before}), c AS MATERIALIZED ({after})
SELECT a.id, a.serial_number, o.name, o.number, b.why = 'covered', b.level, b.until,
       c.why = 'covered', c.level, c.until, b.why, c.why
FROM b JOIN c ON c.id = b.id
JOIN entitlements_asset a ON a.id = b.id
JOIN accounts_organisation o ON o.id = a.organisation_id
WHERE a.quantity > 0 AND (b.why = 'covered' OR c.why = 'covered')
  AND (b.why, b.level, b.until) IS DISTINCT FROM (c.why, c.level, c.until)
ORDER BY a.id
"""
# later: the days after the first on which the terms of assets begin, or end while another goes on; those of some levels
LATER = """
SELECT DISTINCT day, asset_id FROM (
    SELECT lower(t.covers) AS day, t.asset_id FROM entitlements_term t
    WHERE upper_inf(t.known) AND lower(t.covers) > %(on)s
    UNION ALL
    SELECT upper(t.covers), t.asset_id FROM entitlements_term t
    WHERE upper_inf(t.known) AND upper(t.covers) > %(on)s AND EXISTS (
        SELECT FROM entitlements_term x
        WHERE x.asset_id = t.asset_id AND upper_inf(x.known) AND x.covers @> upper(t.covers))
) days
WHERE %(levels)s::text[] IS NULL OR EXISTS (
    SELECT FROM entitlements_term x
    WHERE x.asset_id = days.asset_id AND upper_inf(x.known) AND x.level = ANY(%(levels)s::text[]))
ORDER BY day, asset_id
"""
LIVING = """
SELECT count(DISTINCT t.asset_id) FROM entitlements_term t JOIN entitlements_asset a ON a.id = t.asset_id
WHERE upper_inf(t.known) AND upper(t.covers) > %(on)s AND a.quantity > 0
"""
# agreements: of customers with named contacts, whether each is over, and how many contacts are named on it (D1, D2)
AGREEMENTS = """
SELECT g.organisation_id, o.name, o.number, g.id, g.level, g.region,
       EXISTS (SELECT FROM entitlements_term t WHERE t.agreement_id = g.id AND upper_inf(t.known))
       AND NOT EXISTS (SELECT FROM entitlements_term t JOIN entitlements_asset a ON a.id = t.asset_id
                       WHERE t.agreement_id = g.id AND upper_inf(t.known)
                         AND upper(t.covers) > (%(at)s::timestamptz AT TIME ZONE a.zone)::date),
       (SELECT count(*) FROM entitlements_contactseat s WHERE s.agreement_id = g.id AND s.ended_at IS NULL)
FROM entitlements_agreement g JOIN accounts_organisation o ON o.id = g.organisation_id
WHERE EXISTS (SELECT FROM entitlements_contactseat s JOIN entitlements_agreement x ON x.id = s.agreement_id
              WHERE x.organisation_id = g.organisation_id AND s.ended_at IS NULL)
ORDER BY g.organisation_id, g.region, g.level, g.id
"""
# ending: covered assets between the two numbers of days before their last covered day (A8)
ENDING = f"""
SELECT a.serial_number, o.name, o.number, chain.ends - 1
FROM entitlements_asset a JOIN accounts_organisation o ON o.id = a.organisation_id
{DAY_AND_CHAIN}
WHERE a.quantity > 0 AND d.day >= chain.starts AND d.day < chain.ends
  AND chain.ends - 1 - d.day > %(fewer)s AND chain.ends - 1 - d.day <= %(more)s
ORDER BY chain.ends, a.id
"""  # noqa: S608
COVERED = f"""
SELECT count(*) FROM entitlements_asset a {DAY_AND_CHAIN}
WHERE a.quantity > 0 AND d.day >= chain.starts AND d.day < chain.ends
"""  # noqa: S608


def benefits(supposed: Supposed) -> PartResult:
    """Every benefit of every term that runs on the day, or begins later, decided both ways.  Source: A4, A5."""
    tally, seen = Tally(Part.BENEFITS, limit=supposed.limit), set[tuple[int, Benefit]]()
    first = supposed.order_day
    touched: tuple[str, ...] | None = ()
    before, after = supposed.both(lambda: rights_on(first))
    for benefit in (each for each in Benefit if rights_differ(before, after, each)):
        _compare(tally, seen, (before, after), benefit, first, None)
        touched = levels_touched(before, after)
    if touched == ():
        return tally.result()
    tally.looked_at = counted(LIVING, {"on": first})
    later = streamed(LATER, {"on": first, "levels": list(touched) if touched else None})
    for day, rows in groupby(later, itemgetter(0)):
        before, after = supposed.both(lambda day=day: rights_on(day))  # type: ignore[misc]
        assets = [asset for _, asset in rows]
        for benefit in (each for each in Benefit if rights_differ(before, after, each)):
            _compare(tally, seen, (before, after), benefit, day, assets)
    return tally.result()


def _compare(
    tally: Tally, seen: set[tuple[int, Benefit]], rights: tuple[Rights, Rights], benefit: Benefit, on: date,
    assets: Sequence[int] | None,
) -> None:  # fmt: skip
    """Add the assets whose answer differs on the day; each is told once for a benefit, by its first day."""
    sql, params = bulk_sql(everything=assets is None), dict[str, Any]()
    sides = {"old_": rights[0], "new_": rights[1]}
    for prefix, each in sides.items():
        asked = {**bulk_params(rights=each, benefit=benefit, on=on, known=None), "assets": list(assets or ())}
        params |= with_prefix(asked, prefix)
    decided = DECIDED.format(before=prefixed(sql, "old_"), after=prefixed(sql, "new_"))
    for asset, serial, name, number, had, level, until, has, new_level, new_until, why, new_why in streamed(
        decided, params
    ):
        if (asset, benefit) in seen:
            continue
        seen.add((asset, benefit))
        outcome = Outcome.OTHERWISE if had == has else Outcome.GAINED if has else Outcome.LOST
        tally.add(ChangedRow(
            part=Part.BENEFITS, outcome=outcome, about=serial, detail=benefit.value, organisation=name, number=number,
            on=on, before=f"{level} {until}" if had else why, after=f"{new_level} {new_until}" if has else new_why,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Agreement:
    id: int
    level: str
    region: str
    ended: bool
    taken: int


def contacts(supposed: Supposed) -> PartResult:
    """Agreements whose named contacts would be more than their level allows, or no longer are.  Source: D2."""
    tally = Tally(Part.CONTACTS, limit=supposed.limit)
    old, new = (each.policy for each in supposed.versions_on(supposed.order_day))
    if _limits(old) == _limits(new):
        return tally.result()
    noon = datetime.combine(supposed.order_day, time(12), tzinfo=UTC)
    rows = streamed(AGREEMENTS, {"at": max(noon, supposed.at)})
    for (_, name, number), group in groupby(rows, itemgetter(0, 1, 2)):
        found = [_Agreement(*row[3:]) for row in group]
        before, after = _over(found, old), _over(found, new)
        tally.looked_at += len(after)
        for key in sorted({*before, *after}):
            taken, allowed, over = after.get(key, (0, None, False))
            was = before.get(key, (0, None, False))
            if over != was[2]:
                level, region = key
                tally.add(ChangedRow(
                    part=Part.CONTACTS, outcome=Outcome.EXCEEDED if over else Outcome.WITHIN, about=f"{level} {region}",
                    detail=str(taken), organisation=name, number=number, on=None, before=str(was[1]),
                    after=str(allowed),
                ))  # fmt: skip
    return tally.result()


def _limits(policy: Policy) -> dict[str, tuple[object, ...]]:
    return {key: (each.contacts, each.family, each.rank) for key, each in policy.levels.items()}


def _over(found: Sequence[_Agreement], policy: Policy) -> dict[tuple[str, str], tuple[int, int | None, bool]]:
    """Of each level and region that contacts count with: how many are named, how many may be, and is it too many."""
    facts = [
        AgreementFacts(
            id=each.id, level=each.level, region=each.region, ended=each.ended,
            family=policy.levels[each.level].family.value if each.level in policy.levels else "",
            rank=policy.levels[each.level].rank if each.level in policy.levels else 0,
        )
        for each in found
    ]  # fmt: skip
    heir, own = heirs(facts), {each.id: each for each in facts}
    taken: dict[tuple[str, str], int] = {}
    for each in found:
        place = own[heir[each.id]]
        taken[place.level, place.region] = taken.get((place.level, place.region), 0) + each.taken
    allowed = {key: policy.levels[key[0]].contacts if key[0] in policy.levels else None for key in taken}
    return {
        key: (count, most, most is not None and count > most)
        for key, count in taken.items() for most in [allowed[key]]
    }  # fmt: skip


def ending(supposed: Supposed) -> PartResult:
    """Licences that would count as ending on the day, or no longer.  Source: A8; ours."""
    tally = Tally(Part.ENDING, limit=supposed.limit)
    old, new = (each.policy.terms.ending_days for each in supposed.versions_on(supposed.order_day))
    if old == new:
        return tally.result()
    params = {"on": supposed.order_day, "at": supposed.at, "fewer": min(old, new), "more": max(old, new)}
    tally.looked_at = counted(COVERED, params)
    for row in _ending(params, Outcome.COMES if new > old else Outcome.GOES):
        tally.add(row)
    return tally.result()


def _ending(params: dict[str, Any], outcome: Outcome) -> Iterator[ChangedRow]:
    states = ("covered", "ending") if outcome is Outcome.COMES else ("ending", "covered")
    for serial, name, number, last in streamed(ENDING, params):
        yield ChangedRow(
            part=Part.ENDING, outcome=outcome, about=serial, detail="", organisation=name, number=number, on=last,
            before=states[0], after=states[1],
        )  # fmt: skip
