"""Reads of accounts.  Each takes the person asking, and answers only what they may see."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from tenure.accounts.models import Handover, Invitation, Membership, Person, Team, Token
from tenure.accounts.rules import digest_of
from tenure.accounts.words import (
    NOBODY,
    AccountRefusal,
    HandoverRow,
    InvitationOffer,
    InvitationRow,
    MemberRow,
    OrganisationKind,
    OrganisationRow,
    Role,
    Scope,
    StaffRole,
    StaffRow,
    TeamChange,
    TeamRow,
    TeamTopic,
    TokenRow,
    Who,
)
from tenure.journal.queries import history
from tenure.toolbox.refused import Refused

# One row a person: themselves, their open memberships ("12:owner", with a "+" in a reseller) and their staff roles.
PERSON = """
SELECT p.id, p.email, p.name, p.language, p.zone, p.theme, COALESCE(held.organisation, ''), COALESCE(held.roles, ''),
       ARRAY(SELECT s.role FROM accounts_staffmembership s WHERE s.person_id = p.id AND s.ended_at IS NULL)
"""
HELD = """
LEFT JOIN LATERAL (
    SELECT min(o.name) AS organisation,
           string_agg(m.organisation_id || ':' || m.role || CASE o.kind WHEN 'reseller' THEN '+' ELSE '' END, ' '
                      ORDER BY m.id) AS roles
    FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
    WHERE m.person_id = p.id AND m.ended_at IS NULL
) held ON TRUE
"""
# who_is: one statement for the person of a session
WHO_IS = f"{PERSON} FROM accounts_person p {HELD} WHERE p.id = %s AND p.is_active"
# who_has_token: one statement for the person of a token, and its scopes
WHO_HAS_TOKEN = f"""{PERSON}, t.scopes FROM accounts_token t JOIN accounts_person p ON p.id = t.person_id {HELD}
WHERE t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s) AND p.is_active"""


def who_is(person_id: int | None) -> Who:
    """The person asking with all their roles; `NOBODY` for a visitor or a closed account.  One query."""
    if person_id is None:
        return NOBODY
    with connection.cursor() as cursor:
        cursor.execute(WHO_IS, [person_id])
        row = cursor.fetchone()
    return NOBODY if row is None else _who(*row)


def who_has_token(secret: str, at: datetime) -> tuple[Who, frozenset[Scope]] | None:
    """The person of an API token and its scopes; None if it is unknown, revoked or expired.  One query.

    at: the real instant, never a sandbox's moved one: tokens end in real time.  Source: ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(WHO_HAS_TOKEN, [digest_of(secret), at])
        row = cursor.fetchone()
    if row is None:
        return None
    *person, scopes = row
    return _who(*person), frozenset(Scope(scope) for scope in scopes)


def _who(
    person_id: int,
    email: str,
    name: str,
    language: str,
    zone: str,
    theme: str,
    organisation: str,
    held: str,
    staff: Iterable[str],
) -> Who:
    return Who(
        person_id=person_id,
        email=email,
        name=name,
        language=language,
        zone=zone,
        theme=theme,
        organisation=organisation,
        roles=_roles(held),
        staff=frozenset(StaffRole(role) for role in staff),
    )


@lru_cache(maxsize=4096)
def _roles(held: str) -> frozenset[tuple[int, Role]]:
    """The pairs that "12:owner 13:viewer+" tells of; the same text gives the same object.

    Whoever holds any role in a reseller looks at customers as that reseller.  Source: D16.
    """
    found: set[tuple[int, Role]] = set()
    for word in held.split():
        organisation, _, role = word.partition(":")
        found.add((int(organisation), Role(role.removesuffix("+"))))
        if role.endswith("+"):
            found.add((int(organisation), Role.RESELLER))
    return frozenset(found)


def may_see_people(who: Who, organisation_id: int) -> bool:
    """The one predicate for an organisation's people: those who hold a role there, and the vendor's staff."""
    return who.is_staff or who.holds(organisation_id, *Role)


