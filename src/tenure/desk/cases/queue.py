"""The queue: what falls due next stands first, with the chosen case in a panel beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from tenure.accounts.queries import teams
from tenure.cases.queries import case
from tenure.cases.queries.queue import QueuePage, QueueView, queue
from tenure.cases.sentences import MILESTONES, STATES
from tenure.cases.words import CaseLine, State
from tenure.desk.cases.asked import Wanted, wanted_of
from tenure.desk.cases.keys import keys_are_on
from tenure.desk.cases.panel import level_names, panel_of
from tenure.desk.door import staff
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.states import Word
from tenure.policy.words import SEVERITIES, Milestone
from tenure.toolbox.formats import in_zone, moment_words, span_words, time_words

SOON = timedelta(hours=2)
A_PAGE = 50
VIEWS = {
    QueueView.DUE: lazy("Due next"),
    QueueView.MINE: lazy("Mine"),
    QueueView.UNTAKEN: lazy("Untaken"),
    QueueView.WAITING: lazy("Wait for the customer"),
    QueueView.OPEN: lazy("Everything open"),
    QueueView.CLOSED: lazy("Closed lately"),
}
EMPTY = {
    QueueView.DUE: lazy("Nothing is due. New cases appear here by themselves."),
    QueueView.MINE: lazy("You have taken no case. Take one from the untaken ones."),
    QueueView.UNTAKEN: lazy("Every case is taken."),
    QueueView.WAITING: lazy("No case waits for its customer."),
    QueueView.OPEN: lazy("No case is open."),
    QueueView.CLOSED: lazy("No case was closed in the days in which it may be opened again."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case of the queue, ready to print.  due: how it stands; on: the hour in the reader's zone, or "".

    url: the same queue with the case in the panel.
    """

    line: CaseLine
    url: str
    due: Word
    on: str
    promise: str
    level: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases that fall due on the same day or are missed alike.  title: "" where the view has no groups."""

    title: str
    rows: tuple[Row, ...]


@require_safe
@staff()
def index(request: Asked) -> HttpResponse:
    """The queue with the chosen case; for htmx the panel alone."""
    known = teams(request.who)
    wanted = wanted_of(request, known)
    if request.headers.get("HX-Target") == "panel" and wanted.chosen:
        return render(request, "desk/cases/panel.html", _panel(request, wanted, wanted.chosen))
    page = queue(
        who=request.who, view=wanted.view, filters=wanted.filters, at=request.at, after=wanted.after, limit=A_PAGE
    )
    chosen = wanted.chosen or (page.rows[0].number if page.rows else "")
    levels = level_names(request)
    shown = {
        "wanted": wanted, "views": _views(wanted, page), "groups": _groups(request, wanted, page, chosen, levels),
        "empty": EMPTY[wanted.view], "older": wanted.address(after=page.next) if page.next else "",
        "newer": wanted.address() if wanted.after else "", "keys": keys_are_on(request),
        "teams": [("", _("any team")), *((each.slug, each.name) for each in known if not each.is_archived)],
        "severities": [("", _("any severity")), *((str(n), _("severity %(n)s") % {"n": n}) for n in SEVERITIES)],
        "levels": [("", _("any level")), *levels.items()], "given": dict(wanted.given), "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "desk/cases/index.html", shown | _panel(request, wanted, chosen))


def _panel(request: Asked, wanted: Wanted, number: str) -> dict[str, object]:
    """The case of the panel; nothing for a number that there is not."""
    row = case(who=request.who, number=number, at=request.at) if number else None
    back = wanted.address(case=row.number if row else "", after=wanted.after)
    return {"panel": panel_of(request, row) if row else None, "back": back, "is_asked": bool(wanted.chosen)}


def _views(wanted: Wanted, page: QueuePage) -> list[dict[str, object]]:
    return [
        {"word": word, "count": page.counts[view], "url": wanted.address(view=view), "current": view is wanted.view}
        for view, word in VIEWS.items()
    ]


def _groups(
    request: Asked, wanted: Wanted, page: QueuePage, chosen: str, levels: Mapping[str, str]
) -> list[Group]:  # fmt: skip
    zone = chosen_zone(request)
    grouped: dict[str, list[Row]] = {}
    for line in page.rows:
        title = _group_of(wanted.view, line, request.at, zone)
        grouped.setdefault(title, []).append(
            Row(
                line=line, url=wanted.address(case=line.number, after=wanted.after), due=due_word(line, request.at),
                on=_on(line, request.at, zone),
                promise=str(MILESTONES[Milestone(line.next_milestone)]) if line.next_milestone else "",
                level=levels.get(line.level, line.level), is_chosen=line.number.upper() == chosen.strip().upper(),
            )
        )  # fmt: skip
    return [Group(title=title, rows=tuple(rows)) for title, rows in grouped.items()]


def _group_of(view: QueueView, line: CaseLine, at: datetime, zone: str) -> str:
    if view in {QueueView.WAITING, QueueView.CLOSED}:
        return ""
    if line.next_due_at is None:
        return _("Nothing falls due")
    if line.next_due_at < at:
        return _("Missed")
    days = (in_zone(line.next_due_at, zone).date() - in_zone(at, zone).date()).days
    return {0: _("Today"), 1: _("Tomorrow")}.get(days, _("Later"))


def due_word(line: CaseLine, at: datetime) -> Word:
    """How a case of a list stands to its clock.  Source: D6."""
    due = line.next_due_at
    if line.state is State.CLOSED:
        return Word(tone="quiet", icon="circle-minus", word=str(STATES[State.CLOSED]))
    if due is None and line.waiting_since is not None:
        waits = _("waits %(span)s") % {"span": _rough(at - line.waiting_since)}
        return Word(tone="wait", icon="circle-pause", word=waits)
    if due is None:
        return Word(tone="quiet", icon="circle-minus", word=_("no promise"))
    if due < at:
        return Word(tone="bad", icon="triangle-alert", word=_("%(span)s ago") % {"span": _rough(at - due)})
    left = _("in %(span)s") % {"span": _rough(due - at)}
    soon = due - at < SOON
    return Word(tone="soon" if soon else "quiet", icon="clock-alert" if soon else "clock", word=left)


def _rough(span: timedelta) -> str:
    """A stretch as it matters in a list: minutes for hours, hours for half a day, days beyond two."""
    if span >= timedelta(days=2):
        return span_words(timedelta(days=span.days))
    return span_words(span - span % timedelta(hours=1) if span >= timedelta(hours=12) else span)


def _on(line: CaseLine, at: datetime, zone: str) -> str:
    moment = line.changed_at if line.state is State.CLOSED else line.next_due_at or line.waiting_since
    if moment is None:
        return ""
    today = in_zone(moment, zone).date() == in_zone(at, zone).date()
    return time_words(moment, zone) if today else moment_words(moment, zone)
