"""RFC 9457: what went wrong, with a code that stays."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

TITLES = {
    "unauthenticated": "The request carries no valid token.",
    "scope_missing": "The token may not do this.",
    "not_found": "There is no such thing, or you may not see it.",
    "invalid": "The request has mistakes.",
    "bad_request": "The request cannot be read.",
    "body_too_large": "The request is too large.",
    "method_not_allowed": "This address does not take this method.",
}
MEDIA_TYPE = "application/problem+json"
TAGS = frozenset({"technical", "care"})  # which of several shapes a body was read as
SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `code` stays; `title` and `detail` may change. Further members are facts of the code.",
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["not_found"]},
        "detail": {"type": "string", "description": "One sentence in the caller's language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "reason"],
                "properties": {"where": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request does nothing and gets the first answer.",
    "schema": {"type": "string", "maxLength": 200},
}


class Problem(Exception):
    """An answer of 4xx.  code: stable; detail: one sentence; errors: (where, reason) pairs; more: facts of the code."""

    def __init__(
        self, status: int, code: str, detail: str = "", errors: list[tuple[str, str]] | None = None, *,
        title: str = "", more: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(code)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors or []
        self.title = title or TITLES.get(code, code)
        self.more = dict(more or {})


def described(*statuses: int, keyed: bool = False) -> dict[str, Any]:
    """What an operation's description adds: its problems, 401 among them; keyed: the header that makes it repeatable.

    Source: ours.
    """
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told: dict[str, Any] = {
        "responses": {
            str(status): {"description": HTTPStatus(status).phrase, "content": problem} for status in (401, *statuses)
        }
    }
    return {**told, "parameters": [KEY]} if keyed else told


def answer(problem: Problem) -> HttpResponse:
    """The problem as JSON; `type` is the code under a path of our own."""
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        **problem.more,
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = [{"where": where, "reason": reason} for where, reason in problem.errors]
    response = HttpResponse(orjson.dumps(body), status=problem.status, content_type=MEDIA_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _place(loc: Sequence[object]) -> str:
    """Where in what was sent a mistake is: "body.severity"; the names that only our code knows are left out."""
    first, *rest = (str(part) for part in loc)
    if first == "body":
        rest = rest[1:]  # the parameter that takes the body
        if len(rest) > 1 and rest[0] in TAGS:
            rest = rest[1:]
    return ".".join([first, *rest])


def install(api: NinjaAPI) -> None:
    """Make every refusal of the API a problem."""

    @api.exception_handler(Problem)
    def told(request: HttpRequest, problem: Problem) -> HttpResponse:
        return answer(problem)

    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(Problem(401, "unauthenticated"))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [(_place(each["loc"]), str(each["msg"])) for each in error.errors]
        return answer(Problem(422, "invalid", errors=errors))

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return answer(Problem(413, "body_too_large"))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(Problem(error.status_code, "bad_request", detail=str(error)))
