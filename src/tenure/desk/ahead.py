"""What falls due from today on, at the desk: filtered by kind, region and customer, paged, and as a file."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tenure.desk.door import staff
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.outlook.queries import ahead, ahead_all, ahead_counts
from tenure.outlook.queries.ahead import MOST_COUNTED, READERS, kinds_for
from tenure.outlook.words import AheadFilters, DueKind, DueRow
from tenure.renewals.notice_sentences import step_words
from tenure.toolbox.formats import instant_words, quantity_words
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import Echo, harmless

KINDS: dict[DueKind, Promise] = {
    DueKind.NOTICE: lazy("Renewal notice"),
    DueKind.TERM_ENDS: lazy("Last covered day"),
    DueKind.SUPPORT_ENDS: lazy("Last supported day of a release"),
    DueKind.COURTESY_ENDS: lazy("Last day of a courtesy"),
    DueKind.QUOTE_EXPIRES: lazy("Last day of a quote"),
    DueKind.RESELLER_CHANGES: lazy("Another reseller of record"),
    DueKind.CONTACT_CHANGES: lazy("Change of contacts takes effect"),
    DueKind.JOINING_PASSES: lazy("Request to be linked passes to customer care"),
    DueKind.CASE_PROMISE: lazy("Promise of a case"),
    DueKind.CLAIM_ANSWER: lazy("Answer to a claim"),
}
MILESTONES = {
    "registration": lazy("registration"), "first_response": lazy("first response"),
    "restoration": lazy("restoration"), "resolution": lazy("resolution"), "replacement": lazy("replacement"),
}  # fmt: skip
SUPPORT = {"standard": lazy("standard support"), "extended": lazy("extended support")}
SPANS = (7, 30, 90, 400)
USUAL = 30
KEPT = ("days", "kind", "region", "customer")
COLUMNS = (
    "day", "kind", "region", "customer", "customer_number", "about", "product", "detail", "instant", "licences",
)  # fmt: skip


@require_safe
@staff(*READERS)
def index(request: Asked) -> HttpResponse:
    """A page of what falls due, the first above."""
    days, filters, after = _days(request), _filters(request), request.GET.get("after", "")[:200]
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    try:
        regions = version_on(request.at.date()).policy.regions
        page = ahead(who=request.who, at=request.at, days=days, filters=filters, after=after)
        counts = ahead_counts(who=request.who, at=request.at, days=days, filters=filters)
    except Refused:
        return render(request, "desk/ahead/index.html", {"unready": True})
    zone = chosen_zone(request)
    return render(request, "desk/ahead/index.html", {
        "answer": _answer(counts, days), "rows": [_shown(row, zone) for row in page.rows],
        "counts": [(KINDS[kind], _counted(count)) for kind, count in counts.items()],
        "days": str(days), "filters": filters,
        "spans": [(str(n), ngettext("%(n)s day", "%(n)s days", n) % {"n": quantity_words(n)}) for n in SPANS],
        "kinds": [("", _("everything")), *((kind.value, KINDS[kind]) for kind in kinds_for(request.who))],
        "regions": [("", _("every region")), *((key, region.name) for key, region in regions.items())],
        "export": f"?{urlencode(kept)}" if kept else "", "newer": f"?{urlencode(kept)}" if after else "",
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    })  # fmt: skip


@require_safe
@staff(*READERS)
def export(request: Asked) -> HttpResponseBase:
    """The same rows in the same order as CSV."""
    rows = ahead_all(who=request.who, at=request.at, days=_days(request), filters=_filters(request))
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ahead-{request.at.date().isoformat()}.csv"'
    return answer


def _days(request: Asked) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in {str(n) for n in SPANS} else USUAL


def _filters(request: Asked) -> AheadFilters:
    kind = request.GET.get("kind", "")
    return AheadFilters(
        kind=kind if kind in {each.value for each in DueKind} else "", region=request.GET.get("region", "")[:20],
        customer=request.GET.get("customer", "")[:60],
    )  # fmt: skip


def _answer(counts: Mapping[DueKind, int], days: int) -> tuple[str, str]:
    """The decisive words and the rest of the sentence.  Beyond what is counted of a kind it says "more than"."""
    count = sum(min(each, MOST_COUNTED) for each in counts.values())
    said = ngettext("%(n)s thing falls due", "%(n)s things fall due", count) % {"n": quantity_words(count)}
    if any(each > MOST_COUNTED for each in counts.values()):
        said = _("More than %(n)s things fall due") % {"n": quantity_words(count)}
    elif not count:
        said = _("Nothing falls due")
    span = ngettext("today and in the next day.", "today and in the next %(n)s days.", days)
    return said, span % {"n": quantity_words(days)}


def _counted(count: int) -> str:
    if count > MOST_COUNTED:
        return _("more than %(n)s") % {"n": quantity_words(MOST_COUNTED)}
    return quantity_words(count)


def _shown(row: DueRow, zone: str) -> dict[str, object]:
    return {
        "row": row, "kind": KINDS[row.kind], "detail": _detail(row),
        "instant": instant_words(row.at, zone) if row.at else "",
        "leads": {
            DueKind.CASE_PROMISE: "desk-case", DueKind.QUOTE_EXPIRES: "quote", DueKind.NOTICE: "licence",
            DueKind.TERM_ENDS: "licence", DueKind.COURTESY_ENDS: "licence", DueKind.RESELLER_CHANGES: "licence",
            DueKind.CONTACT_CHANGES: "desk-contact-request", DueKind.JOINING_PASSES: "desk-joining",
        }.get(row.kind, ""),
    }  # fmt: skip


def _detail(row: DueRow) -> str:
    match row.kind:
        case DueKind.NOTICE:
            return step_words(int(row.detail))
        case DueKind.CASE_PROMISE:
            return str(MILESTONES.get(row.detail, row.detail))
        case DueKind.SUPPORT_ENDS:
            return str(SUPPORT[row.detail])
        case DueKind.RESELLER_CHANGES:
            return row.detail or _("none")
    return ""


def _lines(rows: Iterable[DueRow]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for row in rows:
        values = (
            row.on, row.kind.value, row.region, row.organisation, row.number, row.subject, row.product,
            str(_detail(row)), row.at and row.at.isoformat(), row.quantity,
        )  # fmt: skip
        yield str(writer.writerow([harmless(value) for value in values]))