def organisations(who: Who) -> list[OrganisationRow]:
    """The organisations the person holds a role in, by name; empty for staff without one."""
    rows = (
        Membership.objects.filter(person_id=who.person_id or 0, ended_at=None)
        .values_list("organisation", "role", "organisation__number", "organisation__name", "organisation__country")
        .annotate(kind=F("organisation__kind"))
        .order_by("organisation__name", "organisation")
    )
    found: dict[int, OrganisationRow] = {}
    for organisation, role, number, name, country, kind in rows:
        held = found[organisation].roles if organisation in found else ()
        roles = tuple(r for r in Role if r in held or r == role)
        found[organisation] = OrganisationRow(
            id=organisation, number=number, name=name, country=country, kind=OrganisationKind(kind), roles=roles
        )
    return list(found.values())


def organisation(who: Who, number: str) -> OrganisationRow:
    """One of the person's organisations by its number.  Refused: not_found for any other, existing or not."""
    for row in organisations(who):
        if row.number == number:
            return row
    raise Refused(AccountRefusal.NOT_FOUND)


def members(who: Who, organisation_id: int) -> list[MemberRow]:
    """The open roles in an organisation, one row a role, by name.  Refused: not_found unless `may_see_people`."""
    if not may_see_people(who, organisation_id):
        raise Refused(AccountRefusal.NOT_FOUND)
    rows = Membership.objects.filter(organisation_id=organisation_id, ended_at=None).select_related("person")
    return [
        MemberRow(
            membership_id=m.pk,
            person_id=m.person_id,
            name=m.person.name or m.person.email,
            email=m.person.email,
            role=Role(m.role),
            began_at=m.began_at,
        )
        for m in rows.order_by("person__name", "person", "id")
    ]


def invitations(who: Who, organisation_id: int, at: datetime) -> list[InvitationRow]:
    """Invitations that wait, newest first, also expired ones; for owners and staff, else empty."""
    if not (who.is_staff or who.holds(organisation_id, Role.OWNER)):
        return []
    rows = Invitation.objects.filter(organisation_id=organisation_id, accepted_at=None, withdrawn_at=None)
    return [
        InvitationRow(
            id=i.pk,
            email=i.email,
            role=Role(i.role),
            invited_by=i.invited_by.name or i.invited_by.email,
            invited_at=i.invited_at,
            expires_at=i.expires_at,
            is_expired=i.expires_at <= at,
        )
        for i in rows.select_related("invited_by").order_by("-id")
    ]


def invitation_offer(who: Who, secret: str, at: datetime) -> InvitationOffer:
    """What the link says to the person who opens it, signed in or not.

    Refused: invitation_ended if it is unknown, withdrawn, taken or expired; these look the same.
    """
    found = (
        Invitation.objects.filter(digest=digest_of(secret), accepted_at=None, withdrawn_at=None, expires_at__gt=at)
        .select_related("organisation", "invited_by")
        .first()
    )
    if found is None:
        raise Refused(AccountRefusal.INVITATION_ENDED)
    return InvitationOffer(
        organisation=found.organisation.name,
        role=Role(found.role),
        invited_by=found.invited_by.name or found.invited_by.email,
        expires_at=found.expires_at,
        is_for_me=has_verified(who, found.email),
    )


def has_verified(who: Who, address: str) -> bool:
    """Whether the person proved that the address is theirs."""
    if who.person_id is None:
        return False
    return bool(EmailAddress.objects.filter(user_id=who.person_id, email=address.lower(), verified=True).exists())


def handover(who: Who, organisation_id: int) -> HandoverRow | None:
    """The offer of ownership that waits, for owners, staff and the one it is offered to; else None."""
    row = (
        Handover.objects.filter(organisation_id=organisation_id, accepted_at=None, withdrawn_at=None)
        .select_related("giver", "taker")
        .first()
    )
    if row is None or not (
        who.is_staff or who.holds(organisation_id, Role.OWNER) or who.person_id in (row.giver_id, row.taker_id)
    ):
        return None
    return HandoverRow(
        id=row.pk,
        giver_id=row.giver_id,
        giver=row.giver.name or row.giver.email,
        taker_id=row.taker_id,
        taker=row.taker.name or row.taker.email,
        offered_at=row.offered_at,
    )


