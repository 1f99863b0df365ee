"""One case: its page, and what its customer can do with it."""

from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenure.cases import actions
from tenure.cases.queries import case
from tenure.cases.rules.steps import steps
from tenure.cases.sentences import BY_COURTESY, refusal
from tenure.cases.words import CaseRefusal, CaseRow, Happening, Kind, State
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.uploads import takes_files
from tenure.policy.sentences import policy_words
from tenure.portal.account import actor
from tenure.portal.cases import files, lanes, showing
from tenure.portal.cases.forms import ReopenForm, ReplyForm, fault
from tenure.portal.door import signed_in
from tenure.toolbox.formats import instant_words
from tenure.toolbox.refused import Refused

TEXTS = frozenset({CaseRefusal.TEXT_MISSING, CaseRefusal.TEXT_TOO_LONG})
FILES = frozenset({
    CaseRefusal.TOO_MANY_FILES, CaseRefusal.FILE_EMPTY, CaseRefusal.FILE_TOO_LARGE, CaseRefusal.FILE_NAME_UNUSABLE,
})  # fmt: skip


@require_safe
@never_cache
@signed_in
def show(request: Asked, number: str) -> HttpResponse:
    """The answer, the promises and how they were counted, the conversation."""
    return _page(request, _case(request, number))


@require_safe
@never_cache
@signed_in
def receipt(request: Asked, number: str) -> HttpResponse:
    """The verdicts that are kept with a case, as they were written."""
    row = _case(request, number)
    if not row.verdicts:
        raise Http404
    zone = chosen_zone(request)
    verdicts = [(instant_words(each.at, zone), each.granted, each.receipt) for each in reversed(row.verdicts)]
    return render(request, "portal/cases/receipt.html", {"row": row, "verdicts": verdicts})


@takes_files(files.limits)
@require_POST
@signed_in
def reply(request: Asked, number: str) -> HttpResponse:
    """The customer writes; what is wrong is said on the page, which keeps the words."""
    form = ReplyForm(request.POST, request.FILES)
    form.is_valid()
    try:
        actions.reply(
            who=request.who, number=number.strip().upper(), body=str(form.cleaned_data.get("body", "")), at=request.at,
            by=actor(request.who), uploads=files.uploads_of(request),
        )  # fmt: skip
    except Refused as refused:
        if refused.code in TEXTS | FILES:
            fault(form, refused)
            return _page(request, _case(request, number), reply_form=form)
        return _refused(request, number, refused)
    messages.success(request, _("Your words are there. Whoever works on the case is told."))
    return redirect("case", number)


@require_POST
@signed_in
def consent(request: Asked, number: str) -> HttpResponse:
    """Yes, close it; or no, it is not solved."""
    if request.POST.get("answer") == "close":
        return _do(request, number, actions.consent, _("The case is closed. Thank you."))
    return _do(request, number, actions.decline, _("The case is open again, and its clocks run."), body="")


@require_POST
@signed_in
def close(request: Asked, number: str) -> HttpResponse:
    """It is not needed any more."""
    return _do(request, number, actions.close, _("The case is closed."))


@require_POST
@signed_in
def reopen(request: Asked, number: str) -> HttpResponse:
    """It happens again, soon after it was closed."""
    form = ReopenForm(request.POST)
    form.is_valid()
    try:
        actions.reopen(
            who=request.who, number=number.strip().upper(), body=str(form.cleaned_data.get("body", "")), at=request.at,
            by=actor(request.who),
        )  # fmt: skip
    except Refused as refused:
        if refused.code in TEXTS:
            fault(form, refused)
            return _page(request, _case(request, number), reopen_form=form)
        return _refused(request, number, refused)
    messages.success(request, _("The case is open again, and its clocks run."))
    return redirect("case", number)


def _case(request: Asked, number: str) -> CaseRow:
    row = case(who=request.who, number=number, at=request.at)
    if row is None:
        raise Http404
    return row


def _do(request: Asked, number: str, verb: Callable[..., object], said: str, **more: str) -> HttpResponse:
    try:
        verb(who=request.who, number=number.strip().upper(), at=request.at, by=actor(request.who), **more)
    except Refused as refused:
        return _refused(request, number, refused)
    messages.success(request, said)
    return redirect("case", number)


def _refused(request: Asked, number: str, refused: Refused) -> HttpResponse:
    """Back to the case with the reason; nothing was written.  What they may not see is not there."""
    if refused.code is CaseRefusal.NOT_FOUND:
        raise Http404
    messages.error(request, refusal(refused))
    return redirect("case", number)


def _page(
    request: Asked, row: CaseRow, *, reply_form: forms.Form | None = None, reopen_form: forms.Form | None = None
) -> HttpResponse:  # fmt: skip
    zone, policy = chosen_zone(request), version_on(request.at.date()).policy
    closes_at = reopen_until = None
    if row.story.waiting_since and row.state is not State.CLOSED and not row.source:
        closes_at = row.story.waiting_since + timedelta(days=policy.cases.close_waiting_days)
    if row.story.closed_at:
        until = row.story.closed_at + timedelta(days=policy.cases.reopen_days)
        reopen_until = until if request.at <= until else None
    can = steps(row.state) if row.may_write else frozenset()
    faulty = reply_form or reopen_form
    severities = {number: policy_words(each.name) for number, each in policy.severities.items()}
    regions = {key: each.name for key, each in policy.regions.items()}
    return render(request, "portal/cases/show.html", {
        "row": row, "by_courtesy": BY_COURTESY, "form": faulty, "state": showing.word_of(row),
        "answer": showing.answer_of(row, zone, closes_at=closes_at, reopen_until=reopen_until if can else None),
        "cards": showing.cards_of(row, zone), "ledger": showing.ledger_of(row, zone),
        "lanes": lanes.lanes(row, request.at, zone), "counted": showing.counted_words(row),
        "talk": showing.talk_of(row, zone), "facts": showing.facts_of(row, zone, severities, regions),
        "may_consent": Happening.CONSENTED in can, "may_close": Happening.CLOSED in can,
        "may_reply": Happening.CUSTOMER_WROTE in can, "may_reopen": bool(can) and reopen_until is not None,
        "reply_form": reply_form or ReplyForm(), "reopen_form": reopen_form or ReopenForm(),
        "reopen_days": policy.cases.reopen_days, "limits": files.words_of_limits(request),
        "is_care": row.kind is Kind.CARE,
    }, status=422 if faulty is not None and faulty.errors else 200)  # fmt: skip
