"""A licence certificate as a PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tenure.entitlements import actions
from tenure.kit.asked import Asked
from tenure.outbox.rendering import spoken
from tenure.portal.door import signed_in
from tenure.toolbox.refused import Refused

LOOK_AGAIN_SECONDS = "2"


@require_safe
@signed_in
def show(request: Asked, number: str) -> HttpResponse:
    """The PDF in the reader's language; while the worker prints it, a page that looks again by itself."""
    language = spoken(get_language() or "en")
    try:
        pdf = actions.order_certificate(who=request.who, number=number, language=language, at=request.at)
    except Refused:
        raise Http404
    if pdf is None:
        answer = render(request, "portal/licences/printing.html", {"number": number}, status=202)
        answer["Refresh"] = LOOK_AGAIN_SECONDS
        return answer
    answer = HttpResponse(pdf, content_type="application/pdf")
    named = content_disposition_header(as_attachment=True, filename=f"certificate-{number}.pdf")
    answer["Content-Disposition"] = named or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
