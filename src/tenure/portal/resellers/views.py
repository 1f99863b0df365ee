"""The finder, a reseller's page, and what customers ask of it."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.accounts.queries import organisations
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.states import Word
from tenure.policy.words import Region
from tenure.portal.joining.door import asking, door
from tenure.portal.renewals.forms import UNTIL, QuoteForm
from tenure.renewals import quote_sentences
from tenure.renewals import reseller_sentences as sentences
from tenure.renewals.actions import resellers as actions
from tenure.renewals.actions.quotes import prepare_quote
from tenure.renewals.queries.offers import offers
from tenure.renewals.queries.renewable import customers_of, renewable
from tenure.renewals.queries.resellers import (
    RequestRow,
    ResellerFilters,
    ResellerRow,
    request_of,
    requests_of,
    reseller,
    resellers,
)
from tenure.renewals.queries.sides import DECIDE
from tenure.renewals.words import ResellerRefusal, ResellerWish
from tenure.toolbox.formats import country_words, long_day
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused


@require_safe
def index(request: Asked) -> HttpResponse:
    """Everybody's: by country, language and product family."""
    asked = {name: request.GET.get(name, "")[:100].replace("\0", "") for name in ("country", "language", "family", "q")}
    filters = ResellerFilters(
        country=asked["country"], language=asked["language"], family=asked["family"], text=asked["q"]
    )
    after = request.GET.get("after", "")
    page = resellers(filters=filters, after=after)
    team = _team(request, asked["country"])
    near = resellers(filters=ResellerFilters(countries=team.countries)).rows if team and not page.total else ()
    kept = {name: value for name, value in asked.items() if value}
    languages = dict(settings.LANGUAGES)
    codes = {*page.countries, *(code for region in _regions(request) for code in region.countries)}
    countries = sorted(((code, country_words(code)) for code in codes), key=lambda pair: pair[1])
    return render(request, "portal/resellers/index.html", {
        "rows": [_shown(row) for row in page.rows or near], "near": bool(near), "team": team, "total": page.total,
        "country_said": country_words(asked["country"]) if asked["country"] else "",
        "asked": asked, "is_filtered": bool(kept),
        "countries": [("", _("any country")), *countries],
        "languages": [("", _("any language")), *((code, languages.get(code, code)) for code in page.languages)],
        "families": [("", _("any product")), *page.families], "newer": f"?{urlencode(kept)}" if after else "",
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    })  # fmt: skip


def _team(request: Asked, country: str) -> Region | None:
    """The regional team of a country; None for a word that no team has, or while no policy is in force."""
    return next((region for region in _regions(request) if country in region.countries), None)


def _regions(request: Asked) -> tuple[Region, ...]:
    """Those of the policy in force; none before there is one."""
    try:
        return tuple(version_on(request.at.date()).policy.regions.values())
    except Refused:
        return ()


@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """One reseller, and what a customer can ask of it."""
    row = _reseller(number)
    return render(request, "portal/resellers/show.html", {**_shown(row), "may_ask": _may_ask(request)})


@door
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Asked, number: str, wish: str) -> HttpResponse:
    """Ask the reseller for a quote, or the vendor to make it the reseller of record."""
    row = _reseller(number)
    wanted = {"quote": ResellerWish.QUOTE, "of-record": ResellerWish.OF_RECORD}.get(wish)
    if wanted is None or not _may_ask(request):
        raise Http404
    told = request.POST if request.method == "POST" else request.GET
    customers = [pair for pair in customers_of(who=request.who) if pair[0] in _own_numbers(request)]
    customer = told.get("customer", "") or (customers[0][0] if customers else "")
    rows = renewable(who=request.who, customer=customer) if customer in dict(customers) else ()
    fault, day_text = "", told.get("starts_on", "")[:20]
    if request.method == "POST":
        try:
            made = actions.ask_reseller(
                reseller=row.number, wish=wanted, serials=told.getlist("serials"), words=told.get("words", ""),
                starts_on=_day(day_text), **asking(request),
            )  # fmt: skip
            messages.success(request, _("%(reseller)s has been asked.") % {"reseller": row.name}
                             if wanted is ResellerWish.QUOTE else _("We look at it, and write to you."))  # fmt: skip
            return redirect("reseller-request", made)
        except Refused as no:
            if no.code is ResellerRefusal.NOT_FOUND:
                raise
            fault = sentences.refusal(no)
        except ValueError:
            fault = _("Write the day as 2027-03-31.")
    ticked = set(told.getlist("serials")) | set(request.GET.getlist("serial"))
    return render(request, "portal/resellers/ask.html", {
        **_shown(row), "wish": wish, "is_quote": wanted is ResellerWish.QUOTE, "customers": customers,
        "customer": customer, "rows": [(each, each.serial in ticked) for each in rows], "fault": fault,
        "words": told.get("words", ""), "starts_on": day_text or request.at.date().isoformat(),
    }, status=422 if fault else 200)  # fmt: skip


