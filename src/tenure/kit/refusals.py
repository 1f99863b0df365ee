"""Pages that say no: what was wrong, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "kit/refusal.html", {"code": "bad_request"}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "kit/refusal.html", {"code": "forbidden"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "kit/refusal.html", {"code": "not_found"}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "kit/refusal.html", {"code": "server_error"}, status=500)
