"""Ask for a courtesy on a licence, and see how it stands."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenure.entitlements import queries
from tenure.entitlements.actions.courtesy import ASKERS, LONGEST_WHY, ask_courtesy
from tenure.entitlements.courtesy_sentences import refusal
from tenure.entitlements.queries.courtesy import courtesies_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import rests_on_courtesy
from tenure.entitlements.words import AssetRow, Benefit, CourtesyRow, CourtesyState, EntitlementRefusal
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.policy.queries import VersionedPolicy
from tenure.portal.account import actor
from tenure.portal.courtesy import sentences
from tenure.portal.courtesy.sentences import Told
from tenure.portal.door import signed_in
from tenure.toolbox.refused import Refused

ON_THE_FORM = frozenset({EntitlementRefusal.WHY_MISSING})


class AskForm(forms.Form):
    """Why: one field, one button."""

    use_required_attribute = False
    why = forms.CharField(
        label=lazy("Why?"), max_length=LONGEST_WHY, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=lazy("What is on its way, such as the number of an order, and what cannot wait for it."),
        error_messages={"required": lazy("Say why: what is on its way, and what cannot wait for it.")},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def ask(request: Asked, serial: str) -> HttpResponse:
    """How it stands, and the question, where a courtesy can be asked for."""
    row = queries.asset(who=request.who, serial=serial, at=request.at)
    if row is None:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_courtesy(
                who=request.who, serial=row.serial, why=form.cleaned_data["why"], at=request.at, by=actor(request.who)
            )
        except Refused as refused:
            if refused.code is EntitlementRefusal.NOT_FOUND:
                raise Http404 from refused
            if refused.code not in ON_THE_FORM:
                messages.error(request, refusal(refused))
                return redirect("licence-courtesy", serial=row.serial)
            form.add_error("why", refusal(refused))
        else:
            messages.success(request, _("Asked. Customer care answers you by e-mail."))
            return redirect("licence-courtesy", serial=row.serial)
    return _page(request, row, form)


def _page(request: Asked, row: AssetRow, form: forms.Form) -> HttpResponse:
    version, zone = version_on(row.day), chosen_zone(request)
    held = courtesies_of(who=request.who, asset_id=row.id, at=request.at)
    newest, needed = next(iter(held), None), is_needed(row, version, held)
    may_ask = request.who.holds(row.organisation_id, *ASKERS)
    limits = version.policy.courtesy
    return render(request, "portal/courtesy/ask.html", {
        "row": row, "form": form, "told": shown(held, version, zone), "limits": limits,
        "answer": sentences.answer_of(newest, needed=needed, may_ask=may_ask, zone=zone),
        "asks": needed and may_ask and not (newest and newest.is_open),
    }, status=422 if form.errors else 200)  # fmt: skip


def is_needed(row: AssetRow, version: VersionedPolicy, held: tuple[CourtesyRow, ...]) -> bool:
    """Whether technical support is not covered today, or by a courtesy alone whose cases are all opened."""
    found = queries.decisions_of(row=row, version=version)
    support = next(each for each in found if each.benefit is Benefit.TECHNICAL_SUPPORT)
    used_up = any(each.state is CourtesyState.USED_UP for each in held)
    return not support.granted or (rests_on_courtesy(support) and used_up)


def shown(held: tuple[CourtesyRow, ...], version: VersionedPolicy, zone: str) -> list[Told]:
    """The courtesies of an asset, ready to print."""
    levels = {key: level.name for key, level in version.policy.levels.items()}
    return [sentences.told(each, zone, levels) for each in held]
