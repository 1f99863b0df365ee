"""What every page of joining does first and last: sign in, never be cached, tell a stranger that nothing is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tenure.accounts.words import Who
from tenure.entitlements.queries.joining import Place, place_of
from tenure.journal.words import Actor
from tenure.kit.asked import Asked
from tenure.kit.refusals import Refusal, Way, refuse
from tenure.policy.words import Code
from tenure.portal.door import signed_in
from tenure.toolbox.refused import Refused

View = Callable[..., HttpResponseBase]
NOT_FOUND = "not_found"


def actor(who: Who) -> Actor:
    """The person asking, as the journal names them."""
    return Actor(kind="person", id=str(who.person_id), name=who.name or who.email)


def asking(request: Asked) -> dict[str, Any]:
    """Who asks, when, and how the journal names them: the arguments that every action takes."""
    return {"who": request.who, "at": request.at, "by": actor(request.who)}


def door(view: Callable[..., HttpResponseBase]) -> View:
    """Only for people who signed in; what is not there and what is not theirs are the same 404."""

    @wraps(view)
    def answer(request: Asked, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as no:
            if no.code.value == NOT_FOUND:
                raise Http404
            if no.code is Code.NO_VERSION:
                return refuse(request, _no_policy(), status=409)
            raise

    return never_cache(signed_in(answer))


def _no_policy() -> Refusal:
    return Refusal(
        title=_("Not possible yet"),
        said=_("Numbers cannot be read yet"),
        because=_("because the operator has put no business policy in force."),
        ways=(Way(title=_("Ask a colleague to invite you"), words=_("The owner of your account can do that today.")),),
    )


def entered(request: Asked, number: str, *, to_decide: bool) -> Place:
    """The organisation of that number, if the person may see its people, or decide on them.  Raises Http404."""
    place = None if "\0" in number else place_of(request.who, number)
    if place is None or (to_decide and not place.may_decide):
        raise Http404
    return place
