"""One transaction a request, safe to repeat; who is asking, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from tenure.accounts.queries import who_has_token, who_is
from tenure.clock.queries import now
from tenure.journal import actions as journal
from tenure.journal.words import Kept
from tenure.kit import refusals
from tenure.kit.language import activate_for
from tenure.policy.queries import read_once as policy_read_once

Answer = Callable[[HttpRequest], HttpResponse]

FIELD = "request_key"
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
LONGEST_KEY = 200
LONGEST_BODY = 1024 * 1024  # a longer answer is not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A request's key: whose it is, what it is, and the digest of what is asked with it."""

    scope: str
    key: str
    fingerprint: bytes


def one_transaction(get_response: Answer) -> Answer:
    """Run the whole request in one transaction; a refused one (400 and up) leaves nothing behind.

    A request that changes things carries a key: forms a hidden field, the API a header.  The key is kept with the
    effects of the request: the same again waits for the first, gets its answer and does nothing; another request with
    a used key gets 422.  A page keeps its key when it answers with a redirect, the API when it answers with success:
    so a form that has done something must redirect.  allauth's pages are not kept, as their effects are the session's.
    Exceptions arrive here as answers (Django's and Ninja's handlers made them), so the status alone decides.
    A view marked by `kit.asked.outside_transactions` is left alone.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        view = _changing_view(request)
        if getattr(view, "outside_transactions", False):
            return get_response(request)
        with transaction.atomic(), policy_read_once():
            response = _once(request, get_response) if _needs_key(view) else get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response

    return answer


def who_and_when(get_response: Answer) -> Answer:
    """Put `request.who` and `request.at` on the request; nothing below the screens reads a clock."""

    def answer(request: HttpRequest) -> HttpResponse:
        language = _introduce(request)
        response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return answer


def _introduce(request: HttpRequest) -> str:
    """Say who asks and when, and choose the language; answers its code."""
    request.at = now()  # type: ignore[attr-defined]
    request.who = who_is(request.user.pk)  # type: ignore[attr-defined]
    return activate_for(request)


def _changing_view(request: HttpRequest) -> Callable[..., object] | None:
    """The view of a request that changes things; None for any other, and where there is no page."""
    if request.method not in UNSAFE:
        return None
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None


def _needs_key(view: Callable[..., object] | None) -> bool:
    if view is None or getattr(view, "repeats_safely", False):
        return False
    return not getattr(view, "__module__", "").startswith("allauth.")


def _once(request: HttpRequest, get_response: Answer) -> HttpResponse:
    key = request.headers.get(HEADER, "") or ("" if _is_api(request) else request.POST.get(FIELD, ""))
    if _is_api(request) and (not key or _has_dead_token(request)):
        return get_response(request)  # no key: the caller does not repeat itself; no live token: it gets no old answer
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        return _refuse(request, status=400, code="request_key_missing" if not key else "request_key_unusable")
    try:
        claim = Claim(scope=_scope(request), key=key, fingerprint=_fingerprint(request))
    except RequestDataTooBig:
        if not _is_api(request):
            raise
        return _refuse(request, status=413, code="body_too_large")
    kept = journal.claim(scope=claim.scope, key=key, fingerprint=claim.fingerprint, at=datetime.now(UTC))
    if kept is None:
        return _first(request, get_response, claim)
    if not kept.same:
        return _refuse(request, status=422, code="request_key_used")
    return _replay(kept)


def _first(request: HttpRequest, get_response: Answer, claim: Claim) -> HttpResponse:
    response = get_response(request)
    if not _had_effects(request, response):
        journal.drop(scope=claim.scope, key=claim.key)
        return response
    journal.keep(
        scope=claim.scope,
        key=claim.key,
        status=response.status_code,
        location=response.headers.get("Location", ""),
        content_type=response.headers.get("Content-Type", ""),
        body=response.content if _is_api(request) else b"",
    )
    return response


def _had_effects(request: HttpRequest, response: HttpResponseBase) -> bool:
    if not isinstance(response, HttpResponse):
        return False
    lowest = 200 if _is_api(request) else 300
    return lowest <= response.status_code < 400 and len(response.content) <= LONGEST_BODY


def _replay(kept: Kept) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type or None)
    if kept.location:
        response["Location"] = kept.location
    response[REPLAYED] = "true"
    return response


def _refuse(request: HttpRequest, *, status: int, code: str) -> HttpResponse:
    if _is_api(request):
        problem = {"type": f"/problems/{code}", "title": PROBLEMS[code], "status": status, "code": code}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    _introduce(request)  # the page greets whoever asks
    return refusals.refuse(request, _used() if code == "request_key_used" else _missing(), status=status)


def _missing() -> refusals.Refusal:
    return refusals.Refusal(
        title=_("This form cannot be sent"),
        said=_("Nothing was done"),
        because=_("because the form came without the mark that keeps it from being sent twice."),
        ways=(refusals.Way(title=_("Open the page again and send the form once more")),),
    )


def _used() -> refusals.Refusal:
    return refusals.Refusal(
        title=_("This form has been sent already"),
        said=_("Nothing more was done"),
        because=_("because the same form was sent before, with other words in it, and that took effect."),
        ways=(refusals.Way(title=_("Open the page again: it shows what was done, and takes your change")),),
    )


PROBLEMS = {
    "body_too_large": "The request is too large.",
    "request_key_unusable": f"The header {HEADER} must have at most {LONGEST_KEY} printable characters.",
    "request_key_used": f"The header {HEADER} has been used for another request: send a new one.",
}


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _has_dead_token(request: HttpRequest) -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return False
    found = who_has_token(secret, datetime.now(UTC))
    request.bearer = (secret, found)  # type: ignore[attr-defined]  # the API's door need not ask again
    return found is None


def _scope(request: HttpRequest) -> str:
    """Whose key it is.  A visitor is told by the secret of the forgery check: a session may begin between two tries."""
    token = request.headers.get("Authorization", "")
    if _is_api(request) and token:
        return f"token:{sha256(token.encode()).hexdigest()}"
    if request.user.pk is not None:
        return f"person:{request.user.pk}"
    visitor = request.COOKIES.get("csrftoken", "") or request.session.session_key or ""
    return f"visitor:{sha256(visitor.encode()).hexdigest()}"


def _fingerprint(request: HttpRequest) -> bytes:
    """SHA-256 of method, path and body; of a form its fields and files, without the keys that differ by page."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.method != "POST" or request.content_type not in FORMS:  # Django parses forms of POST alone
        digest.update(request.body)
        return digest.digest()
    for name in sorted(set(request.POST) - {FIELD, "csrfmiddlewaretoken"}):
        for value in request.POST.getlist(name):
            digest.update(_framed(name) + _framed(value))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(_framed(name) + _framed(file.name or "") + _framed(str(file.size)))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.digest()


def _framed(text: str) -> bytes:
    """The text with its length before it, so that no two different forms run together into the same bytes."""
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(8, "big") + raw
