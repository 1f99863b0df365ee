"""The list of moves, one of them, what a new one would do, and doing it; for customer care alone."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.accounts.words import LINKERS
from tenure.desk.door import staff
from tenure.desk.moves import sentences
from tenure.desk.moves.asked import Typed, typed
from tenure.desk.words import ROLES
from tenure.entitlements.actions import moving
from tenure.entitlements.queries.customer import CustomerRow, customer
from tenure.entitlements.queries.moved import MoveShown, move, moves, undo_plan_of
from tenure.entitlements.queries.moves import as_preview, preview, sites_of
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import MoveRefusal, Preview
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.toolbox.refused import Refused

DOABLE = (MoveKind.TRANSFER, MoveKind.SPLIT, MoveKind.JOIN, MoveKind.MERGE)
FIELD_OF: Mapping[MoveRefusal, str] = {
    MoveRefusal.TARGET_UNKNOWN: "to", MoveRefusal.TARGET_NOT_CUSTOMER: "to", MoveRefusal.SAME_CUSTOMER: "to",
    MoveRefusal.SITE_UNKNOWN: "site", MoveRefusal.SAME_PLACE: "to", MoveRefusal.PARTS_UNREADABLE: "parts",
    MoveRefusal.PARTS_TOO_FEW: "parts", MoveRefusal.PARTS_TOO_MANY: "parts", MoveRefusal.PART_NOT_POSITIVE: "parts",
    MoveRefusal.PARTS_DO_NOT_ADD_UP: "parts", MoveRefusal.WHY_MISSING: "why", MoveRefusal.PEOPLE_UNDECIDED: "people",
}  # fmt: skip


@require_safe
@staff(*LINKERS)
def index(request: Asked) -> HttpResponse:
    """The moves, the newest above; narrowed by a serial number or a customer's number."""
    text = request.GET.get("q", "")[:100]
    page = moves(who=request.who, text=text, after=request.GET.get("after", ""))
    shown = {
        "q": text, "rows": [{"row": row, "kind": sentences.KINDS[row.kind]} for row in page.rows],
        "kinds": [(kind.value, sentences.TITLES[kind], sentences.HELP[kind]) for kind in DOABLE],
        "older": f"?{urlencode({'q': text, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode({'q': text})}" if request.GET.get("after") else "",
    }  # fmt: skip
    return render(request, "desk/moves/index.html", shown)


@require_safe
@staff(*LINKERS)
def show(request: Asked, number: int) -> HttpResponse:
    """One move, line by line, and whether it can be taken back."""
    return _shown(request, _move(request, number))


@require_POST
@staff(*LINKERS)
def undo(request: Asked, number: int) -> HttpResponse:
    """Take a move back by a move of its own."""
    found = _move(request, number)
    try:
        made = moving.undo_move(
            who=request.who, move_id=found.row.id, why=request.POST.get("why", ""), seen=request.POST.get("seen", ""),
            at=request.at, by=_actor(request),
        )  # fmt: skip
    except Refused as no:
        return _shown(request, found, no)
    messages.success(request, _("Move %(number)s is taken back.") % {"number": found.row.id})
    return redirect("desk-move", made)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*LINKERS)
