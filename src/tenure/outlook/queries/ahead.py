"""Everything that will fall due, as a pure read: windows of days, so that only what is shown is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tenure.accounts.words import LINKERS, StaffRole, Who
from tenure.entitlements.queries.rights import version_on
from tenure.outlook.queries.statements import PARTS
from tenure.outlook.words import AheadFilters, DueKind, DuePage, DueRow
from tenure.policy.queries import read_once
from tenure.renewals.queries.due import SCHEDULE, schedule_around, schedule_params
from tenure.renewals.rules.schedule import Step, ends_told_on
from tenure.toolbox.planning import planned_anew

PAGE = 50
CHUNK = 2000
MOST_DAYS = 800
MOST_COUNTED = 10_000  # of a kind; the page says that there are more
MANY = 500_000  # rows of a window: with fewer the next one is wider, with more it is narrower; the database sorts them
WIDEST = 128
READERS = frozenset({StaffRole.CARE_AGENT, StaffRole.RENEWALS, StaffRole.MANAGER, StaffRole.OPERATOR})
CARES = frozenset({DueKind.CONTACT_CHANGES, DueKind.JOINING_PASSES, DueKind.CLAIM_ANSWER})
DAY: Final = timedelta(days=1)
KINDS: Final = {kind.value: kind for kind in DueKind}
COLUMNS = "(due_on, kind, key, region, organisation, number, subject, product, detail, due_at, quantity)"
TOLD = 'due_on, kind COLLATE "C" AS kind, key COLLATE "C" AS key, region, organisation, number, subject, product, detail, due_at, quantity'  # noqa: E501
ROWS_IN_ORDER = "SELECT * FROM due {further} ORDER BY due_on, kind, key {limit}"
FURTHER = "WHERE (due_on, kind, key) > (%(day)s, %(kind)s, %(key)s)"


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
    policy's versions in force on their days, as far as is known now.  Windows of days are read, each twice as wide as
    the one before, until the page is full: at most eleven.  Raises Refused(NO_VERSION) without a policy.
    Source: B1, B8; ours.
    """
    look = _looking(who, at, days, filters)
    if not look.parts:
        return DuePage(rows=(), next="")
    place = _place(after)
    day, kind, key = place or (look.first, "", "")
    first, width, rows = max(look.first, min(day, look.last + DAY)), 1, list[DueRow]()
    sql = look.statement + ROWS_IN_ORDER.format(further=FURTHER if place else "", limit="LIMIT %(limit)s")
    with planned_anew() as cursor:
        while first <= look.last and len(rows) <= limit:
            last = min(first + (width - 1) * DAY, look.last)
            asked = {"day": day, "kind": kind, "key": key, "limit": limit + 1 - len(rows)}
            cursor.execute(sql, look.params | look.window(first, last) | asked)
            rows += [_row(raw) for raw in cursor.fetchall()]
            first, width = last + DAY, width * 2
    more = len(rows) > limit
    return DuePage(rows=tuple(rows[:limit]), next=_spelled(rows[limit - 1]) if more else "")


def ahead_all(*, who: Who | None, at: datetime, days: int, filters: AheadFilters) -> Iterator[DueRow]:
    """The same whole, in the same order, a window of days after the other: memory does not grow.  Source: as `ahead`.

    Everything is read as it stood when the first row was, unless a transaction is under way already.
    """
    look = _looking(who, at, days, filters)
    if not look.parts:
        return
    is_alone = not connection.in_atomic_block
    with transaction.atomic():
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        first, width = look.first, 1
        while first <= look.last:
            last, found = min(first + (width - 1) * DAY, look.last), 0
            with connection.chunked_cursor() as cursor:
                for row in _streamed(cursor, look, first, last):
                    found += 1
                    yield row
            first, width = last + DAY, _width(width, found)


