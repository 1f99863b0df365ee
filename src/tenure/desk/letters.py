"""Certificates and contact IDs sent once more; and what could not be printed or written as it should."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.accounts.words import LINKERS
from tenure.desk.door import staff
from tenure.desk.mail import READERS
from tenure.entitlements import actions
from tenure.entitlements.queries.letters import letters_given_up
from tenure.entitlements.words import EntitlementRefusal
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.papers.queries import missing_glyphs, papers_given_up
from tenure.toolbox.refused import Refused

SHOWN = 200


@require_safe
@staff(*READERS)
def papers(request: Asked) -> HttpResponse:
    """The worklist: characters without a font, documents that cannot be printed, letters that cannot be written."""
    return render(request, "desk/papers.html", {
        "glyphs": missing_glyphs(limit=SHOWN), "unprinted": papers_given_up(limit=SHOWN),
        "unwritten": letters_given_up(limit=SHOWN),
    })  # fmt: skip


@require_POST
@staff(*LINKERS)
def send_certificate(request: Asked, customer: str, number: str) -> HttpResponse:
    """Send a certificate to its owner again."""
    return _send(
        request, customer, lambda: actions.send_certificate(
            who=request.who, organisation_number=customer, number=number, at=request.at, by=_actor(request)
        ),
    )  # fmt: skip


@require_POST
@staff(*LINKERS)
def send_contact_id(request: Asked, customer: str, identifier: str) -> HttpResponse:
    """Send a contact ID to who holds it again."""
    return _send(
        request, customer, lambda: actions.send_contact_id(
            who=request.who, organisation_number=customer, identifier=identifier, at=request.at, by=_actor(request)
        ),
    )  # fmt: skip


def _send(request: Asked, customer: str, act: Callable[[], str]) -> HttpResponse:
    try:
        address = act()
    except Refused as refused:
        if refused.code is not EntitlementRefusal.OWNER_MISSING:
            raise Http404
        messages.error(request, _("Not sent: the certificate names no licence owner."))
    else:
        messages.success(request, _("It is on its way to %(address)s.") % {"address": address})
    return redirect("desk-customer", number=customer)


def _actor(request: Asked) -> Actor:
    return Actor(kind="person", id=str(request.who.person_id), name=request.who.name)
