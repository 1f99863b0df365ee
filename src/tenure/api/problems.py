"""RFC 9457: what went wrong, with a code that stays."""

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

TITLES = {
    "unauthenticated": "The request carries no valid token.",
    "scope_missing": "The token may not do this.",
    "not_found": "There is no such thing, or you may not see it.",
    "invalid": "The request has mistakes.",
    "bad_request": "The request cannot be read.",
}


class Problem(Exception):
    """An answer of 4xx.  code: stable; detail: one sentence; errors: (where, reason) pairs."""

    def __init__(self, status: int, code: str, detail: str = "", errors: list[tuple[str, str]] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors or []


def answer(problem: Problem) -> HttpResponse:
    """The problem as JSON; `type` is the code under a path of our own."""
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": TITLES.get(problem.code, problem.code),
        "status": problem.status,
        "code": problem.code,
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = [{"where": where, "reason": reason} for where, reason in problem.errors]
    response = HttpResponse(orjson.dumps(body), status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


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
        errors = [(".".join(str(part) for part in each["loc"]), str(each["msg"])) for each in error.errors]
        return answer(Problem(422, "invalid", errors=errors))

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(Problem(error.status_code, "bad_request", detail=str(error)))
