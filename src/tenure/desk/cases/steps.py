"""The steps of a case at the desk: each is one form, one action, and back to where it was sent from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from tenure.accounts.queries import who_is
from tenure.accounts.words import StaffRole
from tenure.cases import actions
from tenure.cases.rules import may_work
from tenure.cases.sentences import refusal as sentence
from tenure.cases.words import CaseRefusal, CaseRow, Upload
from tenure.clock.queries import now
from tenure.desk.cases.asked import way_back
from tenure.desk.cases.forms import CaseForm
from tenure.desk.cases.show import case_page, form_of, found
from tenure.desk.door import staff
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.uploads import Limits, received, takes_files
from tenure.policy.queries import policy_on_or_first
from tenure.policy.words import ResponseForm
from tenure.toolbox.refused import Refused

WRITERS = (StaffRole.ENGINEER, StaffRole.CARE_AGENT, StaffRole.MANAGER, StaffRole.OPERATOR)
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A step as it was sent: whose request, on which case, and its form, if it has one."""

    request: Asked
    row: CaseRow
    form: CaseForm | None

    @property
    def who_when(self) -> dict[str, Any]:
        who = self.request.who
        by = Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
        return {"who": who, "number": self.row.number, "at": self.request.at, "by": by}

    def value(self, name: str) -> Any:
        return self.form.cleaned_data.get(name, "") if self.form else ""

    @property
    def body(self) -> str:
        return str(self.value("reason" if self.form and "reason" in self.form.fields else "body"))


def file_limits(request: HttpRequest) -> Limits | None:
    """How many files of which size staff who write may send; asked before the request knows who it is from."""
    if not who_is(request.user.pk).staff & set(WRITERS):
        return None
    cases = policy_on_or_first(now().date()).policy.cases
    return Limits(most_files=cases.most_files, most_bytes=cases.largest_file_mebibytes * MEBIBYTE)


@takes_files(file_limits)
@require_POST
@staff(*WRITERS)
def step(request: Asked, number: str, step: str) -> HttpResponse:
    """Take one step with the case; what is refused changes nothing, and what was typed stays."""
    taken = STEPS.get(step)
    if taken is None:
        raise Http404
    row = found(request, number)
    if not may_work(who=request.who, kind=row.kind):
        raise Http404
    form = form_of(request, row, taken.form, request.POST) if taken.form else None
    if form is not None and not form.is_valid():
        return case_page(request, row, tried=form)
    try:
        taken.does(Sent(request=request, row=row, form=form))
    except Refused as refused:
        return _refused(request, row, form, refused)
    messages.success(request, str(taken.said))
    return redirect(way_back(request, reverse("desk-case", args=[row.number])))


def _refused(request: Asked, row: CaseRow, form: CaseForm | None, refused: Refused) -> HttpResponse:
    if refused.code in {CaseRefusal.NOT_FOUND, CaseRefusal.NOT_ALLOWED}:
        raise Http404
    field = form.field_for(refused.code) if form else None
    if form is not None and field is not None:
        form.add_error(field, sentence(refused))
        return case_page(request, row, tried=form)
    again = found(request, row.number)  # as it stands now: somebody else was quicker
    words = sentence(refused)
    if refused.code is CaseRefusal.ALREADY_TAKEN and again.assignee:
        words = _("%(name)s has taken the case. Ask them, or give it to yourself.") % {"name": again.assignee}
    return case_page(request, again, tried=form, refusal=words, status=409)


def _uploads(sent: Sent, name: str) -> tuple[Upload, ...]:
    """The files of a form.  Raises Refused: FILE_TOO_LARGE, TOO_MANY_FILES, for those cut off on their way in."""
    came = received(sent.request, f"{name}-attached")
    limits = policy_on_or_first(sent.request.at.date()).policy.cases
    if came.too_large:
        raise Refused(CaseRefusal.FILE_TOO_LARGE, name=came.too_large, most_mebibytes=limits.largest_file_mebibytes)
    if came.too_many:
        raise Refused(CaseRefusal.TOO_MANY_FILES, most=limits.most_files)
    return tuple(Upload(name=file.name or "", chunks=file.chunks()) for file in came.files)


def _take(sent: Sent) -> object:
    return actions.take(**sent.who_when)


def _give(sent: Sent) -> object:
    return actions.give(**sent.who_when, to=sent.value("to"))


def _give_back(sent: Sent) -> object:
    return actions.give(**sent.who_when, to=None)


def _answer(sent: Sent) -> object:
    return actions.answer(**sent.who_when, body=sent.body, uploads=_uploads(sent, "reply"))


def _ask(sent: Sent) -> object:
    return actions.ask(**sent.who_when, body=sent.body, uploads=_uploads(sent, "reply"))


def _note(sent: Sent) -> object:
    return actions.note(**sent.who_when, body=sent.body, uploads=_uploads(sent, "note"))


def _propose(sent: Sent) -> object:
    return actions.propose_close(**sent.who_when, body=sent.body, uploads=_uploads(sent, "reply"))


def _restore(sent: Sent) -> object:
    return actions.restore(**sent.who_when, body=sent.body, uploads=_uploads(sent, "reply"))


def _leave(sent: Sent) -> object:
    return actions.leave_to_update(**sent.who_when, body=sent.body, uploads=_uploads(sent, "reply"))


def _call(sent: Sent) -> object:
    form = ResponseForm(str(sent.value("form")))
    return actions.log_call(**sent.who_when, spoke_with=str(sent.value("spoke_with")), form=form, body=sent.body)


def _severity(sent: Sent) -> object:
    return actions.change_severity(**sent.who_when, severity=sent.value("severity"), reason=sent.body)


def _reopen(sent: Sent) -> object:
    return actions.reopen(**sent.who_when, body=sent.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.  form: the name of its form, or "".  said: the sentence after it."""

    does: Callable[[Sent], object]
    said: object
    form: str = ""


STEPS: dict[str, Step] = {
    "take": Step(does=_take, said=lazy("The case is yours.")),
    "give": Step(does=_give, form="give", said=lazy("The case is given, and your colleague is told.")),
    "give-back": Step(does=_give_back, said=lazy("The case is back in the queue.")),
    "reply": Step(does=_answer, form="reply", said=lazy("Your reply is sent.")),
    "ask": Step(does=_ask, form="reply", said=lazy("Your question is sent. The clocks wait for the customer.")),
    "propose-close": Step(does=_propose, form="reply", said=lazy("The customer is asked to agree to close.")),
    "restored": Step(does=_restore, form="reply", said=lazy("Service is back; the customer is told.")),
    "leave-to-update": Step(does=_leave, form="reply", said=lazy("The resolution comes with the next update.")),
    "note": Step(does=_note, form="note", said=lazy("The note is kept. The customer does not see it.")),
    "call": Step(does=_call, form="call", said=lazy("The call is written down.")),
    "severity": Step(does=_severity, form="severity", said=lazy("The severity is changed; the customer is told.")),
    "reopen": Step(does=_reopen, form="reopen", said=lazy("The case is open again.")),
}
