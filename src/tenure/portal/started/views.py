"""`/getting-started`: find a product; `/getting-started/<slug>`: its first steps.  From catalogue and policy only."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tenure.accounts.queries import organisations
from tenure.catalog import queries as catalog
from tenure.catalog.words import ProductKind, ProductPage
from tenure.entitlements.queries import licences
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import AssetRow, LicenceFilters
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.policy.words import Policy
from tenure.policy.words.known import FirstStep
from tenure.portal.lifecycle.sentences import KINDS
from tenure.portal.started.steps import seats_of, steps_of, title_of
from tenure.toolbox.formats import count_words, in_zone
from tenure.toolbox.refused import Refused

MOST_CHARACTERS = 200
MOST_SERIALS = 5


@require_safe
def index(request: Asked) -> HttpResponse:
    """Find a product: by its name, by its kind, a page of 25."""
    faults: list[str] = []
    today = _today(request)
    q = _search(request, faults)
    given = request.GET.get("kind", "")
    kind = next((each for each in ProductKind if each.value == given), None)
    page = _page(request, faults, on=today, q=q, kind=kind)
    policy = _policy(today)
    kept = {name: value for name, value in (("q", q), ("kind", kind.value if kind else "")) if value}
    return render(request, "portal/started/index.html", {
        "rows": [{"row": row, "kind": KINDS[row.kind], "first": _first(policy, row.kind)} for row in page.rows],
        "faults": faults, "q": q, "kind": kind.value if kind else "", "asked": bool(kept),
        "kinds": [(each.value, words) for each, words in KINDS.items()],
        "older": "?" + urlencode({**kept, "after": page.after}) if page.after else "",
        "newer": "?" + urlencode(kept) if request.GET.get("after") else "",
    })  # fmt: skip


@require_safe
def show(request: Asked, slug: str) -> HttpResponse:
    """The first steps with one product, with the reader's own serial numbers where they own some."""
    today = _today(request)
    product = catalog.product(slug=slug, on=today)
    if product is None:
        raise Http404
    policy = _policy(today)
    owned = _owned(request, slug)
    steps = steps_of(product, policy, owned, number=_customer(request, owned)) if policy else ()
    said = ngettext("%(n)s step, in this order.", "%(n)s steps, in this order.", len(steps))
    return render(request, "portal/started/show.html", {
        "product": product, "kind": KINDS[product.kind], "owned": owned, "steps": steps,
        "how_many": capfirst(said % {"n": count_words(len(steps))}),
        "seats": seats_of(product, policy) if policy else (),
    })  # fmt: skip


def _policy(today: date) -> Policy | None:
    """The policy in force; none on an installation that has not applied one."""
    try:
        return version_on(today).policy
    except Refused:
        return None


def _first(policy: Policy | None, kind: ProductKind) -> str:
    """The step to begin with."""
    steps: tuple[FirstStep, ...] = getattr(policy.getting_started, kind.value) if policy else ()
    return title_of(steps[0], kind) if steps else ""


def _owned(request: Asked, slug: str) -> tuple[AssetRow, ...]:
    """The reader's serial numbers of the product, the first few; none for visitors and the vendor's people."""
    who = request.who
    if who.person_id is None or not who.organisation_ids:
        return ()
    filters = LicenceFilters(product=slug)
    return licences(who=who, filters=filters, at=request.at, limit=MOST_SERIALS).rows


def _customer(request: Asked, owned: tuple[AssetRow, ...]) -> str:
    """The number of the customer whose contacts the reader looks at: whose product it is, or their only one."""
    if owned:
        return owned[0].organisation_number
    own = [row for row in organisations(request.who) if row.kind.value == "customer"] if request.who.person_id else []
    return own[0].number if len(own) == 1 else ""


def _today(request: Asked) -> date:
    return in_zone(request.at, chosen_zone(request)).date()


def _search(request: Asked, faults: list[str]) -> str:
    q = request.GET.get("q", "").strip()
    if len(q) <= MOST_CHARACTERS and "\0" not in q:
        return q
    faults.append(_("That cannot be the name of a product, so all are shown. Write a part of its name."))
    return ""


def _page(request: Asked, faults: list[str], *, on: date, q: str, kind: ProductKind | None) -> ProductPage:
    try:
        return catalog.products(on=on, q=q, kind=kind, after=request.GET.get("after") or None)
    except Refused:
        faults.append(_("Nothing comes after that place in the list, so this is its beginning."))
        return catalog.products(on=on, q=q, kind=kind)
