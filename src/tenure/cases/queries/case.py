"""One case with everything about it: its history, its files, its promises, its verdicts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.queries.sight import may_write, visible_cases
from tenure.cases.rules import fold, promises
from tenure.cases.rules.ledger import ledger
from tenure.cases.words import (
    CaseRow,
    Channel,
    ClockRow,
    EntryRow,
    Event,
    Happening,
    Kind,
    Promise,
    PromiseRow,
    Side,
    Story,
    Topic,
    VerdictRow,
)
from tenure.policy.queries import policy_numbered, timetables_for
from tenure.policy.rules import Timetables, due_at
from tenure.policy.rules.milestones import PAUSING
from tenure.policy.words import Milestone, Policy, ResponseForm, Unit
from tenure.toolbox.upload import KeptFile
from tenure.worktime.rules import Timetable
from tenure.worktime.words import Pause

ON_BUSINESS_DAYS = frozenset({Unit.BUSINESS_DAYS, Unit.NEXT_BUSINESS_DAY, Unit.HOURS_ON_BUSINESS_DAYS})

MOST_DAYS = 100  # of a clock that are looked at for days on which nobody works

# case_page: a case, its events with their texts and files, and its verdicts (D7, D8)
CASE_PAGE = """
SELECT c.id, c.number, c.kind, c.topic, c.channel, c.summary, c.organisation_id, COALESCE(o.name, c.company),
       COALESCE(o.number, ''), COALESCE(site.name, ''), c.zone, c.country, c.subdivision, c.region,
       COALESCE(a.serial_number, ''), COALESCE(p.name, ''), COALESCE(p.slug, ''), c.release, c.platform, c.company,
       c.address, c.language, c.contact_name, c.contact_email, c.contact_id, c.level, v.number, c.source,
       c.source_number, COALESCE(NULLIF(worker.name, ''), worker.email, ''), c.opened_by_id,
       (SELECT json_agg(json_build_array(e.seq, e.at, e.kind, e.side, e.person_id, e.author, e.public, e.facts,
                                         COALESCE(t.body, ''),
               (SELECT json_agg(json_build_array(f.id, f.name, f.size_bytes, f.scan) ORDER BY f.id)
                FROM cases_attachment f WHERE f.case_id = c.id AND f.event_id = e.id)) ORDER BY e.seq)
        FROM cases_event e LEFT JOIN cases_text t ON t.event_id = e.id WHERE e.case_id = c.id),
       (SELECT json_agg(json_build_array(d.at, d.granted, d.receipt) ORDER BY d.id)
        FROM cases_verdict d WHERE d.case_id = c.id), COALESCE(a.purpose, '')
FROM cases_case c
LEFT JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN accounts_site site ON site.id = c.site_id
LEFT JOIN entitlements_asset a ON a.id = c.asset_id
LEFT JOIN catalog_product p ON p.id = c.product_id
LEFT JOIN policy_policyversion v ON v.id = c.policy_version_id
LEFT JOIN accounts_person worker ON worker.id = c.assignee_id
WHERE c.number = %(number)s AND {seen}
"""


def case(*, who: Who | None, number: str, at: datetime) -> CaseRow | None:
    """The case as the person sees it at an instant; None for one that they may not see.

    Two queries, whatever its length: the case, and the policy it is judged by.  Source: D7, D8.
    """
    asked = number.strip().upper()
    seen = visible_cases(who)
    if "\0" in asked:
        return None
    with connection.cursor() as cursor:
        cursor.execute(CASE_PAGE.format(seen=seen.sql), {"number": asked, **seen.params})
        row = cursor.fetchone()
    return None if row is None else _case(row, who, at, internal=seen.internal)


def judge_of(*, version: int, level: str, zone: str, country: str, subdivision: str) -> "Judge":
    """What a case of the level at the site is judged by, under a version of the policy.  Source: D1."""
    versioned = policy_numbered(version)
    calendars = timetables_for(version=versioned, level=level, zone=zone, country=country, subdivision=subdivision)
    return Judge(policy=versioned.policy, level=level, calendars=calendars, zone=zone)


def event_from(seq: int, at: datetime, kind: str, facts: object, person: int | None) -> Event:
    """An event from its row; the severity is one of its facts."""
    told = json.loads(facts) if isinstance(facts, str) else facts
    severity = told.get("severity") if isinstance(told, dict) else None
    return Event(seq, at, Happening(kind), severity, person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What a case is judged by: a version's policy, the level, and its calendars at the site, which is in `zone`."""

    policy: Policy
    level: str
    calendars: Timetables
    zone: str

    def rows(self, story: Story, at: datetime) -> tuple[PromiseRow, ...]:
        """The promises as they stand at an instant, with what is left and what was passed over.  Source: D6."""
        told = promises(story=story, policy=self.policy, level=self.level, calendars=self.calendars)
        waits = tuple(Pause(start=wait.since, end=wait.until) for wait in story.waits)
        return tuple(self._row(promise, story, waits, at) for promise in told)

    def _row(self, promise: Promise, story: Story, waits: tuple[Pause, ...], at: datetime) -> PromiseRow:
        level = self.policy.levels[self.level]
        on_days = promise.target.unit in ON_BUSINESS_DAYS
        timetable = self._timetable(promise)
        pauses = waits if promise.name in PAUSING else ()
        due, left = promise.due_at, None
        if promise.paused_since is not None and due is None and not promise.with_update:
            now = max(at, promise.paused_since)
            pauses = tuple(Pause(start=wait.start, end=wait.end or now) for wait in pauses)
            due = due_at(target=promise.target, start=promise.counted_from, calendars=self.calendars, pauses=pauses)
        if due is not None and promise.met_at is None and promise.ended_at is None:
            left = timetable.elapsed(start=at, end=due)
        stops = max(promise.counted_from, min(promise.met_at or promise.ended_at or at, at))
        return PromiseRow(
            promise=promise, standing=promise.standing_at(at), would_be_due_at=due, left=left,
            used=timetable.elapsed(start=promise.counted_from, end=stops, pauses=pauses),
            severity=story.severity or 0, level=level.name,
            hours=self.policy.hours[level.business_days if on_days else level.service_hours].name,
            reasons=() if due is None else timetable.reasons(start=promise.counted_from, due=due, pauses=pauses),
            forms=self._forms(promise, story),
        )  # fmt: skip

    def clock(
        self, rows: tuple[PromiseRow, ...], story: Story, events: tuple[Event, ...], at: datetime
    ) -> ClockRow | None:  # fmt: skip
        """How the resolution was counted; None where only a product update ends it.  Source: D6."""
        row = next((each for each in rows if each.promise.name is Milestone.RESOLUTION), None)
        if row is None or row.promise.target.unit is Unit.NEXT_PRODUCT_UPDATE:
            return None
        timetable = self._timetable(row.promise)
        told = ledger(
            story=story, events=events, promise=row.promise, at=at,
            elapsed=lambda since, until: timetable.elapsed(start=since, end=until),
        )  # fmt: skip
        until = max([told[-1].at, *([row.would_be_due_at] if row.would_be_due_at else [])])
        return ClockRow(
            promise=row, ledger=told, until=until, closed=_closed(timetable, self.zone, row.promise.counted_from, until)
        )

    def _forms(self, promise: Promise, story: Story) -> tuple[ResponseForm, ...]:
        """How the level answers a case of the severity.  Source: D6."""
        if promise.name is not Milestone.FIRST_RESPONSE or story.severity is None:
            return ()
        return self.policy.targets[self.policy.levels[self.level].targets].severities[story.severity].response_forms

    def _timetable(self, promise: Promise) -> Timetable:
        return self.calendars.days if promise.target.unit in ON_BUSINESS_DAYS else self.calendars.service


