"""Everything that will fall due, as a pure read: one statement over all kinds, whatever they are."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tenure.accounts.words import LINKERS, StaffRole, Who
from tenure.entitlements.queries.rights import version_on
from tenure.outlook.queries.statements import PARTS
from tenure.outlook.words import AheadFilters, DueKind, DuePage, DueRow
from tenure.policy.queries import read_once
from tenure.renewals.queries.due import SCHEDULE, schedule_around, schedule_params
from tenure.renewals.rules.schedule import ends_told_on

PAGE = 50
CHUNK = 2000
MOST_DAYS = 800
READERS = frozenset({StaffRole.CARE_AGENT, StaffRole.RENEWALS, StaffRole.MANAGER, StaffRole.OPERATOR})
CARES = frozenset({DueKind.CONTACT_CHANGES, DueKind.JOINING_PASSES, DueKind.CLAIM_ANSWER})
COLUMNS = "(due_on, kind, key, region, organisation, number, subject, product, detail, due_at, quantity)"


def kinds_for(who: Who | None) -> tuple[DueKind, ...]:
    """The kinds that a reader may see: requests and claims are care's.  None: a command, all.  Source: ours."""
    if who is None:
        return tuple(DueKind)
    if not who.staff & READERS:
        return ()
    return tuple(kind for kind in DueKind if kind not in CARES or who.staff & LINKERS)


def ahead(
    *, who: Who | None, at: datetime, days: int, filters: AheadFilters, after: str = "", limit: int = PAGE
) -> DuePage:
    """What falls due from today to `days` later, the first above: a page, of what the reader may see.

    Today is the day of `at` in the zone of what a row is about.  Notices are those that waves will make, by the
    policy's versions in force on their days, as far as is known now.  Raises Refused(NO_VERSION) without a policy.
    Source: B1, B8; ours.
    """
    parts, params = _asked(who, at, days, filters)
    if not parts:
        return DuePage(rows=(), next="")
    place = _place(after)
    further = "WHERE (due_on, kind, key) > (%(day)s, %(kind)s, %(key)s)" if place else ""
    day, kind, key = place or (None, "", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_statement(parts)} SELECT * FROM due {further} ORDER BY due_on, kind, key LIMIT %(limit)s",  # noqa: S608
            {**params, "day": day, "kind": kind, "key": key, "limit": limit + 1},
        )  # fmt: skip
        rows = [_row(raw) for raw in cursor.fetchall()]
    more = len(rows) > limit
    return DuePage(rows=tuple(rows[:limit]), next=_spelled(rows[limit - 1]) if more else "")


def ahead_all(*, who: Who | None, at: datetime, days: int, filters: AheadFilters) -> Iterator[DueRow]:
    """The same whole, in the same order, by a cursor of the database: memory does not grow.  Source: as `ahead`."""
    parts, params = _asked(who, at, days, filters)
    if not parts:
        return
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"{_statement(parts)} SELECT * FROM due ORDER BY due_on, kind, key", params)  # noqa: S608
        while found := cursor.fetchmany(CHUNK):
            yield from (_row(raw) for raw in found)


def ahead_counts(*, who: Who | None, at: datetime, days: int, filters: AheadFilters) -> dict[DueKind, int]:
    """How many of each kind fall due; kinds of which nothing does are left out.  Source: as `ahead`."""
    parts, params = _asked(who, at, days, filters)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"{_statement(parts)} SELECT kind, count(*) FROM due GROUP BY kind", params)  # noqa: S608
        counted = dict(cursor.fetchall())
    return {kind: counted[kind.value] for kind in DueKind if kind.value in counted}


def _statement(parts: Sequence[DueKind]) -> str:
    joined = " UNION ALL ".join(f"({PARTS[kind]})" for kind in parts)
    return f'WITH {SCHEDULE}, found {COLUMNS} AS ({joined}), due AS (SELECT due_on, kind COLLATE "C" AS kind, key COLLATE "C" AS key, region, organisation, number, subject, product, detail, due_at, quantity FROM found)'  # noqa: S608, E501


def _asked(
    who: Who | None, at: datetime, days: int, filters: AheadFilters
) -> tuple[tuple[DueKind, ...], dict[str, Any]]:  # fmt: skip
    """The kinds to look for, and the parameters of their statements."""
    days = max(0, min(days, MOST_DAYS))
    parts = tuple(kind for kind in kinds_for(who) if filters.kind in {"", kind.value})
    first, last = at.date() - timedelta(days=1), at.date() + timedelta(days=days + 1)
    with read_once():
        steps = schedule_around(first=first, last=last)
        regions = version_on(at.date()).policy.regions
    looked = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ends = [each + timedelta(days=1) for each in ends_told_on(days=looked, steps=steps)]
    return parts, {
        **schedule_params(steps), "at": at, "days": days, "ends": ends, "zoned": list(regions),
        "todays": [at.astimezone(ZoneInfo(region.zone)).date() for region in regions.values()],
        "region": filters.region.replace("\0", ""), "customer": filters.customer.strip().replace("\0", ""),
    }  # fmt: skip


def _row(raw: Sequence[Any]) -> DueRow:
    names = tuple(DueRow.__dataclass_fields__)
    return DueRow(**dict(zip(names, (raw[0], DueKind(raw[1]), *raw[2:]), strict=True)))


def _spelled(row: DueRow) -> str:
    return f"{row.on.isoformat()}~{row.kind.value}~{row.key}"


def _place(after: str) -> tuple[date, str, str] | None:
    day, _, rest = after.partition("~")
    kind, _, key = rest.partition("~")
    try:
        return date.fromisoformat(day), kind, key.replace("\0", "")
    except ValueError:
        return None
