"""Asking a colleague in: a link with a secret, for one address, for a while."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower

from tenure.accounts import letters
from tenure.accounts.actions.locks import begin, lock, lock_as_owner, open_memberships
from tenure.accounts.actions.numbers import limits_at
from tenure.accounts.models import Invitation
from tenure.accounts.queries import has_verified
from tenure.accounts.rules import digest_of, roles_in
from tenure.accounts.words import AccountRefusal, OrganisationKind, Role, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

ADDRESS_LENGTH = 254


def tidy_address(email: str) -> str:
    """An e-mail address in small letters.  Refused: address_invalid."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(AccountRefusal.ADDRESS_INVALID, address=address[:ADDRESS_LENGTH])
    if len(address) > ADDRESS_LENGTH:
        raise Refused(AccountRefusal.ADDRESS_INVALID, address=address[:ADDRESS_LENGTH])
    return address


@transaction.atomic
def invite(*, who: Who, organisation_id: int, email: str, role: Role, at: datetime, by: Actor) -> str:
    """Ask somebody in by mail; the secret of the link, of which only the digest is kept.

    An expired invitation for the same address and role is replaced.
    Refused: not_found, not_an_owner, address_invalid, role_not_here, already_member, already_invited, no_policy.
    Source: D16.
    """
    organisation = lock_as_owner(who, organisation_id)
    address = tidy_address(email)
    if role not in roles_in(OrganisationKind(organisation.kind)):
        raise Refused(AccountRefusal.ROLE_NOT_HERE, role=role.value)
    held = open_memberships(organisation_id).filter(role=role).annotate(address=Lower("person__email"))
    if held.filter(address=address).exists():
        raise Refused(AccountRefusal.ALREADY_MEMBER, address=address)
    waiting = Invitation.objects.filter(
        organisation=organisation, role=role, email=address, accepted_at=None, withdrawn_at=None
    )
    waiting.filter(expires_at__lte=at).update(withdrawn_at=at)
    if waiting.exists():
        raise Refused(AccountRefusal.ALREADY_INVITED, address=address)
    expires_at = at + timedelta(days=limits_at(at).invitation_days)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        organisation=organisation, email=address, role=role, digest=digest_of(secret), invited_by_id=who.person_id or 0,
        invited_at=at, expires_at=expires_at,
    )  # fmt: skip
    record(
        verb="accounts.invited", subject=("address", address), at=at, by=by, facts={"role": role.value},
        organisation_id=organisation_id,
    )  # fmt: skip
    letters.invitation(
        address=address, organisation=organisation, host=who, secret=secret, expires_at=expires_at, at=at,
    )  # fmt: skip
    return secret


@transaction.atomic
def withdraw_invitation(*, who: Who, organisation_id: int, invitation_id: int, at: datetime, by: Actor) -> None:
    """Take an invitation back; its link stops working.  Refused: not_found, not_an_owner, invitation_ended."""
    lock_as_owner(who, organisation_id)
    found = Invitation.objects.filter(pk=invitation_id, organisation_id=organisation_id).first()
    if found is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    if found.accepted_at or found.withdrawn_at:
        raise Refused(AccountRefusal.INVITATION_ENDED)
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    record(
        verb="accounts.invitation_withdrawn", subject=("address", found.email), at=at, by=by,
        organisation_id=organisation_id,
    )  # fmt: skip


@transaction.atomic
def accept_invitation(*, who: Who, secret: str, at: datetime, by: Actor) -> int:
    """Join by an invitation's link; the organisation's id.  Only for who has verified the invited address.

    Refused: invitation_ended (unknown, withdrawn, taken or expired: these look the same),
    invitation_for_another_address.  Source: D16.
    """
    found = Invitation.objects.filter(digest=digest_of(secret)).first()
    if found is None:
        raise Refused(AccountRefusal.INVITATION_ENDED)
    lock(found.organisation_id)
    found.refresh_from_db()
    if found.accepted_at or found.withdrawn_at or found.expires_at <= at:
        raise Refused(AccountRefusal.INVITATION_ENDED)
    if who.person_id is None or not has_verified(who, found.email):
        raise Refused(AccountRefusal.INVITATION_FOR_ANOTHER_ADDRESS)
    found.accepted_at = at
    found.save(update_fields=["accepted_at"])
    begin(who.person_id, found.organisation_id, Role(found.role), at)
    record(
        verb="accounts.invitation_accepted", subject=("person", str(who.person_id)), at=at, by=by,
        facts={"role": found.role}, organisation_id=found.organisation_id,
    )  # fmt: skip
    return found.organisation_id
