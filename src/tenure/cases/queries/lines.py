"""A case as a line of a list, and the conditions that lists and searches share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from tenure.cases.queries.sight import Sight
from tenure.cases.words import CaseFilters, CaseLine, Kind, State, View

LONGEST_CURSOR: Final = 18
KINDS: Final = {kind.value: kind for kind in Kind}
STATES: Final = {state.value: state for state in State}

LINE = """
SELECT c.id, c.number, c.kind, c.state, c.severity, c.summary, COALESCE(o.name, c.company), COALESCE(p.name, ''),
       c.level, c.opened_at, c.changed_at, c.next_milestone, c.next_due_at, c.waiting_since, c.assignee_id,
       COALESCE(NULLIF(worker.name, ''), worker.email, ''), COALESCE(o.number, '')
FROM cases_case c
LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN catalog_product p ON p.id = c.product_id
LEFT JOIN accounts_person worker ON worker.id = c.assignee_id
"""
# said_to_all: the cases on which something was said in all the words that are asked for, notes among it
SAID_TO_ALL = "c.id IN (SELECT t.case_id FROM cases_text t WHERE t.vector @@ to_tsquery('simple', %(words)s))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A condition on `cases_case c` with its parameters: who asks, and the filters.  internal: notes are read too."""

    sql: str
    params: dict[str, Any]
    internal: bool


def line_from(row: Sequence[Any], *, excerpt: str = "") -> CaseLine:
    """A line from a row of `LINE`."""
    return CaseLine(
        id=row[0], number=row[1], kind=KINDS[row[2]], state=STATES[row[3]], severity=row[4], summary=row[5],
        organisation=row[6], product=row[7], level=row[8], opened_at=row[9], changed_at=row[10],
        next_milestone=row[11], next_due_at=row[12], waiting_since=row[13], assignee_id=row[14], assignee=row[15],
        organisation_number=row[16], excerpt=excerpt,
    )  # fmt: skip


def narrowed_by(filters: CaseFilters, *, seen: Sight, after: str) -> Narrowed:
    """The condition of the filters but for their words, for one who sees so much, after a cursor.  Source: D8."""
    sides: list[str] = [seen.sql]
    params: dict[str, Any] = dict(seen.params)
    if filters.view is View.OPEN:
        sides.append("c.closed_at IS NULL")
    elif filters.view is not View.ALL:
        sides.append("c.state = %(state)s")
        params["state"] = filters.view.value
    if filters.product:
        sides.append("c.product_id = (SELECT id FROM catalog_product WHERE slug = %(product)s)")
        params["product"] = filters.product.replace("\0", "")
    if filters.customer:
        sides.append("c.organisation_id = (SELECT id FROM accounts_organisation WHERE number = %(customer)s)")
        params["customer"] = filters.customer.replace("\0", "")
    if filters.since:
        sides.append("c.opened_at >= %(since)s")
        params["since"] = datetime.combine(filters.since, time(), UTC)
    if filters.until:
        sides.append("c.opened_at < %(until)s")
        params["until"] = datetime.combine(filters.until, time(), UTC) + timedelta(days=1)
    if after.isdecimal() and len(after) < LONGEST_CURSOR:
        sides.append("c.id < %(after)s")
        params["after"] = int(after)
    return Narrowed(sql=" AND ".join(sides), params=params, internal=seen.internal)
