"""Addresses that take no mail: whose they are, since when, and whether somebody was asked for another."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.accounts.words import LINKERS
from tenure.desk.door import staff
from tenure.desk.words import ROLES
from tenure.entitlements.queries.contact_history import addresses_for_care
from tenure.kit.asked import Asked

KEPT = frozenset({"kind", "q"})


@require_safe
@staff()
def index(request: Asked) -> HttpResponse:
    """The longest first; customer care gives another address, the owner was asked for one."""
    kind, text, after = (request.GET.get(name, "")[:100] for name in ("kind", "q", "after"))
    page = addresses_for_care(request.who, text=text, kind=kind if kind in {"contacts", "others"} else "", after=after)
    kept = {name: value for name, value in request.GET.items() if name in KEPT and value}
    kinds = [("", _("all")), ("contacts", _("of contacts")), ("others", _("of nobody on paper"))]
    shown = {
        "rows": [{"row": row, "role": ROLES.get(row.role, row.role)} for row in page.rows], "kinds": kinds,
        "kind": kind, "q": text, "may_change": bool(request.who.staff & LINKERS), "is_filtered": bool(kept),
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "first": f"?{urlencode(kept)}" if after else "",
    }  # fmt: skip
    return render(request, "desk/addresses/index.html", shown)
