"""The proof of the cache: every case's events folded and judged anew, and laid beside what is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db import connection, transaction

from tenure.cases.queries.case import Judge, judge_of
from tenure.cases.rules import cache_of, fold, promises
from tenure.cases.words import Event, Happening, Promise

CHUNK: Final = 10_000
KINDS: Final = {kind.value: kind for kind in Happening}
# replayed_cases, replayed_events, replayed_promises: in the order of the cases, read side by side from one snapshot
CASES = """
SELECT c.id, c.number, c.level, v.number, c.zone, c.country, c.subdivision, c.opened_at, c.state, c.severity,
       c.assignee_id, c.registered_at, c.changed_at, c.waiting_since, c.closed_at, c.next_milestone, c.next_due_at,
       c.last_seq
FROM cases_case c LEFT JOIN policy_policyversion v ON v.id = c.policy_version_id {where} ORDER BY c.id
"""
EVENTS = """
SELECT e.case_id, e.seq, e.at, e.kind, (e.facts ->> 'severity')::int, e.person_id
FROM cases_event e {where} ORDER BY e.case_id, e.seq
"""
PROMISES = """
SELECT m.case_id, m.name, m.due_at, m.met_at, m.breached_at, m.ended_at
FROM cases_casemilestone m {where} ORDER BY m.case_id, m.name
"""
ONE_CASE = "WHERE c.number = %s"
OF_ONE_CASE = "WHERE {}.case_id = (SELECT id FROM cases_case WHERE number = %s)"
CACHED: Final = (
    "opened_at", "state", "severity", "assignee", "registered_at", "changed_at", "waiting_since", "closed_at",
    "next_milestone", "next_due_at", "last_seq",
)  # fmt: skip
INSTANTS: Final = ("due_at", "met_at", "breached_at", "ended_at")
_ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is stored of a case, and what its events say instead.  what: a column, or a promise and its column."""

    number: str
    what: str
    stored: str
    told: str

    def __str__(self) -> str:
        return f"{self.number}: {self.what}: stored {self.stored}, the events say {self.told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    cases: int
    events: int
    differences: int


class _Beside:
    """Rows in the order of their cases, handed out case by case."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._case = 0
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self._go_on()

    def of(self, case_id: int) -> list[tuple[Any, ...]]:
        if self._case != case_id:
            return []
        found = list(self._rows)
        self._go_on()
        return found

    def _go_on(self) -> None:
        self._case, self._rows = next(self._groups, (0, iter(())))


def replay(*, report: Callable[[Difference], object], number: str = "") -> Replayed:
    """Fold and judge every case anew, or the one of a number, and report each difference to what is stored of it.

    Nothing is written; memory does not grow with the number of cases; what happens meanwhile is not seen.  A case is
    judged by the version of the policy that it was opened under.  Source: ours.
    """
    asked = number.strip().upper().replace("\0", "")
    case_count = event_count = difference_count = 0
    is_alone = not connection.in_atomic_block
    with transaction.atomic():
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute(_ONE_SNAPSHOT)
        events, stored = (
            _Beside(_rows(statement.format(where=OF_ONE_CASE.format(alias) if asked else ""), asked))
            for statement, alias in ((EVENTS, "e"), (PROMISES, "m"))
        )
        judge = cache(_judge)
        for row in _rows(CASES.format(where=ONE_CASE if asked else ""), asked):
            happened = events.of(row[0])
            case_count += 1
            event_count += len(happened)
            for difference in _differences(row, happened, stored.of(row[0]), judge):
                difference_count += 1
                report(difference)
    return Replayed(cases=case_count, events=event_count, differences=difference_count)


def _rows(statement: str, asked: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        # past Django's wrapper: instants come as eight bytes each, which is half the time of a replay
        cursor.cursor.execute(statement, [asked] if asked else [], binary=True)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _judge(version: int, level: str, zone: str, country: str, subdivision: str) -> Judge:
    return judge_of(version=version, level=level, zone=zone, country=country, subdivision=subdivision)


def _differences(
    row: tuple[Any, ...], happened: list[tuple[Any, ...]], stored: list[tuple[Any, ...]], judge: Callable[..., Judge]
) -> Iterator[Difference]:  # fmt: skip
    number, level, version = row[1], row[2], row[3]
    try:
        story = fold([Event(seq, at, KINDS[kind], severity, person) for _, seq, at, kind, severity, person in happened])
    except ValueError as error:
        yield Difference(number=number, what="events", stored=f"{len(happened)}", told=str(error))
        return
    told: tuple[Promise, ...] = ()
    if version is not None:
        judged = judge(version, level, row[4], row[5], row[6])
        told = promises(story=story, policy=judged.policy, level=level, calendars=judged.calendars)
    columns = cache_of(story, told)
    expected = (story.opened_at, *(columns[name] for name in CACHED[1:-1]), story.last_seq)
    if row[7:] != expected:
        for what, kept, said in zip(CACHED, row[7:], expected, strict=True):
            if kept != said:
                yield _difference(number, what, kept, said)
    yield from _promise_differences(number, stored, told)


def _promise_differences(
    number: str, stored: list[tuple[Any, ...]], told: tuple[Promise, ...]
) -> Iterator[Difference]:  # fmt: skip
    if not stored and not told:
        return
    kept = {name: instants for _, name, *instants in stored}
    said = {each.name.value: [each.due_at, each.met_at, each.breached_at, each.ended_at] for each in told}
    for name in sorted(kept.keys() | said.keys()):
        if name not in kept or name not in said:
            yield Difference(number=number, what=name, stored=_there(name in kept), told=_there(name in said))
            continue
        for what, ours, theirs in zip(INSTANTS, kept[name], said[name], strict=True):
            if ours != theirs:
                yield _difference(number, f"{name}.{what}", ours, theirs)


def _difference(number: str, what: str, kept: object, said: object) -> Difference:
    return Difference(number=number, what=what, stored=_words(kept), told=_words(said))


def _there(is_there: bool) -> str:
    return "a promise" if is_there else "none"


def _words(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "nothing" if value is None or value == "" else str(value)
