"""One's claims, a new one, and the answer of who has what is claimed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.entitlements.actions import claims
from tenure.entitlements.queries.claims import claim_against, claimable_for, claims_against, own_claim, own_claims
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words.claims import LONGEST_WORDS
from tenure.kit.asked import Asked
from tenure.kit.uploads import takes_files
from tenure.portal.cases import files
from tenure.portal.cases.forms import FilesField
from tenure.portal.claims import sentences
from tenure.portal.joining.door import asking, door
from tenure.toolbox.refused import Refused

TOO_LONG = {"max_length": lazy("Shorten the text to 5,000 characters, or attach it as a file.")}


class EvidenceForm(forms.Form):
    """Words and files that speak for one side."""

    words = forms.CharField(
        label=lazy("What shows it"), max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=lazy("Paste the certificate, name the order and the reseller, say how you came by the licence."),
        error_messages={"required": lazy("Say what shows that it is yours, with the numbers of your paperwork.")}
        | TOO_LONG,
    )  # fmt: skip
    attached = FilesField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["attached"].label = lazy("Papers that show it")


class ClaimForm(EvidenceForm):
    """Which number, and for whom."""

    serial = forms.CharField(
        label=lazy("Serial number"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": lazy("Enter the serial number that you claim.")},
    )  # fmt: skip
    organisation = forms.TypedChoiceField(
        label=lazy("For"), coerce=int, error_messages={"required": lazy("Choose for whom you claim it.")}
    )
    field_order = ("serial", "organisation", "words", "attached")

    def __init__(self, *args: Any, places: tuple[tuple[int, str], ...], **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.TypedChoiceField)  # noqa: S101
        choice.choices = list(places)
        if len(places) == 1:
            choice.widget = forms.HiddenInput()
            choice.initial = places[0][0]


@door
@require_safe
def index(request: Asked) -> HttpResponse:
    """What one has claimed, and what others claim of ours."""
    rows = own_claims(request.who)
    shown = {
        "rows": [{"row": row, "state": sentences.state_of(row.answer)} for row in rows],
        "waiting": sum(row.answer is None for row in rows), "against": claims_against(request.who),
        "may_claim": bool(claimable_for(request.who)),
    }  # fmt: skip
    return render(request, "portal/claims/index.html", shown)


@takes_files(files.limits)
@door
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked) -> HttpResponse:
    """A new claim.  What is answered says nothing about the number."""
    places = claimable_for(request.who)
    if not places:
        return render(request, "portal/claims/nobody.html", status=200 if request.method != "POST" else 409)
    form = ClaimForm(
        request.POST if request.method == "POST" else None, request.FILES or None, places=places,
        initial={"serial": request.GET.get("serial", "")[:60]},
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        try:
            number = claims.claim_serial(
                organisation_id=given["organisation"], serial=given["serial"], words=given["words"],
                uploads=files.uploads_of(request), **asking(request),
            )  # fmt: skip
        except Refused as no:
            _fault(form, no)
        else:
            messages.success(request, _("Your claim is with customer care. You hear from us by mail."))
            return redirect("claim", number)
    policy = version_on(request.at.date()).policy
    shown = {
        "form": form, "limits": files.words_of_limits(request), "days": policy.licence_care.claim_answer_days,
        "example": policy.identifiers["serial_number"].example,
    }  # fmt: skip
    return render(request, "portal/claims/new.html", shown, status=422 if form.errors else 200)


@door
@require_safe
def show(request: Asked, number: int) -> HttpResponse:
    """One's own claim: how it stands, and what was given."""
    row = own_claim(request.who, number)
    if row is None:
        raise Http404
    return render(request, "portal/claims/show.html", {"row": row, "state": sentences.state_of(row.answer)})


@door
@require_POST
def withdraw(request: Asked, number: int) -> HttpResponse:
    """Take a claim back."""
    if own_claim(request.who, number) is None:
        raise Http404
    try:
        claims.withdraw_claim(claim_id=number, **asking(request))
        messages.success(request, _("The claim is withdrawn."))
    except Refused as no:
        messages.error(request, sentences.refusal(no))
    return redirect("claim", number)


@takes_files(files.limits)
@door
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Asked, number: int) -> HttpResponse:
    """Who has the serial number says what speaks for them."""
    row = claim_against(request.who, number)
    if row is None:
        raise Http404
    form = EvidenceForm(
        request.POST if request.method == "POST" else None, request.FILES or None, initial={"words": row.words}
    )
    if form.is_valid():
        try:
            claims.answer_claim(
                claim_id=number, words=form.cleaned_data["words"], uploads=files.uploads_of(request),
                **asking(request),
            )  # fmt: skip
        except Refused as no:
            _fault(form, no)
        else:
            messages.success(request, _("Your answer is kept. Customer care looks at both sides."))
            return redirect("claims")
    shown = {"row": row, "form": form, "limits": files.words_of_limits(request)}
    return render(request, "portal/claims/answer.html", shown, status=422 if form.errors else 200)


def _fault(form: forms.Form, no: Refused) -> None:
    said = sentences.refusal(no)
    field = sentences.FIELD_OF.get(no.code)
    form.add_error(field if field in form.fields else None, said)
