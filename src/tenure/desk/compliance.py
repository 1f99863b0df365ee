"""Installed against licensed against covered, over all customers: who is short above.  For every one of the staff."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.compliance.queries import export_positions, positions
from tenure.desk.door import staff
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.positions import (
    COLUMNS,
    STATES,
    csv_lines,
    filters_from,
    line_of,
    position_values,
    summary_of_all,
)
from tenure.toolbox.formats import in_zone

KEPT = frozenset({"product", "customer", "state", "on", "q"})
PAGE = 50
FIRST_YEAR, LAST_YEAR = 1980, 2200


@require_safe
@staff()
def index(request: Asked) -> HttpResponse:
    """A page of 50 positions; customer and product are found by the words."""
    on, fault = _day(request)
    filters = filters_from(request.GET.dict(), on=on)
    page, totals = positions(
        who=request.who, filters=filters, after=request.GET.get("after", ""), before=request.GET.get("before", ""),
        limit=PAGE,
    )  # fmt: skip
    marked, tone, rest = summary_of_all(totals)
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    return render(request, "desk/compliance/index.html", {
        "lines": [line_of(row) for row in page.rows], "marked": marked, "tone": tone, "rest": rest, "fault": fault,
        "filters": filters, "states": STATES.items(), "on": on, "day": "" if on == _today(request) else on.isoformat(),
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode({**kept, 'before': page.previous})}" if page.previous else "",
        "export": f"?{urlencode(kept)}" if kept else "",
    })  # fmt: skip


@require_safe
@staff()
def export_list(request: Asked) -> HttpResponseBase:
    """The filtered list as CSV; with a day that cannot be read no file, but the list, which says so."""
    on, fault = _day(request)
    if fault:
        return redirect(f"{reverse('desk-compliance')}?{request.GET.urlencode()}")
    rows = export_positions(who=request.who, filters=filters_from(request.GET.dict(), on=on))
    lines = csv_lines(COLUMNS, position_values(rows, on=on))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="positions-{on.isoformat()}.csv"'
    return answer


def _today(request: Asked) -> date:
    return in_zone(request.at, chosen_zone(request)).date()


def _day(request: Asked) -> tuple[date, str]:
    """The day asked about, today if none is, and what is wrong with what was given."""
    given = request.GET.get("on", "").strip()
    if not given:
        return _today(request), ""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = date.min
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day, ""
    return _today(request), _("That day could not be read, so this is today. Write it as 2027-03-31.")
