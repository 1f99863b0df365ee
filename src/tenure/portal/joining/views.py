"""Link an account by the numbers of the paperwork; and answer those who ask to be linked."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.cases.queries.bearers import organisations_of_cases
from tenure.entitlements import actions, queries
from tenure.entitlements.queries.joining import KINDS, Place
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import EntitlementRefusal
from tenure.kit.asked import Asked
from tenure.policy.rules.identifiers import LONGEST_READ, read_identifiers
from tenure.policy.words import Policy
from tenure.policy.words.identifiers import ReadText
from tenure.portal.joining import sentences
from tenure.portal.joining.door import asking, door, entered
from tenure.toolbox.refused import Refused

VIEWER = "viewer"


class LinkForm(forms.Form):
    text = forms.CharField(
        label=lazy("Numbers of your paperwork"), max_length=LONGEST_READ,
        help_text=lazy("Paste them as they are, or the whole certificate. One number is enough."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": sentences.REFUSALS[EntitlementRefusal.NO_IDENTIFIER],
            "max_length": lazy("Paste a shorter text: at most 10,000 characters."),
        },
    )  # fmt: skip


@door
@require_http_methods(["GET", "POST"])
def link(request: Asked) -> HttpResponse:
    """Paste any text; what is read out of it links at once, or asks."""
    form = LinkForm(request.POST or None)
    policy = version_on(request.at.date()).policy
    if request.method == "POST" and form.is_valid():
        read = read_identifiers(text=form.cleaned_data["text"], formats=[policy.identifiers[kind] for kind in KINDS])
        try:
            return _linked(request, read, policy)
        except Refused as no:
            faults = [sentences.near_miss(miss, policy) for miss in read.missed] if not read.found else []
            for fault in faults or [sentences.refusal(no)]:
                form.add_error("text", fault)
    shown = {
        "form": form, "asked": queries.own_joinings(request.who),
        "formats": [(sentences.KINDS[kind], policy.identifiers[kind].example) for kind in KINDS],
    }  # fmt: skip
    return render(request, "portal/joining/link.html", shown)


def _linked(request: Asked, read: ReadText, policy: Policy) -> HttpResponse:
    cases = organisations_of_cases([each.value for each in read.found if each.kind == "case"])
    told = actions.ask_to_join(identifiers=read.found, cases=cases, **asking(request))
    for name in told.joined:
        messages.success(request, _("You are now a technical contact of %(name)s.") % {"name": name})
    for name in told.known:
        messages.success(request, _("You belong to %(name)s already and see what it owns.") % {"name": name})
    if told.asked:
        messages.success(request, str(sentences.ASKED))
    for miss in read.missed:
        messages.warning(request, sentences.near_miss(miss, policy))
    return redirect("licences" if told.joined and not told.asked else "link")


@door
@require_safe
def requests(request: Asked, number: str) -> HttpResponse:
    """Who asks to be linked to an organisation; for those who answer."""
    return _requests_page(request, entered(request, number, to_decide=True))


@door
@require_POST
def approve(request: Asked, number: str, request_id: int) -> HttpResponse:
    """Let somebody in: as a viewer, or with a seat of the agreement that was chosen."""
    place = entered(request, number, to_decide=True)
    chosen = request.POST.get("as", VIEWER)
    agreement = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None
    try:
        actions.approve_joining(request_id=_here(request, place, request_id), agreement_id=agreement, **asking(request))
    except Refused as no:
        return _requests_page(request, place, no)
    messages.success(request, _("They are let in and were written to."))
    return redirect("joining", number)


@door
@require_POST
def decline(request: Asked, number: str, request_id: int) -> HttpResponse:
    """Decline; they hear nothing about the organisation."""
    place = entered(request, number, to_decide=True)
    why = request.POST.get("why", "")
    try:
        actions.decline_joining(request_id=_here(request, place, request_id), why=why, **asking(request))
    except Refused as no:
        return _requests_page(request, place, no)
    messages.success(request, _("The request is declined; they were written to."))
    return redirect("joining", number)


def _here(request: Asked, place: Place, request_id: int) -> int:
    """The request, if it is an open one of this organisation; another's is not there, one answered is told as such."""
    if request_id in {row.id for row in queries.joining_requests(request.who, place.id)}:
        return request_id
    raise Refused(EntitlementRefusal.REQUEST_ANSWERED)


def _requests_page(request: Asked, place: Place, no: Refused | None = None) -> HttpResponse:
    levels = version_on(request.at.date()).policy.levels
    groups = queries.seats_of(who=request.who, organisation_id=place.id, at=request.at)
    free = [
        {"id": group.agreement_id, "free": group.free, "region": group.region, "level": levels[group.level].name}
        for group in groups
        if group.free
    ]
    shown = {
        "place": place, "rows": queries.joining_requests(request.who, place.id), "agreements": free,
        "refusal": sentences.refusal(no) if no else "",
    }  # fmt: skip
    return render(request, "portal/joining/requests.html", shown, status=409 if no else 200)
