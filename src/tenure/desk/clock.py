"""The sandbox's clock, moved from the desk.  In production the page says why it cannot be."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import StaffRole
from tenure.clock import actions, queries
from tenure.clock.rules import span_of
from tenure.clock.words import Cannot
from tenure.desk.door import staff
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.kit.asked import Asked, outside_transactions
from tenure.outlook.queries.happened import happened
from tenure.outlook.words import DueKind, Happened
from tenure.toolbox.formats import quantity_words
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

HAPPENED: dict[DueKind, Callable[[int], str]] = {
    DueKind.NOTICE: lambda n: ngettext("%(n)s notice was made", "%(n)s notices were made", n),
    DueKind.TERM_ENDS: lambda n: ngettext("%(n)s licence ran out", "%(n)s licences ran out", n),
    DueKind.SUPPORT_ENDS: lambda n: ngettext("%(n)s support of a release ended", "%(n)s supports of releases ended", n),
    DueKind.COURTESY_ENDS: lambda n: ngettext("%(n)s courtesy ended", "%(n)s courtesies ended", n),
    DueKind.QUOTE_EXPIRES: lambda n: ngettext("%(n)s quote expired", "%(n)s quotes expired", n),
    DueKind.RESELLER_CHANGES: lambda n: ngettext(
        "%(n)s licence got another reseller", "%(n)s licences got another reseller", n
    ),
    DueKind.CONTACT_CHANGES: lambda n: ngettext(
        "%(n)s change of contacts took effect", "%(n)s changes of contacts took effect", n
    ),
    DueKind.JOINING_PASSES: lambda n: ngettext(
        "%(n)s request to be linked passed to customer care", "%(n)s requests to be linked passed to customer care", n
    ),
    DueKind.CASE_PROMISE: lambda n: ngettext(
        "%(n)s promise of a case was missed", "%(n)s promises of cases were missed", n
    ),
    DueKind.CLAIM_ANSWER: lambda n: ngettext("%(n)s claim may be decided", "%(n)s claims may be decided", n),
}
LEADS = {
    DueKind.NOTICE: "desk-notices", DueKind.TERM_ENDS: "desk-renewals", DueKind.SUPPORT_ENDS: "lifecycle",
    DueKind.COURTESY_ENDS: "desk-courtesies", DueKind.QUOTE_EXPIRES: "desk-quotes",
    DueKind.RESELLER_CHANGES: "desk-resellers", DueKind.CONTACT_CHANGES: "desk-contact-requests",
    DueKind.JOINING_PASSES: "desk-joinings", DueKind.CASE_PROMISE: "desk-cases", DueKind.CLAIM_ANSWER: "desk-claims",
}  # fmt: skip


@require_safe
@staff(StaffRole.OPERATOR, StaffRole.MANAGER)
def show(request: Asked) -> HttpResponse:
    """How the clock stands, and what has happened since it was last moved."""
    standing = queries.standing()
    since = standing.moved_from
    return render(request, "desk/clock/show.html", {
        "standing": standing, "sandbox": settings.SANDBOX, "steps": STEPS,
        "may_move": StaffRole.OPERATOR in request.who.staff,
        "moved": _span_words(standing.now - since) if since else "",
        "happened": _happened_words(happened(who=request.who, since=since, at=standing.now)) if since else [],
    })  # fmt: skip


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


def _span_words(span: timedelta) -> str:
    if span.days:
        return ngettext("%(n)s day", "%(n)s days", span.days) % {"n": quantity_words(span.days)}
    hours = max(1, span.seconds // 3600)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": quantity_words(hours)}


def _happened_words(found: Happened) -> list[tuple[str, str]]:
    """A line a kind, each with the address of the page that shows more."""
    said = []
    for kind, count in found.counts.items():
        words = HAPPENED[kind](count) % {"n": quantity_words(count)}
        if kind is DueKind.NOTICE:
            told = ngettext("to %(n)s person", "to %(n)s people", found.told) % {"n": quantity_words(found.told)}
            words = _("%(notices)s, %(told)s") % {"notices": words, "told": told}
        said.append((words, LEADS[kind]))
    return said


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
