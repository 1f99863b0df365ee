"""Opening a technical case, one question a page: where, which product, which release, how bad, what happens, send."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenure.cases import actions
from tenure.cases.queries import beginnings
from tenure.cases.queries.beginnings import SeverityOffer
from tenure.cases.queries.cover import Ground, ground, promises_nothing, support_decision
from tenure.cases.sentences import BY_COURTESY, refusal
from tenure.cases.words import Beginning, CaseRefusal
from tenure.entitlements.purposes import marked
from tenure.entitlements.queries.courtesy import courtesy_in_force
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import rests_on_courtesy
from tenure.entitlements.words import Decision
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.uploads import takes_files
from tenure.policy.sentences import policy_words
from tenure.portal.account import actor
from tenure.portal.cases import draft as drafts
from tenure.portal.cases import files, refusing, sentences
from tenure.portal.cases.draft import Draft, Step
from tenure.portal.cases.forms import FilesForm, LicenceForm, PickForm, VersionForm, WhatForm, fault
from tenure.portal.door import signed_in
from tenure.toolbox.formats import moment_words, time_words
from tenure.toolbox.refused import Refused

MOST_LISTED = 25
NAMES: dict[Step, Promise] = {
    Step.WHERE: lazy("Where"),
    Step.PRODUCT: lazy("Product"),
    Step.VERSION: lazy("Version"),
    Step.SEVERITY: lazy("Severity"),
    Step.WHAT: lazy("What happens"),
    Step.CHECK: lazy("Check and submit"),
}
BACK: dict[Step, Promise] = {
    Step.WHERE: lazy("Back to the address"),
    Step.PRODUCT: lazy("Back to the product"),
    Step.LICENCE: lazy("Back to the licence"),
    Step.VERSION: lazy("Back to the version"),
    Step.SEVERITY: lazy("Back to the severity"),
    Step.WHAT: lazy("Back to what happens"),
}
STEP_OF = {
    CaseRefusal.RELEASE_UNKNOWN: Step.VERSION,
    CaseRefusal.SEVERITY_UNKNOWN: Step.SEVERITY,
    CaseRefusal.SEVERITY_NEEDS_PHONE: Step.SEVERITY,
    CaseRefusal.SUMMARY_MISSING: Step.WHAT,
    CaseRefusal.SUMMARY_TOO_LONG: Step.WHAT,
    CaseRefusal.DETAILS_MISSING: Step.WHAT,
    CaseRefusal.TEXT_TOO_LONG: Step.WHAT,
}


UNKNOWN: dict[str, Any] = {"version_known": False, "release": "", "severity": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One of the steps above a question."""

    name: str
    url: str
    current: bool
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer, ready to print.  group: a heading printed before it, or "".  promises: what it would bring."""

    value: str
    title: str
    mark: str = ""
    help: str = ""
    group: str = ""
    tone: str = ""
    promises: tuple[str, ...] = ()
    checked: bool = False


@takes_files(files.limits)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def question(request: Asked, step: str) -> HttpResponse:
    """One question; the ones before it come first if they have no answer."""
    if step not in {each.value for each in Step}:
        raise Http404
    wanted, draft = Step(step), drafts.draft_of(request)
    if not draft.reaches(wanted):
        return redirect("case-question", draft.next_step().value)
    return QUESTIONS[wanted](request, draft)


def on_licence(draft: Draft, place: Ground) -> Draft:
    """The draft on an asset; what was said about another one is asked again."""
    known = {} if draft.serial == place.serial else UNKNOWN
    return replace(draft, site=place.site_id, product=place.product_id, serial=place.serial, **known)


def where(request: Asked, draft: Draft) -> HttpResponse:
    """Which company, at which address."""
    sites = beginnings.case_sites(who=request.who)
    if not sites:
        return refusing.no_seat(request)
    if len(sites) == 1:
        return _go_on(request, _at(draft.skipping(Step.WHERE), sites[0].id))
    several = len({site.organisation_id for site in sites}) > 1
    chosen = [
        Choice(
            value=str(site.id), title=site.name, help=sentences.place_words(site),
            group=site.organisation if several and _opens(sites, index) else "", checked=site.id == draft.site,
        )
        for index, site in enumerate(sites)
    ]  # fmt: skip
    form = _pick(request, chosen, _("Choose the address."))
    if form.is_valid():
        return _go_on(request, _at(draft.asking(Step.WHERE), int(form.cleaned_data["pick"])))
    return _show(request, Step.WHERE, draft, form, "pick", {
        "question": _("Where does it happen?"), "choices": chosen,
        "help": _("The address decides in which time zone, and around which holidays, our promises are counted."),
    })  # fmt: skip


def product(request: Asked, draft: Draft) -> HttpResponse:
    """Which of the products at the address, by family."""
    found = beginnings.case_products(who=request.who, site_id=draft.site, at=request.at)
    if not found:
        return redirect("case-question", Step.WHERE.value) if draft.site else refusing.no_seat(request)
    if len(found) == 1:
        return _go_on(request, _of(draft.skipping(Step.PRODUCT), found[0].id))
    chosen = [
        Choice(
            value=str(each.id), title=each.name, help=sentences.licences_words(each),
            tone="" if each.is_covered else "bad", checked=each.id == draft.product,
            group=each.family if each.family and (index == 0 or found[index - 1].family != each.family) else "",
        )
        for index, each in enumerate(found)
    ]  # fmt: skip
    form = _pick(request, chosen, _("Choose the product."))
    if form.is_valid():
        return _go_on(request, _of(draft.asking(Step.PRODUCT), int(form.cleaned_data["pick"])))
    return _show(request, Step.PRODUCT, draft, form, "pick", {
        "question": _("Which product is it?"), "choices": chosen,
        "help": _("These are the products licensed at this address."),
    })  # fmt: skip


def licence(request: Asked, draft: Draft) -> HttpResponse:
    """Which serial number, where a product has several at the address."""
    found = beginnings.case_licences(
        who=request.who, site_id=draft.site, product_id=draft.product, at=request.at, limit=MOST_LISTED + 1
    )
    if not found:
        return redirect("case-question", Step.PRODUCT.value)
    if len(found) == 1:
        place = ground(who=request.who, serial=found[0].serial)
        return _go_on(request, on_licence(draft.skipping(Step.LICENCE), place)) if place else _begin_again(request)
    chosen = [
        Choice(
            value=each.serial, title=each.serial, mark=marked(each.release, each.purpose).strip(),
            help=sentences.cover_words(each, request.at),
            tone="" if each.answer.granted else "bad", checked=each.serial == draft.serial,
        )
        for each in found[:MOST_LISTED]
    ]  # fmt: skip
    missing = _("Choose a serial number, or type one.")
    form = LicenceForm(request.POST or None, choices=_pairs(chosen), missing=missing, initial={})
    if form.is_valid():
        place = ground(who=request.who, serial=form.cleaned_data["chosen"])
        if place is not None:
            return _go_on(request, on_licence(draft.asking(Step.LICENCE), place))
        form.add_error("serial", _("None of your licences has this serial number."))
    return _show(request, Step.LICENCE, draft, form, "pick", {
        "question": _("Which licence is it?"), "choices": chosen, "typed": form["serial"],
        "more": sentences.more_words(MOST_LISTED) if len(found) > MOST_LISTED else "",
        "help": _("The serial number stands on the certificate, and under Help, About in most products."),
    })  # fmt: skip


def version(request: Asked, draft: Draft) -> HttpResponse:
    """Which release, and what it runs on."""
    stands, no = _standing(request, draft)
    if stands is None or no is not None:
        return no or _begin_again(request)
    names = [(name, label or name) for name, label in stands[0].releases]
    licensed = next((name for name, label in names if label == stands[0].release), names[0][0] if names else "")
    initial = {"release": draft.release or licensed, "platform": draft.platform}
    form = VersionForm(request.POST or None, releases=names, initial=initial)
    if form.is_valid():
        told = {"release": form.cleaned_data.get("release", ""), "platform": form.cleaned_data["platform"]}
        return _go_on(request, replace(draft, version_known=True, **told))
    return _show(request, Step.VERSION, draft, form, "fields", {
        "question": _("Which version, and on what?"), "help": sentences.covered_words(stands),
        "fields": [form[name] for name in form.fields],
        "platforms": beginnings.platforms_of(product_id=stands[0].product_id),
    })  # fmt: skip


def severity(request: Asked, draft: Draft) -> HttpResponse:
    """How bad it is, each answer with what it would bring; the worst is taken by phone."""
    stands, no = _standing(request, draft)
    if stands is None or no is not None:
        return no or _begin_again(request)
    place = stands[0]
    offers = _offers(request, stands)
    phones = beginnings.phones_of(region=place.region, country=place.country, at=request.at)
    zone = chosen_zone(request)
    chosen = [
        Choice(
            value=str(each.number), title=policy_words(each.name), mark=_("severity %(n)s") % {"n": each.number},
            help=policy_words(each.definition),
            promises=sentences.offer_words(each, zone), checked=each.number == draft.severity,
        )
        for each in offers if not each.needs_phone
    ]  # fmt: skip
    form = _pick(request, chosen, _("Choose how much it disturbs your work."))
    if form.is_valid():
        return _go_on(request, replace(draft, severity=int(form.cleaned_data["pick"])))
    return _show(request, Step.SEVERITY, draft, form, "severity", {
        "question": _("How much does it disturb your work?"), "help": sentences.covered_words(stands),
        "choices": chosen, "advised": any(each.phone_is_advised for each in offers),
        "by_phone": [sentences.phone_words(each) for each in offers if each.needs_phone],
        "phones": [(each.number, sentences.called_words(each)) for each in phones],
        "place": place, "product": f"{place.product} {draft.release or place.release}".strip(),
    })  # fmt: skip


def what(request: Asked, draft: Draft) -> HttpResponse:
    """The words: one or two sentences, then all of it."""
    stands, no = _standing(request, draft)
    if stands is None or no is not None:
        return no or _begin_again(request)
    initial = {"summary": draft.summary, "details": draft.details, "language": draft.language}
    form = WhatForm(request.POST or None, initial=initial, languages=_languages(request, stands[0]))
    if form.is_valid():
        told = {name: form.cleaned_data.get(name, "") for name in ("summary", "details", "language")}
        return _go_on(request, replace(draft, **told))
    return _show(request, Step.WHAT, draft, form, "fields", {
        "question": _("What happens?"), "fields": [form[name] for name in form.fields],
    })  # fmt: skip


def check(request: Asked, draft: Draft) -> HttpResponse:
    """All of it once more, with what will be promised; then it is sent."""
    stands, no = _standing(request, draft)
    if stands is None or no is not None:
        return no or _begin_again(request)
    place = stands[0]
    form = FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("draft") != draft.digest:
            form.add_error(None, _("The answers were changed in another window. Read them once more."))
        else:
            done = _send(request, draft, form)
            if done is not None:
                return done
    offers = _offers(request, stands)
    offer = next((each for each in offers if each.number == draft.severity and not each.needs_phone), None)
    if offer is None:
        return redirect("case-question", Step.SEVERITY.value)
    zone = chosen_zone(request)
    return _show(request, Step.CHECK, draft, form, "check", {
        "question": _("Check and submit"), "rows": sentences.answers_of(draft, place, offer),
        "promises": sentences.promised_words(offer, zone) or [BY_COURTESY], "help": sentences.covered_words(stands),
        "digest": draft.digest, "limits": files.words_of_limits(request),
        "counted": moment_words(request.at, zone),
    })  # fmt: skip


def _send(request: Asked, draft: Draft, form: forms.Form) -> HttpResponse | None:
    """Open the case; None where the page says what is wrong."""
    asked = Beginning(
        serial=draft.serial, severity=draft.severity, summary=draft.summary, details=draft.details,
        release=draft.release, platform=draft.platform, language=draft.language,
    )  # fmt: skip
    try:
        opened = actions.open_case(
            who=request.who, beginning=asked, at=request.at, by=actor(request.who), uploads=files.uploads_of(request)
        )
    except Refused as refused:
        code = CaseRefusal(refused.code)
        if code in {CaseRefusal.NOT_ENTITLED, CaseRefusal.COURTESY_USED_UP, CaseRefusal.CONTACT_SEAT_NEEDED}:
            return _standing(request, draft)[1] or refusing.no_seat(request)
        if code in STEP_OF:
            messages.error(request, refusal(refused))
            return redirect("case-question", STEP_OF[code].value)
        fault(form, refused)
        return None
    drafts.drop(request)
    messages.success(request, _("Your case is open. Its number is %(number)s.") % {"number": opened.number})
    return redirect("case", opened.number)


def _standing(request: Asked, draft: Draft) -> tuple[tuple[Ground, Decision] | None, HttpResponse | None]:
    """What the case stands on and its cover, or the page that says why not."""
    place = ground(who=request.who, serial=draft.serial)
    if place is None:
        return None, None
    if not place.contact_id:
        return None, refusing.no_seat(request)
    decision = support_decision(who=request.who, ground=place, at=request.at)
    if not decision.granted:
        return None, refusing.not_covered(request, place, decision)
    if rests_on_courtesy(decision):
        held = courtesy_in_force(asset_id=place.asset_id, on=place.day(request.at))
        if held is not None and held.is_used_up:
            return None, refusing.used_up(request, place, held)
    return (place, decision), None


def _offers(request: Asked, stands: tuple[Ground, Decision]) -> tuple[SeverityOffer, ...]:
    """The severities with their promises; with none where the case would rest on a courtesy without."""
    place, decision = stands
    nothing = promises_nothing(decision=decision, policy=version_on(request.at.date()).policy)
    return beginnings.severity_offers(ground=place, level="" if nothing else decision.level or "", at=request.at)


def _begin_again(request: Asked) -> HttpResponse:
    """The licence is not theirs any more: its answers are forgotten, the words stay."""
    old = drafts.draft_of(request)
    drafts.keep(request, Draft(summary=old.summary, details=old.details))
    return redirect("case-question", Step.WHERE.value)


def _languages(request: Asked, place: Ground) -> list[tuple[str, str]]:
    """The language of case work, and those that somebody speaks for the region.  Source: D10."""
    policy, names = version_on(request.at.date()).policy, dict(settings.LANGUAGES)
    spoken = [each.language for each in policy.languages.local if each.region == place.region]
    work = policy.languages.work
    return [("", names.get(work, work)), *((code, names.get(code, code)) for code in dict.fromkeys(spoken))]


def _at(draft: Draft, site: int) -> Draft:
    return draft if draft.site == site else replace(draft, site=site, product=0, serial="", **UNKNOWN)


def _of(draft: Draft, product: int) -> Draft:
    return draft if draft.product == product else replace(draft, product=product, serial="", **UNKNOWN)


def _opens(sites: Sequence[beginnings.CaseSite], index: int) -> bool:
    return index == 0 or sites[index - 1].organisation_id != sites[index].organisation_id


def _pairs(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(each.value, each.title) for each in choices]


def _pick(request: Asked, choices: Sequence[Choice], missing: str) -> PickForm:
    return PickForm(request.POST if request.method == "POST" else None, choices=_pairs(choices), missing=missing)


def _go_on(request: Asked, draft: Draft) -> HttpResponse:
    return redirect("case-question", drafts.keep(request, draft).next_step().value)


def _show(
    request: Asked, step: Step, draft: Draft, form: forms.Form, page: str, shown: dict[str, Any]
) -> HttpResponse:  # fmt: skip
    before, saved = draft.before(step), drafts.saved_at(draft)
    kept = _("Saved as a draft at %(time)s. You can leave and come back.")
    return render(request, f"portal/cases/new/{page}.html", {
        "form": form, "steps": _steps(step, draft),
        "back": before.value if before else "", "back_words": BACK[before] if before else _("Back"),
        "saved": kept % {"time": time_words(saved, chosen_zone(request))} if saved else "", **shown,
    }, status=422 if form.errors else 200)  # fmt: skip


def _steps(step: Step, draft: Draft) -> list[StepRow]:
    """The steps above the question; those with one answer only are left out."""
    current = Step.PRODUCT if step is Step.LICENCE else step
    order = list(NAMES)
    skipped = {Step(each) for each in draft.skipped if each != Step.PRODUCT or Step.LICENCE.value in draft.skipped}
    return [
        StepRow(
            name=str(NAMES[each]), url=each.value, current=each is current,
            done=each is not current and draft.reaches(each) and order.index(each) < order.index(current),
        )
        for each in order if each not in skipped or each is current
    ]  # fmt: skip


QUESTIONS: dict[Step, Callable[[Asked, Draft], HttpResponse]] = {
    Step.WHERE: where,
    Step.PRODUCT: product,
    Step.LICENCE: licence,
    Step.VERSION: version,
    Step.SEVERITY: severity,
    Step.WHAT: what,
    Step.CHECK: check,
}
