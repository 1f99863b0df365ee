"""The desk's door: staff only; for everybody else the page does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseBase

from tenure.accounts.words import StaffRole
from tenure.kit.asked import Asked

Rest = ParamSpec("Rest")
View = Callable[Concatenate[Asked, Rest], HttpResponseBase]


def staff(*roles: StaffRole) -> Callable[[View[Rest]], View[Rest]]:
    """Let in staff that hold one of `roles` (any staff when none is named); visitors are sent to sign in."""

    def door(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def entered(request: Asked, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            if request.who.person_id is None:
                return redirect_to_login(request.get_full_path())
            if not request.who.is_staff or (roles and not request.who.staff & set(roles)):
                raise Http404
            return view(request, *args, **kwargs)

        return entered

    return door
