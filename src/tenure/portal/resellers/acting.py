"""A reseller opens a technical case for a customer that lets it act, quoting the contact ID of one of its people."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from tenure.cases.actions import open_case
from tenure.cases.sentences import refusal
from tenure.cases.words import Beginning, CaseRefusal
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import Decision
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.policy.sentences import policy_words
from tenure.policy.words import Policy
from tenure.portal.joining.door import asking, door
from tenure.portal.licences.sentences import because
from tenure.portal.licences.views import level_names
from tenure.renewals.queries.resellers import ConsentRow, acts_for
from tenure.toolbox.marks import labelled
from tenure.toolbox.refused import Refused


class ActingForm(forms.Form):
    """All at once: whoever opens cases for others is at work."""

    use_required_attribute = False
    serial = forms.CharField(label=lazy("Serial number"), max_length=60)
    caller = forms.CharField(
        label=lazy("Contact ID"), max_length=60, help_text=lazy("Of the customer's technical contact whom it is for.")
    )
    severity = forms.TypedChoiceField(label=lazy("Severity"), coerce=int)
    release = forms.CharField(
        label=lazy("Release"), required=False, max_length=60, help_text=lazy("Empty: the one that is licensed.")
    )
    platform = forms.CharField(label=lazy("Platform"), required=False, max_length=200)
    summary = forms.CharField(label=lazy("What is wrong, in one line"), max_length=200)
    details = forms.CharField(label=lazy("What happens, and when"), max_length=20_000, widget=forms.Textarea)

    def __init__(self, *args: Any, policy: Policy, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["severity"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        field.choices = [
            (str(n), labelled(n, policy_words(each.name))) for n, each in sorted(policy.severities.items()) if each.web
        ]


@door
@require_http_methods(["GET", "HEAD", "POST"])
def case_for(request: Asked) -> HttpResponse:
    """The form; for resellers that some customer lets act."""
    rows = acts_for(who=request.who)
    if not rows:
        raise Http404
    version = version_on(request.at.date())
    form = ActingForm(request.POST if request.method == "POST" else None, policy=version.policy)
    if form.is_valid():
        told = dict(form.cleaned_data)
        beginning = Beginning(**told, language=request.who.language)
        try:
            opened = open_case(beginning=beginning, **(asking(request) | {"by": _acting(request, rows)}))
            messages.success(request, _("Case %(number)s is open.") % {"number": opened.number})
            return redirect("case", opened.number)
        except Refused as no:
            form.add_error(FIELDS.get(no.code.value), _why(no, level_names(version)))
    status = 422 if form.errors else 200
    return render(request, "portal/resellers/case.html", {"form": form, "rows": rows}, status=status)


FIELDS = {
    CaseRefusal.CONTACT_SEAT_NEEDED.value: "caller", CaseRefusal.NOT_ENTITLED.value: "serial",
    CaseRefusal.RELEASE_UNKNOWN.value: "release",
}  # fmt: skip


def _why(no: Refused, levels: Mapping[str, str]) -> str:
    decision = no.facts.get("decision")
    if isinstance(decision, Decision):
        return because(decision, product="", levels=levels)
    if no.code is CaseRefusal.CONTACT_SEAT_NEEDED:
        return _("This is no contact ID of a customer that lets you act for it.")
    return refusal(no)


def _acting(request: Asked, rows: tuple[ConsentRow, ...]) -> Actor:
    """The journal says for whom, where that is clear."""
    who = request.who
    on_behalf_of = rows[0].organisation if len(rows) == 1 else ""
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email, on_behalf_of=on_behalf_of)
