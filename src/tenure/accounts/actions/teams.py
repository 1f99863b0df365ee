"""The vendor's teams: made, renamed, archived and brought back; who works in them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from tenure.accounts.actions.numbers import policy_at
from tenure.accounts.models import StaffMembership, Team, TeamMembership
from tenure.accounts.rules import NAME_LENGTH
from tenure.accounts.words import AccountRefusal, StaffRole, TeamTopic, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

MAKERS = frozenset({StaffRole.MANAGER, StaffRole.OPERATOR})
SLUG_LENGTH = 50


@transaction.atomic
def add_team(*, who: Who, name: str, topic: TeamTopic, region: str, at: datetime, by: Actor) -> str:
    """Make a team for a topic, in a region of the policy or everywhere (empty); its slug, which stays.

    Refused: not_found for everybody but managers and operators, name_missing, name_too_long, region_unknown,
    team_exists, no_policy.  Source: D10.
    """
    _refuse_others(who)
    tidy = _tidy(name)
    if region and region not in policy_at(at).regions:
        raise Refused(AccountRefusal.REGION_UNKNOWN, region=region)
    slug = slugify(tidy)[:SLUG_LENGTH].strip("-_")
    try:
        with transaction.atomic():
            Team.objects.create(slug=slug, name=tidy, topic=topic, region=region)
    except IntegrityError:
        raise Refused(AccountRefusal.TEAM_EXISTS, slug=slug)
    record(verb="accounts.team_added", subject=("team", slug), at=at, by=by)
    return slug


@transaction.atomic
def rename_team(*, who: Who, slug: str, name: str, at: datetime, by: Actor) -> None:
    """Give a team another name; its slug stays.  The same name again changes nothing.

    Refused: not_found, name_missing, name_too_long, team_exists.  Source: D10.
    """
    team = _lock(who, slug)
    tidy = _tidy(name)
    before = team.name
    if tidy == before:
        return
    team.name = tidy
    try:
        with transaction.atomic():
            team.save(update_fields=["name"])
    except IntegrityError:
        raise Refused(AccountRefusal.TEAM_EXISTS, slug=slug)
    record(verb="accounts.team_renamed", subject=("team", slug), at=at, by=by, facts={"from": before, "to": tidy})


@transaction.atomic
def archive_team(*, who: Who, slug: str, at: datetime, by: Actor) -> None:
    """Put a team out of use: it takes nobody in; its people and its history stay.  Again changes nothing.

    Refused: not_found.  Source: D10.
    """
    if _set_archived(_lock(who, slug), at):
        record(verb="accounts.team_archived", subject=("team", slug), at=at, by=by)


@transaction.atomic
def unarchive_team(*, who: Who, slug: str, at: datetime, by: Actor) -> None:
    """Put an archived team in use again.  Again changes nothing.  Refused: not_found.  Source: D10."""
    if _set_archived(_lock(who, slug), None):
        record(verb="accounts.team_unarchived", subject=("team", slug), at=at, by=by)


def _set_archived(team: Team, archived_at: datetime | None) -> bool:
    """Whether that changed anything."""
    if (team.archived_at is None) == (archived_at is None):
        return False
    team.archived_at = archived_at
    team.save(update_fields=["archived_at"])
    return True


@transaction.atomic
def join_team(*, who: Who, slug: str, person_id: int, at: datetime, by: Actor) -> None:
    """Put one of the vendor's people in a team; who is in it already stays.

    Refused: not_found, team_archived, person_unknown for whoever is not the vendor's.  Source: D10.
    """
    team = _lock(who, slug)
    if team.archived_at:
        raise Refused(AccountRefusal.TEAM_ARCHIVED, slug=slug)
    held = StaffMembership.objects.select_for_update(of=("self",), no_key=True)
    if not held.filter(person_id=person_id, ended_at=None, person__is_active=True).exists():
        raise Refused(AccountRefusal.PERSON_UNKNOWN)
    _, made = TeamMembership.objects.get_or_create(
        team=team, person_id=person_id, ended_at=None, defaults={"began_at": at}
    )
    if made:
        record(verb="accounts.team_joined", subject=("team", slug), at=at, by=by, facts={"person": person_id})


@transaction.atomic
def leave_team(*, who: Who, slug: str, person_id: int, at: datetime, by: Actor) -> None:
    """Take somebody out of a team; who is not in it stays out.  Refused: not_found.  Source: D10."""
    team = _lock(who, slug)
    if TeamMembership.objects.filter(team=team, person_id=person_id, ended_at=None).update(ended_at=at):
        record(verb="accounts.team_left", subject=("team", slug), at=at, by=by, facts={"person": person_id})


def _refuse_others(who: Who) -> None:
    if not who.staff & MAKERS:
        raise Refused(AccountRefusal.NOT_FOUND)


def _lock(who: Who, slug: str) -> Team:
    """The team, locked against another change of it.  Refused: not_found, also for who may not change it."""
    _refuse_others(who)
    found = Team.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if found is None:
        raise Refused(AccountRefusal.NOT_FOUND)
    return found


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not slugify(tidy):
        raise Refused(AccountRefusal.NAME_MISSING)
    if len(tidy) > NAME_LENGTH:
        raise Refused(AccountRefusal.NAME_TOO_LONG)
    return tidy