def _closed(
    timetable: Timetable, zone: str, since: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], ...]:  # fmt: skip
    """The days at the site on which nobody works, those that follow each other as one stretch."""
    there, found = ZoneInfo(zone), list[tuple[datetime, datetime]]()
    first = since.astimezone(there).date()
    for days in range(min((until - since).days + 2, MOST_DAYS)):
        starts, ends = (datetime.combine(first + timedelta(days=days + n), time(), there) for n in (0, 1))
        if starts < until and not timetable.elapsed(start=starts, end=ends):
            held = found.pop() if found and found[-1][1] == starts else (starts, ends)
            found.append((held[0], ends))
    return tuple((max(starts, since), min(ends, until)) for starts, ends in found)


def _case(row: tuple[Any, ...], who: Who | None, at: datetime, *, internal: bool) -> CaseRow:
    raw_events, raw_verdicts = row[31] or [], row[32] or []
    events = tuple(
        event_from(seq, datetime.fromisoformat(when), kind, facts, person)
        for seq, when, kind, _side, person, _author, _public, facts, _body, _files in raw_events
    )
    story = fold(events)
    version, level = row[26], row[25]
    rows: tuple[PromiseRow, ...] = ()
    clock: ClockRow | None = None
    if version is not None:
        judge = judge_of(version=version, level=level, zone=row[10], country=row[11], subdivision=row[12])
        rows = judge.rows(story, at)
        clock = judge.clock(rows, story, events, at)
    reader = who.person_id if who else None
    kind = Kind(row[2])
    return CaseRow(
        id=row[0], number=row[1], kind=kind, topic=Topic(row[3]), channel=Channel(row[4]), summary=row[5],
        organisation_id=row[6], organisation=row[7], organisation_number=row[8], site=row[9], zone=row[10],
        country=row[11], subdivision=row[12], region=row[13], serial=row[14], product=row[15], product_slug=row[16],
        release=row[17], platform=row[18], company=row[19], address=row[20], language=row[21], contact_name=row[22],
        contact_email=row[23], contact_id=row[24], level=level, policy_version=version, source=row[27],
        source_number=row[28], assignee=row[29], story=story, promises=rows, clock=clock,
        entries=tuple(_entry(each, reader) for each in raw_events if internal or each[6]),
        verdicts=tuple(
            VerdictRow(at=datetime.fromisoformat(when), granted=granted, receipt=receipt)
            for when, granted, receipt in raw_verdicts
        ),
        may_write=who is not None and may_write(
            who, organisation_id=row[6], opened_by=row[30], is_technical=kind is Kind.TECHNICAL
        ),
        purpose=row[33],
    )  # fmt: skip


def _entry(raw: list[Any], reader: int | None) -> EntryRow:
    seq, when, kind, side, person, author, public, facts, body, files = raw
    told: Mapping[str, object] = facts if isinstance(facts, dict) else {}
    return EntryRow(
        seq=seq, at=datetime.fromisoformat(when), kind=Happening(kind), side=Side(side), author=author,
        mine=reader is not None and reader == person, public=public, body=body, facts=told,
        attachments=tuple(
            KeptFile(id=ident, name=name, size_bytes=size, scan=scan) for ident, name, size, scan in files or []
        ),
    )  # fmt: skip
