"""Claims of serial numbers: both sides beside each other, and the decision; for customer care alone."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import LINKERS
from tenure.desk.door import staff
from tenure.desk.moves import sentences as move_words
from tenure.entitlements.actions import claims
from tenure.entitlements.queries.claims import claim_for_care, claims_for_care, evidence_of
from tenure.entitlements.queries.customer import customer
from tenure.entitlements.queries.moves import preview, sites_of
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.claims import ClaimForCare, ClaimRefusal
from tenure.entitlements.words.moving import Preview, Wish
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.toolbox.formats import day_words
from tenure.toolbox.refused import Refused

SEALED = "sandbox; default-src 'none'"
SENTENCES = {
    ClaimRefusal.WHY_MISSING: lazy("Write the reason: both sides read it."),
    ClaimRefusal.NOTHING_TO_GRANT: lazy(
        "Nothing bears %(serial)s, so there is nothing to give. Decline with a reason."
    ),
    ClaimRefusal.THEIRS_ALREADY: lazy("%(serial)s is theirs already. Decline, and say that they find it there."),
}


@require_safe
@staff(*LINKERS)
def index(request: Asked) -> HttpResponse:
    """The open claims, the oldest above; or those that are over."""
    text, over = request.GET.get("q", "")[:100], request.GET.get("view") == "over"
    after = request.GET.get("after", "")
    page = claims_for_care(who=request.who, text=text, is_open=not over, after=after)
    kept = {"view": "over" if over else "open", "q": text}
    shown = {
        "rows": [{"row": row, "word": _word(request, row)} for row in page.rows], "q": text, "over": over,
        "older": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode(kept)}" if after else "",
    }  # fmt: skip
    return render(request, "desk/claims/index.html", shown)


@require_safe
@staff(*LINKERS)
def show(request: Asked, number: int) -> HttpResponse:
    """One claim: who says what, with which papers, and what granting it would do."""
    return _page(request, _row(request, number))


@require_POST
@staff(*LINKERS)
def decline(request: Asked, number: int) -> HttpResponse:
    """Decline with a reason."""
    row = _row(request, number)
    try:
        claims.decline_claim(
            who=request.who, claim_id=row.own.id, why=request.POST.get("why", ""), at=request.at, by=_actor(request)
        )
    except Refused as no:
        return _refused(request, row, no)
    messages.success(request, _("The claim is declined; both sides were written to."))
    return redirect("desk-claims")


@require_POST
@staff(*LINKERS)
def grant(request: Asked, number: int) -> HttpResponse:
    """Grant: the asset is transferred."""
    row = _row(request, number)
    try:
        move = claims.grant_claim(
            who=request.who, claim_id=row.own.id, site=_site(request.POST.get("site", "")),
            why=request.POST.get("why", ""), seen=request.POST.get("seen", ""), at=request.at, by=_actor(request),
        )  # fmt: skip
    except Refused as no:
        return _refused(request, row, no)
    messages.success(request, _("The claim is granted; both sides were written to."))
    return redirect("desk-move", move)


@require_safe
@never_cache
@staff(*LINKERS)
def file(request: Asked, number: int, file_id: int) -> HttpResponseBase:
    """One file: taken down, never shown by the browser; not before it was scanned, and not if it harms."""
    held = evidence_of(request.who, number, file_id)
    if held is None:
        raise Http404
    if not held.row.may_be_taken_down:
        because = (
            _("because the scanner found something harmful in it.")
            if held.row.scan == "infected"
            else _("because it is still being scanned.")
        )
        return _not_given(request, number, held.row.name, because)
    try:
        content = default_storage.open(held.stored_as)
    except FileNotFoundError:
        return _not_given(request, number, held.row.name, _("because it is missing from our storage."))
    answer = FileResponse(content, as_attachment=True, filename=held.row.name, content_type="application/octet-stream")
    answer["Content-Security-Policy"] = SEALED
    answer["Content-Length"] = str(held.row.size_bytes)
    return answer


def _not_given(request: Asked, number: int, name: str, because: str) -> HttpResponse:
    back = Way(
        title=_("Go back to the claim"), words=_("Its numbers may be enough."), url=f"/desk/claims/{number}",
        action=_("Read the claim"),
    )  # fmt: skip
    no = Refusal(title=name, said=_("This file is not handed out"), because=because, ways=(back,))
    return refuse(request, no, status=409)


def _refused(request: Asked, row: ClaimForCare, no: Refused) -> HttpResponse:
    if no.code is ClaimRefusal.CLAIM_ANSWERED:
        messages.error(request, _("Somebody else has answered this claim already."))
        return redirect("desk-claim", row.own.id)
    return _page(request, row, no)


def _row(request: Asked, number: int) -> ClaimForCare:
    found = claim_for_care(request.who, number)
    if found is None:
        raise Http404
    return found


def _page(request: Asked, row: ClaimForCare, no: Refused | None = None) -> HttpResponse:
    claimant = customer(who=request.who, number=row.organisation_number, at=request.at)
    site = request.POST.get("site", "") or request.GET.get("site", "")
    found, cannot = _granting(request, row, site)
    shown: dict[str, Any] = {
        "row": row, "word": _word(request, row), "found": found, "cannot": cannot, "site": site,
        "remarks": [
            (each, move_words.remark(each))
            for each in (found.remarks if found else ())
            if each.facts.get("claim") != row.own.id
        ],
        "sites": sites_of(claimant.id) if claimant else (), "why": request.POST.get("why", ""),
        "must_wait": row.heard_at is None and request.at.date() < row.may_grant_from,
        "refusal": _sentence(no) if no else "",
    }  # fmt: skip
    return render(request, "desk/claims/show.html", shown, status=409 if no else 200)


def _granting(request: Asked, row: ClaimForCare, site: str) -> tuple[Preview | None, str]:
    """What granting would do, or why it cannot be."""
    if row.own.answer is not None or not row.holder:
        return None, ""
    wish = Wish(
        kind=MoveKind.TRANSFER, serials=(row.own.serial,), to=row.organisation_number, site=_site(site)
    )  # fmt: skip
    try:
        return preview(who=request.who, wish=wish, at=request.at), ""
    except Refused as no:
        return None, move_words.refusal(no)


def _site(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _sentence(no: Refused) -> str:
    if no.code is ClaimRefusal.HOLDER_NOT_HEARD:
        facts = {"day": day_words(no.facts["day"])}  # type: ignore[arg-type]
        return _("Who has it was not heard, and may answer until %(day)s. Grant it after that.") % facts
    if isinstance(no.code, ClaimRefusal) and no.code in SENTENCES:
        return str(SENTENCES[no.code]) % no.facts
    return move_words.refusal(no)


def _word(request: Asked, row: ClaimForCare) -> tuple[str, str, str]:
    """Tone, icon and word of a claim at the desk."""
    if row.own.answer is not None:
        return {
            "granted": ("good", "circle-check", _("Granted")), "declined": ("bad", "circle-x", _("Declined")),
            "withdrawn": ("quiet", "circle-minus", _("Withdrawn")),
        }[row.own.answer.value]  # fmt: skip
    if not row.holder:
        return "quiet", "circle-minus", _("Nothing bears it")
    if row.is_theirs:
        return "quiet", "circle-minus", _("Theirs already")
    if row.heard_at:
        return "soon", "clock-alert", _("Both sides heard")
    if request.at.date() >= row.may_grant_from:
        return "soon", "clock-alert", _("Holder said nothing")
    return "wait", "clock", _("Holder is asked")


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name or request.who.email)
