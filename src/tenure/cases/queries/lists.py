"""Lists of cases: one statement a page, whatever the filters and however many cases there are."""

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.lines import LINE, line_from, narrowed_by
from tenure.cases.queries.search import found_cases
from tenure.cases.queries.sight import visible_cases
from tenure.cases.rules.texts import asked_words
from tenure.cases.words import CaseFilters, CasePage, State, View

# case_list: the newest first (D8)
CASE_LIST = LINE + "WHERE {where} ORDER BY c.id DESC LIMIT %(limit)s"
# case_counts: how many cases each view holds (D8)
CASE_COUNTS = "SELECT c.state, count(*) FROM cases_case c WHERE {where} GROUP BY c.state"


def cases(
    *, who: Who | None, filters: CaseFilters, after: str = "", limit: int = 25
) -> CasePage:  # fmt: skip
    """A page of the cases that the person may see, newest first.  One query, two where words are searched.

    after: the cursor of the page before; one that cannot be read begins at the start.  limit: 1 to 100.  Source: D8.
    """
    narrowed = narrowed_by(filters, seen=visible_cases(who), after=after)
    most = max(1, min(limit, 100))
    words = asked_words(filters.text)
    if words:
        return found_cases(words=words, text=filters.text, narrowed=narrowed, limit=most)
    with connection.cursor() as cursor:
        cursor.execute(CASE_LIST.format(where=narrowed.sql), {**narrowed.params, "limit": most + 1})
        rows = cursor.fetchall()
    lines = tuple(line_from(row) for row in rows[:most])
    return CasePage(rows=lines, next=str(lines[-1].id) if len(rows) > most else "")


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
