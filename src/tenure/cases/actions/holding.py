"""One step of a case: locked, checked, written with its words and with the cache of what it adds up to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.actions.attachments import keep_files
from tenure.cases.queries.case import event_from, judge_of
from tenure.cases.queries.sight import may_write, visible_cases
from tenure.cases.rules import cache_of, check_step, fold, promises
from tenure.cases.rules.texts import searchable
from tenure.cases.words import CaseRefusal, Event, Happening, Held, Kind, Promise, Side, Story, Upload
from tenure.journal.actions import record
from tenure.journal.words import JSON, Actor
from tenure.toolbox.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens next.  person: of the event; for TAKEN whose the case is now.  facts: plain values.

    why: for the journal.  public: whether the customer sees it.
    """

    kind: Happening
    side: Side
    by: Actor
    author: str
    person: int | None = None
    severity: int | None = None
    public: bool = True
    body: str = ""
    facts: Mapping[str, JSON] = field(default_factory=dict)
    why: str = ""
    uploads: tuple[Upload, ...] = ()


# hold: the case, locked until the end of the transaction, if the person may see it
HOLD = """
SELECT c.id, c.number, c.kind, c.organisation_id, c.opened_by_id, c.summary, c.contact_name, c.contact_email, c.level,
       (SELECT v.number FROM policy_policyversion v WHERE v.id = c.policy_version_id), c.zone, c.country, c.subdivision
FROM cases_case c WHERE c.number = %(number)s AND {seen} FOR NO KEY UPDATE
"""
# events_of: read after the lock, so that a step which was waited for is among them
EVENTS_OF = "SELECT seq, at, kind, facts, person_id FROM cases_event WHERE case_id = %s ORDER BY seq"
# go_on: one event, its words, and the cache of case and promises
GO_ON = """
WITH stepped AS (
    INSERT INTO cases_event (case_id, seq, at, kind, side, person_id, author, public, facts)
    VALUES (%(case)s, %(seq)s, %(at)s, %(kind)s, %(side)s, %(person)s, %(author)s, %(public)s, %(facts)s) RETURNING id
), said AS (
    INSERT INTO cases_text (event_id, case_id, public, body, vector)
    SELECT id, %(case)s, %(public)s, %(body)s, to_tsvector('simple', %(words)s) FROM stepped WHERE %(body)s <> ''
), promised AS (
    INSERT INTO cases_casemilestone AS m (case_id, name, due_at, met_at, breached_at, ended_at)
    SELECT %(case)s, * FROM unnest(%(names)s::text[], %(due)s::timestamptz[], %(met)s::timestamptz[],
                                   %(breached)s::timestamptz[], %(ended)s::timestamptz[])
    ON CONFLICT (case_id, name) DO UPDATE
    SET due_at = excluded.due_at, met_at = excluded.met_at, breached_at = excluded.breached_at,
        ended_at = excluded.ended_at
    WHERE (m.due_at, m.met_at, m.breached_at, m.ended_at)
          IS DISTINCT FROM (excluded.due_at, excluded.met_at, excluded.breached_at, excluded.ended_at)
), unpromised AS (
    DELETE FROM cases_casemilestone WHERE case_id = %(case)s AND name <> ALL(%(names)s::text[])
)
UPDATE cases_case
SET state = %(state)s, severity = %(severity)s, assignee_id = %(assignee)s, registered_at = %(registered_at)s,
    changed_at = %(changed_at)s, waiting_since = %(waiting_since)s, closed_at = %(closed_at)s,
    next_milestone = %(next_milestone)s, next_due_at = %(next_due_at)s, last_seq = %(seq)s
WHERE id = %(case)s RETURNING (SELECT id FROM stepped)
"""


def hold(*, who: Who | None, number: str, writing: bool) -> Held:
    """The case, locked.  writing: the customer's side is about to say something, which not everyone who sees it may.

    Raises Refused: NOT_FOUND for a case that does not exist or that the person may not see, NOT_ALLOWED.  Source: D8.
    """
    seen = visible_cases(who)
    with connection.cursor() as cursor:
        cursor.execute(HOLD.format(seen=seen.sql), {"number": number.replace("\0", "").strip().upper(), **seen.params})
        row = cursor.fetchone()
        if row is None:
            raise Refused(CaseRefusal.NOT_FOUND, number=number)
        cursor.execute(EVENTS_OF, [row[0]])
        events = tuple(event_from(*each) for each in cursor.fetchall())
    held = Held(
        id=row[0], number=row[1], kind=Kind(row[2]), organisation_id=row[3], opened_by=row[4], summary=row[5],
        contact_name=row[6], contact_email=row[7], level=row[8], version=row[9], zone=row[10], country=row[11],
        subdivision=row[12], events=events, story=fold(events),
    )  # fmt: skip
    technical = held.kind is Kind.TECHNICAL
    if writing and who is not None and not may_write(
        who, organisation_id=held.organisation_id, opened_by=held.opened_by, is_technical=technical
    ):  # fmt: skip
        raise Refused(CaseRefusal.NOT_ALLOWED, number=number)
    return held


def go_on(*, held: Held, step: Step, at: datetime) -> Story:
    """Write the step and say what the case now adds up to.

    at: aware; a step is never earlier than the one before it.  Raises Refused: NOT_IN_THIS_STATE, and what files are
    refused for.  Source: D8.
    """
    check_step(kind=step.kind, state=held.story.state)
    moment = max(at, held.story.changed_at)
    facts = {**step.facts, "severity": step.severity} if step.severity is not None else dict(step.facts)
    event = Event(held.story.last_seq + 1, moment, step.kind, step.severity, step.person)
    story = fold((*held.events, event))
    told = () if held.version is None else _promises(held, story)
    with connection.cursor() as cursor:
        cursor.execute(
            GO_ON,
            {
                "case": held.id, "seq": event.seq, "at": moment, "kind": step.kind.value, "side": step.side.value,
                "person": step.person, "author": step.author, "public": step.public, "facts": json.dumps(facts),
                "body": step.body, "words": searchable(step.body), **cache_of(story, told), **columns_of(told),
            },
        )  # fmt: skip
        event_id = cursor.fetchone()[0]
    if step.uploads:
        keep_files(case_id=held.id, event_id=event_id, uploads=step.uploads, at=moment)
    record(
        verb=f"cases.{step.kind.value}", subject=("case", held.number), at=moment, by=step.by, facts=facts,
        why=step.why, organisation_id=held.organisation_id,
    )  # fmt: skip
    return story


def columns_of(told: tuple[Promise, ...]) -> dict[str, Any]:
    """The promises as arrays, one a column."""
    return {
        "names": [each.name.value for each in told],
        "due": [each.due_at for each in told],
        "met": [each.met_at for each in told],
        "breached": [each.breached_at for each in told],
        "ended": [each.ended_at for each in told],
    }


def _promises(held: Held, story: Story) -> tuple[Promise, ...]:
    judge = judge_of(
        version=held.version or 0, level=held.level, zone=held.zone, country=held.country, subdivision=held.subdivision
    )
    return promises(story=story, policy=judge.policy, level=judge.level, calendars=judge.calendars)
