"""Who may change an organisation's people, asked under the lock that makes the answer hold until commit."""

from datetime import datetime

from django.db.models import QuerySet

from tenure.accounts.models import Membership, Organisation
from tenure.accounts.words import AccountRefusal, Role, Who
from tenure.toolbox.refused import Refused


def lock(organisation_id: int) -> Organisation:
    """The organisation, locked against any other change of its people.  Refused: not_found.

    NO KEY UPDATE, so that imports which only refer to the organisation do not wait.
    """
    found = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation_id).first()
    if found is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    return found


def lock_as_owner(who: Who, organisation_id: int) -> Organisation:
    """The organisation, locked, if the person is its owner now; what the request thought of them is not enough.

    Refused: not_found for those who hold no role there, not_an_owner for the others.
    """
    if not who.holds(organisation_id, *Role):  # a stranger neither waits for the lock nor makes others wait
        raise Refused(AccountRefusal.NOT_FOUND)
    organisation = lock(organisation_id)
    held = set(open_memberships(organisation_id).filter(person_id=who.person_id or 0).values_list("role", flat=True))
    if not held:
        raise Refused(AccountRefusal.NOT_FOUND)
    if Role.OWNER not in held:
        raise Refused(AccountRefusal.NOT_AN_OWNER, organisation=organisation.name)
    return organisation


def open_memberships(organisation_id: int) -> QuerySet[Membership]:
    """Roles held now in an organisation."""
    return Membership.objects.filter(organisation_id=organisation_id, ended_at=None)


def refuse_without_owner(membership: Membership) -> None:
    """Refused: last_owner, if ending this membership leaves the organisation with nobody to manage it."""
    if membership.role != Role.OWNER:
        return
    others = open_memberships(membership.organisation_id).filter(role=Role.OWNER, person__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(AccountRefusal.LAST_OWNER)


def end(membership: Membership, at: datetime) -> None:
    """Close a role; the row stays as history."""
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])


def begin(person_id: int, organisation_id: int, role: Role, at: datetime) -> bool:
    """Give a role, once; False if the person holds it already."""
    _, made = Membership.objects.get_or_create(
        person_id=person_id, organisation_id=organisation_id, role=role, ended_at=None, defaults={"began_at": at}
    )
    return made
