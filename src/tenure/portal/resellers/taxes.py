"""The tax identifier of one's own organisation: with it, and by the policy's table, a quote adds no tax."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from tenure.accounts.actions.taxes import set_tax_identifier
from tenure.accounts.models import Organisation
from tenure.accounts.queries import organisation
from tenure.accounts.rules import TAX_LENGTH
from tenure.accounts.words import AccountRefusal
from tenure.kit.asked import Asked
from tenure.portal.joining.door import asking, door
from tenure.toolbox.formats import country_words
from tenure.toolbox.refused import Refused

SAID = {
    AccountRefusal.TAX_IDENTIFIER_INVALID: lazy(
        "This is no tax identifier of %(country)s: a digit is wrong, or one is missing. Look at an invoice of yours."
    ),
    AccountRefusal.TAX_COUNTRY_UNKNOWN: lazy("%(country)s has no tax identifier that we can check. Leave it empty."),
}


class TaxForm(forms.Form):
    """One number."""

    use_required_attribute = False
    identifier = forms.CharField(
        label=lazy("Tax identifier"), required=False, max_length=TAX_LENGTH,
        help_text=lazy("As on your invoices, such as DE136695976. Empty it to take it back."),
    )  # fmt: skip


@door
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Asked, number: str) -> HttpResponse:
    """An owner says it; nobody else sees the page."""
    if "\0" in number:
        raise Http404
    place = organisation(request.who, number)
    if not place.is_managed:
        raise Http404
    held = str(Organisation.objects.values_list("tax_identifier", flat=True).get(pk=place.id))
    form = TaxForm(request.POST if request.method == "POST" else None, initial={"identifier": held})
    if form.is_valid():
        try:
            kept = set_tax_identifier(organisation_id=place.id, text=form.cleaned_data["identifier"], **asking(request))
            messages.success(
                request, _("%(number)s is kept. Quotes from now on count with it.") % {"number": kept}
                if kept else _("No tax identifier is kept any more."),
            )  # fmt: skip
            return redirect("tax-identifier", place.number)
        except Refused as no:
            said = next((words for code, words in SAID.items() if code is no.code), None)
            if said is None:
                raise
            form.add_error("identifier", str(said) % {"country": country_words(place.country)})
    return render(request, "portal/resellers/tax.html", {
        "form": form, "place": place, "held": held, "country": country_words(place.country),
    }, status=422 if form.errors else 200)  # fmt: skip
