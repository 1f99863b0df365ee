"""API tokens: printed once, kept as a digest."""

import secrets
from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from tenure.accounts.actions.numbers import limits_at
from tenure.accounts.models import Person, Token
from tenure.accounts.rules import NAME_LENGTH, SECRET_PREFIX, digest_of
from tenure.accounts.words import AccountRefusal, Scope, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused


@transaction.atomic
def add_token(
    *, person_id: int, name: str, scopes: Collection[Scope], expires_at: datetime | None, at: datetime, by: Actor
) -> str:
    """Make an API token of a person; its secret, which nobody can see again.

    expires_at: a real instant; None: until revoked.
    Refused: not_found, token_name_missing, name_too_long, scope_missing, too_many_tokens, no_policy.
    Source: ours.
    """
    label = " ".join(name.split())
    if not label:
        raise Refused(AccountRefusal.TOKEN_NAME_MISSING)
    if len(label) > NAME_LENGTH:
        raise Refused(AccountRefusal.NAME_TOO_LONG)
    if not scopes:
        raise Refused(AccountRefusal.SCOPE_MISSING)
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id, is_active=True).first()
    if person is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    most = limits_at(at).tokens_a_person
    if Token.objects.filter(person=person, revoked_at=None).count() >= most:
        raise Refused(AccountRefusal.TOO_MANY_TOKENS, most=most)
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    given = sorted({scope.value for scope in scopes})
    token = Token.objects.create(
        person=person, name=label, digest=digest_of(secret), scopes=given, created_at=at, expires_at=expires_at
    )
    record(
        verb="accounts.token_added", subject=("token", str(token.pk)), at=at, by=by,
        facts={"person": person.pk, "scopes": [*given]},
    )  # fmt: skip
    return secret


@transaction.atomic
def revoke_token(*, who: Who, token_id: int, at: datetime, by: Actor) -> None:
    """End one's own token at once.  Refused: not_found for another's, a missing or a revoked one."""
    found = Token.objects.filter(pk=token_id, person_id=who.person_id or 0, revoked_at=None).update(revoked_at=at)
    if not found:
        raise Refused(AccountRefusal.NOT_FOUND)
    record(verb="accounts.token_revoked", subject=("token", str(token_id)), at=at, by=by)


def person_at(email: str) -> int:
    """The id of the person who verified this address.  Refused: person_unknown."""
    found = EmailAddress.objects.filter(email=email.strip().lower(), verified=True).first()
    if found is None:
        raise Refused(AccountRefusal.PERSON_UNKNOWN, address=email)
    return int(found.user_id)