@door
@require_safe
def requests(request: Asked) -> HttpResponse:
    """What the reader's organisations asked of resellers, and what their resellers were asked."""
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else None
    rows, following = requests_of(who=request.who, before=cursor)
    return render(request, "portal/resellers/requests.html", {
        "rows": [{"row": row, "word": _word(row), "wish": sentences.WISHES[row.wish]} for row in rows],
        "waiting": sum(row.may_answer for row in rows), "newer": "?" if cursor else "",
        "older": f"?before={following}" if following else "",
    })  # fmt: skip


@door
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: Asked, number: int) -> HttpResponse:
    """One request; the reseller that was asked prepares the quote here."""
    row, policy = _request(request, number), version_on(request.at.date()).policy
    quotes = row.may_answer and row.wish is ResellerWish.QUOTE
    if request.method == "POST" and not quotes:
        raise Http404
    first = {"term": str(policy.terms.usual_months // 12 or 1), "more": "\n".join(row.serials)}
    form = QuoteForm(
        request.POST if request.method == "POST" else None, policy=policy, rows=(), initial=first,
        offers=offers(who=request.who, customer=row.organisation_number, policy=policy, serials=row.serials)
        if quotes else (),
    )  # fmt: skip
    form.fields["more"].label = _("Serial numbers")
    if form.is_valid():
        try:
            wanted = form.wanted(customer=row.organisation_number, request=row.id)
            return redirect("quote", prepare_quote(wanted=wanted, **asking(request)))
        except Refused as no:
            if no.code.value == "not_found":
                raise
            form.add_error(None, quote_sentences.refusal(no, policy))
    return _one(request, row, form if quotes else None)


@door
@require_POST
def decline(request: Asked, number: int) -> HttpResponse:
    """The reseller says no, or the customer takes it back; with a reason."""
    row = _request(request, number)
    why = request.POST.get("why", "")
    try:
        actions.answer_request(request_id=row.id, granted=False, why=why, **asking(request))
    except Refused as no:
        if no.code is ResellerRefusal.NOT_FOUND:
            raise
        return _one(request, row, None, fault=sentences.refusal(no))
    messages.success(request, _("It is answered; the other side was written to."))
    return redirect("reseller-request", row.id)


def _one(request: Asked, row: RequestRow, form: QuoteForm | None, fault: str = "") -> HttpResponse:
    status = 409 if fault else 422 if form is not None and form.errors else 200
    return render(request, "portal/resellers/request.html", {
        "row": row, "word": _word(row), "form": form, "until": UNTIL, "fault": fault,
        "wish": sentences.WISHES[row.wish],
        "starts_on": long_day(row.starts_on) if row.starts_on else "",
    }, status=status)  # fmt: skip


def _shown(row: ResellerRow) -> dict[str, object]:
    languages = dict(settings.LANGUAGES)
    return {
        "reseller": row, "countries_said": listed(sorted(country_words(code) for code in row.countries)),
        "languages_said": listed(languages.get(code, code) for code in row.languages),
        "families_said": listed(row.families) or _("all products"),
    }  # fmt: skip


def _reseller(number: str) -> ResellerRow:
    found = reseller(number=number)
    if found is None:
        raise Http404
    return found


def _request(request: Asked, number: int) -> RequestRow:
    found = request_of(who=request.who, request_id=number)
    if found is None:
        raise Http404
    return found


def _word(row: RequestRow) -> Word:
    tone, icon, word = sentences.state_of(row)
    return Word(tone=tone, icon=icon, word=str(word))


def _may_ask(request: Asked) -> bool:
    return any(role in DECIDE for _organisation, role in request.who.roles)


def _own_numbers(request: Asked) -> set[str]:
    return {row.number for row in organisations(request.who) if set(row.roles) & set(DECIDE)}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text.strip() else None
