"""What every page needs, computed once a request."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    return {}
