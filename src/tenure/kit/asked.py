"""A request as every screen gets it."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest

from tenure.accounts.words import Who


class Asked(HttpRequest):
    """Who asks, and the instant of the installation's clock (aware, UTC): both put there by the middleware."""

    who: Who
    at: datetime


View = TypeVar("View", bound=Callable[..., object])


def outside_transactions(view: View) -> View:
    """Mark a view that must hold no lock while it works: its requests get no transaction, and no key is kept for them.

    Such a view is safe to repeat by itself.
    """
    view.outside_transactions = True  # type: ignore[attr-defined]
    return view
