"""Who calls: a bearer token, its person and its scopes.  Deny by default."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from tenure.accounts.queries import who_has_token
from tenure.accounts.words import Scope, Who
from tenure.api.problems import Problem
from tenure.clock.queries import real_now


class Bearer(HttpBearer):
    """A token made by its person or by `tenure token add`; scopes narrow what the person may do."""

    def authenticate(self, request: HttpRequest, token: str) -> tuple[Who, frozenset[Scope]] | None:
        asked, found = getattr(request, "bearer", ("", None))
        return found if found is not None and asked == token else who_has_token(token, at=real_now())


def reader(request: HttpRequest, scope: Scope) -> Who:
    """The person behind the token, if it carries the scope; a problem otherwise."""
    allowed: tuple[Who, frozenset[Scope]] = request.auth  # type: ignore[attr-defined]  # set by Ninja
    who, scopes = allowed
    if scope not in scopes:
        raise Problem(403, "scope_missing", detail=f"This needs a token with the scope {scope.value}.")
    return who
