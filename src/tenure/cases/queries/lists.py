"""Lists of cases: one statement a page, whatever the filters and however many cases there are."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.sight import Sight, visible_cases
from tenure.cases.rules.texts import asked_words
from tenure.cases.words import CaseFilters, CaseLine, CasePage, Kind, State, View

MOST_RANKED = 200

LINE = """
SELECT c.id, c.number, c.kind, c.state, c.severity, c.summary, COALESCE(o.name, c.company), COALESCE(p.name, ''),
       c.level, c.opened_at, c.changed_at, c.next_milestone, c.next_due_at, c.waiting_since, c.assignee_id,
       COALESCE(NULLIF(worker.name, ''), worker.email, '')
FROM cases_case c
LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN catalog_product p ON p.id = c.product_id
LEFT JOIN accounts_person worker ON worker.id = c.assignee_id
"""
# case_list: the newest first (D8)
CASE_LIST = LINE + "WHERE {where} ORDER BY c.id DESC LIMIT %(limit)s"
# said: the cases on which something was said in all the words that are asked for; notes are the vendor's alone
SAID_TO_ALL = "c.id IN (SELECT t.case_id FROM cases_text t WHERE t.vector @@ to_tsquery('simple', %(words)s))"
SAID_TO_CUSTOMER = SAID_TO_ALL.removesuffix(")") + " AND t.public)"
# case_counts: how many cases each view holds (D8)
CASE_COUNTS = "SELECT c.state, count(*) FROM cases_case c WHERE {where} GROUP BY c.state"


def cases(
    *, who: Who | None, filters: CaseFilters, after: str = "", limit: int = 25
) -> CasePage:  # fmt: skip
    """A page of the cases that the person may see, newest first.  One query.

    after: the cursor of the page before; one that cannot be read begins at the start.  limit: 1 to 100.  Source: D8.
    """
    seen = visible_cases(who)
    where, params = _where(filters, seen)
    if after.isdecimal() and len(after) < 18:
        where, params["after"] = f"{where} AND c.id < %(after)s", int(after)
    params["limit"] = max(1, min(limit, 100)) + 1
    with connection.cursor() as cursor:
        cursor.execute(CASE_LIST.format(where=where), params)
        rows = cursor.fetchall()
    more = len(rows) == params["limit"]
    lines = tuple(line_from(row) for row in rows[: params["limit"] - 1])
    return CasePage(rows=lines, next=str(lines[-1].id) if more else "")


def case_counts(*, who: Who | None) -> dict[View, int]:
    """How many cases of the person's each view holds.  One query.  Source: D8."""
    seen = visible_cases(who)
    with connection.cursor() as cursor:
        cursor.execute(CASE_COUNTS.format(where=seen.sql), seen.params)
        by_state = {State(state): count for state, count in cursor.fetchall()}
    counts = {View(state.value): by_state.get(state, 0) for state in State}
    counts[View.ALL] = sum(by_state.values())
    counts[View.OPEN] = counts[View.ALL] - counts[View.CLOSED]
    return counts


def line_from(row: tuple[Any, ...]) -> CaseLine:
    """A line from a row of `LINE`."""
    return CaseLine(
        id=row[0], number=row[1], kind=Kind(row[2]), state=State(row[3]), severity=row[4], summary=row[5],
        organisation=row[6], product=row[7], level=row[8], opened_at=row[9], changed_at=row[10],
        next_milestone=row[11], next_due_at=row[12], waiting_since=row[13], assignee_id=row[14], assignee=row[15],
    )  # fmt: skip


def _where(filters: CaseFilters, seen: Sight) -> tuple[str, dict[str, Any]]:
    sides: list[str] = [seen.sql]
    params: dict[str, Any] = dict(seen.params)
    if filters.view is View.OPEN:
        sides.append("c.closed_at IS NULL")
    elif filters.view is not View.ALL:
        sides.append("c.state = %(state)s")
        params["state"] = filters.view.value
    if filters.product:
        sides.append("p.slug = %(product)s")
        params["product"] = filters.product.replace("\0", "")
    if filters.customer:
        sides.append("o.number = %(customer)s")
        params["customer"] = filters.customer.replace("\0", "")
    if filters.since:
        sides.append("c.opened_at >= %(since)s")
        params["since"] = datetime.combine(filters.since, time(), UTC)
    if filters.until:
        sides.append("c.opened_at < %(until)s")
        params["until"] = datetime.combine(filters.until, time(), UTC) + timedelta(days=1)
    words = asked_words(filters.text)
    if words:
        sides.append(SAID_TO_ALL if seen.internal else SAID_TO_CUSTOMER)
        params["words"] = words
    return " AND ".join(sides), params
