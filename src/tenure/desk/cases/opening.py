"""A case for a caller: who is calling and about what, all on one page, while the registration clock runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from tenure.cases import actions
from tenure.cases.sentences import TOPICS, target_words
from tenure.cases.sentences import refusal as sentence
from tenure.cases.words import Beginning, CareBeginning, CaseRefusal, Channel, Opened, Topic
from tenure.desk.cases.callers import LONGEST_CALL, Found, Registration, found_by, owned_words, registration_of
from tenure.desk.cases.forms import Body, required
from tenure.desk.cases.panel import policy_of
from tenure.desk.cases.steps import WRITERS
from tenure.desk.door import staff
from tenure.entitlements.queries.courtesy import may_give
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.policy.words import SEVERITIES
from tenure.toolbox.refused import Refused

LONGEST = 200
MOST_MINUTES = LONGEST_CALL // timedelta(minutes=1)
FIELDS = {
    CaseRefusal.NOT_ENTITLED: "serial",
    CaseRefusal.COURTESY_USED_UP: "serial",
    CaseRefusal.CONTACT_SEAT_NEEDED: "caller",
    CaseRefusal.CALLER_UNKNOWN: "caller",
    CaseRefusal.RELEASE_UNKNOWN: "release",
    CaseRefusal.SEVERITY_UNKNOWN: "severity",
    CaseRefusal.SUMMARY_MISSING: "summary",
    CaseRefusal.SUMMARY_TOO_LONG: "summary",
    CaseRefusal.DETAILS_MISSING: "details",
    CaseRefusal.TEXT_TOO_LONG: "details",
    CaseRefusal.TOPIC_UNKNOWN: "topic",
    CaseRefusal.REGION_UNKNOWN: "region",
}


class CallerForm(forms.Form):
    """What every case for a caller has."""

    use_required_attribute = False
    summary = forms.CharField(
        label=lazy("Summary"), max_length=2000, help_text=lazy("One or two sentences."),
        error_messages=required(CaseRefusal.SUMMARY_MISSING),
    )  # fmt: skip
    details = Body(lazy("Details"), rows=6, missing=CaseRefusal.DETAILS_MISSING)


class TechnicalForm(CallerForm):
    caller = forms.CharField(label=lazy("Contact ID of the caller"), max_length=60)
    serial = forms.CharField(label=lazy("Serial number"), max_length=60)
    severity = forms.TypedChoiceField(label=lazy("Severity"), coerce=int)
    minutes = forms.IntegerField(
        label=lazy("The call began, minutes ago"), min_value=0, max_value=MOST_MINUTES, initial=0
    )
    release = forms.CharField(
        label=lazy("Release"), required=False, max_length=60, help_text=lazy("Empty: the one that is licensed.")
    )
    platform = forms.CharField(
        label=lazy("Platform"), required=False, max_length=LONGEST, help_text=lazy("With its version.")
    )
    field_order = ("caller", "serial", "minutes", "severity", "release", "platform", "summary", "details")

    def __init__(self, *args: Any, severities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["severity"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        field.choices = severities
        self.fields["caller"].widget.attrs |= {"list": "callers", "autocomplete": "off"}
        self.fields["serial"].widget.attrs |= {"list": "owned", "autocomplete": "off"}


class CareForm(CallerForm):
    caller = forms.CharField(
        label=lazy("Name of the caller"), max_length=LONGEST,
        error_messages=required(CaseRefusal.CALLER_UNKNOWN),
    )  # fmt: skip
    address = forms.EmailField(
        label=lazy("E-mail of the caller"), required=False, help_text=lazy("Answers go there; empty: by phone alone.")
    )
    company = forms.CharField(label=lazy("Company"), required=False, max_length=LONGEST)
    topic = forms.ChoiceField(
        label=lazy("It is about"), choices=[(t.value, word) for t, word in TOPICS.items() if t is not Topic.TECHNICAL]
    )
    region = forms.ChoiceField(label=lazy("Region"))
    field_order = ("caller", "address", "company", "topic", "region", "summary", "details")

    def __init__(self, *args: Any, regions: list[tuple[str, str]], is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = regions
        self.fields["caller"].widget.attrs |= {"list": "people", "autocomplete": "off"}
        if is_known:
            del self.fields["company"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it stands on the page.  asked_at: when the page was first opened; care: about customer care.

    unknown: nobody who is a customer.
    """

    found: Found
    text: str
    asked_at: datetime
    care: bool
    unknown: bool

    @property
    def is_identified(self) -> bool:
        return self.found.customer is not None or (self.care and self.unknown)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*WRITERS)
