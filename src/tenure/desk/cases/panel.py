"""What the desk shows beside a case: its promises on the line of time, its cover, its customer and caller."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.cases.queries import cases
from tenure.cases.rules import may_work, steps
from tenure.cases.sentences import BY_COURTESY, MILESTONES, TOPICS, target_words, why
from tenure.cases.words import (
    CaseFilters,
    CaseLine,
    CaseRow,
    Channel,
    EntryRow,
    Happening,
    Kind,
    PromiseRow,
    Standing,
    State,
    View,
)
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.line import Lane
from tenure.kit.line.clock import Dial, Stretch, clock_head, clock_lane
from tenure.kit.states import Word, case_word, promise_word
from tenure.policy.queries import policy_on_or_first
from tenure.policy.rules.milestones import PAUSING
from tenure.policy.words import Milestone, Policy, Unit
from tenure.toolbox.formats import in_zone, long_day, moment_words, span_words, time_words, weekday_words, zone_words
from tenure.toolbox.refused import Refused

EXCERPT = 280
MOST_ALSO = 5
HORIZON = timedelta(days=4)
SOON = timedelta(hours=2)
CHANNELS = {
    Channel.WEB: lazy("by web"),
    Channel.PHONE: lazy("by phone"),
    Channel.API: lazy("by a program"),
    Channel.IMPORT: lazy("brought over"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseShown:
    """A promise, ready to print.  due: when, in the reader's zone; clock: what is used and left; why: the reason."""

    name: str
    word: Word
    due: str
    clock: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverShown:
    """The last verdict on a case.  level, until: of the decision; until None where it is open or refused."""

    word: Word
    level: str
    until: date | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A case beside the queue, or beside its own page.  there: the hour at the customer's site.

    takes: the person may take it; works: they may work on it at all.
    """

    row: CaseRow
    word: Word
    severity_name: str
    opened: str
    channel: str
    excerpt: str
    topic: str
    region: str
    promises: tuple[PromiseShown, ...]
    lanes: tuple[Lane, ...]
    cover: CoverShown | None
    there: str
    also: tuple[CaseLine, ...]
    takes: bool
    works: bool
    by_courtesy: str


def panel_of(request: Asked, row: CaseRow) -> Panel:
    """Everything beside a case.  One query more than the case.  Source: D6, D8."""
    policy = policy_of(request)
    zone = chosen_zone(request)
    severity = policy.severities.get(row.severity or 0) if policy else None
    region = policy.regions.get(row.region) if policy else None
    works = may_work(who=request.who, kind=row.kind)
    return Panel(
        row=row, word=case_word(row.state), severity_name=severity.name if severity else "",
        opened=_short(row.story.opened_at, request.at, zone), channel=str(CHANNELS[row.channel]), excerpt=_excerpt(row),
        topic=str(TOPICS[row.topic]), region=region.name if region else row.region,
        promises=tuple(promise_shown(each, zone) for each in row.promises if _is_telling(each, row)),
        lanes=_lanes(row, request.at, zone), cover=_cover(row, level_names(request)), there=_there(row, request.at),
        also=_also(request, row),
        takes=works and row.story.assignee is None and Happening.TAKEN in steps(row.state), works=works,
        by_courtesy=str(BY_COURTESY),
    )  # fmt: skip


def _is_telling(each: PromiseRow, row: CaseRow) -> bool:
    """Whether a promise says something: what came by web was registered as it came."""
    return each.promise.name is not Milestone.REGISTRATION or row.channel is Channel.PHONE


def policy_of(request: Asked) -> Policy | None:
    """The policy of the day, for its names; None before the first is applied."""
    with suppress(Refused):
        return policy_on_or_first(request.at.date()).policy
    return None


def level_names(request: Asked) -> Mapping[str, str]:
    """The names of the levels by the policy of the day."""
    policy = policy_of(request)
    return {key: level.name for key, level in policy.levels.items()} if policy else {}


def promise_shown(row: PromiseRow, zone: str) -> PromiseShown:
    """A promise with its arithmetic in words.  zone: the reader's.  Source: D6."""
    due = _("no day: %(target)s") % {"target": target_words(row.promise.target)}
    if row.promise.met_at is not None and row.would_be_due_at is not None:
        met, by = (moment_words(at, zone) for at in (row.promise.met_at, row.would_be_due_at))
        due = _("%(met)s, due by %(by)s") % {"met": met, "by": by}
    elif row.promise.met_at is not None:
        due = moment_words(row.promise.met_at, zone)
    elif row.would_be_due_at is not None:
        due = _("by %(at)s") % {"at": moment_words(row.would_be_due_at, zone)}
    return PromiseShown(
        name=str(MILESTONES[row.promise.name]), word=promise_word(row), due=due, clock=_clock(row), why=why(row, zone)
    )


def _clock(row: PromiseRow) -> str:
    """What the clock has used and has left, in its own hours."""
    used = _("%(span)s used") % {"span": span_words(row.used)}
    if row.left is None:
        return used
    if row.left < timedelta():
        return _("%(used)s, %(over)s over") % {"used": used, "over": span_words(row.left)}
    return _("%(used)s, %(left)s left") % {"used": used, "left": span_words(row.left)}


