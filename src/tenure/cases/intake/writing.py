"""A batch of cases into the tables: cases and events as they are, texts with their words indexed."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenure.cases.intake.history import events_of, history_of
from tenure.cases.intake.people import People
from tenure.cases.intake.words import SOURCE, Given, Happened
from tenure.cases.rules import fold
from tenure.cases.rules.texts import searchable
from tenure.cases.words import Channel, Happening, Kind, Story, Topic

CASE_COLUMNS = (
    "id", "number", "kind", "topic", "channel", "organisation_id", "release", "platform", "company", "address",
    "region", "language", "summary", "opened_by_id", "contact_name", "contact_email", "contact_id", "level", "zone",
    "country", "subdivision", "opened_at", "source", "source_number", "state", "severity", "assignee_id",
    "registered_at", "changed_at", "waiting_since", "closed_at", "next_milestone", "last_seq",
)  # fmt: skip
EVENT_COLUMNS = ("id", "case_id", "seq", "at", "kind", "side", "person_id", "author", "public", "facts")
TEXT_COLUMNS = ("event_id", "case_id", "public", "body", "words")
# staged: the words of a batch wait here for their vectors
STAGED = """
CREATE TEMP TABLE IF NOT EXISTS intake_text (event_id bigint, case_id bigint, public boolean, body text, words text)
ON COMMIT DELETE ROWS
"""
INDEXED = """
INSERT INTO cases_text (event_id, case_id, public, body, vector)
SELECT event_id, case_id, public, body, to_tsvector('simple', words) FROM intake_text
"""
# held: `source <> ''` names the condition of the index, without which a prepared plan reads every case for each batch
HELD = "SELECT source_number FROM cases_case WHERE source = %s AND source <> '' AND source_number = ANY(%s)"
NUMBERS = "SELECT nextval('cases_number') FROM generate_series(1, %s)"
IDS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


def held_of(numbers: Sequence[str]) -> set[str]:
    """Which of the source's numbers are imported already.  Source: ours."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [SOURCE, list(numbers)])
        return {number for (number,) in cursor.fetchall()}


def write(batch: Sequence[Given], *, people: People, made_from: Callable[[int], str]) -> None:
    """Write cases that are not there yet, with their events and texts, in the order of their opening.

    made_from: the number of a case from the sequence.  No promise, no verdict, no mail: their clocks do not run.
    Source: ours.
    """
    ordered = sorted(batch, key=lambda given: given.created)
    signed_in = people.meet(ordered)
    told = [history_of(given) for given in ordered]
    with connection.cursor() as cursor:
        numbers = _taken(cursor, NUMBERS, [len(ordered)])
        case_ids = _taken(cursor, IDS, ["cases_case", len(ordered)])
        event_ids = iter(_taken(cursor, IDS, ["cases_event", sum(map(len, told))]))
        cases, events, texts = [], [], []
        for given, happened, number, case_id in zip(ordered, told, numbers, case_ids, strict=True):
            agent = people.agents.get(given.agent)
            story = fold(events_of(given, happened, agent))
            organisation = people.organisations[given.customer]
            person = signed_in.get((organisation, given.email))
            cases.append(_case(given, story, case_id, made_from(number), organisation, person))
            for seq, each in enumerate(happened, start=1):
                event_id = next(event_ids)
                events.append(_event(given, each, seq, event_id, case_id, agent, person))
                if each.body or seq == 1:
                    words = f"{given.summary}\n{each.body}" if seq == 1 else each.body
                    texts.append((event_id, case_id, each.public, each.body, searchable(words)))
        _copy(cursor, "cases_case", CASE_COLUMNS, cases)
        _copy(cursor, "cases_event", EVENT_COLUMNS, events)
        cursor.execute(STAGED)
        _copy(cursor, "intake_text", TEXT_COLUMNS, texts)
        cursor.execute(INDEXED)


def _case(
    given: Given, story: Story, case_id: int, number: str, organisation: int, person: int | None
) -> tuple[object, ...]:  # fmt: skip
    name = given.email.partition("@")[0]
    return (
        case_id, number, Kind.TECHNICAL.value, Topic.TECHNICAL.value, Channel.IMPORT.value, organisation, "", "", "",
        "", "", "", given.summary, person, name, given.email, "", "", "UTC", "", "", given.created, SOURCE,
        given.number, story.state.value, story.severity, story.assignee, story.registered_at, story.changed_at,
        story.waiting_since, story.closed_at, "", story.last_seq,
    )  # fmt: skip


def _event(
    given: Given, each: Happened, seq: int, event_id: int, case_id: int, agent: int | None, person: int | None
) -> tuple[object, ...]:  # fmt: skip
    facts = json.dumps({"severity": given.severity}) if each.kind is Happening.OPENED else "{}"
    if each.by_agent is None:
        who, author = None, ""
    elif each.by_agent:
        who, author = agent, f"agent {given.agent}".strip()
    else:
        who, author = person, given.email.partition("@")[0]
    return (event_id, case_id, seq, each.at, each.kind.value, each.side.value, who, author, each.public, facts)


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _taken(cursor: CursorWrapper, statement: str, values: list[Any]) -> list[int]:
    cursor.execute(statement, values)
    return [number for (number,) in cursor.fetchall()]
