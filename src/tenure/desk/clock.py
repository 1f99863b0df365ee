"""The sandbox's clock, moved from the desk.  In production the page says why it cannot be."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import StaffRole
from tenure.clock import actions, queries
from tenure.clock.rules import span_of
from tenure.clock.words import Cannot
from tenure.desk.door import staff
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.kit.asked import Asked, outside_transactions
from tenure.toolbox.refused import Refused

STEPS = (
    ("1h", lazy("one hour")),
    ("4h", lazy("four hours")),
    ("1d", lazy("one day")),
    ("1w", lazy("one week")),
    ("30d", lazy("30 days")),
    ("90d", lazy("90 days")),
    ("365d", lazy("365 days")),
)


@require_safe
@staff(StaffRole.OPERATOR, StaffRole.MANAGER)
def show(request: Asked) -> HttpResponse:
    return render(
        request, "desk/clock/show.html",
        {"standing": queries.standing(), "sandbox": settings.SANDBOX, "steps": STEPS,
         "may_move": StaffRole.OPERATOR in request.who.staff},
    )  # fmt: skip


@require_POST
@staff(StaffRole.OPERATOR)
def advance(request: Asked) -> HttpResponse:
    """Move the clock on by one of the steps offered, or by what was typed, such as 36h."""
    if not settings.SANDBOX:
        raise Http404
    by = _actor(request)
    try:
        step = span_of(request.POST.get("by", ""))
        actions.advance(by_how_much=step, at=request.at, by=by)
    except Refused as refused:
        messages.error(request, _refusal_words(refused))
        return redirect("desk-clock")
    record(
        verb="clock.advanced",
        subject=("clock", "1"),
        at=request.at,
        by=by,
        facts={"hours": step.total_seconds() / 3600},
    )
    messages.success(request, _("The clock has been moved."))
    return redirect("desk-clock")


@outside_transactions
@require_POST
@staff(StaffRole.OPERATOR)
def reset(request: Asked) -> HttpResponse:
    """Take the sandbox back to before its first move; a second time there is nothing to take back."""
    if not settings.SANDBOX:
        raise Http404
    try:
        actions.reset()
    except Refused as refused:
        messages.error(request, _kept_words(refused))
        return redirect("desk-clock")
    with transaction.atomic():
        record(verb="clock.reset", subject=("clock", "1"), at=queries.real_now(), by=_actor(request))
    messages.success(request, _("The sandbox is back where it stood before the first move."))
    return redirect("desk-clock")


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name)


def _kept_words(refused: Refused) -> str:
    if refused.code is Cannot.NOT_MOVED:
        return _("Nothing to take back: the clock has not been moved.")
    return _("Nothing was taken back: %(reason)s") % {"reason": refused.facts.get("reason", "")}


def _refusal_words(refused: Refused) -> str:
    if refused.code is Cannot.NO_SNAPSHOT:
        return _("Not moved: the state before the first move could not be kept, so there would be no way back.")
    if refused.code is Cannot.NOT_FORWARD:
        return _("Not moved: the clock moves only forward, and at most a century in all.")
    return _("Not moved: write a number and d, h or w, such as 30d.")
