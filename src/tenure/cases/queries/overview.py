"""What stands above the list of cases: how many each view holds, and what products they are about."""

from dataclasses import dataclass

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.sight import visible_cases
from tenure.cases.words import State, View

MOST_COUNTED = 1000

# case_overview: one narrow walk over the newest cases that the reader sees, at most one more than is counted (D8)
CASE_OVERVIEW = """
WITH own AS MATERIALIZED (
    SELECT c.state, c.product_id FROM cases_case c WHERE {seen} ORDER BY c.id DESC LIMIT %(limit)s
)
SELECT 'state', own.state, '', count(*) FROM own GROUP BY own.state
UNION ALL
SELECT 'product', p.slug, p.name, 0 FROM catalog_product p WHERE p.id IN (SELECT product_id FROM own)
ORDER BY 1, 3, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOverview:
    """counts: None for a reader of more cases than are counted.  products: (slug, name) of the newest cases."""

    counts: dict[View, int] | None
    products: tuple[tuple[str, str], ...]


def case_overview(*, who: Who | None) -> CaseOverview:
    """How many of the reader's cases each view holds, and their products by name.

    A reader of more than 1,000 cases gets no counts: no page waits for a walk over a hundred thousand.  One query.
    Source: D8.
    """
    seen = visible_cases(who)
    with connection.cursor() as cursor:
        cursor.execute(CASE_OVERVIEW.format(seen=seen.sql), {"limit": MOST_COUNTED + 1, **seen.params})
        rows = cursor.fetchall()
    by_state = {State(value): count for kind, value, _, count in rows if kind == "state"}
    products = tuple((value, name) for kind, value, name, _ in rows if kind == "product")
    total = sum(by_state.values())
    if total > MOST_COUNTED:
        return CaseOverview(counts=None, products=products)
    counts = {View(state.value): by_state.get(state, 0) for state in State}
    counts[View.ALL], counts[View.OPEN] = total, total - counts[View.CLOSED]
    return CaseOverview(counts=counts, products=products)
