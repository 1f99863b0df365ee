"""The page of a licence's activation, the page of one machine, and what is done there."""

from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.activation import actions, queries
from tenure.activation.queries.seen import SeenAsset, asset_seen
from tenure.activation.rules.codes import grouped
from tenure.activation.sentences import refusal
from tenure.activation.words import LONGEST_HOST, ActivationRefusal, CodeRow, FileRow, Licensed, MachineRow
from tenure.entitlements.queries.rights import version_on
from tenure.journal.queries import history
from tenure.journal.words import JOB
from tenure.kit.asked import Asked
from tenure.portal.activation import export as sheet
from tenure.portal.activation import lanes, sentences
from tenure.portal.activation.forms import BeginForm, MachineForm, ReasonForm
from tenure.portal.joining.door import asking, door
from tenure.toolbox.formats import in_zone
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused

F = TypeVar("F", bound=ReasonForm)
MOST_LINES = 50
BY_FIELD = {
    ActivationRefusal.HOST_INVALID: "host",
    ActivationRefusal.HOST_TAKEN: "host",
    ActivationRefusal.UNITS_INVALID: "units",
    ActivationRefusal.UNITS_TAKEN: "units",
    ActivationRefusal.WHY_MISSING: "why",
}
MEDIA_TYPE = "application/octet-stream"  # a file that no program on the way rewrites


@door
@require_safe
def show(request: Asked, serial: str) -> HttpResponse:
    """Codes, machines, files, history; a reseller sees the codes, to hand them on."""
    return _page(request, _seen(request, serial))


@door
@require_POST
def begin(request: Asked, serial: str) -> HttpResponse:
    """Use the licence on one machine more."""
    seen = _seen(request, serial)
    form = BeginForm(request.POST, by_care=seen.by_care, meter=_licensed(request, seen).meter)
    if not form.is_valid():
        return _page(request, seen, form=form, status=422)
    try:
        done = actions.activate(
            serial=seen.serial, machine=form.machine(), why=form.cleaned_data["why"], **asking(request)
        )
    except Refused as no:
        return _page(request, seen, form=_with_error(form, no), status=409)
    messages.success(request, _("The licence is in use on %(host)s. Its files are below.") % {"host": done.host})
    return redirect("activation-machine", seen.serial, done.id)


@door
@require_safe
def machine(request: Asked, serial: str, activation_id: int) -> HttpResponse:
    """One machine: its files, and what can be done."""
    return _machine_page(request, *_machine(request, serial, activation_id))


@door
@require_POST
def move(request: Asked, serial: str, activation_id: int) -> HttpResponse:
    """Move the use to another machine; the old one may be dead."""
    seen, row = _machine(request, serial, activation_id)
    form = MachineForm(request.POST, by_care=seen.by_care, prefix="move")
    if not form.is_valid():
        return _machine_page(request, seen, row, moving=form, status=422)
    try:
        done = actions.move_activation(
            activation_id=row.id, machine=form.machine(), why=form.cleaned_data["why"], **asking(request)
        )
    except Refused as no:
        return _machine_page(request, seen, row, moving=_with_error(form, no), status=409)
    messages.success(request, _("Moved to %(host)s. Its files are below.") % {"host": done.host})
    return redirect("activation-machine", seen.serial, done.id)


@door
@require_POST
def end(request: Asked, serial: str, activation_id: int) -> HttpResponse:
    """End the use on a machine."""
    seen, row = _machine(request, serial, activation_id)
    form = ReasonForm(request.POST, by_care=seen.by_care, prefix="end")
    if not form.is_valid():
        return _machine_page(request, seen, row, ending=form, status=422)
    try:
        actions.end_activation(activation_id=row.id, why=form.cleaned_data["why"], **asking(request))
    except Refused as no:
        return _machine_page(request, seen, row, ending=_with_error(form, no), status=409)
    messages.success(request, _("The use on %(host)s has ended; its units are free.") % {"host": row.host})
    return redirect("activation", seen.serial)


@door
@require_POST
def renew(request: Asked, serial: str, activation_id: int) -> HttpResponse:
    """Files of terms that came since."""
    seen, row = _machine(request, serial, activation_id)
    try:
        files = actions.renew_files(activation_id=row.id, **asking(request))
    except Refused as no:
        _passed_on(no)
        messages.error(request, refusal(no))
    else:
        held = {file.number for file in row.files if file.withdrawn_at is None}
        new = [file.number for file in files if file.number not in held]
        said = _("New files: %(numbers)s.") % {"numbers": listed(new)} if new else _("All files are up to date.")
        messages.success(request, said)
    return redirect("activation-machine", seen.serial, row.id)


@door
@require_safe
def export(request: Asked, serial: str) -> HttpResponseBase:
    """All machines as CSV, those in use first."""
    seen = _seen(request, serial)
    if not seen.is_customer:
        raise Http404
    text = sheet.lines(queries.export_machines(asset_id=seen.id), seen.serial)
    answer = StreamingHttpResponse(text, content_type="text/csv; charset=utf-8")
    named = content_disposition_header(as_attachment=True, filename=f"{seen.serial}-machines.csv")
    answer["Content-Disposition"] = named or "attachment"
    return answer


