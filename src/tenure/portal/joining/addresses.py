"""Another address for a contact whom mail does not reach."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from tenure.entitlements import actions
from tenure.entitlements.contact_sentences import refusal
from tenure.entitlements.queries.contact_history import contact_place
from tenure.kit.asked import Asked
from tenure.portal.joining.door import asking, door, entered
from tenure.toolbox.refused import Refused


class AddressForm(forms.Form):
    email = forms.CharField(
        label=lazy("New e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": lazy("Enter an e-mail address like name@company.example.")},
    )  # fmt: skip


@door
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: Asked, number: str, contact_id: int) -> HttpResponse:
    """For owners and customer care: why it is asked for, and the new address."""
    place = entered(request, number, to_decide=True)
    contact = contact_place(request.who, place.id, contact_id) if contact_id < 2**63 else None
    if contact is None:
        raise Http404
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            given = actions.change_address(
                organisation_id=place.id, contact_id=contact.id, email=form.cleaned_data["email"], **asking(request)
            )
        except Refused as no:
            if no.code.value == "not_found":
                raise
            form.add_error("email", refusal(no))
        else:
            said = _("From now on we write to %(address)s.") % {"address": given}
            messages.success(request, said)
            return redirect("contacts", number)
    shown = {"place": place, "contact": contact, "form": form}
    return render(request, "portal/joining/address.html", shown, status=422 if form.errors else 200)
