"""A customer's programmes on the desk: in which it is and was, enrolling it, ending that."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from tenure.desk.door import staff
from tenure.desk.quotes import ROLES
from tenure.entitlements.queries.customer import CustomerRow, customer
from tenure.entitlements.queries.rights import version_on
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.policy.words import BandsBy, Policy, Programme
from tenure.renewals.actions import enrolments as actions
from tenure.renewals.queries.enrolments import EnrolmentRow, enrolments_of
from tenure.renewals.queries.sides import may_sell
from tenure.renewals.words import EnrolmentRefusal
from tenure.toolbox.formats import long_day, quantity_words
from tenure.toolbox.refused import Refused

STATES = {
    "now": ("good", "circle-check", lazy("In it")), "to_come": ("wait", "clock", lazy("To come")),
    "past": ("quiet", "circle-minus", lazy("Ended")),
}  # fmt: skip
REFUSALS: dict[EnrolmentRefusal, Promise] = {
    EnrolmentRefusal.NOT_ALLOWED: lazy("Only the renewals team and managers can do that."),
    EnrolmentRefusal.PROGRAMME_UNKNOWN: lazy("The policy has no such programme."),
    EnrolmentRefusal.ALREADY_ENROLLED: lazy(
        "%(customer)s is in a programme on some of these days already. A customer is in one at a time: end that first,"
        " or choose other days."
    ),
    EnrolmentRefusal.DAY_OUT_OF_RANGE: lazy("Choose a day between %(first)s and %(last)s."),
    EnrolmentRefusal.ENDS_BEFORE_IT_STARTS: lazy("The last day lies before the first, %(starts_on)s."),
    EnrolmentRefusal.ENDED: lazy("It ends on %(last_day)s already. To make it longer, enrol the customer again."),
}


class EnrolForm(forms.Form):
    """Which programme, from when, until when."""

    use_required_attribute = False
    programme = forms.ChoiceField(label=lazy("Programme"))
    starts_on = forms.DateField(
        label=lazy("From"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=lazy("Quotes of this day and later have its conditions."),
        error_messages={"invalid": lazy("Write the day as 2027-03-31.")},
    )  # fmt: skip
    last_day = forms.DateField(
        label=lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=lazy("Leave it empty if none is known."),
        error_messages={"invalid": lazy("Write the day as 2027-03-31.")},
    )  # fmt: skip

    def __init__(self, *args: Any, policy: Policy, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["programme"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(key, each.name) for key, each in policy.programmes.items()]
        field.help_text = " ".join(f"{each.name}: {conditions(each)}." for each in policy.programmes.values())


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ROLES)
def show(request: Asked, number: str) -> HttpResponse:
    """In which programmes a customer is and was; enrol it in one."""
    found, policy = _customer(request, number), version_on(request.at.date()).policy
    first = {"starts_on": request.at.date()}
    form = EnrolForm(request.POST if request.method == "POST" else None, policy=policy, initial=first)
    if form.is_valid():
        try:
            actions.enrol(
                who=request.who, customer=found.number, at=request.at, by=_actor(request), **form.cleaned_data
            )  # fmt: skip
        except Refused as no:
            form.add_error(None, _refusal(no))
        else:
            messages.success(request, _("Enrolled. Quotes from that day on have the conditions of the programme."))
            return redirect("desk-programmes", found.number)
    return _page(request, found, policy, form)


@require_POST
@staff(*ROLES)
def end(request: Asked, number: str, enrolment: int) -> HttpResponse:
    """The customer's last day in a programme."""
    found, policy = _customer(request, number), version_on(request.at.date()).policy
    try:
        last_day = date.fromisoformat(request.POST.get("last_day", "").strip())
        actions.end_enrolment(
            who=request.who, customer=found.number, enrolment_id=enrolment, last_day=last_day, at=request.at,
            by=_actor(request),
        )  # fmt: skip
    except ValueError:
        return _page(request, found, policy, None, fault=_("Write the day as 2027-03-31."))
    except Refused as no:
        return _page(request, found, policy, None, fault=_refusal(no))
    said = _("It ends on %(day)s. Quotes that were made stay as they are.")
    messages.success(request, said % {"day": long_day(last_day)})
    return redirect("desk-programmes", found.number)


def shown_enrolments(request: Asked, number: str, policy: Policy) -> list[dict[str, object]]:
    """A customer's enrolments as tables print them.  One query."""
    rows = enrolments_of(who=request.who, number=number, on=request.at.date())
    return [_shown(row, policy) for row in rows]


def conditions(programme: Programme) -> str:
    """What a programme does: 30 % off, bands by all units of a quote."""
    percent = quantity_words(programme.percent_off.normalize())
    bands = _("all units of a quote reach a band together")
    said = _("%(percent)s %% off") % {"percent": percent}
    return f"{said}; {bands}" if programme.bands_by is BandsBy.QUOTE else said


def _shown(row: EnrolmentRow, policy: Policy) -> dict[str, object]:
    programme, (tone, icon, word) = policy.programmes.get(row.programme), STATES[row.state]
    return {
        "row": row, "name": programme.name if programme else row.programme, "tone": tone, "icon": icon, "word": word,
        "conditions": conditions(programme) if programme else _("not in the policy any more: it changes nothing"),
        "may_end": row.last_day is None or row.state != "past",
    }  # fmt: skip


def _page(request: Asked, found: CustomerRow, policy: Policy, form: EnrolForm | None, fault: str = "") -> HttpResponse:
    wrong = bool(fault or (form and form.errors))
    rows = shown_enrolments(request, found.number, policy)
    first = {"starts_on": request.at.date()}
    now = next((each for each in rows if each["word"] == STATES["now"][2]), None)
    return render(request, "desk/customers/programmes.html", {
        "customer": found, "rows": rows, "now": now, "fault": fault, "today": request.at.date(),
        "form": form or EnrolForm(policy=policy, initial=first), "may_enrol": may_sell(request.who),
        "programmes": bool(policy.programmes),
    }, status=422 if wrong else 200)  # fmt: skip


def _customer(request: Asked, number: str) -> CustomerRow:
    found = None if "\0" in number else customer(who=request.who, number=number, at=request.at)
    if found is None or found.kind != "customer":
        raise Http404
    return found


def _refusal(no: Refused) -> str:
    if no.code is EnrolmentRefusal.NOT_FOUND:
        raise Http404
    facts = {key: long_day(date.fromisoformat(str(value))) if key in {"starts_on", "last_day"} else value
             for key, value in no.facts.items()}  # fmt: skip
    return str(next(words for code, words in REFUSALS.items() if code is no.code)) % facts


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
