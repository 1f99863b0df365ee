"""The desk's queue: what falls due next, whose it is, and how many cases each of its views holds.  For staff alone."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.lines import LINE, SAID_TO_ALL, line_from
from tenure.cases.queries.sight import visible_cases
from tenure.cases.rules.texts import asked_words
from tenure.cases.words import CaseLine
from tenure.policy.queries import policy_on_or_first
from tenure.toolbox.refused import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
LONGEST_CURSOR = 40


class QueueView(StrEnum):
    """The lists of the queue.

    DUE: the next step is the vendor's.  WAITING: it is the customer's.  OPEN: both.  CLOSED: those that may still be
    opened again.  Source: D8; the lists are ours.
    """

    DUE = "due"
    MINE = "mine"
    UNTAKEN = "untaken"
    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """What narrows the queue; every view and its count alike.

    topic, region: of a team, as the case has them.  severity: 1 to 4.  level: a key of the policy.  customer: an
    organisation's number.  text: a case number, or words that were said on the case.
    """

    topic: str = ""
    region: str = ""
    severity: int | None = None
    level: str = ""
    customer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue.  next: the cursor to hand back as `after`; "" at the end."""

    rows: tuple[CaseLine, ...]
    counts: dict[QueueView, int]
    next: str


# queue: a page of one view in its order, and how many each view holds under the same filters (D8)
QUEUE = """
WITH going AS (
    SELECT count(*) FILTER (WHERE c.waiting_since IS NULL), count(*) FILTER (WHERE c.assignee_id = %(person)s),
           count(*) FILTER (WHERE c.assignee_id IS NULL), count(*) FILTER (WHERE c.waiting_since IS NOT NULL), count(*)
    FROM cases_case c LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
    WHERE c.closed_at IS NULL AND {where}
), ended AS (
    SELECT count(*) FROM cases_case c LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
    WHERE c.closed_at >= %(since)s AND {where}
)
SELECT going.*, ended.*, page.* FROM going CROSS JOIN ended
LEFT JOIN ({line} WHERE {view} AND {where} {after} ORDER BY {order} LIMIT %(limit)s) page ON TRUE
ORDER BY {shown}
"""
# of each view: what it holds, and the column it is ordered by, with the id as the second
VIEWS = {
    QueueView.DUE: ("c.closed_at IS NULL AND c.waiting_since IS NULL", "next_due_at"),
    QueueView.MINE: ("c.closed_at IS NULL AND c.assignee_id = %(person)s", "next_due_at"),
    QueueView.UNTAKEN: ("c.closed_at IS NULL AND c.assignee_id IS NULL", "next_due_at"),
    QueueView.WAITING: ("c.closed_at IS NULL AND c.waiting_since IS NOT NULL", "waiting_since"),
    QueueView.OPEN: ("c.closed_at IS NULL", "next_due_at"),
    QueueView.CLOSED: ("c.closed_at >= %(since)s", "closed_at"),
}


def queue(
    *, who: Who, view: QueueView, filters: QueueFilters, at: datetime, after: str = "", limit: int = 50
) -> QueuePage:  # fmt: skip
    """A page of the queue and the counts of all its views.  One query beside the policy.

    What falls due first stands first, what is missed above all, and what promises nothing last; what waits the longest
    first; what was closed last first.  after: the cursor of the page before; one that cannot be read begins at the
    start.  limit: 1 to 100.  Empty for anybody who is not staff.  Source: D8, D10.
    """
    if not who.is_staff:
        return QueuePage(rows=(), counts=dict.fromkeys(QueueView, 0), next="")
    where, params = _where(who, filters)
    held, column = VIEWS[view]
    before, key = _cursor(after)
    most = max(1, min(limit, 100))
    params |= {
        "person": who.person_id, "limit": most + 1, "key": key[0], "id": key[1],
        "since": at - _lately(at),
    }  # fmt: skip
    newest = " DESC" if view is QueueView.CLOSED else ""
    asked = QUEUE.format(
        where=where, line=LINE.replace("\nFROM", f", c.{column} AS ordered\nFROM", 1), view=held,
        after=_after(column, before, key[0]), order=f"c.{column}{newest}, c.id{newest}",
        shown=f"page.ordered{newest}, page.id{newest}",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        rows = cursor.fetchall()
    counts = dict(zip(QueueView, rows[0][:6], strict=True))
    found = [row[6:] for row in rows if row[6] is not None]
    lines = tuple(line_from(row) for row in found[:most])
    last = _cursor_of(found[most - 1]) if len(found) > most else ""
    return QueuePage(rows=lines, counts=counts, next=last)


def _lately(at: datetime) -> timedelta:
    """How long a closed case may be opened again; not at all before the first policy."""
    with suppress(Refused):
        return timedelta(days=policy_on_or_first(at.date()).policy.cases.reopen_days)
    return timedelta()


def _where(who: Who, filters: QueueFilters) -> tuple[str, dict[str, Any]]:
    seen = visible_cases(who)
    sides: list[str] = [seen.sql]
    params: dict[str, Any] = dict(seen.params)
    equal = {"topic": "c.topic", "region": "c.region", "severity": "c.severity", "level": "c.level",
             "customer": "o.number"}  # fmt: skip
    for name, column in equal.items():
        value = getattr(filters, name)
        if value:
            sides.append(f"{column} = %({name})s")
            params[name] = value.replace("\0", "") if isinstance(value, str) else value
    words = asked_words(filters.text)
    if words:
        sides.append(f"(c.number = %(number)s OR {SAID_TO_ALL})")
        params |= {"words": words, "number": filters.text.strip().upper().replace("\0", "")}
    return " AND ".join(sides), params


def _after(column: str, asked: bool, key: datetime | None) -> str:
    """What comes after the cursor; cases without the column's value stand last."""
    if not asked:
        return ""
    if column == "closed_at":
        return "AND (c.closed_at, c.id) < (%(key)s, %(id)s)"
    if key is None:
        return f"AND c.{column} IS NULL AND c.id > %(id)s"
    return f"AND (c.{column} > %(key)s OR c.{column} = %(key)s AND c.id > %(id)s OR c.{column} IS NULL)"


def _cursor_of(row: tuple[Any, ...]) -> str:
    at: datetime | None = row[-1]
    return f"{'' if at is None else (at - EPOCH) // MICRO}.{row[0]}"


def _cursor(text: str) -> tuple[bool, tuple[datetime | None, int]]:
    """Whether a cursor was read, and what it says: the instant of the last row, or None, and its id."""
    when, dot, ident = text[:LONGEST_CURSOR].partition(".")
    if not dot or not _is_number(ident) or (when and not _is_number(when)):
        return False, (None, 0)
    return True, (EPOCH + MICRO * int(when) if when else None, int(ident))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
