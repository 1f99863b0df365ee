"""Open cases with what their events add up to, for whoever judges them by something else than what they keep."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tenure.cases.queries.replay import KINDS
from tenure.cases.rules import fold
from tenure.cases.words import Event, Story

CHUNK = 1000
# open_stories: cases whose clock runs, with the version that they keep (D6, D8)
OPEN = """
SELECT c.id, c.number, c.level, v.number, c.zone, c.country, c.subdivision, o.name, o.number
FROM cases_case c
JOIN policy_policyversion v ON v.id = c.policy_version_id
JOIN accounts_organisation o ON o.id = c.organisation_id
WHERE c.closed_at IS NULL AND c.level <> '' AND c.id > %(after)s ORDER BY c.id LIMIT %(limit)s
"""
EVENTS = """
SELECT e.case_id, e.seq, e.at, e.kind, (e.facts ->> 'severity')::int, e.person_id
FROM cases_event e WHERE e.case_id = ANY(%(cases)s) ORDER BY e.case_id, e.seq
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStory:
    """An open case with a running clock.  version: the number of the policy that it was opened under, and keeps."""

    number: str
    level: str
    version: int
    zone: str
    country: str
    subdivision: str
    organisation: str
    organisation_number: str
    story: Story


def open_stories() -> Iterator[OpenStory]:
    """All of them, in chunks: two statements a thousand.  Takes no reader: for what counts them all.  Source: D8."""
    after = 0
    while rows := _fetch(OPEN, {"after": after, "limit": CHUNK}):
        after = rows[-1][0]
        events: dict[int, list[Event]] = {row[0]: [] for row in rows}
        for case, seq, at, kind, severity, person in _fetch(EVENTS, {"cases": list(events)}):
            events[case].append(Event(seq, at, KINDS[kind], severity, person))
        for ident, number, level, version, zone, country, subdivision, name, customer in rows:
            yield OpenStory(
                number=number, level=level, version=version, zone=zone, country=country, subdivision=subdivision,
                organisation=name, organisation_number=customer, story=fold(events[ident]),
            )  # fmt: skip


def _fetch(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
