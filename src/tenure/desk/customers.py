"""Find the customer behind any identifier, name or address, and see what they own."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tenure.desk.door import staff
from tenure.entitlements.queries.customer import customer
from tenure.entitlements.queries.search import search
from tenure.kit.asked import Asked


@require_safe
@staff()
def find(request: Asked) -> HttpResponse:
    """The search box.  One customer by an identifier or their name: to their page; people and sites are listed."""
    text = request.GET.get("q", "")[:200]
    hits = search(who=request.who, text=text)
    customers = {hit.organisation_number for hit in hits}
    if len(customers) == 1 and not {"person", "site"} & {hit.kind for hit in hits}:
        return redirect("desk-customer", number=hits[0].organisation_number)
    return render(request, "desk/customers/find.html", {"q": text, "hits": hits})


@require_safe
@staff()
def show(request: Asked, number: str) -> HttpResponse:
    found = None if "\0" in number else customer(who=request.who, number=number)
    if found is None:
        raise Http404
    return render(request, "desk/customers/show.html", {"customer": found})
