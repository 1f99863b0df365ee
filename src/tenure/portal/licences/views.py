"""The list, the object, the receipt, registration and the export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.accounts.words import Role
from tenure.catalog.queries import releases as releases_of
from tenure.entitlements import actions, queries
from tenure.entitlements.actions.courtesy import ASKERS
from tenure.entitlements.meters import meter_word
from tenure.entitlements.purposes import PURPOSES
from tenure.entitlements.queries.courtesy import courtesies_of, may_give
from tenure.entitlements.queries.moved import joined_into
from tenure.entitlements.queries.newest import papers_of_asset
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import (
    AssetRow,
    Benefit,
    CoverState,
    Decision,
    EntitlementRefusal,
    LicenceFilters,
    LicencePurpose,
    SeatRow,
    Why,
)
from tenure.journal.words import Actor
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.prepared import Prepared
from tenure.kit.states import Word
from tenure.kit.templatetags.kit import day, state
from tenure.kit.templatetags.kit import purpose as purpose_mark
from tenure.policy.queries import VersionedPolicy
from tenure.portal.courtesy import views as courtesies
from tenure.portal.door import asked_day, signed_in
from tenure.portal.licences import export, lanes, releases, sentences
from tenure.renewals.queries.sides import prices_renewals
from tenure.toolbox.formats import in_zone, quantity_words
from tenure.toolbox.refused import Refused

ROW = Prepared(
    "portal/licences/row.html",
    "url", "product", "release", "serial", "mark", "site", "quantity", "meter", "level", "mini", "last_day", "state",
)  # fmt: skip
KEPT = frozenset({"product", "site", "state", "purpose", "on", "q"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One benefit of an asset on a day, ready to print."""

    benefit: Benefit
    name: object
    word: Word
    until: date | None
    because: str
    may_register: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MayCall:
    """The contact seats of one agreement, ready to print."""

    level: str
    taken: str
    people: tuple[SeatRow, ...]


@require_safe
@signed_in
def index(request: Asked) -> HttpResponse:
    """The list: a filter sentence, a page of 25, the first to end above."""
    filters, fault = filters_of(request)
    page = queries.licences(
        who=request.who, filters=filters, at=request.at,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    overview = queries.licence_overview(who=request.who, at=request.at, on=filters.on)
    if overview.counts and not overview.counts.total:
        return render(request, "portal/licences/none.html")
    today = filters.on or request.at.date()
    axis = line.Axis(
        starts=date(today.year - 2, 1, 1), ends=date(today.year + 3, 1, 1), today=today, rtl=get_language_bidi()
    )
    version = version_on(today)
    levels, upgradable = level_names(version), kinds_with(Benefit.VERSION_UPGRADES, version)
    kept = {name: value for name, value in request.GET.items() if name in KEPT}
    return render(request, "portal/licences/index.html", {
        "summary": sentences.summary(overview, filters.on, soon_days=version.policy.terms.ending_days),
        "fault": fault, "filters": filters,
        "rows": [_line(row, axis, levels, upgradable) for row in page.rows], "axis_head": line.year_head(axis),
        "products": [(each.value, each.name) for each in overview.choices.products],
        "sites": [(each.value, each.name) for each in overview.choices.sites],
        "states": [(state.value, word) for state, word in sentences.STATES.items()],
        "purposes": [(each.value, PURPOSES[each]) for each in overview.choices.purposes],
        "purpose": filters.purpose.value if filters.purpose else "",
        "state": filters.state.value if filters.state else "", "on": today, "q": filters.text,
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode({**kept, 'before': page.previous})}" if page.previous else "",
        "export": f"?{urlencode(kept)}" if kept else "",
    })  # fmt: skip


@require_safe
@signed_in
def export_list(request: Asked) -> HttpResponseBase:
    """The filtered list as CSV; with a day that cannot be read no file, but the list, which says so."""
    filters, fault = filters_of(request)
    if fault:
        return redirect(f"{reverse('licences')}?{request.GET.urlencode()}")
    rows = queries.export_licences(who=request.who, filters=filters, at=request.at)
    text = export.lines(rows, level_names(version_on(filters.on or request.at.date())))
    answer = StreamingHttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="licences-{request.at.date().isoformat()}.csv"'
    return answer


