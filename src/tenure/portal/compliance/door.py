"""What the pages of compliance do first: somebody is signed in, a policy is in force, a day is asked about."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tenure.accounts.words import Who
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.policy.words import Code
from tenure.portal.door import asked_day, signed_in
from tenure.toolbox.formats import in_zone
from tenure.toolbox.refused import Refused

View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """Only for people who signed in; what is not there and what is not theirs are the same 404."""

    @wraps(view)
    def answer(request: Asked, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as no:
            if no.code is Code.NO_VERSION:
                return _no_policy(request)
            if no.code.value == "not_found":
                raise Http404
            raise

    return never_cache(signed_in(answer))


def _no_policy(request: Asked) -> HttpResponse:
    said = Refusal(
        title=_("Not possible yet"),
        said=_("What is licensed cannot be worked out yet"),
        because=_("because the operator has put no business policy in force."),
        ways=(Way(title=_("See your licences"), words=_("What you own is listed there."), url="/licences",
                  action=_("See your licences")),),
    )  # fmt: skip
    return refuse(request, said, status=409)


def today(request: Asked) -> date:
    """The day it is for the reader."""
    return in_zone(request.at, chosen_zone(request)).date()


def day_asked(request: Asked) -> tuple[date, str]:
    """The day asked about, today if none is, and what is wrong with what was given."""
    on, readable = asked_day(request)
    fault = "" if readable else _("That day could not be read, so this is today. Write it as 2027-03-31.")
    return on or today(request), fault


def actor(who: Who) -> Actor:
    """The person asking, as the journal names them."""
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email)