def ahead_counts(*, who: Who | None, at: datetime, days: int, filters: AheadFilters) -> dict[DueKind, int]:
    """How many of each kind fall due; kinds of which nothing does are left out.  Source: as `ahead`.

    Nobody reads thousands one by one, so more than MOST_COUNTED of a kind are MOST_COUNTED + 1.
    """
    look = _looking(who, at, days, filters)
    if not look.parts:
        return {}
    each = " UNION ALL ".join(
        f"SELECT '{kind.value}', (SELECT count(*) FROM ({PARTS[kind]} LIMIT {MOST_COUNTED + 1}) counted)"  # noqa: S608
        for kind in look.parts
    )
    with planned_anew() as cursor:
        cursor.execute(f"WITH {SCHEDULE} {each}", look.params | look.window(look.first, look.last))
        counted = dict(cursor.fetchall())
    return {kind: counted[kind.value] for kind in look.parts if counted[kind.value]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What is looked for, between the first and the last day on which somewhere it may be due."""

    parts: tuple[DueKind, ...]
    params: dict[str, Any]
    steps: tuple[Step, ...]
    at: datetime
    first: date
    last: date

    @property
    def statement(self) -> str:
        joined = " UNION ALL ".join(f"({PARTS[kind]})" for kind in self.parts)
        return f"WITH {SCHEDULE}, found {COLUMNS} AS ({joined}), due AS (SELECT {TOLD} FROM found) "  # noqa: S608

    def window(self, first: date, last: date) -> dict[str, object]:
        """The parameters of the days from `first` to `last`: also where the chains end of which notices tell then.

        A notice is due on the day of its step; but today, and when a policy comes into force, also those of before
        that are still caught up.
        """
        days = [first + n * DAY for n in range((last - first).days + 1)]
        late = {self.at.date() + n * DAY for n in (-1, 0, 1)} | {each.since for each in self.steps}
        ends = {day - each * DAY for each in {each.step for each in self.steps} for day in days}
        ends |= set(ends_told_on(days=[day for day in days if day in late], steps=self.steps))
        return {"from": first, "to": last, "ends": sorted(each + DAY for each in ends)}


def _looking(who: Who | None, at: datetime, days: int, filters: AheadFilters) -> _Look:
    days = max(0, min(days, MOST_DAYS))
    first, last = at.date() - DAY, at.date() + (days + 1) * DAY
    with read_once():
        steps = schedule_around(first=first, last=last)
        regions = version_on(at.date()).policy.regions
    return _Look(
        parts=tuple(kind for kind in kinds_for(who) if filters.kind in {"", kind.value}), steps=steps, at=at,
        first=first, last=last,
        params={
            **schedule_params(steps), "at": at, "days": days, "earliest": steps[0].number if steps else 0,
            "longest": max((each.lasts for each in steps), default=0),
            "zoned": list(regions),
            "todays": [at.astimezone(ZoneInfo(region.zone)).date() for region in regions.values()],
            "region": filters.region.replace("\0", ""), "customer": filters.customer.strip().replace("\0", ""),
        },
    )  # fmt: skip


def _streamed(cursor: CursorWrapper, look: _Look, first: date, last: date) -> Iterator[DueRow]:
    cursor.execute(look.statement + ROWS_IN_ORDER.format(further="", limit=""), look.params | look.window(first, last))
    while found := cursor.fetchmany(CHUNK):
        yield from map(_row, found)


def _width(width: int, found: int) -> int:
    """How many days the next window has, after one of `width` days in which so many rows were found."""
    return min(WIDEST, width * 2) if found < MANY else max(1, width // 2)


def _row(raw: Sequence[Any]) -> DueRow:
    on, kind, key, region, organisation, number, subject, product, detail, at, quantity = raw
    return DueRow(
        on=on, kind=KINDS[kind], key=key, region=region, organisation=organisation, number=number, subject=subject,
        product=product, detail=detail, at=at, quantity=quantity,
    )  # fmt: skip


def _spelled(row: DueRow) -> str:
    return f"{row.on.isoformat()}~{row.kind.value}~{row.key}"


def _place(after: str) -> tuple[date, str, str] | None:
    day, _, rest = after.partition("~")
    kind, _, key = rest.partition("~")
    try:
        return date.fromisoformat(day), kind, key.replace("\0", "")
    except ValueError:
        return None
