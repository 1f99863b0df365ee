"""Find the customer behind any identifier, name or address, and see what they own."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tenure.desk.door import staff
from tenure.entitlements.queries.customer import customer
from tenure.entitlements.queries.search import search
from tenure.journal.queries import history
from tenure.kit.asked import Asked


@require_safe
@staff()
def find(request: Asked) -> HttpResponse:
    """The search box.  One customer found by a whole identifier: straight to their page."""
    text = request.GET.get("q", "")[:200]
    hits = search(who=request.who, text=text)
    customers = {hit.organisation_number for hit in hits}
    if len(customers) == 1 and hits[0].kind not in {"person", "site"}:
        return redirect("desk-customer", number=hits[0].organisation_number)
    return render(request, "desk/customers/find.html", {"q": text, "hits": hits})


@require_safe
@staff()
def show(request: Asked, number: str) -> HttpResponse:
    found = customer(who=request.who, number=number)
    if found is None:
        raise Http404
    acts = history(subject_kind="organisation", subject=str(found.id), limit=20)
    return render(request, "desk/customers/show.html", {"customer": found, "acts": acts, "today": request.at.date()})
