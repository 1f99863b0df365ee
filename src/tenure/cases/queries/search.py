"""Searching cases by what was said on them: the newest that hold all the words, however common those are."""

from typing import Any, Final

from django.db import connection

from tenure.cases.queries.lines import LINE, Narrowed, line_from
from tenure.cases.rules.texts import excerpt_of
from tenure.cases.words import CasePage

MOST_FOUND: Final = 200
COMMON_TEXTS: Final = 2_000  # from so many on, walking back from the newest case is quicker than the index of words

# guess_texts: how many texts hold the words, as the planner's statistics have it; nothing is read
GUESS_TEXTS = "EXPLAIN (FORMAT JSON) SELECT FROM cases_text t WHERE t.vector @@ to_tsquery('simple', %s)"
# by_index: the texts with the words first, the first of each case, then their cases; for words that few texts hold
BY_INDEX = """
WITH texts AS (
    SELECT t.case_id, t.event_id FROM cases_text t WHERE t.vector @@ to_tsquery('simple', %(words)s) {public}
    UNION ALL SELECT id, NULL FROM cases_case WHERE number = %(exact)s
), said AS MATERIALIZED (
    SELECT case_id, min(event_id) AS event_id FROM texts GROUP BY case_id
), found AS MATERIALIZED (
    SELECT c.id, said.event_id FROM said JOIN cases_case c ON c.id = said.case_id
    WHERE {where} ORDER BY c.id DESC LIMIT %(most)s
)
"""
FIRST_KNOWN = "SELECT t.body FROM cases_text t WHERE t.event_id = page.event_id"
# by_walking: the cases from the newest back until enough hold the words; OFFSET 0 keeps it a question a case
BY_WALKING = """
WITH found AS MATERIALIZED (
    SELECT c.id FROM cases_case c
    WHERE {where} AND EXISTS (SELECT FROM cases_text t WHERE t.case_id = c.id
                              AND t.vector @@ to_tsquery('simple', %(words)s) {public} OFFSET 0)
    ORDER BY c.id DESC LIMIT %(most)s
)
"""
FIRST_SOUGHT = (
    "SELECT t.body FROM cases_text t WHERE t.case_id = c.id"
    " AND t.vector @@ to_tsquery('simple', %(words)s) {public} ORDER BY t.event_id LIMIT 1"
)
# shown: the page of what was found, each line with the first text that holds the words, and how many were found
SHOWN = LINE.replace(
    "\nFROM cases_case c",
    ", (SELECT count(*) FROM found),"
    " COALESCE(({first}), '')"
    "\nFROM (SELECT * FROM found ORDER BY id DESC LIMIT %(limit)s) page JOIN cases_case c ON c.id = page.id",
)


def found_cases(*, words: str, text: str, narrowed: Narrowed, limit: int) -> CasePage:
    """A page of the cases on which the words were said, or whose number the text is, the newest first.

    words: a tsquery; text: as it was asked.  At most 200 are looked for; `is_cut` says that there are more, also where
    the page is full before.  Customers find what they may read.  Two statements, neither of which reads more than a
    few thousand texts.  Source: D8, D13; the cut is ours.
    """
    public = "" if narrowed.internal else "AND t.public"
    is_common = _guessed(words) >= COMMON_TEXTS
    found, first = (BY_WALKING, FIRST_SOUGHT) if is_common else (BY_INDEX, FIRST_KNOWN)
    asked = found + SHOWN.replace("{first}", first) + "ORDER BY c.id DESC"
    params: dict[str, Any] = {
        **narrowed.params, "words": words, "exact": text.strip().upper().replace("\0", ""), "limit": limit,
        "most": MOST_FOUND + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        # past Django's wrapper, never prepared: a generic plan knows neither the words nor the reader, and walks all
        cursor.cursor.execute(asked.format(where=narrowed.sql, public=public), params, prepare=False)
        rows = cursor.fetchall()
    many = rows[0][17] if rows else 0
    lines = tuple(line_from(row, excerpt=excerpt_of(row[18], text)) for row in rows)
    return CasePage(rows=lines, next=str(lines[-1].id) if many > limit else "", is_cut=many > MOST_FOUND)


def _guessed(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.cursor.execute(GUESS_TEXTS, [words], prepare=False)
        [[plan]] = cursor.fetchall()
    return int(plan[0]["Plan"]["Plan Rows"])
