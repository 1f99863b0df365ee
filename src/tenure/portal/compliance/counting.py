"""Saying what is installed: one count by a form, many by a file."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tenure.catalog.queries import find_product
from tenure.clock.queries import now
from tenure.compliance import actions, queries
from tenure.compliance.intake import take
from tenure.compliance.intake.words import COLUMNS, Taken
from tenure.compliance.words import MOST_COUNTED, ComplianceRefusal, NewCount, Place
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.kit.uploads import Limits, received, takes_files
from tenure.portal.compliance.door import actor, door, today
from tenure.toolbox.formats import day_words, quantity_words
from tenure.toolbox.marks import labelled
from tenure.toolbox.refused import Refused

MEBIBYTE = 1024 * 1024
LONGEST = 200
SENTENCES = {
    ComplianceRefusal.QUANTITY_WRONG: ("quantity", lazy("Write a whole number, 0 or more.")),
    ComplianceRefusal.DAY_AHEAD: ("counted_on", lazy("That day lies ahead. Write the day on which it was counted.")),
    ComplianceRefusal.DAY_TOO_EARLY: ("counted_on", lazy("That day lies before 1980. Write it as 2027-03-31.")),
    ComplianceRefusal.HOST_TOO_LONG: ("host", lazy("Shorten the name of the machine to 200 characters.")),
}
NOT_THERE = {
    "site": ("site", lazy("Choose a site of the list.")),
    "product": ("product", lazy("No product is called so. Choose one of those that are suggested.")),
    "release": ("release", lazy("This is no release of the product. Leave it empty if it does not matter.")),
    "serial": (
        "serial",
        lazy("This is no serial number of the customer and product. Leave it empty if it does not matter."),
    ),
}


class CountForm(forms.Form):
    site = forms.ChoiceField(
        label=lazy("Where"), error_messages=dict.fromkeys(("required", "invalid_choice"), NOT_THERE["site"][1])
    )
    product = forms.CharField(
        label=lazy("Product"), max_length=LONGEST, help_text=lazy("What you own is suggested as you type."),
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "max_length"), NOT_THERE["product"][1]),
    )  # fmt: skip
    quantity = forms.IntegerField(
        label=lazy("How many are installed"), min_value=0, max_value=MOST_COUNTED,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=lazy("In the unit of your licence: machines, people, appliances. 0 where none is left."),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), SENTENCES[ComplianceRefusal.QUANTITY_WRONG][1]
        ),
    )  # fmt: skip
    counted_on = forms.DateField(
        label=lazy("Counted on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages=dict.fromkeys(("required", "invalid"), lazy("Write the day as 2027-03-31.")),
    )  # fmt: skip
    host = forms.CharField(
        label=lazy("Machine"), required=False, max_length=LONGEST,
        help_text=lazy("Lines of a site, product and day add up; machine, serial number or release tell them apart."),
        error_messages={"max_length": SENTENCES[ComplianceRefusal.HOST_TOO_LONG][1]},
    )  # fmt: skip
    serial = forms.CharField(
        label=lazy("Serial number"), required=False, max_length=60,
        error_messages={"max_length": NOT_THERE["serial"][1]},
    )  # fmt: skip
    release = forms.CharField(
        label=lazy("Release"), required=False, max_length=LONGEST,
        error_messages={"max_length": NOT_THERE["release"][1]},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, places: list[Place], **more: Any) -> None:
        super().__init__(data, **more)
        several = len({place.organisation_id for place in places}) > 1
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            (str(place.site_id), labelled(place.organisation, place.site) if several else place.site)
            for place in places
        ]


@door
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: Asked) -> HttpResponse:
    """One count: where, of what, how many, on which day."""
    places = queries.places(request.who)
    if not places:
        return _may_not(request)
    form = CountForm(request.POST or None, places=places, initial=_initial(request, places))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = find_product(text=given["product"], on=today(request))
        try:
            if found is None:
                raise Refused(ComplianceRefusal.NOT_FOUND, what="product")
            counted = NewCount(
                site_id=int(given["site"]), product_slug=found.slug, quantity=given["quantity"],
                counted_on=given["counted_on"], release=given["release"], serial=given["serial"], host=given["host"],
            )  # fmt: skip
            actions.count_installed(who=request.who, counted=counted, at=request.at, by=actor(request.who))
        except Refused as no:
            form.add_error(*_sentence(no))
        else:
            messages.success(request, _("The count is kept: %(n)s on %(day)s.") % {
                "n": quantity_words(given["quantity"]), "day": day_words(given["counted_on"]),
            })  # fmt: skip
            organisation = next(place for place in places if place.site_id == counted.site_id)
            return redirect("compliance-position", organisation.number, found.slug)
    shown = {"form": form, "products": queries.countable_products(request.who)}
    return render(request, "portal/compliance/count.html", shown)


def _sentence(no: Refused) -> tuple[str, Any]:
    """The field that an expected no is about, and what it says there."""
    if no.code is ComplianceRefusal.NOT_FOUND:
        return NOT_THERE[str(no.facts["what"])]
    for code, said in SENTENCES.items():
        if no.code is code:
            return said
    raise no


def _initial(request: Asked, places: list[Place]) -> dict[str, object]:
    """What the page that led here was about; today."""
    of = [place for place in places if place.number == request.GET.get("customer")]
    named = request.GET.get("product", "")[:LONGEST]
    product = find_product(text=named, on=today(request)) if named else None
    return {
        "counted_on": today(request), "site": str(of[0].site_id) if of else None,
        "product": product.name if product else "",
    }  # fmt: skip


def limits(request: HttpRequest) -> Limits | None:
    """One file of somebody signed in, as large as the policy lets a file be; visitors send none."""
    if request.user.pk is None:
        return None
    most = version_on(now().date()).policy.cases.largest_file_mebibytes
    return Limits(most_files=1, most_bytes=most * MEBIBYTE)


@takes_files(limits)
@door
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: Asked) -> HttpResponse:
    """Many counts from a file: all or nothing, every bad line named."""
    if not queries.places(request.who):
        return _may_not(request)
    taken, fault = (None, "")
    if request.method == "POST":
        taken, fault = _taken(request)
        if taken and taken.outcome:
            messages.success(request, _kept(taken))
            return redirect(f"{reverse('compliance')}?{urlencode({'on': today(request).isoformat()})}")
    return render(request, "portal/compliance/import.html", {
        "taken": taken, "fault": fault, "columns": COLUMNS.all, "required": COLUMNS.required,
        "most": version_on(request.at.date()).policy.cases.largest_file_mebibytes,
    }, status=422 if taken or fault else 200)  # fmt: skip


def _taken(request: Asked) -> tuple[Taken | None, str]:
    came = received(request, "counts")
    if came.too_large:
        most = version_on(request.at.date()).policy.cases.largest_file_mebibytes
        return None, _("The file has more than %(most)s MiB. Cut it in parts.") % {"most": most}
    file = next(iter(came.files), None)
    if not isinstance(file, TemporaryUploadedFile) or came.too_many:
        return None, _("Choose one file, saved as CSV.")
    taken = take(
        Path(file.temporary_file_path()), name=(file.name or "")[:LONGEST], who=request.who, at=request.at,
        by=actor(request.who),
    )  # fmt: skip
    return taken, ""


def _kept(taken: Taken) -> str:
    assert taken.outcome is not None  # noqa: S101
    if not taken.outcome.new:
        return _("Everything in the file was known already; nothing changed.")
    said = ngettext("%(n)s line is kept.", "%(n)s lines are kept.", taken.outcome.new)
    return said % {"n": quantity_words(taken.outcome.new)}


def _may_not(request: Asked) -> HttpResponse:
    said = Refusal(
        title=_("Enter a count"),
        said=_("Counting is not yours to do"),
        because=_("because a licence owner or a technical contact of the customer says what is installed."),
        ways=(
            Way(title=_("Look at the counts"), words=_("You may read what was counted."), url="/compliance",
                action=_("See installed and licensed")),
            Way(title=_("Ask a colleague"), words=_("An owner can make you a technical contact.")),
        ),
    )  # fmt: skip
    return refuse(request, said)
