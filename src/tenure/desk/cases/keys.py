"""Single keys at the desk: the list of them, and the switch that turns them off in this browser."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tenure.desk.cases.asked import way_back
from tenure.desk.door import staff
from tenure.kit.asked import Asked
from tenure.kit.language import COOKIE_SECONDS

COOKIE = "desk_keys"
KEYS = (
    ("j", _("Next case of the list")),
    ("k", _("Case before")),
    ("o", _("Open the case")),
    ("t", _("Take the case")),
    ("r", _("Reply")),
    ("n", _("Internal note")),
    ("g", _("Give the case to a colleague")),
    ("/", _("Find")),
    ("?", _("This list")),
)


def keys_are_on(request: Asked) -> bool:
    """Whether this browser listens to single keys; it does until somebody turns them off.  Source: ours."""
    return request.COOKIES.get(COOKIE, "on") != "off"


@require_safe
@staff()
def show(request: Asked) -> HttpResponse:
    """All keys, and the switch."""
    return render(request, "desk/cases/keys.html", {"rows": KEYS, "keys": keys_are_on(request)})


@require_POST
@staff()
def switch(request: Asked) -> HttpResponse:
    """Turn single keys on or off in this browser."""
    answer = redirect(way_back(request, "desk-keys"))
    word = "off" if request.POST.get("keys") == "off" else "on"
    answer.set_cookie(
        COOKIE, word, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer
