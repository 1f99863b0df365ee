"""The sandbox's clock, moved from the desk.  In production the page says why it cannot be."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import StaffRole
from tenure.clock import actions, queries
from tenure.clock.rules import span_of
from tenure.desk.door import staff
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.toolbox.refused import Refused

STEPS = ("1d", "1w", "30d", "90d", "365d")


@require_safe
@staff(StaffRole.OPERATOR, StaffRole.MANAGER)
def show(request: Asked) -> HttpResponse:
    return render(
        request, "desk/clock/show.html",
        {"standing": queries.standing(), "sandbox": settings.SANDBOX, "steps": STEPS},
    )  # fmt: skip


@require_POST
@staff(StaffRole.OPERATOR)
def advance(request: Asked) -> HttpResponse:
    """Move the clock on by one of the steps offered, or by what was typed, such as 36h."""
    if not settings.SANDBOX:
        raise Http404
    try:
        step = span_of(request.POST.get("by", ""))
        actions.advance(by_how_much=step, at=request.at, by=Actor(kind="person", id=str(request.who.person_id)))
    except Refused:
        messages.error(request, _("Not moved: write a number and d, h or w, such as 30d."))
        return redirect("desk-clock")
    messages.success(request, _("The clock has been moved."))
    return redirect("desk-clock")
