"""Pages that say no: not ..., because ..., and what to do next."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out: what it is, what it takes, where it starts.  Already translated."""

    title: str
    words: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no with its reason.  said: the marked words; because: the rest of it; receipt: (name, value) pairs."""

    title: str
    said: str
    because: str
    ways: tuple[Way, ...] = ()
    receipt: tuple[tuple[str, str], ...] = ()


def refuse(request: HttpRequest, refusal: Refusal, status: int = 403) -> HttpResponse:
    """The refusal as a page; a status of 400 and up undoes what the request wrote."""
    return render(request, "kit/refusal.html", {"refusal": refusal}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read."""
    return _told(
        request, 400,
        title=_("This request could not be read"),
        said=_("Nothing was done"),
        because=_("because part of what was sent is missing or garbled."),
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person may not do this in any of their roles."""
    sign_in = Way(
        title=_("Sign in as somebody else"),
        words=_("Roles belong to an account. The owner of your organisation gives them."),
        url="/account/login/",
        action=_("Sign in"),
    )
    return _told(
        request, 403, sign_in,
        title=_("Not yours to open"),
        said=_("You cannot open this page"),
        because=_("because none of your roles includes it."),
    )  # fmt: skip


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not belong to this browser (Django's CSRF check)."""
    return _told(
        request, 403, Way(title=_("Open the page again and send the form once more")),
        title=_("This form is too old"),
        said=_("Nothing was done"),
        because=_("because the form was opened in another session, or your browser keeps no cookies."),
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing here, or nothing for this person: both read the same."""
    find = Way(
        title=_("Find a product"),
        words=_("Until when each release is supported, open to everyone."),
        url="/lifecycle",
        action=_("Product lifecycle"),
    )
    return _told(
        request, 404, find,
        title=_("Page not found"),
        said=_("There is nothing here for you"),
        because=_("because the address is mistyped, the page is gone, or it belongs to somebody else."),
    )  # fmt: skip


def _told(request: HttpRequest, status: int, *ways: Way, title: str, said: str, because: str) -> HttpResponse:
    """A refusal of the whole page; after its own ways out, the first page."""
    start = Way(title=_("Begin again"), words=_("The first page leads everywhere."), url="/", action=_("First page"))
    return refuse(request, Refusal(title=title, said=said, because=because, ways=(*ways, start)), status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours.  Needs neither the data base nor a session, since those may be what failed."""
    return HttpResponse(render_to_string("kit/fault.html"), status=500)