def plan(request: Asked, kind: str) -> HttpResponse:
    """What a move would do, as far as it is filled in; a POST does it."""
    verb = next((each for each in DOABLE if each.value == kind), None)
    if verb is None:
        raise Http404
    fields = typed(verb, request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        return _planned(request, fields, None)
    try:
        number = ACTS[verb](request, fields)
    except Refused as no:
        return _planned(request, fields, no)
    messages.success(request, _("It is done, and kept as move %(number)s.") % {"number": number})
    return redirect("desk-move", number)


def _act(request: Asked, fields: Typed, act: Callable[..., int], **more: object) -> int:
    return act(
        who=request.who, wish=fields.wish(), why=request.POST.get("why", ""), seen=request.POST.get("seen", ""),
        at=request.at, by=_actor(request), **more,
    )  # fmt: skip


def _merge(request: Asked, fields: Typed) -> int:
    answers = {
        int(name[7:]): answer == "yes"
        for name, answer in request.POST.items()
        if name.startswith("person-") and name[7:].isdecimal() and len(name) < 25 and answer in {"yes", "no"}
    }
    return _act(request, fields, moving.merge_customers, joining=answers)


ACTS: Mapping[MoveKind, Callable[[Asked, Typed], int]] = {
    MoveKind.TRANSFER: lambda request, fields: _act(request, fields, moving.transfer_assets),
    MoveKind.SPLIT: lambda request, fields: _act(request, fields, moving.split_asset),
    MoveKind.JOIN: lambda request, fields: _act(request, fields, moving.join_assets),
    MoveKind.MERGE: _merge,
}


def _planned(request: Asked, fields: Typed, no: Refused | None) -> HttpResponse:
    """The page of a new move; with what was refused, and what is typed in place."""
    found: Preview | None = None
    if fields.is_complete or request.GET.get("look"):
        try:
            found = preview(who=request.who, wish=fields.wish(), at=request.at)
        except Refused as fault:
            no = no or fault
    owner = customer(who=request.who, number=fields.customer, at=request.at) if fields.customer else None
    target = customer(who=request.who, number=fields.to, at=request.at) if fields.to else None
    shown = {
        "kind": fields.kind.value, "title": sentences.TITLES[fields.kind], "help": sentences.HELP[fields.kind],
        "typed": fields, "customer": owner, "ticked": _ticks(owner, fields),
        "sites": sites_of(target.id) if target and target.kind == "customer" else (), "target": target,
        "found": found, "lines": _lines(found) if found else [],
        "remarks": [(each, sentences.remark(each)) for each in found.remarks] if found else [],
        "people": _people(request, found), "why": request.POST.get("why", ""),
        "refusal": sentences.refusal(no) if no else "", "field": _field(no, fields.kind),
    }  # fmt: skip
    return render(request, "desk/moves/plan.html", shown, status=409 if no and request.method == "POST" else 200)


def _field(no: Refused | None, kind: MoveKind) -> str:
    """The field that a refusal is about."""
    if no is None or not isinstance(no.code, MoveRefusal):
        return ""
    return FIELD_OF.get(no.code, "customer" if kind is MoveKind.MERGE else "serials")


def _ticks(owner: CustomerRow | None, fields: Typed) -> list[tuple[object, bool]]:
    if owner is None or fields.kind not in {MoveKind.TRANSFER, MoveKind.JOIN}:
        return []
    return [(asset, asset.serial in fields.all_serials) for asset in owner.assets]


def _people(request: Asked, found: Preview | None) -> list[dict[str, object]]:
    return [
        {"row": each, "role": ROLES[each.role], "answer": request.POST.get(f"person-{each.membership}", "")}
        for each in (found.people if found else ())
    ]


def _lines(found: Preview) -> list[dict[str, object]]:
    """The lines with what stands between their sides: gone, new, or as it was."""
    return [{"line": line, "is_new": line.card is None, "is_gone": line.after is None} for line in found.lines]


def _move(request: Asked, number: int) -> MoveShown:
    found = move(who=request.who, move_id=number)
    if found is None:
        raise Http404
    return found


def _shown(request: Asked, found: MoveShown, no: Refused | None = None) -> HttpResponse:
    undoing, fault = None, no
    if found.row.undoes is None and found.row.undone_by is None:
        try:
            undoing = as_preview(undo_plan_of(who=request.who, move_id=found.row.id, at=request.at))
        except Refused as cannot:
            fault = fault or cannot
    shown = {
        "found": found, "kind": sentences.KINDS[found.row.kind], "undoing": undoing,
        "objection": sentences.remark(undoing.objection) if undoing and undoing.objection else "",
        "remarks": [sentences.remark(each) for each in undoing.remarks if not each.forbids] if undoing else [],
        "cannot": sentences.refusal(fault) if fault and not no else "",
        "refusal": sentences.refusal(no) if no else "", "why": request.POST.get("why", ""),
    }  # fmt: skip
    return render(request, "desk/moves/show.html", shown, status=409 if no else 200)


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
