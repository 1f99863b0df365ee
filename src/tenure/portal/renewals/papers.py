"""Acceptance on paper: recorded by the vendor's people, read and objected to by the customer."""

from datetime import date

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.kit.asked import Asked
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.kit.uploads import received, takes_files
from tenure.policy.queries import policy_on_or_first
from tenure.portal.cases.files import MEBIBYTE, SEALED, limits
from tenure.portal.joining.door import asking, door
from tenure.portal.renewals.views import page_of, refused, row_of
from tenure.renewals.actions import papers as actions
from tenure.renewals.queries.papers import SignedRow, signed_paper
from tenure.renewals.queries.sides import may_sell
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault, Upload


@takes_files(limits)
@door
@require_POST
def sign(request: Asked, number: str) -> HttpResponse:
    """The customer has signed the document: who, when, and the scan."""
    row = row_of(request, number)
    if not may_sell(request.who):
        raise Http404
    typed = {name: request.POST.get(name, "")[:300] for name in ("signed_by", "signed_on")}
    try:
        day = date.fromisoformat(typed["signed_on"].strip())
    except ValueError:
        return page_of(request, row, fault=_("Write the day as 2027-03-31."), typed=typed)
    try:
        actions.record_signature(
            number=row.number, signed_by=typed["signed_by"], signed_on=day, uploads=_uploads(request),
            **asking(request),
        )  # fmt: skip
    except Refused as no:
        return refused(request, row, no, typed=typed)
    messages.success(request, _("It is recorded. The customer was written to, and can object."))
    return redirect("quote", row.number)


@door
@require_POST
def dispute(request: Asked, number: str) -> HttpResponse:
    """It was not so."""
    row = row_of(request, number)
    why = request.POST.get("why", "")
    try:
        actions.dispute_signature(number=row.number, why=why, **asking(request))
    except Refused as no:
        return refused(request, row, no, why)
    messages.success(request, _("Your objection is kept: nothing is ordered until this is settled."))
    return redirect("quote", row.number)


@door
@require_POST
def end_dispute(request: Asked, number: str) -> HttpResponse:
    """It was right after all."""
    row = row_of(request, number)
    try:
        actions.end_dispute(number=row.number, **asking(request))
    except Refused as no:
        return refused(request, row, no)
    messages.success(request, _("Your objection is taken back. The quote can be ordered."))
    return redirect("quote", row.number)


@door
@require_safe
def file(request: Asked, number: str) -> HttpResponseBase:
    """The signed paper: taken down, never shown by the browser; not before it was scanned, and not if it harms."""
    row = row_of(request, number)
    paper = signed_paper(who=request.who, row=row)
    if paper is None:
        raise Http404
    if not paper.may_be_taken_down:
        harms = paper.scan == "infected"
        because = (
            _("because the scanner found something harmful in it.")
            if harms
            else _("because it is still being scanned.")
        )
        return _not_given(request, row.number, paper, because)
    try:
        content = default_storage.open(paper.stored_as)
    except FileNotFoundError:
        return _not_given(request, row.number, paper, _("because it is missing from our storage."))
    answer = FileResponse(content, as_attachment=True, filename=paper.name, content_type="application/octet-stream")
    answer["Content-Security-Policy"] = SEALED
    answer["Content-Length"] = str(paper.size_bytes)
    return answer


def _uploads(request: Asked) -> tuple[Upload, ...]:
    """The scan.  Raises Refused: FILE_TOO_LARGE, TOO_MANY_FILES."""
    came = received(request, "paper")
    if came.too_large:
        most = policy_on_or_first(request.at.date()).policy.cases.largest_file_mebibytes
        raise Refused(FileFault.FILE_TOO_LARGE, name=came.too_large, most_mebibytes=most)
    if came.too_many or len(came.files) > 1:
        raise Refused(FileFault.TOO_MANY_FILES, most=1)
    return tuple(Upload(name=file.name or "", chunks=file.chunks(MEBIBYTE)) for file in came.files)


def _not_given(request: Asked, number: str, paper: SignedRow, because: str) -> HttpResponse:
    back = Way(
        title=_("Go back to the quote"), words=_("It says who signed, and when."), url=f"/renewals/quotes/{number}",
        action=_("Read the quote"),
    )  # fmt: skip
    said = _("This file cannot be taken down")
    return refuse(request, Refusal(title=paper.name, said=said, because=because, ways=(back,)), status=409)