def _lanes(row: CaseRow, at: datetime, zone: str) -> tuple[Lane, ...]:
    """The clocks beside each other, as far as they lie within a few days; far ends run to the edge."""
    drawn = [each for each in row.promises if each.promise.name is not Milestone.REGISTRATION and _end(each)]
    if not drawn:
        return ()
    near = [end for end in map(_end, drawn) if end is not None and abs(end - at) < HORIZON]
    start = max(row.story.registered_at, at - HORIZON)
    drawn = [each for each in drawn if each.promise.met_at is None or each.promise.met_at > start]
    if not drawn:
        return ()
    first, last = min([start, at, *near]), max([start, at, *near])
    room = max((last - first) / 20, timedelta(minutes=15))
    dial = Dial(starts=first - room, ends=last + room, now=at, zone=zone, rtl=get_language_bidi())
    lanes = [clock_lane(dial, _lane_name(each), _stretches(row, each, dial), _said(each, zone)) for each in drawn]
    return (clock_head(dial), *lanes)


def _end(each: PromiseRow) -> datetime | None:
    """Where the bar of a promise ends: it was met, or it falls due."""
    return each.promise.met_at or each.would_be_due_at


def _lane_name(each: PromiseRow) -> str:
    short = {Milestone.FIRST_RESPONSE: _("Response"), Milestone.RESTORATION: _("Restoration")}
    return short.get(each.promise.name, str(MILESTONES[each.promise.name]))


def _said(each: PromiseRow, zone: str) -> str:
    shown = promise_shown(each, zone)
    return _("%(name)s: %(word)s, %(due)s") % {"name": shown.name, "word": shown.word.word, "due": shown.due}


def _stretches(row: CaseRow, each: PromiseRow, dial: Dial) -> list[Stretch]:
    """The clock of a promise: it runs, it pauses, it is met or falls due."""
    promise, ends, tone = each.promise, _end(each) or dial.now, _tone(each)
    ran = "quiet" if each.standing is Standing.PAUSED else tone
    found: list[Stretch] = []
    since = promise.counted_from
    for wait in row.story.waits if promise.name in PAUSING else ():
        if promise.met_at is not None and wait.since >= promise.met_at:
            break
        until = wait.until or dial.now
        found.append(Stretch(kind="term", tone=ran, starts=since, ends=wait.since))
        found.append(Stretch(kind="pause", tone="wait", starts=wait.since, ends=until))
        since = until
    beyond = ends > dial.ends
    word = _("to %(day)s") % {"day": weekday_words(in_zone(ends, dial.zone).date())} if beyond else ""
    kind = "next" if promise.paused_since is not None else "term"
    found.append(Stretch(kind=kind, tone=tone, starts=since, ends=ends, word=word, ends_hard=not beyond))
    return found


def _tone(each: PromiseRow) -> str:
    if each.standing is Standing.RUNNING:
        return "soon" if each.left is not None and each.left < SOON else "quiet"
    return promise_word(each).tone


def _cover(row: CaseRow, levels: Mapping[str, str]) -> CoverShown | None:
    if not row.verdicts:
        return None
    last = row.verdicts[-1]
    told = json.loads(last.receipt)
    until = date.fromisoformat(told["until"]) if told.get("until") else None
    tone, icon = ("good", "circle-check") if last.granted else ("bad", "circle-x")
    said = _("Covered") if last.granted else _("Not covered")
    if last.granted and until:
        said = _("Covered until %(day)s") % {"day": long_day(until)}
    if last.by_courtesy and until:
        tone, icon, said = "wait", "hourglass", _("Courtesy until %(day)s") % {"day": long_day(until)}
    level = str(told.get("level") or "")
    return CoverShown(
        word=Word(tone=tone, icon=icon, word=said), level=levels.get(level, level), until=until, at=last.at
    )


def _there(row: CaseRow, at: datetime) -> str:
    """The hour and the weekday where the customer is."""
    there = in_zone(at, row.zone)
    facts = {"time": time_words(at, row.zone), "day": weekday_words(there.date()), "zone": zone_words(row.zone)}
    return _("%(time)s, %(day)s, %(zone)s") % facts


def _also(request: Asked, row: CaseRow) -> tuple[CaseLine, ...]:
    if not row.organisation_number:
        return ()
    filters = CaseFilters(view=View.OPEN, customer=row.organisation_number)
    page = cases(who=request.who, filters=filters, limit=MOST_ALSO + 1)
    return tuple(each for each in page.rows if each.number != row.number)[:MOST_ALSO]


def _excerpt(row: CaseRow) -> str:
    first: EntryRow | None = next((each for each in row.entries if each.body and each.public), None)
    if first is None:
        return ""
    text = " ".join(first.body.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"


def _short(moment: datetime, at: datetime, zone: str) -> str:
    today = in_zone(moment, zone).date() == in_zone(at, zone).date()
    return time_words(moment, zone) if today else moment_words(moment, zone)


def is_updatable(row: CaseRow) -> bool:
    """Whether the resolution may be left to the next product update, and is not yet.  Source: D6."""
    return row.state is not State.CLOSED and any(
        each.promise.name is Milestone.RESOLUTION
        and each.promise.target.alternative is Unit.NEXT_PRODUCT_UPDATE
        and not each.promise.with_update
        for each in row.promises
    )


def is_restorable(row: CaseRow) -> bool:
    """Whether a restoration was promised and is not met.  Source: D6."""
    return row.kind is Kind.TECHNICAL and any(
        each.promise.name is Milestone.RESTORATION and each.promise.met_at is None for each in row.promises
    )
