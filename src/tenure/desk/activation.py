"""What customer care and the operator do about activation: files for any machine, withdrawals, signing keys."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import LINKERS, StaffRole
from tenure.activation import actions, queries
from tenure.activation.queries.seen import asset_seen
from tenure.activation.sentences import refusal
from tenure.activation.words import ActivationRefusal, KeyRow, KeyState
from tenure.desk.door import staff
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.states import Word
from tenure.toolbox.refused import Refused

LONGEST_WHY = 2000
KEEPERS = (StaffRole.OPERATOR,)


@require_POST
@staff(*LINKERS)
def any_machine(request: Asked, serial: str) -> HttpResponse:
    """Files that are bound to no machine."""
    return _done(request, serial, _("The files are made; they are listed below."), lambda: (
        actions.issue_file_for_any_machine(
            who=request.who, serial=serial, why=_why(request), at=request.at, by=_actor(request)
        )
    ))  # fmt: skip


@require_POST
@staff(*LINKERS)
def withdraw_code(request: Asked, serial: str) -> HttpResponse:
    """A code that went astray: another takes its place."""
    seen = asset_seen(who=request.who, serial=serial)
    code = request.POST.get("code", "").replace("\0", "")[:100]
    if seen is None:
        raise Http404
    return _done(request, serial, _("The code holds no longer; another one is in its place."), lambda: (
        actions.withdraw_code(
            serial=seen.serial, code=code, why=_why(request), at=request.at, by=_actor(request)
        )
    ))  # fmt: skip


@require_POST
@staff(*LINKERS)
def withdraw_file(request: Asked, serial: str, number: str) -> HttpResponse:
    """A file that must not be used: it goes on the list of withdrawals."""
    return _done(request, serial, _("The file is withdrawn; products learn it from the list."), lambda: (
        actions.withdraw_file(who=request.who, number=number, why=_why(request), at=request.at, by=_actor(request))
    ))  # fmt: skip


@require_POST
@staff(*LINKERS)
def withdraw_licence(request: Asked, serial: str) -> HttpResponse:
    """All codes, files and uses of a licence at once."""
    return _done(request, serial, _("All codes, files and uses are taken back; new codes are below."), lambda: (
        actions.withdraw_licence(who=request.who, serial=serial, why=_why(request), at=request.at, by=_actor(request))
    ))  # fmt: skip


@require_safe
@staff(*KEEPERS)
def signing(request: Asked) -> HttpResponse:
    """The keys that sign licence files, and what is withdrawn."""
    return _signing_page(request)


@require_POST
@staff(*KEEPERS)
def prepare(request: Asked) -> HttpResponse:
    """Make the next key, and publish it before it signs."""
    key = actions.prepare_key(at=request.at, by=_actor(request))
    messages.success(request, _("The key %(key)s is published and does not sign yet.") % {"key": key})
    return redirect("desk-signing")


@require_POST
@staff(*KEEPERS)
def rotate(request: Asked) -> HttpResponse:
    """Let the prepared key, or a new one, sign from now on."""
    key = actions.rotate_key(at=request.at, by=_actor(request), why=_why(request))
    messages.success(request, _("The key %(key)s signs from now on; all files are being signed anew.") % {"key": key})
    return redirect("desk-signing")


@require_POST
@staff(*KEEPERS)
def withdraw(request: Asked, key_id: str) -> HttpResponse:
    """Trust a key no more."""
    try:
        key = actions.withdraw_key(key_id=key_id, why=_why(request), at=request.at, by=_actor(request))
    except Refused as no:
        if no.code is ActivationRefusal.NOT_FOUND:
            raise Http404
        return _signing_page(request, refusal(no), status=409)
    messages.success(
        request, _("The key is withdrawn; %(key)s signs, and all files are being signed anew.") % {"key": key}
    )
    return redirect("desk-signing")


def _signing_page(request: Asked, wrong: str = "", status: int = 200) -> HttpResponse:
    keys = queries.signing_keys()
    signs = next((key for key in keys if key.state is KeyState.SIGNS), None)
    shown = {
        "keys": [{"row": key, "state": _state(key)} for key in keys], "signs": signs, "refusal": wrong,
        "prepared": any(key.state is KeyState.PREPARED for key in keys),
    }  # fmt: skip
    return render(request, "desk/activation/signing.html", shown, status=status)


def _state(key: KeyRow) -> Word:
    match key.state:
        case KeyState.SIGNS:
            return Word(tone="good", icon="key", word=_("Signs"))
        case KeyState.PREPARED:
            return Word(tone="wait", icon="clock", word=_("Published, signs later"))
        case KeyState.RETIRED:
            return Word(tone="quiet", icon="circle-minus", word=_("Signs no more, still trusted"))
    return Word(tone="bad", icon="circle-x", word=_("Withdrawn"))


def _done(request: Asked, serial: str, said: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refused as no:
        if no.code is ActivationRefusal.NOT_FOUND:
            raise Http404
        messages.error(request, refusal(no))
    else:
        messages.success(request, said)
    return redirect("activation", serial)


def _why(request: Asked) -> str:
    return request.POST.get("why", "").replace("\0", "")[:LONGEST_WHY]


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
