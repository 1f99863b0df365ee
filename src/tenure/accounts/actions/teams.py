"""The vendor's teams."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from tenure.accounts.models import Team
from tenure.accounts.rules import NAME_LENGTH
from tenure.accounts.words import AccountRefusal, StaffRole, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.toolbox.refused import Refused

MAKERS = frozenset({StaffRole.MANAGER, StaffRole.OPERATOR})


@transaction.atomic
def add_team(*, who: Who, name: str, topic: str, region: str, at: datetime, by: Actor) -> int:
    """Make a team for a topic, in a region or everywhere (empty); its id.

    Refused: not_found for everybody but managers and operators, name_missing, name_too_long, team_exists.  Source: D10.
    """
    if not who.staff & MAKERS:
        raise Refused(AccountRefusal.NOT_FOUND)
    slug = slugify(name)
    if not slug:
        raise Refused(AccountRefusal.NAME_MISSING)
    if len(slug) > min(NAME_LENGTH, 50):
        raise Refused(AccountRefusal.NAME_TOO_LONG)
    try:
        with transaction.atomic():
            team = Team.objects.create(slug=slug, name=" ".join(name.split()), topic=topic, region=region)
    except IntegrityError:
        raise Refused(AccountRefusal.TEAM_EXISTS, slug=slug)
    record(verb="accounts.team_added", subject=("team", slug), at=at, by=by)
    return team.pk
