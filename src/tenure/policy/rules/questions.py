"""Questions about targets from a JSON file: what `tenure worktime FILE` answers for the cases under `sla_cases`.

A case: {"id", "level", "severity", "timezone", "holidays": [ISO dates], "opened", "registered"}. Other keys, such
as the expected milestones, are not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tenure.policy.rules.milestones import MilestoneDue, Timetables, calendar_of, milestones
from tenure.policy.words import SEVERITIES, Policy
from tenure.worktime.answers import Answer, holidays_of, instant_of, instant_text
from tenure.worktime.rules import compile_calendar
from tenure.worktime.words import BadCalendar, BadQuestions, WorktimeRefused

_MOST_PROBLEMS: Final = 20


def sla_answers(*, cases: Sequence[object], policy: Policy) -> Iterator[tuple[str, Answer]]:
    """The ("case id/milestone name", UTC instant or None) of every milestone of every case, in order.

    cases: the list under `sla_cases`.  Raises BadQuestions before the first answer if any case is faulty.
    Source: D6.
    """
    found: list[tuple[str, Answer]] = []
    problems: list[str] = []
    seen: set[str] = set()
    for place, case in enumerate(cases, start=1):
        name = case.get("id") if isinstance(case, dict) else None
        if not isinstance(case, dict) or not isinstance(name, str) or not name:
            problems.append(f"target case number {place} has no id")
            continue
        if name in seen:
            problems.append(f"{name}: this id is there twice")
        seen.add(name)
        try:
            found += [(f"{name}/{due.name}", instant_text(due.due_at)) for due in _milestones(case, policy)]
        except WorktimeRefused as refusal:
            problems.append(f"{name}: {refusal}")
    if problems:
        left = len(problems) - _MOST_PROBLEMS
        raise BadQuestions(problems=(*problems[:_MOST_PROBLEMS], *([f"and {left} more"] if left > 0 else [])))
    return iter(found)


def _milestones(case: Mapping[str, object], policy: Policy) -> tuple[MilestoneDue, ...]:
    level, severity, zone = case.get("level"), case.get("severity"), case.get("timezone")
    if not isinstance(level, str) or level not in policy.levels:
        raise BadCalendar(where="level", why=f"expected one of {', '.join(policy.levels)}")
    if type(severity) is not int or severity not in SEVERITIES:
        raise BadCalendar(where="severity", why="expected 1, 2, 3 or 4")
    if not isinstance(zone, str):
        raise BadCalendar(where="timezone", why="expected the name of a time zone")
    days = holidays_of(case.get("holidays", []))
    opened = instant_of(case.get("opened"), "opened")
    chosen = policy.levels[level]
    service, business = (
        compile_calendar(calendar_of(hours=policy.hours[hours], zone=zone, days=days))
        for hours in (chosen.service_hours, chosen.business_days)
    )
    return milestones(
        policy=policy,
        level=level,
        severity=severity,
        opened=opened,
        registered=instant_of(case["registered"], "registered") if "registered" in case else opened,
        calendars=Timetables(service=service, days=business),
    )
