"""The people about a case: colleagues who may work on it, and the contacts of its customer.  For staff alone."""

from dataclasses import dataclass

from django.db import connection

from tenure.accounts.words import Who
from tenure.cases.rules.steps import WORKS
from tenure.cases.words import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the vendor's who may work on a case."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRow:
    """A contact of a customer who may call.  contact_id: their live seat, or "" for who holds none; level: its key."""

    contact_id: str
    name: str
    email: str
    level: str


# colleagues: who holds one of the roles that work on the kind of case (D8)
COLLEAGUES = """
SELECT p.id, COALESCE(NULLIF(p.name, ''), p.email) AS shown FROM accounts_person p
WHERE p.is_active AND EXISTS (SELECT FROM accounts_staffmembership s
                              WHERE s.person_id = p.id AND s.ended_at IS NULL AND s.role = ANY(%s))
ORDER BY shown, p.id
"""
# callers: the contacts of a customer with the contact IDs they hold, those that hold one first (D2)
CALLERS = """
SELECT DISTINCT ON (held.identifier IS NULL, k.name, held.identifier, lower(k.email))
       COALESCE(held.identifier, ''), k.name, k.email, COALESCE(held.level, '')
FROM accounts_contact k
LEFT JOIN LATERAL (
    SELECT s.identifier, g.level FROM entitlements_contactseat s
    JOIN entitlements_agreement g ON g.id = s.agreement_id WHERE s.contact_id = k.id AND s.ended_at IS NULL
) held ON TRUE
WHERE k.organisation_id = %s
ORDER BY held.identifier IS NULL, k.name, held.identifier, lower(k.email)
"""


def colleagues(*, who: Who, kind: Kind) -> tuple[Colleague, ...]:
    """Who may be given a case of the kind, by name.  Source: D8."""
    if not who.is_staff:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(COLLEAGUES, [[role.value for role in WORKS[kind]]])
        return tuple(Colleague(person_id=ident, name=name) for ident, name in cursor.fetchall())


def callers(*, who: Who, organisation_id: int | None) -> tuple[CallerRow, ...]:
    """The contacts of a customer, a row a contact ID; those who hold none stand last.  Source: D2."""
    if not who.is_staff or organisation_id is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(CALLERS, [organisation_id])
        return tuple(
            CallerRow(contact_id=contact_id, name=name, email=email, level=level)
            for contact_id, name, email, level in cursor.fetchall()
        )
