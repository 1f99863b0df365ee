"""Make the demonstration vendor by the doors that a vendor uses."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from tenure.accounts.actions import add_person, add_team, add_token, join_by_address, join_team
from tenure.accounts.models import Person
from tenure.accounts.queries import who_is
from tenure.accounts.words import NewPerson, Scope
from tenure.cases.models import Case
from tenure.catalog.actions import import_catalog
from tenure.cli.demonstration.activations import make_activations
from tenure.cli.demonstration.beside import make_beside
from tenure.cli.demonstration.board import make_board
from tenure.cli.demonstration.cases import make_cases
from tenure.cli.demonstration.cast import CAST, MAKER_OF_TEAMS, OTHERS, PASSWORD, TEAMS, Player
from tenure.cli.demonstration.contacts import make_contact_requests
from tenure.cli.demonstration.counts import make_counts
from tenure.cli.demonstration.courtesies import make_courtesies
from tenure.cli.demonstration.customers import CUSTOMERS, certificates
from tenure.cli.demonstration.drafts import make_drafts
from tenure.cli.demonstration.moves import make_moves
from tenure.cli.demonstration.notices import make_notices
from tenure.cli.demonstration.papers import make_papers
from tenure.cli.demonstration.products import catalogue
from tenure.cli.demonstration.quotes import make_quotes
from tenure.entitlements.actions import register_serial
from tenure.entitlements.intake import run
from tenure.entitlements.models import Asset
from tenure.journal.words import COMMAND, Actor
from tenure.policy.actions import ensure_standard
from tenure.policy.rules.places import Place

LOCK = 7_204_001  # one demonstration at a time


class Unmakeable(Exception):
    """The made-up files were refused: a mistake of ours, told with the importer's own lines."""


def make(*, at: datetime) -> str:
    """Make it all unless it is there; the API token when it was made now, else an empty text.

    One transaction: a demonstration that fails half-way leaves nothing.  Its cases are `make_cases_once`.  Source: ours.
    """
    with transaction.atomic():
        _wait_for_turn()
        if EmailAddress.objects.filter(email=CAST[0].email).exists():
            return ""
        ensure_standard(at=at, places=_places())
        import_catalog(content=catalogue(at.date()).encode(), at=at, by=COMMAND)
        _import_certificates(at)
        hashed = make_password(PASSWORD)  # once for all: hashing is slow on purpose
        for player in (*CAST, *OTHERS):
            enter(player, hashed, at)
        _register_some(at)
        make_counts(at=at)
        _make_teams(at)
        jonas = EmailAddress.objects.get(email=CAST[1].email).user_id  # a technical contact, so cases can be opened
        return add_token(
            person_id=jonas, name="Demonstration", scopes=[*Scope], expires_at=None, at=at,
            by=Actor(kind="person", id=str(jonas)),
        )  # fmt: skip


def make_cases_once(*, at: datetime) -> None:
    """Make the demonstration's cases unless there are cases: a second step, as the pages can be read before it."""
    with transaction.atomic():
        _wait_for_turn()
        if not Case.objects.exists():
            make_cases(at=at)
        make_moves(at=at)
        make_activations(at=at)
        make_courtesies(at=at)
        make_contact_requests(at=at)
        make_quotes(at=at)
        make_beside(at=at)
        make_papers(at=at)
        make_board(at=at)
        make_notices(at=at)
        make_drafts(at=at)


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _places() -> list[Place]:
    """Where the demonstration's sites lie: their calendars are frozen at once, the rest of the world's when asked for."""
    return [Place(country=customer.country, zone=zone) for customer in CUSTOMERS for _site, zone in customer.sites]


def _import_certificates(at: datetime) -> None:
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificates.csv"
        path.write_text(certificates(at.date()), encoding="utf-8")
        code = run(path, announce=False, correct=False, dry_run=False, at=at, by=COMMAND, report=said.append)
    if code:
        raise Unmakeable("\n".join(said))


def enter(player: Player, hashed: str, at: datetime) -> None:
    """Let the player in; customers join their organisation because the paperwork names their address."""
    if player.role is None:
        person = Person.objects.create(
            email=player.email, name=player.name, language=player.language, zone=player.zone, joined_at=at
        )
        EmailAddress.objects.create(user=person, email=player.email, verified=True, primary=True)
        join_by_address(person_id=person.pk, address=player.email, at=at, by=COMMAND)
    else:
        new = NewPerson(
            email=player.email,
            name=player.name,
            role=player.role,
            organisation=player.organisation,
            language=player.language,
        )
        person = Person.objects.get(pk=add_person(new=new, at=at, by=COMMAND))
        person.zone = player.zone
    person.password = hashed
    person.save()


def _register_some(at: datetime) -> None:
    """Two of three serials of Mira's organisation were registered last week."""
    mira = who_is(EmailAddress.objects.get(email=CAST[0].email).user_id)
    serials = (
        Asset.objects.filter(organisation_id__in=mira.organisation_ids)
        .order_by("id")
        .values_list("serial_number", flat=True)
    )
    for position, serial in enumerate(serials):
        if position % 3:
            register_serial(
                who=mira, serial=serial, at=at - timedelta(days=7), by=Actor(kind="person", id=str(mira.person_id))
            )


def _make_teams(at: datetime) -> None:
    """Who works on what, and for which region."""
    people = dict(EmailAddress.objects.values_list("email", "user_id"))
    maker = who_is(people[MAKER_OF_TEAMS])
    by = Actor(kind="person", id=str(maker.person_id), name=maker.name)
    for team in TEAMS:
        slug = add_team(who=maker, name=team.name, topic=team.topic, region=team.region, at=at, by=by)
        for email in team.people:
            join_team(who=maker, slug=slug, person_id=people[email], at=at, by=by)
