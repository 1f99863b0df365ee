"""My cases: views with counts, a filter sentence, a page of 25, and the same as a file."""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.accounts.words import Who
from tenure.cases.queries import cases
from tenure.cases.queries.beginnings import case_sites
from tenure.cases.queries.overview import case_overview
from tenure.cases.sentences import MILESTONES, VIEWS
from tenure.cases.words import CaseFilters, CaseLine, Kind, State, View
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.prepared import Prepared
from tenure.kit.states import case_word
from tenure.kit.templatetags.kit import state
from tenure.portal.door import FIRST_YEAR, LAST_YEAR, signed_in
from tenure.toolbox.formats import day_of_instant, moment_words
from tenure.toolbox.sheets import Echo, harmless

SHOWN_VIEWS = (View.NEW, View.ALL, View.OPEN, View.PENDING_CLOSE, View.AWAITING_REVIEW)
LONGEST = 200
COLUMNS = (
    "number", "kind", "state", "severity", "level", "summary", "customer", "product", "opened_at", "changed_at",
    "waiting_since", "next_milestone", "next_due_at", "assignee",
)  # fmt: skip
ROW = Prepared(
    "portal/cases/row.html",
    "url", "summary", "number", "product", "severity", "due", "opened", "changed", "state",
)  # fmt: skip
NONE = mark_safe('<span class="muted" data-none>–</span>')


@require_safe
@signed_in
def index(request: Asked) -> HttpResponse:
    """The list, newest first; before the first case it says what will be here."""
    filters, fault = filters_of(request)
    page = cases(who=request.who, filters=filters, after=request.GET.get("after", ""))
    overview = case_overview(who=request.who)
    if overview.counts and not overview.counts[View.ALL]:
        return _empty(request)
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    printer = _Printer(chosen_zone(request))
    counts = {view: str(count) for view, count in overview.counts.items()} if overview.counts else {}
    return render(request, "portal/cases/index.html", {
        "rows": [printer(line) for line in page.rows], "filters": filters, "fault": fault, "is_cut": page.is_cut,
        "views": [
            (f"?{urlencode({**kept, 'view': view.value})}", VIEWS[view], counts.get(view, ""), view is filters.view)
            for view in SHOWN_VIEWS
        ],
        "states": [(view.value, word) for view, word in VIEWS.items()], "products": overview.products,
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "first": f"?{urlencode(kept)}" if "after" in request.GET else "",
        "export": f"?{urlencode(kept)}" if kept else "",
    })  # fmt: skip


KEPT = frozenset({"view", "product", "since", "until", "q"})


@require_safe
@signed_in
def export_list(request: Asked) -> HttpResponseBase:
    """The filtered list as CSV; with a day that cannot be read no file, but the list, which says so."""
    filters, fault = filters_of(request)
    if fault:
        return redirect(f"{reverse('cases')}?{request.GET.urlencode()}")
    levels = {key: level.name for key, level in version_on(request.at.date()).policy.levels.items()}
    answer = StreamingHttpResponse(_lines(request.who, filters, levels), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cases-{request.at.date().isoformat()}.csv"'
    return answer


def filters_of(request: Asked) -> tuple[CaseFilters, str]:
    """The filters asked for, and a sentence about what could not be read."""
    wanted = request.GET.get("view", "")
    days = {name: _day(request.GET.get(name, "").strip()) for name in ("since", "until")}
    filters = CaseFilters(
        view=next((view for view in View if view.value == wanted), View.OPEN),
        text=request.GET.get("q", "")[:LONGEST], product=request.GET.get("product", "")[:LONGEST],
        since=days["since"][0], until=days["until"][0],
    )  # fmt: skip
    if all(readable for _found, readable in days.values()):
        return filters, ""
    return filters, _("A day could not be read, so it was left out. Write it as 2027-03-31.")


def _day(text: str) -> tuple[date | None, bool]:
    if not text:
        return None, True
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, False
    return (day, True) if FIRST_YEAR <= day.year <= LAST_YEAR else (None, False)


def _empty(request: Asked) -> HttpResponse:
    """Nothing yet: what will be here, how fast one is answered, what one will be asked."""
    return render(request, "portal/cases/none.html", {
        "views": [("", VIEWS[view], "0", view is View.ALL) for view in SHOWN_VIEWS],
        "may": bool(case_sites(who=request.who, limit=1)),
    })  # fmt: skip


class _Printer:
    """Prints rows; what every row says is translated once."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.states = {each: state(word.tone, word.icon, word.word) for each in State for word in [case_word(each)]}
        self.promises = {each.value: str(words) for each, words in MILESTONES.items()}
        self.due, self.waits = _("%(promise)s by %(at)s"), _("Waits for you since %(at)s")
        self.care = _("Customer care")

    def __call__(self, line: CaseLine) -> SafeString:
        return ROW(
            url=_address(line.number), summary=line.summary, number=line.number,
            product=line.product or (self.care if line.kind is Kind.CARE else ""), severity=_severity(line.severity),
            due=self._next(line), opened=day_of_instant(line.opened_at, self.zone),
            changed=moment_words(line.changed_at, self.zone), state=self.states[line.state],
        )  # fmt: skip

    def _next(self, line: CaseLine) -> str | SafeString:
        """What falls due next, and when; or that it is the customer's turn."""
        if line.waiting_since is not None and line.state in {State.AWAITING_REVIEW, State.PENDING_CLOSE}:
            return self.waits % {"at": moment_words(line.waiting_since, self.zone)}
        if line.next_due_at is None:
            return NONE
        at = moment_words(line.next_due_at, self.zone)
        return self.due % {"promise": self.promises[line.next_milestone], "at": at}


@lru_cache(maxsize=64)
def _severity(severity: int | None) -> SafeString:
    if severity is None:
        return NONE
    return mark_safe(f'<span class="severity" data-level="{severity:d}">{severity:d}</span>')  # noqa: S308 (a number)


@lru_cache(maxsize=8192)
def _address(number: str) -> str:
    return reverse("case", args=[number])


def _lines(who: Who, filters: CaseFilters, levels: Mapping[str, str]) -> Iterator[str]:
    """CSV lines with a head, a page of the list at a time; instants in UTC."""
    writer, after = csv.writer(Echo()), ""
    yield "\ufeff" + writer.writerow(COLUMNS)
    while True:
        page = cases(who=who, filters=filters, after=after, limit=100)
        for line in page.rows:
            values = (
                line.number, line.kind.value, line.state.value, line.severity,
                levels.get(line.level, line.level), line.summary, line.organisation, line.product,
                *map(_iso, (line.opened_at, line.changed_at, line.waiting_since)), line.next_milestone,
                _iso(line.next_due_at), line.assignee,
            )  # fmt: skip
            yield writer.writerow([harmless(value) for value in values])
        after = page.next
        if not after:
            return


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
