"""`/lifecycle`: find a product; `/lifecycle/<slug>`: its releases on one line of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.catalog import queries
from tenure.catalog.rules import latest
from tenure.catalog.words import SUPPORTED, ProductKind, ProductPage, ReleaseRow
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.policy.words import Lifecycle
from tenure.portal.door import asked_day
from tenure.portal.lifecycle import export, lanes, sentences
from tenure.portal.numbers import lifecycle_on
from tenure.toolbox.formats import in_zone
from tenure.toolbox.refused import Refused

MOST_CHARACTERS = 200
RELEASES_A_PAGE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One release, ready to print."""

    row: ReleaseRow
    state: sentences.Word
    standard: sentences.Until
    extended: sentences.Until
    mini: SafeString


@require_safe
def index(request: Asked) -> HttpResponse:
    """Find a product, and see its latest release and how many are supported on the day."""
    faults: list[str] = []
    today = _today(request)
    on = _day(request, faults) or today
    q = _search(request, faults)
    kind = _choice(request.GET.get("kind", ""), list(ProductKind), faults)
    page = _page(request, faults, on=on, q=q, kind=ProductKind(kind) if kind else None)
    kept = {name: value for name, value in (("q", q), ("kind", kind), ("on", _kept(on, today))) if value}
    return render(request, "portal/lifecycle/index.html", {
        "rows": page.rows, "faults": faults, "q": q, "kind": kind, "on": on, "is_today": on == today,
        "kinds": [(each.value, words) for each, words in sentences.KINDS.items()],
        "older": "?" + urlencode({**kept, "after": page.after}) if page.after else "",
        "newer": "?" + urlencode(kept) if request.GET.get("after") else "",
        "asked": bool(q or kind), "day": _kept(on, today),
    })  # fmt: skip


@require_safe
def show(request: Asked, slug: str) -> HttpResponse:
    """One product: the answer, and every release with its days and its state on the day."""
    faults: list[str] = []
    today = _today(request)
    asked = _day(request, faults)
    on = asked or today
    product = queries.product(slug=slug, on=on)
    if product is None:
        raise Http404
    rows = queries.releases(product_id=product.id, on=on)
    state = _choice(request.GET.get("state", ""), list(sentences.STATES), faults)
    shown = [row for row in rows if not state or _is(row, state)]
    part, older = _part(shown, request.GET.get("after", ""), faults)
    newest = latest(releases=rows, on=on)
    as_of = None if on == today else on
    spans = lifecycle_on(today)
    axis = lanes.axis_of(rows, today=today, as_of=as_of, rtl=get_language_bidi())
    kept = {name: value for name, value in (("state", state), ("on", _kept(on, today))) if value}
    return render(request, "portal/lifecycle/show.html", {
        "product": product, "kind": sentences.KINDS[product.kind],
        "answer": sentences.answer_of(rows, on=on, spans=spans),
        "lines": [_line(row, axis, on, newest, spans) for row in part], "axis_head": line.year_head(axis, wide=True),
        "starts": axis.starts.year, "ends": axis.ends.year - 1, "faults": faults, "on": on, "is_today": on == today,
        "state": state, "states": sentences.STATES.items(), "count": len(shown),
        "older": "?" + urlencode({**kept, "after": older}) if older else "",
        "newer": "?" + urlencode(kept) if request.GET.get("after") else "",
    })  # fmt: skip


@require_safe
def show_json(request: Asked, slug: str) -> HttpResponse:
    """One product as JSON in the public shape, on today."""
    on = _today(request)
    product = queries.product(slug=slug, on=on)
    if product is None:
        raise Http404
    text = export.document(product, queries.releases(product_id=product.id, on=on), on=on)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def _today(request: Asked) -> date:
    return in_zone(request.at, chosen_zone(request)).date()


def _kept(on: date, today: date) -> str:
    return "" if on == today else on.isoformat()


def _day(request: Asked, faults: list[str]) -> date | None:
    on, readable = asked_day(request)
    if not readable:
        faults.append(_("That day could not be read, so this is today. Write it as 2027-03-31."))
    return on


def _search(request: Asked, faults: list[str]) -> str:
    q = request.GET.get("q", "").strip()
    if len(q) <= MOST_CHARACTERS and "\0" not in q:
        return q
    faults.append(_("That cannot be the name of a product, so all are shown. Write a part of its name."))
    return ""


def _choice(given: str, known: Sequence[str], faults: list[str]) -> str:
    if given and given not in known:
        faults.append(_("One choice in the address is not known here, so it was left out."))
        return ""
    return given


def _page(request: Asked, faults: list[str], *, on: date, q: str, kind: ProductKind | None) -> ProductPage:
    after = request.GET.get("after") or None
    try:
        return queries.products(on=on, q=q, kind=kind, after=after)
    except Refused:
        faults.append(_("Nothing comes after that place in the list, so this is its beginning."))
        return queries.products(on=on, q=q, kind=kind)


def _part(shown: Sequence[ReleaseRow], after: str, faults: list[str]) -> tuple[Sequence[ReleaseRow], str]:
    """A page of the releases, and the name after which the next one begins."""
    starts = 0
    if after:
        starts = next((place for place, row in enumerate(shown, start=1) if row.name == after), 0)
        if not starts:
            faults.append(_("Nothing comes after that place in the list, so this is its beginning."))
    part = shown[starts : starts + RELEASES_A_PAGE]
    return part, part[-1].name if starts + RELEASES_A_PAGE < len(shown) else ""


def _is(row: ReleaseRow, state: str) -> bool:
    return row.state in SUPPORTED if state == "supported" else row.state == state


def _line(row: ReleaseRow, axis: line.Axis, on: date, newest: ReleaseRow | None, spans: Lifecycle) -> Line:
    state = sentences.state_of(row, on=on, newest=newest, spans=spans)
    return Line(
        row=row,
        state=state,
        standard=sentences.until_of(row.standard),
        extended=sentences.until_of(row.extended),
        mini=lanes.mini(row, axis, tone=state.tone),
    )
