"""Whom a customer lets act for it, and for whom a reseller may act."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.queries import organisation
from tenure.accounts.words import OrganisationKind, OrganisationRow
from tenure.kit.asked import Asked
from tenure.portal.joining.door import asking, door
from tenure.renewals import reseller_sentences as sentences
from tenure.renewals.actions.resellers import give_consent, withdraw_consent
from tenure.renewals.queries.resellers import acts_for, consents_of, resellers_of
from tenure.renewals.words import ResellerRefusal
from tenure.toolbox.refused import Refused


@door
@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """The consents of a customer; its owner gives and takes them back."""
    place = _place(request, number)
    if place.kind is OrganisationKind.RESELLER:
        return render(request, "portal/resellers/acts_for.html", {"place": place, "rows": acts_for(who=request.who)})
    return _page(request, place)


@door
@require_POST
def give(request: Asked, number: str) -> HttpResponse:
    """Let a reseller act."""
    place = _place(request, number)
    try:
        give_consent(customer=place.number, reseller=request.POST.get("reseller", ""), **asking(request))
    except Refused as no:
        return _refused(request, place, no)
    messages.success(request, _("The reseller may act for you from now on, and was written to."))
    return redirect("consents", place.number)


@door
@require_POST
def end(request: Asked, number: str, consent_id: int) -> HttpResponse:
    """Take it back."""
    place = _place(request, number)
    try:
        withdraw_consent(customer=place.number, consent_id=consent_id, **asking(request))
    except Refused as no:
        return _refused(request, place, no)
    messages.success(request, _("The consent is taken back. The reseller was written to."))
    return redirect("consents", place.number)


def _refused(request: Asked, place: OrganisationRow, no: Refused) -> HttpResponse:
    if no.code in {ResellerRefusal.NOT_FOUND, ResellerRefusal.NOT_ALLOWED}:  # only its owner decides
        raise Http404
    return _page(request, place, fault=sentences.refusal(no))


def _page(request: Asked, place: OrganisationRow, fault: str = "") -> HttpResponse:
    rows = consents_of(who=request.who, organisation_id=place.id)
    held = {row.reseller_number for row in rows if row.withdrawn_at is None}
    offered = [pair for pair in resellers_of(organisation_id=place.id).items() if pair[0] not in held]
    return render(request, "portal/resellers/consents.html", {
        "place": place, "rows": rows, "live": len(held), "offered": offered, "may_decide": place.is_managed,
        "fault": fault,
    }, status=409 if fault else 200)  # fmt: skip


def _place(request: Asked, number: str) -> OrganisationRow:
    """One of the reader's own organisations.  Raises Http404."""
    if "\0" in number:
        raise Http404
    return organisation(request.who, number)
