"""The mailbox page: every message that went out or waits, newest first."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.accounts.words import StaffRole
from tenure.desk.door import staff
from tenure.kit.asked import Asked
from tenure.outbox import queries

PAGE = 50
READERS = (StaffRole.OPERATOR, StaffRole.MANAGER)  # letters hold links that let people in


@require_safe
@staff(*READERS)
def box(request: Asked) -> HttpResponse:
    """Mail by recipient, fifty a page; `before` is the number of the last letter of the page above."""
    wanted = request.GET.get("to", "")[:200].replace("\x00", "")
    before = request.GET.get("before", "")
    letters = queries.mailbox(
        limit=PAGE + 1, before=int(before) if before.isdecimal() and len(before) < 18 else None, recipient_like=wanted
    )
    shown = letters[:PAGE]
    older = f"?{urlencode({'to': wanted, 'before': shown[-1].id})}" if len(letters) > PAGE else ""
    return render(request, "desk/mail/box.html", {"letters": shown, "to": wanted, "older": older})


@require_safe
@staff(*READERS)
def show(request: Asked, number: int) -> HttpResponse:
    letter = queries.mail(number)
    if letter is None:
        raise Http404
    return render(request, "desk/mail/show.html", {"letter": letter})
