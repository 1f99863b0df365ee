"""Who held a contact seat of an organisation, from when to when, by whom and why; on a page and as a file."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.accounts.words import Who
from tenure.entitlements.queries.contact_history import contact_history
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words.contact_changes import SeatSpan
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.portal.joining.door import door, entered
from tenure.toolbox.formats import in_zone
from tenure.toolbox.sheets import Echo, harmless

COLUMNS = (
    "name", "email", "contact_id", "level", "region", "since", "named_by", "asked_by", "why", "until", "ended_by",
    "end_asked_by", "end_why",
)  # fmt: skip
MOST_DRAWN = 25
MOST_AT_ONCE = 500


@door
@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """The seats with their spans, the newest first, and the latest of them on the line of time."""
    place = entered(request, number, to_decide=False)
    before, levels, zone = request.GET.get("before", ""), _levels(request), chosen_zone(request)
    page = contact_history(
        request.who, place.id, before=int(before) if before.isdecimal() and len(before) < 18 else None
    )
    shown = {
        "place": place, "lanes": _lanes(page.rows[:MOST_DRAWN], request.at, zone), "page_of": page,
        "rows": [{"row": span, "level": levels.get(span.level, span.level)} for span in page.rows],
        "older": f"?before={page.next}" if page.next else "", "is_first": not before,
    }  # fmt: skip
    return render(request, "portal/joining/history.html", shown)


@door
@require_safe
def export(request: Asked, number: str) -> StreamingHttpResponse:
    """The same as CSV; instants in UTC."""
    place = entered(request, number, to_decide=False)
    lines = _lines(_spans(request.who, place.id), _levels(request))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="contacts-{number}-{request.at.date().isoformat()}.csv"'
    return answer


def _spans(who: Who, organisation_id: int) -> Iterator[SeatSpan]:
    before: int | None = None
    while True:
        page = contact_history(who, organisation_id, limit=MOST_AT_ONCE, before=before)
        yield from page.rows
        before = page.next
        if before is None:
            return


def _levels(request: Asked) -> dict[str, str]:
    return {key: level.name for key, level in version_on(request.at.date()).policy.levels.items()}


def _lanes(spans: Sequence[SeatSpan], at: datetime, zone: str) -> list[line.Lane]:
    """A lane a seat; nothing where there is none."""
    if not spans:
        return []
    today = in_zone(at, zone).date()
    days = [in_zone(span.since, zone).date() for span in spans]
    axis = line.around([*days, today], today=today, as_of=None, rtl=get_language_bidi())
    lanes = [line.head(axis)]
    for span, starts in zip(spans, days, strict=True):
        ends = in_zone(span.until, zone).date() if span.until else None
        if ends is not None and ends <= starts:
            continue  # named and ended on one day: the table says it
        drawn = line.Span(
            kind="term", tone="quiet" if ends else "good", starts=starts, ends=ends, word="",
            said=(_("%(name)s held a seat") if ends else _("%(name)s holds a seat")) % {"name": span.name},
        )  # fmt: skip
        lanes.append(line.lane(axis, span.name, [drawn]))
    return lanes


def _lines(spans: Iterable[SeatSpan], levels: Mapping[str, str]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for span in spans:
        values = (
            span.name, span.email, span.identifier, levels.get(span.level, span.level), span.region, _iso(span.since),
            span.by, span.asked_by, span.why, _iso(span.until), span.ended_by, span.end_asked_by, span.end_why,
        )  # fmt: skip
        yield writer.writerow([harmless(value) for value in values])


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