@require_safe
@signed_in
def show(request: Asked, serial: str) -> HttpResponse:
    """One asset: the answer, the line of time, what it entitles to on the day, the paper."""
    on, readable = asked_day(request)
    row = queries.asset(who=request.who, serial=serial, at=request.at, on=on)
    if row is None:
        raise Http404
    today = row.day if on is None else local_day(request, row)
    version = version_on(row.day)
    levels = level_names(version)
    found = queries.decisions_of(row=row, version=version)
    may = request.who.holds(row.organisation_id, Role.OWNER, Role.TECHNICAL) and row.day >= today  # not backwards
    answered = _answered(row, found, version, may=may)
    waits = any(decision.why is Why.NOT_REGISTERED for decision in found)
    known = releases_of(product_id=row.product_id, on=row.day) if row.release_id else ()
    own = releases.own_of(row.release_id, known)
    axis = lanes.axis_of(row, own, today=today, as_of=on, rtl=get_language_bidi())
    drawn = releases.drawn_on(axis, own, known) if own else None
    held = courtesies_of(who=request.who, asset_id=row.id, at=request.at, on=row.day)
    return render(request, "portal/licences/show.html", {
        "row": row, "level": levels.get(row.level, row.level), "on": row.day, "is_today": row.day == today,
        "answer": sentences.answer_of(row, levels.get(row.level, row.level), waits_for_registration=waits),
        "state": sentences.state_of(row, waits_for_registration=waits),
        "lanes": lanes.lanes(row, drawn, axis=axis, levels=levels), "terms": lanes.table(row.terms, levels),
        "releases": releases.table(drawn) if drawn else [], "may_call": _may_call(request, row, version),
        "answered": answered, "readable": readable, "waits": waits, "policy": version,
        "may_register": any(each.may_register for each in answered), "turns": lanes.turns(row),
        "papers": [
            each for each in papers_of_asset(who=request.who, serial=row.serial) if each.number != row.certificate
        ],
        "is_gone": not row.quantity,
        "went_into": "" if row.quantity else joined_into(who=request.who, asset_id=row.id),
        "may_name": request.who.holds(row.organisation_id, Role.OWNER),
        "may_quote": prices_renewals(who=request.who, organisation_id=row.organisation_id),
        "told": courtesies.shown(held, version, chosen_zone(request)),
        "may_give": may_give(request.who, version.policy),
        "may_ask": courtesies.is_needed(row, version, held) and request.who.holds(row.organisation_id, *ASKERS),
    })  # fmt: skip


@require_safe
@signed_in
def receipt(request: Asked, serial: str) -> HttpResponse:
    """The decision written down: asked again, it gives the same bytes."""
    on, readable = asked_day(request)
    row = queries.asset(who=request.who, serial=serial, at=request.at, on=on)
    benefit = next((each for each in Benefit if each.value == request.GET.get("benefit")), None)
    if row is None or benefit is None or not readable:
        raise Http404
    version = version_on(row.day)
    decision = next(each for each in queries.decisions_of(row=row, version=version) if each.benefit is benefit)
    return render(request, "portal/licences/receipt.html", {
        "row": row, "name": sentences.BENEFITS[benefit], "decision": decision,
        "word": sentences.verdict_word(decision),
        "because": sentences.because(decision, product=row.product, levels=level_names(version)),
    })  # fmt: skip


@require_POST
@signed_in
def register(request: Asked, serial: str) -> HttpResponse:
    """Register one serial number from its page."""
    try:
        actions.register_serial(who=request.who, serial=serial, at=request.at, by=_actor(request))
    except Refused as refused:
        if refused.code is EntitlementRefusal.NOT_ALLOWED:
            messages.error(request, _("Not registered: only the licence owner or a technical contact can do that."))
            return redirect("licence", serial=serial)
        raise Http404
    messages.success(request, _registered(serial))
    return redirect("licence", serial=serial)


