"""People: their profile, those whom the operator lets in, and those whom customer care links."""

from datetime import datetime
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from tenure.accounts.actions.invitations import tidy_address
from tenure.accounts.actions.joining import displace_unproven, join_by_address
from tenure.accounts.actions.locks import begin, lock
from tenure.accounts.models import Organisation, Person, StaffMembership
from tenure.accounts.rules import name_fault, roles_in, tidy_name
from tenure.accounts.words import (
    LINKERS,
    AccountRefusal,
    NewPerson,
    OrganisationKind,
    Profile,
    Role,
    StaffRole,
    Who,
)
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

THEMES = ("", "light", "dark")


def check_profile(profile: Profile) -> Profile:
    """The profile with its name tidied.

    Refused: name_missing, name_too_long, name_not_latin, language_unknown, zone_unknown, theme_unknown.  Source: D9.
    """
    name = tidy_name(profile.name)
    fault = name_fault(name)
    if fault:
        raise Refused(fault)
    if profile.language not in dict(settings.LANGUAGES):
        raise Refused(AccountRefusal.LANGUAGE_UNKNOWN, language=profile.language)
    if profile.zone not in available_timezones():
        raise Refused(AccountRefusal.ZONE_UNKNOWN, zone=profile.zone)
    if profile.theme not in THEMES:
        raise Refused(AccountRefusal.THEME_UNKNOWN, theme=profile.theme)
    return Profile(name=name, language=profile.language, zone=profile.zone, theme=profile.theme)


@transaction.atomic
def update_profile(*, who: Who, profile: Profile, at: datetime, by: Actor) -> None:
    """Change one's own name, language, zone and theme.  Refused: as `check_profile`; not_found for a visitor."""
    wanted = check_profile(profile)
    person = Person.objects.select_for_update().filter(pk=who.person_id or 0).first()
    if person is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    fields = ("name", "language", "zone", "theme")
    changed = [field for field in fields if getattr(person, field) != getattr(wanted, field)]
    if not changed:
        return
    for field in changed:
        setattr(person, field, getattr(wanted, field))
    person.save(update_fields=changed)
    record(
        verb="accounts.profile_changed", subject=("person", str(person.pk)), at=at, by=by, facts={"fields": [*changed]}
    )


@transaction.atomic
def add_person(*, new: NewPerson, at: datetime, by: Actor) -> int:
    """Let somebody in, by the word of the operator: their address counts as verified; the person's id.

    A person who exists gets the further role; the same again changes nothing.  They cannot sign in before they set
    a password.  Refused: address_invalid, name_*, organisation_needed, organisation_unknown, organisation_ambiguous,
    role_not_here.  Source: D16.
    """
    address = tidy_address(new.email)
    organisation = _organisation(new) if isinstance(new.role, Role) else None
    person = _person(address, new, at, by)
    if isinstance(new.role, StaffRole):
        _, made = StaffMembership.objects.get_or_create(
            person=person, role=new.role, ended_at=None, defaults={"began_at": at}
        )
    else:
        assert organisation is not None  # noqa: S101  # _organisation refuses instead
        made = begin(person.pk, organisation.pk, new.role, at)
    if made:
        record(
            verb="accounts.role_given", subject=("person", str(person.pk)), at=at, by=by,
            facts={"role": new.role.value}, organisation_id=organisation.pk if organisation else None,
        )  # fmt: skip
    join_by_address(person_id=person.pk, address=address, at=at, by=by)
    return person.pk


def _organisation(new: NewPerson) -> Organisation:
    if not new.organisation:
        raise Refused(AccountRefusal.ORGANISATION_NEEDED, role=new.role.value)
    found = list(Organisation.objects.filter(number=new.organisation)[:2])
    found = found or list(Organisation.objects.filter(name__iexact=new.organisation)[:2])
    if not found:
        raise Refused(AccountRefusal.ORGANISATION_UNKNOWN, organisation=new.organisation)
    if len(found) > 1:
        raise Refused(AccountRefusal.ORGANISATION_AMBIGUOUS, organisation=new.organisation)
    if new.role not in roles_in(OrganisationKind(found[0].kind)):
        raise Refused(AccountRefusal.ROLE_NOT_HERE, role=new.role.value)
    return found[0]


def _person(address: str, new: NewPerson, at: datetime, by: Actor) -> Person:
    proven = EmailAddress.objects.filter(email=address, verified=True).select_related("user").first()
    if proven:
        return Person.objects.get(pk=proven.user_id)
    name = tidy_name(new.name)
    fault = name_fault(name) if name else None
    if fault:
        raise Refused(fault)
    displace_unproven(address=address, person_id=0, at=at, by=by)
    person = Person(email=address, name=name, language=new.language, joined_at=at)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
            EmailAddress.objects.create(user_id=person.pk, email=address, verified=True, primary=True)
    except IntegrityError:  # somebody added the same address at this moment
        raise Refused(AccountRefusal.ADDRESS_INVALID, address=address)
    record(verb="accounts.person_added", subject=("person", str(person.pk)), at=at, by=by)
    return person


@transaction.atomic
def link_person(*, who: Who, email: str, organisation_id: int, role: Role, why: str, at: datetime, by: Actor) -> None:
    """Customer care links somebody who signed up to an organisation, with a reason.

    Refused: not_found for everybody but care agents and operators, person_unknown, role_not_here.  Source: C4.
    """
    if not who.staff & LINKERS:
        raise Refused(AccountRefusal.NOT_FOUND)
    organisation = lock(organisation_id)
    address = EmailAddress.objects.filter(email=tidy_address(email), verified=True).first()
    if address is None:
        raise Refused(AccountRefusal.PERSON_UNKNOWN)
    if role not in roles_in(OrganisationKind(organisation.kind)):
        raise Refused(AccountRefusal.ROLE_NOT_HERE, role=role.value)
    if begin(address.user_id, organisation_id, role, at):
        record(
            verb="accounts.linked", subject=("person", str(address.user_id)), at=at, by=by,
            facts={"role": role.value}, why=why, organisation_id=organisation_id,
        )  # fmt: skip
