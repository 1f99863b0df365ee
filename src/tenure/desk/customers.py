"""Find the customer behind any identifier, name or address, or a case by its number; see what a customer owns."""

from contextlib import suppress

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tenure.accounts.words import LINKERS, StaffRole
from tenure.cases.queries import case, cases
from tenure.cases.words import CaseFilters
from tenure.desk.door import staff
from tenure.desk.front import waits_for
from tenure.desk.mail import READERS
from tenure.desk.policy import READERS as POLICY_READERS
from tenure.desk.programmes import shown_enrolments
from tenure.entitlements import queries
from tenure.entitlements.queries.contact_history import contacts_by_address
from tenure.entitlements.queries.courtesy import may_give
from tenure.entitlements.queries.customer import customer
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.search import search
from tenure.kit.asked import Asked
from tenure.kit.states import case_word, cover_word
from tenure.renewals.queries.sides import LOOKERS
from tenure.toolbox.refused import Refused

MOST_CASES = 10


@require_safe
@staff()
def find(request: Asked) -> HttpResponse:
    """The front page: a search box, what waits for the reader, where everything is.

    One customer by an identifier or their name: to their page; people and sites are listed.  A case number leads to
    the case.
    """
    text = request.GET.get("q", "")[:200]
    hits = search(who=request.who, text=text)
    customers = {hit.organisation_number for hit in hits}
    if len(customers) == 1 and not {"person", "site"} & {hit.kind for hit in hits}:
        return redirect("desk-customer", number=hits[0].organisation_number)
    found = None if hits or not text.strip() else case(who=request.who, number=text, at=request.at)
    if found is not None:
        return redirect("desk-case", found.number)
    held, gives = request.who.staff, _may_give(request)
    waits = {} if text else waits_for(request, gives_courtesies=gives)
    shown = {
        **waits,
        "q": text, "hits": hits, "may_read_mail": bool(held & set(READERS)), "may_link": bool(held & LINKERS),
        "may_sign": StaffRole.OPERATOR in held, "may_see_quotes": bool(held & LOOKERS),
        "may_give": gives,
    }  # fmt: skip
    shown["may_see_policy"] = bool(held & set(POLICY_READERS))
    return render(request, "desk/customers/find.html", shown)


def _may_give(request: Asked) -> bool:
    """Whether they may give courtesies; not before the first policy is applied."""
    with suppress(Refused):
        return may_give(request.who, version_on(request.at.date()).policy)
    return False


@require_safe
@staff()
def show(request: Asked, number: str) -> HttpResponse:
    found = None if "\0" in number else customer(who=request.who, number=number, at=request.at)
    if found is None:
        raise Http404
    groups = queries.seats_of(who=request.who, organisation_id=found.id, at=request.at)
    may_send = bool(request.who.staff & LINKERS)
    theirs = cases(who=request.who, filters=CaseFilters(customer=found.number), limit=MOST_CASES)
    rows = [{"line": line, "word": case_word(line.state)} for line in theirs.rows]
    overfull = [group for group in groups if group.is_over]
    owned = [{"row": row, "word": cover_word(row.cover)} for row in found.assets]
    shown = {"cases": rows, "customer": found, "may_send": may_send, "overfull": overfull, "owned": owned}
    shown["silent"] = contacts_by_address(request.who, found.id)
    shown["may_see_quotes"] = bool(request.who.staff & LOOKERS)
    with suppress(Refused):  # before the first policy is applied
        shown["programmes"] = shown_enrolments(request, found.number, version_on(request.at.date()).policy)
    return render(request, "desk/customers/show.html", shown)
