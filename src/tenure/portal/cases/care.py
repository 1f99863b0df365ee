"""Opening a case: what kind it is, and customer care, which anyone signed in may ask."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenure.accounts.queries import organisations
from tenure.accounts.words import OrganisationRow
from tenure.cases import actions
from tenure.cases.queries import beginnings
from tenure.cases.queries.cover import Ground, ground
from tenure.cases.words import CareBeginning, Topic
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.uploads import takes_files
from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.portal.account import actor
from tenure.portal.cases import draft as drafts
from tenure.portal.cases import files, refusing
from tenure.portal.cases.draft import Draft
from tenure.portal.cases.forms import OTHER, CareForm, PickForm, fault
from tenure.portal.cases.questions import on_licence
from tenure.portal.door import signed_in
from tenure.toolbox.formats import moment_words
from tenure.toolbox.refused import Refused

TECHNICAL, CARE, GO_ON = "technical", "care", "go_on"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def begin(request: Asked) -> HttpResponse:
    """What kind of case; with ?serial= it begins on that licence.  A draft can be gone on with."""
    place = _asked_for(request, "serial")
    draft = drafts.draft_of(request)
    may = bool(place.contact_id) if place else bool(beginnings.case_sites(who=request.who, limit=1))
    offered = [*([GO_ON] if draft.saved_at and may else []), *([TECHNICAL] if may else []), CARE]
    form = PickForm(
        request.POST if request.method == "POST" else None, choices=[(each, each) for each in offered],
        missing=_("Choose what it is about."),
    )  # fmt: skip
    if form.is_valid():
        if form.cleaned_data["pick"] == CARE:
            return redirect("case-care")
        if form.cleaned_data["pick"] == TECHNICAL:
            draft = drafts.keep(request, on_licence(Draft(), place) if place else Draft())
        return redirect("case-question", draft.next_step().value)
    saved, ways = drafts.saved_at(draft), () if may else refusing.no_seat_ways(request)
    return render(request, "portal/cases/new/begin.html", {
        "form": form, "offered": offered, "may": may, "place": place, "ways": ways,
        "draft": draft, "saved": moment_words(saved, chosen_zone(request)) if saved else "",
    }, status=422 if form.errors else 200)  # fmt: skip


@takes_files(files.limits)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def care(request: Asked) -> HttpResponse:
    """A customer-care case: company, address, region, what about, the words, files."""
    policy, own = version_on(request.at.date()).policy, organisations(request.who)
    form = CareForm(
        request.POST if request.method == "POST" else None, request.FILES or None,
        companies=[(str(each.id), each.name) for each in own],
        regions=[(key, policy_words(region.name)) for key, region in policy.regions.items()],
        initial=_initial(request, own, policy),
    )  # fmt: skip
    if form.is_valid():
        done = _send(request, form)
        if done is not None:
            return done
    shown = {"form": form, "limits": files.words_of_limits(request)}
    return render(request, "portal/cases/new/care.html", shown, status=422 if form.errors else 200)


def _send(request: Asked, form: forms.Form) -> HttpResponse | None:
    """Open the case; None where the page says what is wrong."""
    told = form.cleaned_data
    company = told.get("company", OTHER)
    asked = CareBeginning(
        topic=Topic(told["topic"]), region=told["region"], summary=told["summary"], details=told["details"],
        organisation_id=None if company == OTHER else int(company), company=told["other"], address=told["address"],
    )  # fmt: skip
    try:
        opened = actions.open_care_case(
            who=request.who, beginning=asked, at=request.at, by=actor(request.who), uploads=files.uploads_of(request)
        )
    except Refused as refused:
        fault(form, refused)
        return None
    messages.success(request, _("Your case is open. Its number is %(number)s.") % {"number": opened.number})
    return redirect("case", opened.number)


def _initial(request: Asked, own: list[OrganisationRow], policy: Policy) -> dict[str, str]:
    """What can be known before it is asked: the company, its region, and what a refusal led here with."""
    country = own[0].country if own else ""
    region = next((key for key, each in policy.regions.items() if country in each.countries), "")
    place = _asked_for(request, "about")
    about = f"{place.product} {place.release}".strip() if place else ""
    said = _("Renewal of %(product)s, serial number %(serial)s")
    if request.GET.get("renew") != "1":
        said = _("About %(product)s, serial number %(serial)s")
    summary = said % {"product": about, "serial": place.serial} if place else ""
    draft = drafts.draft_of(request)
    return {
        "company": str(place.organisation_id if place else own[0].id if own else ""), "region": region,
        "topic": Topic.SUPPORT_CONTRACT.value if place else "", "summary": summary,
        "details": draft.details if place and draft.serial == place.serial else "",
    }  # fmt: skip


def _asked_for(request: Asked, name: str) -> Ground | None:
    """The licence of theirs that the address names; None for any other, existing or not."""
    serial = request.GET.get(name, "")[:100]
    return ground(who=request.who, serial=serial) if serial else None
