"""What every portal page asks first: is somebody signed in, and about which day is the question."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase

from tenure.kit.asked import Asked

Rest = ParamSpec("Rest")
View = Callable[Concatenate[Asked, Rest], HttpResponseBase]

FIRST_YEAR, LAST_YEAR = 1980, 2200


def signed_in(view: View[Rest]) -> View[Rest]:
    """Visitors are sent to sign in and come back."""

    @wraps(view)
    def entered(request: Asked, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if request.who.person_id is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return entered


def asked_day(request: Asked) -> tuple[date | None, bool]:
    """The day asked about (`on`, ISO) and whether what was given could be read; None means today."""
    given = request.GET.get("on", "").strip()
    if not given:
        return None, True
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None, False
    return (day, True) if FIRST_YEAR <= day.year <= LAST_YEAR else (None, False)