def new(request: Asked) -> HttpResponse:
    """Identify the caller, then take the case down.  Source: D5, D7."""
    given = request.POST if request.method == "POST" else request.GET
    call = call_of(request, given)
    form = form_of(request, call, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                opened = _open(request, call, form)
            except Refused as refused:
                _blame(form, refused)
            else:
                messages.success(request, _("Case %(number)s is open.") % {"number": opened.number})
                return redirect("desk-case", opened.number)
    return render(request, "desk/cases/new.html", _shown(request, call, form))


def call_of(request: Asked, given: Mapping[str, str]) -> Call:
    """What is known of the call so far: carried from page to page in the address and in hidden fields."""
    text = str(given.get("q", ""))[:LONGEST].replace("\0", "").strip()
    number = str(given.get("customer", ""))[:60].replace("\0", "").strip()
    found = found_by(who=request.who, text=text, number=number, at=request.at)
    return Call(
        found=found, text=text, asked_at=_asked_at(str(given.get("asked_at", "")), request.at),
        care=given.get("kind") == "care", unknown=given.get("unknown") == "1",
    )  # fmt: skip


def _asked_at(text: str, at: datetime) -> datetime:
    """When the page was first opened; now where that cannot be read or cannot be."""
    try:
        asked = datetime.fromisoformat(text)
    except ValueError:
        return at
    return asked if asked.tzinfo is not None and at - LONGEST_CALL <= asked <= at else at


def form_of(request: Asked, call: Call, data: Mapping[str, str] | None) -> forms.Form | None:
    """The form for the kind of case; None before the caller is identified."""
    if not call.is_identified:
        return None
    policy, customer = policy_of(request), call.found.customer
    if call.care:
        regions = [(key, region.name) for key, region in policy.regions.items()] if policy else []
        first = {"region": customer.sites[0].region} if customer and customer.sites else {}
        return CareForm(data, initial=first, regions=regions, is_known=customer is not None)
    names = {n: policy.severities[n].name for n in SEVERITIES} if policy else {}
    severities = [(str(n), f"{n}, {names.get(n, '')}") for n in SEVERITIES]
    first = {"caller": call.found.caller, "serial": call.found.serial, "severity": "3"}
    return TechnicalForm(data, initial=first, severities=severities)


def _open(request: Asked, call: Call, form: forms.Form) -> Opened:
    who, told, customer = request.who, form.cleaned_data, call.found.customer
    by = Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
    if call.care:
        care = CareBeginning(
            topic=Topic(told["topic"]), region=told["region"], summary=told["summary"], details=told["details"],
            organisation_id=customer.id if customer else None, company=told.get("company", ""), channel=Channel.PHONE,
            caller=told["caller"], caller_email=told["address"],
        )  # fmt: skip
        return actions.open_care_case(who=who, beginning=care, at=request.at, by=by)
    beginning = Beginning(
        serial="".join(told["serial"].split()), severity=told["severity"], summary=told["summary"],
        details=told["details"], release=told["release"], platform=told["platform"], channel=Channel.PHONE,
        called_at=call.asked_at - timedelta(minutes=told["minutes"]), caller=told["caller"].strip(),
    )  # fmt: skip
    return actions.open_case(who=who, beginning=beginning, at=request.at, by=by)


def _blame(form: forms.Form, refused: Refused) -> None:
    """Put the reason of a refusal beside the field that it is about."""
    name = FIELDS.get(CaseRefusal(refused.code))
    words = sentence(refused)
    if refused.code == CaseRefusal.CONTACT_SEAT_NEEDED:
        words = _("No contact of the serial number's customer holds this contact ID.")
    form.add_error(name if name in form.fields else None, words)


def _shown(request: Asked, call: Call, form: forms.Form | None) -> dict[str, object]:
    serial = str(form["serial"].value() or "") if form and "serial" in form.fields else ""
    minutes = str(form["minutes"].value() or "0") if form and "minutes" in form.fields else "0"
    before = int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 5 else 0
    began_at = call.asked_at - timedelta(minutes=before)
    registration: Registration | None = None
    if serial and not call.care:
        registration = registration_of(request, serial=serial.replace("\0", ""), began_at=began_at)
    customer, policy = call.found.customer, policy_of(request)
    return {
        "call": call, "customer": customer, "form": form, "began_at": began_at, "registration": registration,
        "serial": serial, "is_over": bool(registration and registration.due_at and registration.due_at < request.at),
        "targets": [] if registration or call.care else _targets(request),
        "owned": [(row.serial, owned_words(row)) for row in customer.assets] if customer else [],
        "may_give": policy is not None and may_give(request.who, policy),
        "people": call.found.people, "seats": [each for each in call.found.people if each.contact_id],
    }  # fmt: skip


def _targets(request: Asked) -> list[tuple[str, str]]:
    """By when a call is to be written down, level by level, for an asset that is not known yet."""
    policy = policy_of(request)
    if policy is None:
        return []
    rows: dict[str, list[str]] = {}
    for level in policy.levels.values():
        rows.setdefault(target_words(policy.targets[level.targets].registration), []).append(level.name)
    return [(words, " / ".join(names)) for words, names in rows.items()]
