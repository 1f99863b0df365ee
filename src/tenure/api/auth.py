"""Who calls the API: a bearer token of a person, narrowed by its scopes."""

from datetime import UTC, datetime

from django.http import HttpRequest
from ninja.security import HttpBearer

from tenure.accounts.queries import who_has_token
from tenure.accounts.words import AccountRefusal, Scope, Who
from tenure.toolbox.refused import Refused


class Bearer(HttpBearer):
    """`auth=Bearer(Scope.CASES_READ)`: the person of the token, who becomes `request.who`.

    An unknown, revoked or expired token is no sign-in (401).  Refused: scope_missing, with the scope that it takes.
    Tokens end in real time, also in a sandbox whose clock was moved.  One query.  Source: ours.
    """

    def __init__(self, *needed: Scope) -> None:
        super().__init__()
        self.needed = frozenset(needed)

    def authenticate(self, request: HttpRequest, token: str) -> Who | None:
        found = who_has_token(token, datetime.now(UTC))
        if found is None:
            return None
        who, scopes = found
        missing = self.needed - scopes
        if missing:
            raise Refused(AccountRefusal.SCOPE_MISSING, scope=min(missing).value)
        vars(request).update(who=who, scopes=scopes)
        return who
