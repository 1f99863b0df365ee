"""A request as every screen gets it."""

from datetime import datetime

from django.http import HttpRequest

from tenure.accounts.words import Who


class Asked(HttpRequest):
    """Who asks, and the instant of the installation's clock (aware, UTC): both put there by the middleware."""

    who: Who
    at: datetime
