"""`tenure person add EMAIL --role ROLE [--organisation NAME]`: let somebody in."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from tenure.accounts.actions import add_person
from tenure.accounts.models import Person
from tenure.accounts.words import AccountRefusal, NewPerson, Role, StaffRole
from tenure.clock.queries import now
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused

ROLES: dict[str, Role | StaffRole] = {role.value: role for role in (*Role, *StaffRole)}
SENTENCES = {
    AccountRefusal.ADDRESS_INVALID: "the e-mail address is not one",
    AccountRefusal.NAME_NOT_LATIN: "the name has to be written in Latin letters",
    AccountRefusal.NAME_TOO_LONG: "the name is longer than 100 characters",
    AccountRefusal.ORGANISATION_NEEDED: "this role needs --organisation NAME (or its number)",
    AccountRefusal.ORGANISATION_UNKNOWN: "there is no organisation of this name or number",
    AccountRefusal.ORGANISATION_AMBIGUOUS: "several organisations have this name: give the number instead",
    AccountRefusal.ROLE_NOT_HERE: "this role does not exist in this kind of organisation",
}


class Command(BaseCommand):
    help = "Let somebody in, as one of the vendor's people or in an organisation; prints a link to set the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="add a person, or a further role of one")
        add.add_argument("email")
        add.add_argument("--role", required=True, choices=sorted(ROLES))
        add.add_argument("--organisation", default="", help="name or number; for a customer's or reseller's role")
        add.add_argument("--name", default="", help="their name, in Latin letters")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        new = NewPerson(
            email=options["email"],
            role=ROLES[options["role"]],
            organisation=options["organisation"],
            name=options["name"],
        )
        try:
            person_id = add_person(new=new, at=now(), by=COMMAND)
        except Refused as no:
            raise CommandError(f"Nothing was added: {SENTENCES[AccountRefusal(no.code)]}.")
        person = Person.objects.get(pk=person_id)
        self.stdout.write(f"{person.email} has the role {options['role']}.")
        if not person.has_usable_password():
            self.stdout.write(f"To set the password, once: {_link(person)}")


def _link(person: Person) -> str:
    """The link of a password's reset: it ends with its use, or after the policy's password_link_hours."""
    ends = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return str(settings.SITE_URL) + reverse("account_reset_password_from_key", kwargs=ends)
