"""Files on their way into a case, and out of it."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenure.cases.queries.files import StoredFile, file_of
from tenure.cases.words import CaseRefusal, Upload
from tenure.clock.queries import now
from tenure.entitlements.queries.rights import version_on
from tenure.kit.asked import Asked
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.kit.uploads import Limits, received
from tenure.portal.door import signed_in
from tenure.toolbox.refused import Refused

MEBIBYTE = 1024 * 1024
SEALED = "sandbox; default-src 'none'"


def limits(request: HttpRequest) -> Limits | None:
    """What one message of somebody signed in may bring, by the policy; visitors send no files."""
    if request.user.pk is None:
        return None
    cases = version_on(now().date()).policy.cases
    return Limits(most_files=cases.most_files, most_bytes=cases.largest_file_mebibytes * MEBIBYTE)


def words_of_limits(request: Asked) -> str:
    """What may be attached, in a sentence."""
    cases = version_on(request.at.date()).policy.cases
    return _(
        "Up to %(files)s files of %(size)s MiB each. Only you, your colleagues and the people who work on the case can"
        " open them."
    ) % {"files": cases.most_files, "size": cases.largest_file_mebibytes}


def uploads_of(request: Asked) -> tuple[Upload, ...]:
    """The files of the form.  Raises Refused: TOO_MANY_FILES, FILE_TOO_LARGE, with the limit of the policy."""
    came = received(request, "attached")
    cases = version_on(request.at.date()).policy.cases
    if came.too_large:
        raise Refused(CaseRefusal.FILE_TOO_LARGE, name=came.too_large, most_mebibytes=cases.largest_file_mebibytes)
    if came.too_many:
        raise Refused(CaseRefusal.TOO_MANY_FILES, most=cases.most_files)
    return tuple(Upload(name=file.name or "", chunks=file.chunks()) for file in came.files)


@require_safe
@signed_in
@never_cache
def file(request: Asked, number: str, file_id: int) -> HttpResponseBase:
    """One file of a case: taken down, never shown by the browser; not before it was scanned, and not if it harms."""
    found = file_of(who=request.who, number=number, file_id=file_id)
    if found is None:
        raise Http404
    if not found.row.may_be_taken_down:
        return _not_yet(request, number, found)
    try:
        content = default_storage.open(found.stored_as)
    except FileNotFoundError:
        return _gone(request, number, found)
    answer = FileResponse(content, as_attachment=True, filename=found.row.name, content_type="application/octet-stream")
    answer["Content-Security-Policy"] = SEALED
    answer["Content-Length"] = str(found.row.size_bytes)
    return answer


def _not_yet(request: Asked, number: str, found: StoredFile) -> HttpResponse:
    if found.row.scan == "infected":
        said, because = _("This file is not handed out"), _("because the scanner found something harmful in it.")
    else:
        said, because = _("This file cannot be taken down yet"), _("because it is still being scanned.")
    return refuse(request, _about(number, found, said, because), status=409)


def _gone(request: Asked, number: str, found: StoredFile) -> HttpResponse:
    said, because = _("This file cannot be taken down"), _("because it is missing from our storage.")
    return refuse(request, _about(number, found, said, because), status=409)


def _about(number: str, found: StoredFile, said: str, because: str) -> Refusal:
    back = Way(
        title=_("Go back to the case"), words=_("Write there if you need it."), url=f"/cases/{number}",
        action=_("Read the case"),
    )  # fmt: skip
    return Refusal(title=found.row.name, said=said, because=because, ways=(back,))
