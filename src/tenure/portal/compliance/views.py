"""The list of positions, one position with its arithmetic, and both as files."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from tenure.compliance import queries, rules
from tenure.compliance.words import CountSource, Explained
from tenure.kit.asked import Asked
from tenure.kit.positions import (
    COLUMNS,
    STATES,
    csv_lines,
    filters_from,
    line_of,
    position_values,
    position_word,
    summary,
)
from tenure.portal.compliance import lanes, sentences
from tenure.portal.compliance.door import day_asked, door, today

KEPT = frozenset({"product", "customer", "state", "on", "q"})
MOST_LINES = 50
MOST_HISTORY = 20
YEARS_AROUND = timedelta(days=730)
MOST_YEARS = 10


@door
@require_safe
def index(request: Asked) -> HttpResponse:
    """The list: what is short above, a page of 25."""
    on, fault = day_asked(request)
    filters = filters_from(request.GET.dict(), on=on)
    page, totals = queries.positions(
        who=request.who, filters=filters, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    places = queries.places(request.who)
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    narrowed = bool(filters.text or filters.product or filters.customer)
    if not (totals.total or narrowed):
        return render(request, "portal/compliance/none.html", {"may_count": bool(places), "fault": fault})
    marked, tone, rest = summary(totals)
    return render(request, "portal/compliance/index.html", {
        "lines": [line_of(row) for row in page.rows], "marked": marked, "tone": tone, "rest": rest, "fault": fault,
        "filters": filters, "states": STATES.items(), "on": on, "is_today": on == today(request),
        "several": len({row.organisation_id for row in page.rows}) > 1 or bool(request.who.reseller_ids),
        "may_count": bool(places), "day": "" if on == today(request) else on.isoformat(),
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode({**kept, 'before': page.previous})}" if page.previous else "",
        "export": f"?{urlencode(kept)}" if kept else "",
    })  # fmt: skip


@door
@require_safe
def export_list(request: Asked) -> HttpResponseBase:
    """The filtered list as CSV; with a day that cannot be read no file, but the list, which says so."""
    on, fault = day_asked(request)
    if fault:
        return redirect(f"{reverse('compliance')}?{request.GET.urlencode()}")
    rows = queries.export_positions(who=request.who, filters=filters_from(request.GET.dict(), on=on))
    return as_file(csv_lines(COLUMNS, position_values(rows, on=on)), f"installed-and-licensed-{on.isoformat()}.csv")


@door
@require_safe
def show(request: Asked, number: str, slug: str) -> HttpResponse:
    """One customer's position with one product on a day: the answer, the arithmetic, the line, what falls away."""
    on, fault = day_asked(request)
    found = _detail(request, number, slug, on)
    said = rules.explain(found.facts, on=on, measure=found.measure)
    now = today(request)
    starts, ends = _window(found, on, now)
    first = min(starts, rules.first_day(found.facts, on=on))
    every = rules.steps(found.facts, starts=first, ends=ends, measure=found.measure)
    until = rules.clipped(every, starts=first, ends=on + timedelta(days=1))
    steps = rules.clipped(every, starts=starts, ends=ends)
    history = queries.history(
        organisation_id=found.organisation_id, product_id=found.product_id, until=on, limit=MOST_HISTORY
    )
    return render(request, "portal/compliance/show.html", {
        "found": found, "position": said.position, "on": on, "is_today": on == now, "fault": fault,
        "answer": sentences.answer(found, said), "state": position_word(said.position),
        "owned": sentences.owned_lines(said, most=MOST_LINES), "installed": sentences.installed_lines(found, said),
        "sums": sentences.differences(said.position),
        "lanes": lanes.lanes(steps, today=now, as_of=None if on == now else on, rtl=get_language_bidi()),
        "steps": lanes.table(steps), "lost": sentences.lost(found, said, rules.since(until, holds=rules.is_uncovered)),
        "short_since": rules.since(until, holds=rules.is_short), "history": history,
        "sources": sentences.SOURCES, "fresh_days": found.measure.fresh_days,
        "may_count": queries.may_count(request.who, found.organisation_id),
    })  # fmt: skip


@door
@require_safe
def export_one(request: Asked, number: str, slug: str) -> HttpResponseBase:
    """The arithmetic of one position as CSV, every line of it."""
    on, fault = day_asked(request)
    if fault:
        return redirect(f"{reverse('compliance-position', args=[number, slug])}?{request.GET.urlencode()}")
    found = _detail(request, number, slug, on)
    said = rules.explain(found.facts, on=on, measure=found.measure)
    named = f"arithmetic-{found.number}-{found.slug}-{on.isoformat()}.csv"
    return as_file(csv_lines(sentences.ARITHMETIC, _arithmetic(found, said)), named)


def as_file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """CSV to be taken down."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _arithmetic(found: queries.Detail, said: Explained) -> Iterator[tuple[object, ...]]:
    for line in said.licences:
        ends = line.term_ends - timedelta(days=1) if line.term_ends else None
        yield "owned", line.serial, "", line.purpose, line.owned, line.licensed, line.covered, "", ends
    for place in said.places:
        for each in place.lines:
            site = found.sites.get(place.site_id, "")
            source = place.source if place.source is CountSource.REPORTED else getattr(each, "source", place.source)
            yield "installed", each.serial, site, source.value, each.quantity, "", "", each.host, each.on


def _detail(request: Asked, number: str, slug: str, on: date) -> queries.Detail:
    found = queries.detail(who=request.who, number=number, slug=slug, on=on)
    if found is None:
        raise Http404
    return found


def _window(found: queries.Detail, on: date, now: date) -> tuple[date, date]:
    """The days drawn: two years before the day and one after, in whole years, within ten years of today.

    No earlier than anything was owned.  A day asked about outside has no stroke.
    """
    first = max(min(on, now) - YEARS_AROUND, rules.first_day(found.facts, on=on))
    low = max(min(first.year, on.year, now.year), now.year - MOST_YEARS)
    return date(low, 1, 1), date(min(max(on.year, now.year) + 2, now.year + MOST_YEARS), 1, 1)
