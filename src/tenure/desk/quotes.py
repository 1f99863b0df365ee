"""Quotes and resellers of record on the desk: every quote with both prices, and changes of record."""

import csv
from collections.abc import Iterator
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.accounts.words import StaffRole
from tenure.desk.door import staff
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.states import quote_word
from tenure.renewals import quote_sentences
from tenure.renewals import reseller_sentences as sentences
from tenure.renewals.actions import resellers as actions
from tenure.renewals.queries.kept import OPEN, QuoteFilters, QuoteRow, export_quotes, quotes
from tenure.renewals.queries.resellers import changes, open_changes
from tenure.renewals.queries.sides import SELLERS
from tenure.renewals.rules.money import written
from tenure.renewals.words import QuoteState, ResellerRefusal
from tenure.toolbox.refused import Refused
from tenure.toolbox.sheets import Echo, harmless

ROLES = (StaffRole.CARE_AGENT, StaffRole.RENEWALS, StaffRole.MANAGER, StaffRole.OPERATOR)
WAITING = (QuoteState.PREPARED, QuoteState.SENT, QuoteState.ACCEPTED)
COLUMNS = (
    "number", "state", "customer", "customer_number", "reseller", "licences", "currency", "list_net", "list_tax",
    "partner_net", "partner_tax", "made_on", "valid_until", "certificate", "reason", "programme", "services",
)  # fmt: skip


class ChangeForm(forms.Form):
    """Another reseller of record: for whose licences, from when, and why."""

    use_required_attribute = False
    customer = forms.CharField(label=lazy("Customer number"), max_length=60)
    serials = forms.CharField(
        label=lazy("Serial numbers"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("One a line, or separated by blanks."),
    )  # fmt: skip
    reseller = forms.CharField(
        label=lazy("Number of the new reseller"), max_length=60, required=False,
        help_text=lazy("Leave it empty if there is to be none."),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=lazy("From"), widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": lazy("Write the day as 2027-03-31.")},
    )  # fmt: skip
    why = forms.CharField(label=lazy("Because"), max_length=2_000)


@require_safe
@staff(*ROLES)
def index(request: Asked) -> HttpResponse:
    """Every quote, the newest above; those that wait for somebody first asked for."""
    filters, after = _filters(request), request.GET.get("after", "")[:20]
    page = quotes(who=request.who, filters=filters, at=request.at, after=after)
    told = (("view", filters.view), ("q", filters.text), ("customer", filters.customer))
    kept = {name: value for name, value in told if value}
    words = [(state.value, f"{quote_sentences.STATES[state]} ({page.counts[state]})") for state in QuoteState]
    return render(request, "desk/quotes/index.html", {
        "rows": [{"row": row, "word": quote_word(row.state)} for row in page.rows],
        "views": [(OPEN, _("waiting for somebody")), ("", _("all")), *words], "view": filters.view, "q": filters.text,
        "customer": filters.customer, "accepted": page.counts[QuoteState.ACCEPTED],
        "sent": page.counts[QuoteState.SENT], "is_quiet": not any(page.counts[state] for state in WAITING),
        "export": f"?{urlencode(kept)}" if kept else "",
        "may_sell": bool(request.who.staff & SELLERS), "newer": f"?{urlencode(kept)}" if after else "",
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
    })  # fmt: skip


@require_safe
@staff(*ROLES)
def export(request: Asked) -> HttpResponseBase:
    """The list as a file: the same rows in the same order."""
    rows = export_quotes(who=request.who, filters=_filters(request), at=request.at)
    answer = StreamingHttpResponse(_file(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="quotes-{request.at.date().isoformat()}.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*ROLES)
def resellers_of_record(request: Asked) -> HttpResponse:
    """What customers ask for, what was changed, and a form for a change that came by letter or phone."""
    first = {"customer": request.GET.get("customer", "")[:60], "starts_on": request.at.date()}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        told = form.cleaned_data
        serials = told["serials"].replace(",", " ").split()
        try:
            count = actions.change_reseller(
                who=request.who, customer=told["customer"], serials=serials, reseller=told["reseller"],
                starts_on=told["starts_on"], why=told["why"], at=request.at, by=_actor(request),
            )  # fmt: skip
            messages.success(request, _("Changed for %(n)s licences.") % {"n": count})
            return redirect("desk-resellers")
        except Refused as no:
            form.add_error(None, sentences.refusal(no))
    return render(request, "desk/quotes/resellers.html", {
        "form": form, "asked": open_changes(who=request.who), "rows": changes(who=request.who),
    }, status=422 if form.errors else 200)  # fmt: skip


@require_POST
@staff(*ROLES)
def grant(request: Asked, number: int) -> HttpResponse:
    """Carry out what a customer asked for."""
    return _answer(request, number, granted=True)


@require_POST
@staff(*ROLES)
def decline(request: Asked, number: int) -> HttpResponse:
    """No, and why."""
    return _answer(request, number, granted=False)


def _answer(request: Asked, number: int, *, granted: bool) -> HttpResponse:
    try:
        actions.answer_request(
            who=request.who, request_id=number, granted=granted, why=request.POST.get("why", ""), at=request.at,
            by=_actor(request),
        )  # fmt: skip
        messages.success(request, _("It is answered; the customer was written to."))
    except Refused as no:
        if no.code is ResellerRefusal.NOT_FOUND:
            raise Http404
        messages.error(request, sentences.refusal(no))
    return redirect("desk-resellers")


def _filters(request: Asked) -> QuoteFilters:
    told = request.GET
    return QuoteFilters(
        view=told.get("view", OPEN)[:20], text=told.get("q", "")[:100], customer=told.get("customer", "")[:60]
    )


def _file(rows: Iterator[QuoteRow]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for row in rows:
        amounts = (row.total, row.tax, row.partner_total, row.partner_tax)
        values: tuple[object, ...] = (
            row.number, row.state.value, row.organisation, row.organisation_number, row.reseller, row.lines,
            row.currency, *(None if each is None else written(each, row.currency) for each in amounts),
            row.order_day, row.valid_to, row.certificate, row.why, row.programme,
            ", ".join(quote_sentences.service_words(each) for each in row.services),
        )  # fmt: skip
        yield str(writer.writerow([harmless(value) for value in values]))


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
