"""Organisations, sites, people and who they are to each other.  No verbs here: see actions."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tenure.accounts.words import CustomerSize, OrganisationKind, Role, StaffRole, TeamTopic


class People(BaseUserManager["Person"]):
    """What Django's sign-in asks of a manager."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in.  The address is the name they sign in by."""

    email = models.TextField()
    name = models.TextField(blank=True, default="")
    language = models.TextField(default="en")
    zone = models.TextField(default="UTC")
    theme = models.TextField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(condition=Q(theme__in=["", "light", "dark"]), name="person_theme"),
        ]


class Organisation(models.Model):
    """A customer or a reseller.  Known by name and country; `number` is what people quote (`actions.take_numbers`).

    tax_identifier: checked for its country (`rules.tax_identifier`), or "".
    """

    number = models.TextField()
    name = models.TextField()
    country = models.TextField()
    kind = models.TextField(choices=[(k.value, k.value) for k in OrganisationKind])
    size = models.TextField(choices=[(s.value, s.value) for s in CustomerSize], default=CustomerSize.ENTERPRISE.value)
    language = models.TextField(default="en")
    tax_identifier = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="organisation_number_once"),
            models.UniqueConstraint(Lower("name"), F("country"), F("kind"), name="organisation_name_once"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="organisation_country"),
        ]


class Site(models.Model):
    """Where an organisation runs what it owns: its zone is the zone of its contracts."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    name = models.TextField()
    address = models.TextField(blank=True, default="")
    country = models.TextField()
    subdivision = models.TextField(blank=True, default="")
    zone = models.TextField()
    region = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(F("organisation"), Lower("name"), name="site_name_once")]


class Contact(models.Model):
    """A person as the paperwork names them: name and address in a role, whether or not they ever signed in."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contacts")
    role = models.TextField(choices=[(r.value, r.value) for r in Role])
    name = models.TextField()
    email = models.TextField()
    company = models.TextField(blank=True, default="", db_default="")
    address = models.TextField(blank=True, default="", db_default="")
    phone = models.TextField(blank=True, default="", db_default="")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="contacts")

    class Meta:
        constraints = [models.UniqueConstraint(F("organisation"), F("role"), Lower("email"), name="contact_once")]
        indexes = [models.Index(Lower("email"), name="contact_by_email")]


class Membership(models.Model):
    """A person holds a role in an organisation.  `ended_at` closes it; history stays."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.TextField(choices=[(r.value, r.value) for r in Role])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(ended_at=None), name="membership_once"
            ),
        ]


class StaffMembership(models.Model):
    """A person works for the vendor in a role."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="staff_roles")
    role = models.TextField(choices=[(r.value, r.value) for r in StaffRole])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], condition=Q(ended_at=None), name="staff_role_once"),
        ]


class Team(models.Model):
    """A queue of the vendor's people: one topic, in one region or everywhere (empty).  `slug` stays."""

    slug = models.SlugField(unique=True)
    name = models.TextField()
    topic = models.TextField(choices=[(t.value, t.value) for t in TeamTopic])
    region = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]


class TeamMembership(models.Model):
    """One of the vendor's people works in a team.  `ended_at` closes it; history stays."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="team_memberships")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "person"], condition=Q(ended_at=None), name="team_membership_once"),
        ]


class Invitation(models.Model):
    """An owner asks a colleague in.  Only the digest of the link's secret is kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.TextField()
    role = models.TextField(choices=[(r.value, r.value) for r in Role])
    digest = models.BinaryField(unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("organisation"), F("role"), Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None), name="invitation_open_once",
            ),
        ]  # fmt: skip


class Handover(models.Model):
    """The owner offers ownership of an organisation's account to a colleague, who accepts."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(accepted_at=None, withdrawn_at=None), name="handover_open_once"
            ),
        ]


class Token(models.Model):
    """An API token of a person.  Only the digest is kept; scopes narrow what the person may do."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.TextField()
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
