"""Say at the desk that terms are lost, and why; take it back."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tenure.desk.door import staff
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.renewals.actions.losing import LONGEST_WORDS, Ending, say_lost, take_back
from tenure.renewals.lost_sentences import REASONS, refusal
from tenure.renewals.queries.sides import SELLERS
from tenure.renewals.words import LostReason
from tenure.toolbox.formats import quantity_words
from tenure.toolbox.refused import Refused

MOST_SHOWN = 100


class LostForm(forms.Form):
    """Why the terms are lost."""

    use_required_attribute = False
    reason = forms.ChoiceField(label=lazy("Because"), choices=[(r.value, word) for r, word in REASONS.items()])
    words = forms.CharField(
        label=lazy("In their words"), max_length=LONGEST_WORDS, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=lazy("For colleagues; the customer is not shown it."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*SELLERS)
def lost(request: Asked) -> HttpResponse:
    """Which terms, and why; then it is said, and the open quotes of them are named."""
    asked = request.POST if request.method == "POST" else request.GET
    terms = [term for term in map(_term, asked.getlist("term")[: MOST_SHOWN + 1]) if term]
    form = LostForm(request.POST if request.method == "POST" else None, initial={"words": asked.get("words", "")[:500]})
    if form.is_valid():
        try:
            said = say_lost(
                who=request.who, terms=terms, reason=LostReason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"], at=request.at, by=_actor(request),
            )  # fmt: skip
        except Refused as no:
            form.add_error(None, refusal(no))
        else:
            words = ngettext("%(n)s term is lost.", "%(n)s terms are lost.", len(terms))
            messages.success(request, words % {"n": quantity_words(len(terms))})
            if said.open_quotes:
                told = _("Quotes of them still wait for somebody: %(numbers)s. Withdraw them if they are not wanted.")
                messages.warning(request, told % {"numbers": ", ".join(said.open_quotes)})
            return redirect(_back(request))
    return render(
        request, "desk/renewals/lost.html",
        {"form": form, "terms": terms, "next": _back(request)}, status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
@staff(*SELLERS)
def back(request: Asked) -> HttpResponse:
    """The term is not lost after all."""
    term = _term(request.POST.get("term", ""))
    try:
        if term is None or not take_back(who=request.who, term=term, at=request.at, by=_actor(request)):
            messages.error(request, _("This term is not said to be lost."))
        else:
            messages.success(request, _("It is not lost any more: notices go on."))
    except Refused as no:
        messages.error(request, refusal(no))
    return redirect(_back(request))


def _term(text: str) -> Ending | None:
    """A term as pages write it: serial~last covered day, and whose it is."""
    serial, _sign, rest = text.replace("\0", "").partition("~")
    try:
        return Ending(serial=serial[:60], ends_on=date.fromisoformat(rest.partition("~")[0]))
    except ValueError:
        return None


def _back(request: Asked) -> str:
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse("desk-renewals")


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name)
