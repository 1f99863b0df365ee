"""The paperwork's addresses: whoever proves to own one joins the organisation that named it, in that role."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from tenure.accounts.actions.locks import begin
from tenure.accounts.models import Contact, Person
from tenure.accounts.words import ContactDetails, Role
from tenure.journal.actions import record
from tenure.journal.words import Actor

# join: contacts that nobody has taken meet verified addresses; each contact is taken once, so a role that an owner
# has ended since does not come back.  Addresses of allauth are in small letters.
JOIN = """
WITH known AS (
    UPDATE accounts_contact c SET person_id = e.user_id
    FROM account_emailaddress e JOIN accounts_person p ON p.id = e.user_id AND p.is_active
    WHERE c.person_id IS NULL AND e.verified AND e.email = lower(c.email) AND {which}
    RETURNING c.person_id, c.organisation_id, c.role),
begun AS (
    INSERT INTO accounts_membership (person_id, organisation_id, role, began_at)
    SELECT DISTINCT person_id, organisation_id, role, %s::timestamptz FROM known
    ON CONFLICT (person_id, organisation_id, role) WHERE ended_at IS NULL DO NOTHING
    RETURNING person_id, organisation_id, role)
SELECT person_id, organisation_id, role FROM begun ORDER BY person_id, organisation_id, role
"""
JOIN_BY_ADDRESS = JOIN.format(which="e.user_id = %s AND lower(c.email) = %s")
JOIN_PERSON = JOIN.format(which="e.user_id = %s")
JOIN_CONTACTS = JOIN.format(which="c.id = ANY(%s)")


@transaction.atomic
def join_by_address(*, person_id: int, address: str, at: datetime, by: Actor) -> list[tuple[int, Role]]:
    """Join what names this address, if the person has verified it; the (organisation id, role) pairs that are new.

    Again is a no-op.  Source: D16, C4.
    """
    return [row[1:] for row in _join(JOIN_BY_ADDRESS, [person_id, address.lower(), at], at, by)]


@transaction.atomic
def join_by_any_address(*, person_id: int, at: datetime, by: Actor) -> list[tuple[int, Role]]:
    """The same for all verified addresses of the person, as asked at each sign-in."""
    return [row[1:] for row in _join(JOIN_PERSON, [person_id, at], at, by)]


@transaction.atomic
def join_known_contacts(*, contact_ids: Sequence[int], at: datetime, by: Actor) -> int:
    """Let people who verified their address before these contacts were imported join; how many roles are new.

    One statement, however many contacts; one journal entry a new role.  Source: D16.
    """
    return len(_join(JOIN_CONTACTS, [list(contact_ids), at], at, by))


def _join(
    statement: str, values: list[int | str | datetime | list[int]], at: datetime, by: Actor
) -> list[tuple[int, int, Role]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        begun = [(person, organisation, Role(role)) for person, organisation, role in cursor.fetchall()]
    for person, organisation, role in begun:
        record(
            verb="accounts.joined_by_address", subject=("person", str(person)), at=at, by=by,
            facts={"role": role.value}, organisation_id=organisation,
        )  # fmt: skip
    return begun


@transaction.atomic
def add_member(*, person_id: int, organisation_id: int, role: Role, why: str = "", at: datetime, by: Actor) -> bool:
    """Give a person a role that a room above has decided on; False if they hold it already.  Source: C4, D16."""
    made = begin(person_id, organisation_id, role, at)
    if made:
        record(
            verb="accounts.linked", subject=("person", str(person_id)), at=at, by=by, facts={"role": role.value},
            why=why, organisation_id=organisation_id,
        )  # fmt: skip
    return made


@transaction.atomic
def add_contact(
    *, organisation_id: int, role: Role, name: str, email: str, details: ContactDetails | None = None, at: datetime,
    by: Actor,
) -> int:  # fmt: skip
    """Name somebody as a contact, by word of who may: the contact's id.  A name that is held already stays.

    details: what is told of them now replaces what was known.

    Whoever has verified the address holds the role from now on, also if they held it before and lost it.
    email: tidied.  Source: D3, D16.
    """
    contact = Contact.objects.filter(organisation_id=organisation_id, role=role, email__iexact=email).first()
    if contact is None:
        contact = Contact.objects.create(organisation_id=organisation_id, role=role, name=name, email=email)
    told = {name: value for name, value in asdict(details or ContactDetails()).items() if value}
    if told:
        Contact.objects.filter(pk=contact.pk).update(**told)
    proven = EmailAddress.objects.filter(email=email, verified=True, user__is_active=True).first()
    if proven:
        Contact.objects.filter(pk=contact.pk).update(person_id=proven.user_id)
        add_member(person_id=proven.user_id, organisation_id=organisation_id, role=role, at=at, by=by)
    return int(contact.pk)


@transaction.atomic
def displace_unproven(*, address: str, person_id: int, at: datetime, by: Actor) -> None:
    """Remove claims on an address that others typed in and never proved, now that `person_id` proves it.

    A sign-up that never verified any address could never sign in: nothing hangs on it, and it goes.  Source: ours.
    """
    wanted = address.lower()
    EmailAddress.objects.filter(email=wanted, verified=False).exclude(user_id=person_id).delete()
    rivals = Person.objects.filter(email=wanted, last_login=None).exclude(pk=person_id)
    for rival in rivals.exclude(emailaddress__verified=True).filter(memberships=None, staff_roles=None):
        record(verb="accounts.sign_up_displaced", subject=("person", str(rival.pk)), at=at, by=by)
        rival.delete()
