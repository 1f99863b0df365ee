"""Requests to be linked that customer care answers: nobody bears the numbers, nobody owns, or nobody answered."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.rules import roles_in
from tenure.accounts.words import LINKERS, AccountRefusal, OrganisationKind, Role
from tenure.desk.door import staff
from tenure.desk.words import ROLES
from tenure.entitlements import actions, queries
from tenure.entitlements.queries.joining import RequestRow
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import EntitlementRefusal
from tenure.journal.queries import history
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.toolbox.refused import Refused

MOST = 200
HAPPENED = {
    "entitlements.joining_requested": lazy("Asked"),
    "entitlements.joining_passed_on": lazy("Passed on to customer care"),
}
SENTENCES = {
    AccountRefusal.ORGANISATION_NEEDED: lazy("Enter the number of the customer whom they belong to."),
    AccountRefusal.ORGANISATION_UNKNOWN: lazy("No customer has this number. Look it up with Find."),
    AccountRefusal.ROLE_NOT_HERE: lazy("This role does not exist in this organisation. Choose one of the list."),
    EntitlementRefusal.SEATS_TAKEN: lazy("All %(seats)s seats are taken. Link without a seat, or end one first."),
    EntitlementRefusal.LEVEL_UNKNOWN: lazy("The business policy does not know this level, so no seat can be given."),
    EntitlementRefusal.WHY_MISSING: lazy("Write the reason: the person who asked reads it."),
    EntitlementRefusal.NOT_FOUND: lazy("This agreement is not one of this customer. Choose one of the list."),
}


@require_safe
@staff(*LINKERS)
def index(request: Asked) -> HttpResponse:
    """What waits for customer care, the oldest first."""
    rows = queries.joinings_for_care(request.who, request.at, MOST)
    shown = {"rows": [{"row": row, "why": _why_here(row)} for row in rows], "most": MOST}
    return render(request, "desk/joining/index.html", shown)


@require_safe
@staff(*LINKERS)
def show(request: Asked, number: int) -> HttpResponse:
    """One request: what was given, what it matched, what happened so far, and the two answers."""
    return _page(request, _row(request, number))


@require_POST
@staff(*LINKERS)
def approve(request: Asked, number: int) -> HttpResponse:
    """Link the person in a role, or with a contact seat of the customer's."""
    row = _row(request, number)
    chosen = request.POST.get("as", "")
    agreement = int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None
    try:
        role = Role(chosen) if agreement is None else Role.TECHNICAL
        actions.approve_joining(
            who=request.who, request_id=row.id, role=role, agreement_id=agreement,
            customer=request.POST.get("customer", "")[:100], at=request.at, by=_actor(request),
        )  # fmt: skip
    except ValueError:
        return _page(request, row, Refused(AccountRefusal.ROLE_NOT_HERE))
    except Refused as no:
        return _refused(request, row, no)
    messages.success(request, _("The person is linked and was written to."))
    return redirect("desk-joinings")


@require_POST
@staff(*LINKERS)
def decline(request: Asked, number: int) -> HttpResponse:
    row = _row(request, number)
    why = request.POST.get("why", "")
    try:
        actions.decline_joining(
            who=request.who, request_id=row.id, why=why, at=request.at, by=_actor(request)
        )  # fmt: skip
    except Refused as no:
        return _refused(request, row, no)
    messages.success(request, _("The request is declined; the person was written to."))
    return redirect("desk-joinings")


def _refused(request: Asked, row: RequestRow, no: Refused) -> HttpResponse:
    if no.code is EntitlementRefusal.REQUEST_ANSWERED:
        messages.error(request, _("Somebody else has answered this request already."))
        return redirect("desk-joinings")
    return _page(request, row, no)


def _row(request: Asked, number: int) -> RequestRow:
    found = queries.joining_for_care(request.who, number) if number < 2**63 else None
    if found is None:
        raise Http404
    return found


def _page(request: Asked, row: RequestRow, no: Refused | None = None) -> HttpResponse:
    levels = version_on(request.at.date()).policy.levels
    groups = (
        queries.seats_of(who=request.who, organisation_id=row.organisation_id, at=request.at)
        if row.organisation_id is not None
        else ()
    )
    kind = OrganisationKind(row.kind) if row.kind else OrganisationKind.CUSTOMER
    shown = {
        "row": row, "why_here": _why_here(row), "refusal": _sentence(no) if no else "",
        "roles": [(role.value, ROLES[role.value]) for role in reversed(roles_in(kind))],
        "agreements": [
            {"id": group.agreement_id, "free": group.free, "region": group.region, "level": levels[group.level].name}
            for group in groups
            if group.free
        ],
        "history": [
            {"line": line, "words": HAPPENED.get(line.verb, line.verb)}
            for line in history(subject_kind="joining", subject=str(row.id))
        ],
        "given": {"why": request.POST.get("why", ""), "customer": request.POST.get("customer", "")},
    }  # fmt: skip
    return render(request, "desk/joining/show.html", shown, status=409 if no else 200)


def _sentence(no: Refused) -> str:
    for code, words in SENTENCES.items():
        if no.code is code:
            return str(words) % no.facts
    raise no


def _why_here(row: RequestRow) -> str:
    if row.organisation_id is None:
        return _("Nothing bears these numbers")
    return _("No owner has answered") if row.has_owner else _("Nobody owns the account")


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
