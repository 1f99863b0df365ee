"""Whose the cases are: customers, their contacts, and the agents who worked on them; found, or made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection

from tenure.accounts.actions import join_known_contacts, take_numbers
from tenure.accounts.models import Person, StaffMembership
from tenure.accounts.words import Role, StaffRole
from tenure.cases.intake.words import Counts, Customer, Given
from tenure.journal.words import Actor
from tenure.policy.words import IdentifierFormat

UNKNOWN_COUNTRY = "ZZ"  # ISO 3166 leaves it to its users
AGENT_DOMAIN = "import.invalid"  # RFC 2606: nobody has an address there

# known: organisations by name, and by country where one is said; of several the first
KNOWN = """
SELECT asked.place, (SELECT o.id FROM accounts_organisation o
                     WHERE lower(o.name) = lower(asked.name) AND o.kind = 'customer'
                       AND asked.country IN ('', o.country) ORDER BY o.id LIMIT 1)
FROM unnest(%s::int[], %s::text[], %s::text[]) AS asked(place, name, country)
"""
MAKE = """
INSERT INTO accounts_organisation (number, name, country, kind, size, language)
SELECT *, 'customer', 'enterprise', 'en' FROM unnest(%s::text[], %s::text[], %s::text[])
RETURNING id
"""
# contacts: those that are new are made; all come back
CONTACTS = """
WITH asked AS (SELECT DISTINCT organisation_id, email FROM unnest(%s::bigint[], %s::text[]) a(organisation_id, email)),
made AS (
    INSERT INTO accounts_contact (organisation_id, role, name, email)
    SELECT organisation_id, %s, split_part(email, '@', 1), email FROM asked
    ON CONFLICT (organisation_id, role, lower(email)) DO NOTHING RETURNING id
)
SELECT array_agg(id) FROM made
"""
PERSONS = """
SELECT k.organisation_id, lower(k.email), k.person_id FROM accounts_contact k
JOIN unnest(%s::bigint[], %s::text[]) asked(organisation_id, email)
  ON asked.organisation_id = k.organisation_id AND asked.email = lower(k.email)
WHERE k.person_id IS NOT NULL
"""


@dataclass(slots=True)
class People:
    """What has been found or made so far, by what the file calls it.

    given: the customers' file.  organisations: ids by customer.  agents: persons' ids by agent.
    """

    form: IdentifierFormat
    at: datetime
    by: Actor
    counts: Counts
    given: dict[str, Customer] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    agents: dict[str, int] = field(default_factory=dict)

    def meet(self, batch: Sequence[Given]) -> dict[tuple[int, str], int]:
        """Find or make everybody in the batch; says who of the contacts has signed in: by organisation and address.

        Again makes nobody a second time.  Source: ours.
        """
        self._organisations(batch)
        self._agents({each.agent for each in batch if each.agent})
        pairs = {(self.organisations[each.customer], each.email) for each in batch}
        return self._contacts(pairs)

    def meet_customers(self) -> None:
        """Find or make the customers of the customers' file with their contacts, also those without a case."""
        self._named([(each.customer, each.name, each.country) for each in self.given.values()])
        self._contacts(
            {(self.organisations[each.customer], email) for each in self.given.values() for email in each.contacts}
        )

    def _organisations(self, batch: Sequence[Given]) -> None:
        new = {each.customer: each.email for each in batch if each.customer not in self.organisations}
        self._named(
            [(customer, f"{email.rpartition('@')[2]} {customer}", "") for customer, email in new.items()]
        )  # fmt: skip

    def _named(self, wanted: Sequence[tuple[str, str, str]]) -> None:
        """wanted: (customer, name, country or "")."""
        if not wanted:
            return
        with connection.cursor() as cursor:
            places = list(range(len(wanted)))
            cursor.execute(KNOWN, [places, [name for _, name, _ in wanted], [country for *_, country in wanted]])
            found = dict(cursor.fetchall())
            missing: dict[tuple[str, str], list[str]] = {}
            for place, (customer, name, country) in enumerate(wanted):
                if found[place] is not None:
                    self.organisations[customer] = found[place]
                else:
                    missing.setdefault((name.lower(), country or UNKNOWN_COUNTRY), []).append(customer)
            if missing:
                names = {customer: name for customer, name, _ in wanted}
                numbers = take_numbers(form=self.form, how_many=len(missing))
                firsts = [names[customers[0]] for customers in missing.values()]
                cursor.execute(MAKE, [numbers, firsts, [country for _, country in missing]])
                for (ident,), customers in zip(cursor.fetchall(), missing.values(), strict=True):
                    self.organisations.update(dict.fromkeys(customers, ident))
        self.counts.customers += len(missing)

    def _contacts(self, pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
        ordered = sorted(pairs)
        ids, emails = [organisation for organisation, _ in ordered], [email for _, email in ordered]
        with connection.cursor() as cursor:
            cursor.execute(CONTACTS, [ids, emails, Role.TECHNICAL.value])
            made = cursor.fetchone()[0] or []
        if made:
            self.counts.contacts += len(made)
            join_known_contacts(contact_ids=made, at=self.at, by=self.by)
        with connection.cursor() as cursor:
            cursor.execute(PERSONS, [ids, emails])
            return {(organisation, email): person for organisation, email, person in cursor.fetchall()}

    def _agents(self, wanted: set[str]) -> None:
        """Agents are people of the vendor's who cannot sign in: no password, and not active."""
        new = sorted(wanted - self.agents.keys())
        if not new:
            return
        addresses = {f"agent-{agent.lower()}@{AGENT_DOMAIN}": agent for agent in new}
        held = set(Person.objects.filter(email__in=addresses).values_list("email", flat=True))
        fresh = [
            Person(
                email=address, name=f"agent {agent}", is_active=False, joined_at=self.at, password=make_password(None)
            )
            for address, agent in addresses.items() if address not in held
        ]  # fmt: skip
        made = Person.objects.bulk_create(fresh)
        StaffMembership.objects.bulk_create(
            StaffMembership(person=each, role=StaffRole.ENGINEER.value, began_at=self.at) for each in made
        )
        known = dict(Person.objects.filter(email__in=addresses).values_list("email", "id"))
        self.agents.update({agent: known[f"agent-{agent.lower()}@{AGENT_DOMAIN}"] for agent in new})
        self.counts.agents += len(made)
