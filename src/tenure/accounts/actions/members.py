"""Roles of people in an organisation: change, end, hand over."""

from datetime import datetime

from django.db import transaction

from tenure.accounts import letters
from tenure.accounts.actions.locks import begin, end, lock, lock_as_owner, open_memberships, refuse_without_owner
from tenure.accounts.models import Handover, Membership
from tenure.accounts.rules import roles_in
from tenure.accounts.words import AccountRefusal, OrganisationKind, Role, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused


@transaction.atomic
def change_role(*, who: Who, organisation_id: int, membership_id: int, role: Role, at: datetime, by: Actor) -> None:
    """Give a colleague another role instead of the one of `membership_id`.

    Refused: not_found, not_an_owner, last_owner, role_not_here.  The same role again changes nothing.  Source: D16.
    """
    organisation = lock_as_owner(who, organisation_id)
    membership = _membership(organisation_id, membership_id)
    if role not in roles_in(OrganisationKind(organisation.kind)):
        raise Refused(AccountRefusal.ROLE_NOT_HERE, role=role.value)
    if membership.role == role:
        return
    refuse_without_owner(membership)
    end(membership, at)
    begin(membership.person_id, organisation_id, role, at)
    record(
        verb="accounts.role_changed", subject=("person", str(membership.person_id)), at=at, by=by,
        facts={"from": membership.role, "to": role.value}, organisation_id=organisation_id,
    )  # fmt: skip


@transaction.atomic
def end_membership(*, who: Who, organisation_id: int, membership_id: int, at: datetime, by: Actor) -> None:
    """End one role of a colleague, or one's own: anyone may leave, but not the last owner.

    Refused: not_found, not_an_owner, last_owner.  Source: D16.
    """
    if not who.holds(organisation_id, *Role):
        raise Refused(AccountRefusal.NOT_FOUND)
    lock(organisation_id)
    membership = _membership(organisation_id, membership_id)
    if membership.person_id != who.person_id:
        lock_as_owner(who, organisation_id)
    refuse_without_owner(membership)
    end(membership, at)
    _drop_handovers_of(membership, at)
    record(
        verb="accounts.role_ended", subject=("person", str(membership.person_id)), at=at, by=by,
        facts={"role": membership.role}, organisation_id=organisation_id,
    )  # fmt: skip


def _membership(organisation_id: int, membership_id: int) -> Membership:
    found = open_memberships(organisation_id).filter(pk=membership_id).first()
    if found is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    return found


def _drop_handovers_of(membership: Membership, at: datetime) -> None:
    """An offer made or held by somebody who left is void."""
    waiting = Handover.objects.filter(organisation_id=membership.organisation_id, accepted_at=None, withdrawn_at=None)
    if membership.role == Role.OWNER:
        waiting.filter(giver_id=membership.person_id).update(withdrawn_at=at)
    if not open_memberships(membership.organisation_id).filter(person_id=membership.person_id).exists():
        waiting.filter(taker_id=membership.person_id).update(withdrawn_at=at)


@transaction.atomic
def offer_handover(*, who: Who, organisation_id: int, taker_id: int, at: datetime, by: Actor) -> int:
    """Offer one's ownership to a colleague, who is told by mail; the number of the offer.

    Refused: not_found, not_an_owner, handover_to_an_owner, handover_open.  Source: D16.
    """
    organisation = lock_as_owner(who, organisation_id)
    held = set(open_memberships(organisation_id).filter(person_id=taker_id).values_list("role", flat=True))
    if not held:
        raise Refused(AccountRefusal.NOT_FOUND)
    if Role.OWNER in held:
        raise Refused(AccountRefusal.HANDOVER_TO_AN_OWNER)
    if Handover.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None).exists():
        raise Refused(AccountRefusal.HANDOVER_OPEN)
    offer = Handover.objects.create(
        organisation=organisation, giver_id=who.person_id or 0, taker_id=taker_id, offered_at=at
    )
    record(
        verb="accounts.handover_offered", subject=("person", str(taker_id)), at=at, by=by,
        organisation_id=organisation_id,
    )  # fmt: skip
    letters.handover(taker=offer.taker, organisation=organisation, giver=who.name or who.email, at=at)
    return offer.pk


@transaction.atomic
def accept_handover(*, who: Who, organisation_id: int, handover_id: int, at: datetime, by: Actor) -> None:
    """Take the ownership: the taker becomes an owner; the giver stops being one and stays as a viewer at least.

    Refused: not_found for everybody but the taker, handover_ended.  Source: D16.
    """
    offer = _offer(who, organisation_id, handover_id)
    if offer.taker_id != who.person_id:
        raise Refused(AccountRefusal.NOT_FOUND)
    giver = open_memberships(organisation_id).filter(person_id=offer.giver_id, role=Role.OWNER).first()
    if giver is None or not open_memberships(organisation_id).filter(person_id=offer.taker_id).exists():
        raise Refused(AccountRefusal.HANDOVER_ENDED)
    begin(offer.taker_id, organisation_id, Role.OWNER, at)
    end(giver, at)
    if not open_memberships(organisation_id).filter(person_id=offer.giver_id).exists():
        kind = OrganisationKind(offer.organisation.kind)
        begin(offer.giver_id, organisation_id, roles_in(kind)[-1], at)
    offer.accepted_at = at
    offer.save(update_fields=["accepted_at"])
    record(
        verb="accounts.handover_accepted", subject=("person", str(offer.taker_id)), at=at, by=by,
        facts={"giver": offer.giver_id}, organisation_id=organisation_id,
    )  # fmt: skip


@transaction.atomic
def withdraw_handover(*, who: Who, organisation_id: int, handover_id: int, at: datetime, by: Actor) -> None:
    """Take back the offer (any owner), or decline it (the one it was made to).

    Refused: not_found, not_an_owner, handover_ended.  Source: D16.
    """
    offer = _offer(who, organisation_id, handover_id)
    if offer.taker_id != who.person_id:
        lock_as_owner(who, organisation_id)
    offer.withdrawn_at = at
    offer.save(update_fields=["withdrawn_at"])
    record(
        verb="accounts.handover_withdrawn", subject=("person", str(offer.taker_id)), at=at, by=by,
        organisation_id=organisation_id,
    )  # fmt: skip


def _offer(who: Who, organisation_id: int, handover_id: int) -> Handover:
    """The offer of an organisation of the person's, under the organisation's lock."""
    if not who.holds(organisation_id, *Role):
        raise Refused(AccountRefusal.NOT_FOUND)
    lock(organisation_id)
    offer = Handover.objects.filter(pk=handover_id, organisation_id=organisation_id).first()
    if offer is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    if offer.accepted_at or offer.withdrawn_at:
        raise Refused(AccountRefusal.HANDOVER_ENDED)
    return offer