class SerialForm(forms.Form):
    """One serial number, as it is printed on the certificate."""

    serial = forms.CharField(
        label=lazy("Serial number"), max_length=60,
        help_text=lazy("As printed on the certificate, such as M1234567890."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register_by_number(request: Asked) -> HttpResponse:
    """Register a serial number that was typed; spaces and small letters are forgiven."""
    form = SerialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        serial = "".join(form.cleaned_data["serial"].split()).upper()
        try:
            actions.register_serial(who=request.who, serial=serial, at=request.at, by=_actor(request))
        except Refused as refused:
            form.add_error("serial", _refusal_words(refused))
        else:
            messages.success(
                request, _("%(serial)s is registered. New versions are announced to you.") % {"serial": serial}
            )
            return redirect("licence", serial=serial)
    status = 422 if form.is_bound else 200
    return render(request, "portal/licences/register.html", {"form": form}, status=status)


def _registered(serial: str) -> str:
    return _("%(serial)s is registered. New versions are announced to you.") % {"serial": serial}


def _refusal_words(refused: Refused) -> str:
    if refused.code is EntitlementRefusal.NOT_ALLOWED:
        return _("Only the licence owner or a technical contact can register it.")
    return _("None of your licences has this serial number. Look for O typed as 0, or ask the licence owner.")


def filters_of(request: Asked) -> tuple[LicenceFilters, str]:
    """The filters asked for, and a sentence about what could not be read."""
    on, readable = asked_day(request)
    site, state = request.GET.get("site", ""), request.GET.get("state", "")
    known = next((each for each in CoverState if each.value == state), None)
    purpose = next((each for each in LicencePurpose if each.value == request.GET.get("purpose")), None)
    filters = LicenceFilters(
        product=request.GET.get("product", "")[:200], site=int(site) if site.isdecimal() and len(site) < 18 else None,
        state=known, purpose=purpose, on=on, text=request.GET.get("q", "")[:200],
    )  # fmt: skip
    return filters, "" if readable else _("That day could not be read, so this is today. Write it as 2027-03-31.")


def level_names(version: VersionedPolicy) -> Mapping[str, str]:
    """The names of the levels by a version of the policy."""
    return {slug: level.name for slug, level in version.policy.levels.items()}


def kinds_with(benefit: Benefit, version: VersionedPolicy) -> frozenset[str]:
    """The kinds of product for which the policy knows the benefit."""
    return frozenset(version.policy.benefits[benefit.value].kinds)


def local_day(request: Asked, row: AssetRow) -> date:
    """Today where the asset is."""
    return in_zone(request.at, row.zone).date()


def _line(row: AssetRow, axis: line.Axis, levels: Mapping[str, str], upgradable: frozenset[str]) -> SafeString:
    """One row of the list."""
    waits = row.product_kind in upgradable and row.registered_on is None
    word = sentences.state_of(row, waits_for_registration=waits)
    return ROW(
        url=_address(row.serial), product=row.product, release=row.release, serial=row.serial, site=row.site,
        mark=purpose_mark(row.purpose),
        quantity=quantity_words(row.quantity), meter=meter_word(row.meter, row.quantity),
        level=sentences.level_of(row, levels) or sentences.none(),
        mini=line.mini(axis, lanes.spans(row, row.terms)), last_day=day(row.last_day) or sentences.none(),
        state=state(word.tone, word.icon, word.word),
    )  # fmt: skip


@lru_cache(maxsize=8192)
def _address(serial: str) -> str:
    return reverse("licence", args=[serial])


def _answered(row: AssetRow, found: tuple[Decision, ...], version: VersionedPolicy, *, may: bool) -> list[Answered]:
    """The benefits that exist for this kind of product."""
    levels = level_names(version)
    return [
        Answered(
            benefit=decision.benefit, name=sentences.BENEFITS[decision.benefit], word=sentences.verdict_word(decision),
            until=decision.until, because=sentences.because(decision, product=row.product, levels=levels),
            may_register=may and decision.why is Why.NOT_REGISTERED,
        )
        for decision in found
        if row.product_kind in kinds_with(decision.benefit, version)
    ]  # fmt: skip


def _may_call(request: Asked, row: AssetRow, version: VersionedPolicy) -> list[MayCall]:
    """Who may call, an agreement at a time."""
    levels = level_names(version)
    return [
        MayCall(level=levels.get(seats.level, seats.level), taken=sentences.seats_taken(seats), people=seats.people)
        for seats in queries.seats_of_asset(who=request.who, asset_id=row.id, on=row.day, version=version)
    ]


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name)
