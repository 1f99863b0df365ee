"""Reads of accounts.  Each takes the person asking, and answers only what they may see."""

from django.db import connection

from tenure.accounts.words import NOBODY, Role, StaffRole, Who

# who_is: one statement for the person, their open memberships and their staff roles (D16)
WHO_IS = """
SELECT p.email, p.name, p.language, p.zone,
       ARRAY(SELECT m.organisation_id || ':' || m.role FROM accounts_membership m
             WHERE m.person_id = p.id AND m.ended_at IS NULL),
       ARRAY(SELECT s.role FROM accounts_staffmembership s WHERE s.person_id = p.id AND s.ended_at IS NULL)
FROM accounts_person p WHERE p.id = %s AND p.is_active
"""


def who_is(person_id: int | None) -> Who:
    """The person asking with all their roles; `NOBODY` for a visitor or a closed account.  One query."""
    if person_id is None:
        return NOBODY
    with connection.cursor() as cursor:
        cursor.execute(WHO_IS, [person_id])
        row = cursor.fetchone()
    if row is None:
        return NOBODY
    email, name, language, zone, roles, staff = row
    pairs = (pair.split(":") for pair in roles)
    return Who(
        person_id=person_id,
        email=email,
        name=name,
        language=language,
        zone=zone,
        roles=frozenset((int(organisation), Role(role)) for organisation, role in pairs),
        staff=frozenset(StaffRole(role) for role in staff),
    )
