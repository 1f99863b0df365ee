"""The statement of a customer on a day, as page, PDF and CSV."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.entitlements.actions import proving
from tenure.entitlements.queries.proofs import proofs_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.statement import (
    StatementOf,
    statement,
    statement_of,
    statement_products,
    statement_sums,
    statements_of,
    whole_statement,
)
from tenure.entitlements.words import CoverState
from tenure.entitlements.words.statement import StatementFilters, StatementRow
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.states import cover_word
from tenure.outbox.rendering import spoken
from tenure.portal.door import asked_day
from tenure.portal.joining.door import asking, door
from tenure.portal.licences import sentences as licence_words
from tenure.portal.licences.lanes import TONES
from tenure.portal.licences.views import level_names
from tenure.portal.statement import export, sentences
from tenure.toolbox.refused import Refused
from tenure.toolbox.spans import Span, gaps

LOOK_AGAIN_SECONDS = "2"


@door
@require_safe
def index(request: Asked) -> HttpResponse:
    """One's only statement; of several customers, the choice; where there is none, what would be here."""
    found = statements_of(request.who)
    if len(found) == 1:
        return _page(request, found[0])
    return render(request, "portal/statement/index.html", {"rows": found})


@door
@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """What was owned at the end of the day: the sums, then line by line."""
    return _page(request, _of(request, number))


def _page(request: Asked, of: StatementOf) -> HttpResponse:
    filters, fault = _filters(request)
    page = statement(of=of, filters=filters, at=request.at, after=request.GET.get("after", "")[:100])
    sums = statement_sums(of=of, filters=filters, at=request.at)
    today = request.at.date()
    on = filters.on or today
    axis = line.Axis(starts=date(on.year - 2, 1, 1), ends=date(on.year + 3, 1, 1), today=today,
                     as_of=on if on != today else None, rtl=get_language_bidi())  # fmt: skip
    levels = level_names(version_on(on))
    kept = {name: value for name, value in request.GET.items() if name in {"product", "state", "on"} and value}
    shown = {
        "of": of, "on": on, "is_today": filters.on is None, "fault": fault, "filters": filters,
        "answer": sentences.answer(of.name, sums, on, is_today=filters.on is None),
        "sums": sums,
        "rows": [_line(row, axis, levels) for row in page.rows], "axis_head": line.year_head(axis),
        "products": [(each.value, each.name) for each in statement_products(of=of)],
        "states": [(state.value, word) for state, word in licence_words.STATES.items()],
        "state": filters.state.value if filters.state else "", "proofs": proofs_of(of=of),
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode(kept)}" if request.GET.get("after") else "",
        "asked": f"?{urlencode(kept)}" if kept else "",
    }  # fmt: skip
    return render(request, "portal/statement/show.html", shown)


@door
@require_safe
def export_list(request: Asked, number: str) -> HttpResponseBase:
    """The statement as CSV; with a day that cannot be read no file, but the page, which says so."""
    of = _of(request, number)
    filters, fault = _filters(request)
    if fault:
        return redirect(f"{reverse('statement', args=[number])}?{request.GET.urlencode()}")
    rows = whole_statement(of=of, filters=filters, at=request.at)
    on = filters.on or request.at.date()
    answer = StreamingHttpResponse(
        export.lines(rows, level_names(version_on(on))), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="statement-{of.number}-{on.isoformat()}.csv"'
    return answer


@door
@require_safe
def paper(request: Asked, number: str) -> HttpResponse:
    """The statement as a signed PDF; while the worker prints it, a page that looks again by itself."""
    of = _of(request, number)
    filters, fault = _filters(request)
    back = f"{reverse('statement', args=[number])}?{request.GET.urlencode()}"
    if fault:
        return redirect(back)
    language = spoken(get_language() or "en")
    try:
        pdf = proving.order_statement(
            who=request.who, customer=of.number, filters=filters, language=language, at=request.at
        )
    except Refused as no:
        messages.error(request, sentences.refusal(no))
        return redirect(back)
    on = filters.on or request.at.date()
    return as_paper(request, pdf, name=f"statement-{of.number}-{on.isoformat()}.pdf", back=back)


@door
@require_POST
def prove(request: Asked, number: str) -> HttpResponse:
    """Make a proof of what was owned on a day."""
    of = _of(request, number)
    on, readable = _posted_day(request)
    if on is None or not readable:
        messages.error(request, _("That day could not be read. Write it as 2027-03-31."))
        return redirect("statement", number)
    try:
        made = proving.make_proof(customer=of.number, on=on, **asking(request))
    except Refused as no:
        messages.error(request, sentences.refusal(no))
        return redirect("statement", number)
    return redirect("proof", made)


def as_paper(request: Asked, pdf: bytes | None, *, name: str, back: str) -> HttpResponse:
    """A PDF to take down, or the page that waits for it."""
    if pdf is None:
        waiting = {"back": back, "again": request.get_full_path()}
        answer = render(request, "portal/statement/printing.html", waiting, status=202)
        answer["Refresh"] = LOOK_AGAIN_SECONDS
        return answer
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _of(request: Asked, number: str) -> StatementOf:
    found = statement_of(request.who, number)
    if found is None:
        raise Http404
    return found


def _filters(request: Asked) -> tuple[StatementFilters, str]:
    on, readable = asked_day(request)
    state = next((each for each in CoverState if each.value == request.GET.get("state", "")), None)
    filters = StatementFilters(product=request.GET.get("product", "")[:200], state=state, on=on)
    return filters, "" if readable else _("That day could not be read, so this is today. Write it as 2027-03-31.")


def _posted_day(request: Asked) -> tuple[date | None, bool]:
    try:
        return date.fromisoformat(request.POST.get("on", "").strip()), True
    except ValueError:
        return None, False


def _line(row: StatementRow, axis: line.Axis, levels: Mapping[str, str]) -> dict[str, object]:
    return {
        "row": row, "level": levels.get(row.level, row.level), "mini": line.mini(axis, _spans(row)),
        "state": cover_word(row.cover), "purpose": row.purpose.value,
    }  # fmt: skip


def _spans(row: StatementRow) -> list[line.Span]:
    """Terms and the gaps between them; the term in force on the day alone has a tone."""
    drawn = []
    for term in row.terms:
        live = term.starts <= row.day < term.ends
        tone = TONES.get(row.cover.state, "good") if live else "quiet"
        kind = "next" if term.starts > row.day else "term"
        drawn.append(line.Span(kind=kind, tone=tone, starts=term.starts, ends=term.ends, word=""))
    for gap in gaps(Span(term.starts, term.ends) for term in row.terms):
        drawn.append(line.Span(kind="gap", tone="bad", starts=gap.starts, ends=gap.ends, word=""))
    return sorted(drawn, key=lambda span: span.starts)
