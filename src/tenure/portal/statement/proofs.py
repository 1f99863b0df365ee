"""A proof for the customer's people, and the public page on which anybody checks number and digest."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenure.entitlements.actions import proving
from tenure.entitlements.queries.proofs import proof, verified
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words.statement import ProofRow, canonical
from tenure.kit.asked import Asked
from tenure.outbox.rendering import spoken
from tenure.portal.joining.door import door
from tenure.portal.licences.views import level_names
from tenure.portal.statement.views import as_paper

LONGEST = 200


@door
@require_safe
def show(request: Asked, number: str) -> HttpResponse:
    """What the proof says, its digest, and where it is checked."""
    row = _row(request, number)
    levels = level_names(version_on(row.as_of))
    owned = [
        {
            **each, "level_name": levels.get(each["level"], each["level"]),
            "last": date.fromisoformat(each["last_covered_day"]) if each["last_covered_day"] else None,
        }
        for each in row.said["owned"]
    ]  # fmt: skip
    digest = [row.digest[place : place + 8] for place in range(0, len(row.digest), 8)]
    return render(request, "portal/statement/proof.html", {"row": row, "owned": owned, "digest": digest})


@door
@require_safe
def paper(request: Asked, number: str) -> HttpResponse:
    """The proof as a signed PDF."""
    row = _row(request, number)
    language = spoken(get_language() or "en")
    pdf = proving.order_proof(who=request.who, number=row.number, language=language, at=request.at)
    return as_paper(request, pdf, name=f"proof-{row.number}.pdf", back=reverse("proof", args=[row.number]))


@door
@require_safe
def facts(request: Asked, number: str) -> HttpResponse:
    """The very bytes that the digest is of, to be checked with any program."""
    row = _row(request, number)
    answer = HttpResponse(canonical(row.said), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="proof-{row.number}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@require_safe
def verify(request: Asked, number: str) -> HttpResponse:
    """Open to anyone: whether number and digest belong together, and of which day it speaks; nothing else."""
    digest = request.GET.get("digest", "")[:LONGEST]
    found = verified(number=number[:LONGEST], digest=digest) if digest.strip() else None
    shown = {"number": number[:LONGEST].upper(), "digest": digest, "asked": bool(digest.strip()), "found": found}
    return render(request, "portal/statement/verify.html", shown)


def _row(request: Asked, number: str) -> ProofRow:
    found = proof(who=request.who, number=number)
    if found is None:
        raise Http404
    return found