@door
@require_safe
def file(request: Asked, serial: str, number: str) -> HttpResponse:
    """The licence file itself."""
    seen = _seen(request, serial)
    found = queries.bytes_of_file(who=request.who, number=number)
    if found is None or found.asset_id != seen.id:
        raise Http404
    answer = HttpResponse(found.content, content_type=MEDIA_TYPE)
    named = content_disposition_header(as_attachment=True, filename=f"{seen.serial}-{found.number}.lic")
    answer["Content-Disposition"] = named or "attachment"
    return answer


def _page(request: Asked, seen: SeenAsset, *, form: BeginForm | None = None, status: int = 200) -> HttpResponse:
    licensed = _licensed(request, seen)
    codes = _codes(request, licensed)
    shown: dict[str, Any] = {
        "seen": seen, "licensed": licensed, "codes": [_code(code, licensed, request) for code in codes], "faulty": form,
    }  # fmt: skip
    if seen.is_customer:
        standing = queries.standing_of(asset_id=seen.id)
        text = request.GET.get("q", "")[:LONGEST_HOST]
        kept = {"q": text} if text else {}
        page = queries.machines(asset_id=seen.id, live=True, text=text, after=request.GET.get("after", ""))
        ended = queries.machines(asset_id=seen.id, live=False, after=request.GET.get("ended", ""))
        lines = history(subject_kind="asset", subject=seen.serial, limit=MOST_LINES)
        shown |= {
            "answer": sentences.answer(standing, licensed.meter), "standing": standing, "machines": page.rows,
            "q": text,
            "older": f"?{urlencode(kept | {'after': page.next})}" if page.next else "", "ended": ended.rows,
            "older_ended": f"?ended={ended.next}" if ended.next else "",
            "unbound": [_file(row) for row in queries.files_of(asset_id=seen.id)],
            "history": sentences.happened(lines),
            "form": form or BeginForm(by_care=seen.by_care, meter=licensed.meter),
        }  # fmt: skip
    return render(request, "portal/activation/show.html", shown, status=status)


def _machine_page(
    request: Asked, seen: SeenAsset, row: MachineRow, *, moving: MachineForm | None = None,
    ending: ReasonForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    licensed = _licensed(request, seen)
    return render(request, "portal/activation/machine.html", {
        "seen": seen, "row": row, "licensed": licensed, "files": [_file(each) for each in row.files],
        "answer": sentences.machine_answer(row, licensed.meter, request.who.zone),
        "faulty": moving or ending, "may": seen.may_act and row.ended_at is None,
        "moving": moving or MachineForm(by_care=seen.by_care, prefix="move"),
        "ending": ending or ReasonForm(by_care=seen.by_care, prefix="end"),
        "lanes": lanes.lanes(licensed=licensed, files=row.files, began=in_zone(row.activated_at, licensed.zone).date()),
        "most": version_on(request.at.date()).policy.activation.most_moves_a_year,
    }, status=status)  # fmt: skip


def _codes(request: Asked, licensed: Licensed) -> tuple[CodeRow, ...]:
    """The codes; those of terms that came within the last minutes are made now."""
    codes = queries.codes_of(licensed=licensed)
    have = {(code.family, code.starts) for code in codes}
    if all((term.family, term.starts) in have for term in licensed.terms) and (codes or licensed.terms):
        return codes
    actions.issue_codes(asset_ids=[licensed.asset_id], at=request.at, by=JOB)
    return queries.codes_of(licensed=licensed)


def _code(code: CodeRow, licensed: Licensed, request: Asked) -> dict[str, Any]:
    levels = version_on(request.at.date()).policy.levels
    return {
        "row": code, "text": grouped(code.code), "last_day": code.ends - sentences.ONE_DAY if code.ends else None,
        "level": levels[code.level].name if code.level in levels else code.level,
        "state": sentences.code_state(code, licensed.today),
    }  # fmt: skip


def _file(row: FileRow) -> dict[str, Any]:
    return {"row": row, "state": sentences.file_state(row)}


def _seen(request: Asked, serial: str) -> SeenAsset:
    found = asset_seen(who=request.who, serial=serial)
    if found is None:
        raise Http404
    return found


def _machine(request: Asked, serial: str, activation_id: int) -> tuple[SeenAsset, MachineRow]:
    seen = _seen(request, serial)
    row = queries.machine(asset_id=seen.id, activation_id=activation_id) if activation_id < 2**63 else None
    if row is None or not seen.is_customer:
        raise Http404
    return seen, row


def _licensed(request: Asked, seen: SeenAsset) -> Licensed:
    return queries.licensed_of(asset_id=seen.id, at=request.at)


def _with_error(form: F, no: Refused) -> F:
    _passed_on(no)
    field = BY_FIELD.get(no.code) if isinstance(no.code, ActivationRefusal) else None
    form.add_error(field if field in form.fields else None, refusal(no))
    return form


def _passed_on(no: Refused) -> None:
    """What the door answers: a no that is none of this page's business."""
    if no.code is ActivationRefusal.NOT_FOUND or not isinstance(no.code, ActivationRefusal):
        raise no