def tokens(who: Who) -> list[TokenRow]:
    """The person's own API tokens that were not revoked, newest first."""
    rows = Token.objects.filter(person_id=who.person_id or 0, revoked_at=None).order_by("-id")
    return [
        TokenRow(
            id=t.pk,
            name=t.name,
            scopes=tuple(Scope(s) for s in t.scopes),
            created_at=t.created_at,
            expires_at=t.expires_at,
        )
        for t in rows
    ]


def teams(who: Who) -> list[TeamRow]:
    """The vendor's teams, those in use first, by name; for staff, else empty."""
    return _teams(Team.objects.all()) if who.is_staff else []


def team(who: Who, slug: str) -> TeamRow:
    """One of the vendor's teams.  Refused: not_found, also for who is not staff."""
    found = _teams(Team.objects.filter(slug=slug)) if who.is_staff else []
    if not found:
        raise Refused(AccountRefusal.NOT_FOUND)
    return found[0]


def _teams(chosen: QuerySet[Team]) -> list[TeamRow]:
    rows = (
        chosen.annotate(size=Count("memberships", filter=Q(memberships__ended_at=None)))
        .order_by(F("archived_at").asc(nulls_first=True), "name", "id")
        .values_list("id", "slug", "name", "topic", "region", "email", "archived_at", "size")
    )
    return [
        TeamRow(
            id=team_id,
            slug=slug,
            name=name,
            topic=TeamTopic(topic),
            region=region,
            email=email,
            people=size,
            is_archived=archived_at is not None,
        )
        for team_id, slug, name, topic, region, email, archived_at, size in rows
    ]


# team_people: who works in the team, and the staff who do not; with the roles they hold at the vendor now
TEAM_PEOPLE = """
SELECT p.id, COALESCE(NULLIF(p.name, ''), p.email) AS shown, p.email,
       ARRAY(SELECT s.role FROM accounts_staffmembership s WHERE s.person_id = p.id AND s.ended_at IS NULL) AS roles,
       m.id IS NOT NULL AS inside
FROM accounts_person p
LEFT JOIN accounts_teammembership m ON m.person_id = p.id AND m.team_id = %s AND m.ended_at IS NULL
WHERE m.id IS NOT NULL
   OR p.is_active AND EXISTS (SELECT FROM accounts_staffmembership s WHERE s.person_id = p.id AND s.ended_at IS NULL)
ORDER BY shown, p.id
"""


def team_people(who: Who, team_id: int) -> tuple[list[StaffRow], list[StaffRow]]:
    """Who works in a team, and the vendor's people who could be put in it; by name.  For staff, else empty."""
    inside: list[StaffRow] = []
    outside: list[StaffRow] = []
    if not who.is_staff:
        return inside, outside
    with connection.cursor() as cursor:
        cursor.execute(TEAM_PEOPLE, [team_id])
        for person_id, name, email, roles, is_inside in cursor.fetchall():
            held = tuple(role for role in StaffRole if role in roles)
            (inside if is_inside else outside).append(StaffRow(person_id=person_id, name=name, email=email, roles=held))
    return inside, outside


def team_changes(who: Who, slug: str) -> list[TeamChange]:
    """What was done to a team, newest first, at most the last fifty; for staff, else empty."""
    if not who.is_staff:
        return []
    lines = history(subject_kind="team", subject=slug)
    concerned = Person.objects.filter(pk__in=[line.facts["person"] for line in lines if "person" in line.facts])
    names = {str(person.pk): person.name or person.email for person in concerned}
    return [
        TeamChange(
            verb=line.verb,
            at=line.at,
            by=line.actor_name,
            person=names.get(str(line.facts.get("person")), ""),
            before=str(line.facts.get("from", "")),
            after=str(line.facts.get("to", "")),
        )
        for line in lines
    ]
