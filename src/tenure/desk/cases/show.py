"""The page of one case: what is due, every step at once, the conversation with its notes, and what stands beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.cases.actions.talking import reopen_until
from tenure.cases.queries import case
from tenure.cases.queries.people import callers, colleagues
from tenure.cases.rules import steps
from tenure.cases.sentences import MILESTONES
from tenure.cases.words import CaseRow, Happening, Kind, State
from tenure.desk.cases.forms import CallForm, CaseForm, GiveForm, NoteForm, ReopenForm, ReplyForm, SeverityForm
from tenure.desk.cases.keys import keys_are_on
from tenure.desk.cases.panel import is_restorable, is_updatable, panel_of, policy_of
from tenure.desk.cases.talk import talk_of
from tenure.desk.door import staff
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.policy.words import SEVERITIES
from tenure.toolbox.formats import moment_words, span_words

SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The sentence under the summary: marked words in a tone, then the rest."""

    tone: str
    said: str
    rest: str


@require_safe
@staff()
def show(request: Asked, number: str) -> HttpResponse:
    return case_page(request, found(request, number))


def found(request: Asked, number: str) -> CaseRow:
    """The case by its number, in any case of letters.  Http404 where there is none."""
    row = case(who=request.who, number=number, at=request.at)
    if row is None:
        raise Http404
    return row


def case_page(
    request: Asked, row: CaseRow, *, tried: CaseForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    """The page.  tried: a form that was sent and refused, with what was typed; refusal: a no about the case itself."""
    panel = panel_of(request, row)
    shown = {
        "panel": panel, "row": row, "answer": answer_of(row, request.at, chosen_zone(request)), "talk": talk_of(row),
        "form": tried, "refusal": refusal, "keys": keys_are_on(request), "may": steps(row.state),
        "can": {name: panel.works and kind in steps(row.state) for name, kind in CAN.items()},
        "forms": forms_of(request, row, tried) if panel.works else {}, "has_update": is_updatable(row),
        "has_restoration": is_restorable(row), "is_technical": row.kind is Kind.TECHNICAL,
        "may_reopen": row.state is State.CLOSED and request.at <= reopen_until(row.story, request.at),
        "reopen_until": reopen_until(row.story, request.at),
    }  # fmt: skip
    return render(request, "desk/cases/show.html", shown, status=status)


CAN = {
    "reply": Happening.WROTE,
    "propose": Happening.CLOSE_PROPOSED,
    "give": Happening.TAKEN,
    "call": Happening.CALLED,
    "severity": Happening.SEVERITY_CHANGED,
    "note": Happening.NOTED,
}


def forms_of(request: Asked, row: CaseRow, tried: CaseForm | None) -> dict[str, CaseForm]:
    """Every form of the page by its prefix; the one that was tried in the place of an empty one."""
    made = {name: form_of(request, row, name) for name in FORMS}
    if tried is not None and tried.prefix is not None:
        made[tried.prefix] = tried
    return made


def form_of(request: Asked, row: CaseRow, name: str, data: QueryDict | None = None) -> CaseForm:
    """One form of the page, bound where data is given."""
    if name == "call":
        people = callers(who=request.who, organisation_id=row.organisation_id)
        return CallForm(data, people=people, contact=row.contact_id or _care_contact(row))
    if name == "give":
        return GiveForm(data, people=colleagues(who=request.who, kind=row.kind), me=row.story.assignee)
    if name == "severity":
        policy = policy_of(request)
        names = {n: policy.severities[n].name for n in SEVERITIES} if policy else {}
        offered = [(str(n), f"{n}, {names.get(n, '')}") for n in SEVERITIES if n != row.severity]
        return SeverityForm(data, severities=offered)
    return FORMS[name](data)


FORMS: dict[str, type[CaseForm]] = {
    "reply": ReplyForm,
    "note": NoteForm,
    "call": CallForm,
    "severity": SeverityForm,
    "give": GiveForm,
    "reopen": ReopenForm,
}


def _care_contact(row: CaseRow) -> str:
    """In customer care whoever asked may be reached, with or without a contact ID."""
    return row.contact_name[:60] if row.kind is Kind.CARE else ""


def answer_of(row: CaseRow, at: datetime, zone: str) -> Answer:
    """What the case asks for now, in a sentence.  Source: D8."""
    if row.state is State.CLOSED:
        closed = moment_words(row.story.closed_at or at, zone)
        return Answer(tone="quiet", said=_("Closed"), rest=_(" since %(at)s.") % {"at": closed})
    if row.story.waiting_since is not None:
        since = moment_words(row.story.waiting_since, zone)
        said = _("Waits for consent to close") if row.state is State.PENDING_CLOSE else _("Waits for the customer")
        return Answer(tone="wait", said=said, rest=_(" since %(at)s.") % {"at": since})
    due = [each for each in row.promises if each.left is not None and each.promise.due_at is not None]
    following = min(due, key=lambda each: each.promise.due_at or at, default=None)
    if following is None or following.promise.due_at is None:
        return Answer(tone="quiet", said=_("Nothing falls due"), rest=_("; the next step is ours."))
    name, moment = str(MILESTONES[following.promise.name]), following.promise.due_at
    facts = {"promise": name, "at": moment_words(moment, zone), "span": span_words(moment - at)}
    if moment < at:
        return Answer(
            tone="bad", said=_("%(promise)s was missed %(span)s ago") % facts, rest=_("; it was due on %(at)s.") % facts
        )
    tone = "soon" if moment - at < SOON else "quiet"
    return Answer(tone=tone, said=_("%(promise)s is due in %(span)s") % facts, rest=_(", on %(at)s.") % facts)
