"""Every door of portal, desk and API, for every role, on one's own and on somebody else's object.

The rows are in `tests/access/doors`: a new URL or operation gets its row there.
"""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tenure.accounts.actions import add_token
from tenure.accounts.models import Contact, Membership, Person, Team
from tenure.accounts.words import Scope, TeamTopic
from tenure.cases.actions import open_case
from tenure.cases.models import Attachment, Case, Event
from tenure.cases.words import Beginning
from tenure.entitlements.models import Agreement, Asset, ContactRequest, Courtesy, Evidence
from tenure.journal.words import COMMAND
from tenure.renewals.actions.quotes import withdraw_quote
from tenure.renewals.models import Notice, Quote, ResellerProfile, ResellerRequest
from tests import cast, estate
from tests.access.doors import DOORS, PARTS
from tests.access.doors.api import OPERATIONS, PUBLIC
from tests.access.doors.rows import FOREIGN, MEMBERS, OWN, ROLES, Door
from tests.renewals import world as market

# Doors of the account are rows of tests/portal/test_account.py, which walks them one by one with their objects.
ACCOUNT = "account"


@pytest.fixture
def world(db: None) -> dict[str, object]:
    """Aster's asset was sold by Cinder; Bellwether's was not."""
    estate.policy()
    people: dict[str, object] = {name: getattr(cast, name)() for name in ROLES if name != "visitor"}
    own = estate.asset(cast.aster(), OWN, reseller=cast.cinder())
    foreign = estate.asset(cast.bellwether(), FOREIGN)
    Team.objects.create(slug="storage", name="Storage", topic=TeamTopic.TECHNICAL)
    for owned in (own, foreign):
        estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
        Agreement.objects.create(organisation=owned.organisation, level="basic", region="EMEA")
    _ask_for_contacts(people, own, foreign)
    for name, owned, file_id in (("technical", own, 1_000_001), ("other_owner", foreign, 1_000_002)):
        _open_case(people[name], owned, file_id)
    Courtesy.objects.create(
        id=1_000_003,
        asset=own,
        organisation=own.organisation,
        asked_by=people["owner"],
        asked_at=cast.AT,
        why="Please.",
    )
    _quotes(people)
    for number, owned in ((1_000_004, own), (1_000_005, foreign)):
        Notice.objects.create(
            id=number, asset=owned, term=owned.terms.get(), organisation=owned.organisation, region="EMEA", step=-30,
            ends_on=date(2027, 3, 31), due_on=date(2027, 3, 1), policy=1, run_at=cast.AT, written_at=cast.AT,
        )  # fmt: skip
    return people


def _ask_for_contacts(people: dict[str, object], own: Asset, foreign: Asset) -> None:
    """Two requests by people of the two customers, with a file that is nowhere, and a contact of each."""
    for number, name, owned in ((1_000_004, "technical", own), (1_000_005, "other_owner", foreign)):
        ContactRequest.objects.create(
            id=number, wish="add", organisation=owned.organisation, asked_by=people[name], given=[], name="Pat",
            email="pat@p.example", asked_at=cast.AT,
        )  # fmt: skip
        Contact.objects.create(
            id=number, organisation=owned.organisation, role="owner", name="Pat", email="pat@p.example"
        )
    Evidence.objects.create(
        id=1_000_004, contact_request_id=1_000_004, name="a.pdf", stored_as="nowhere", size_bytes=1, sha256=b"",
        scan="none", kept_at=cast.AT,
    )  # fmt: skip


def _quotes(people: dict[str, object]) -> None:
    """An accepted quote of each, one that was withdrawn, and a request of Aster's that Cinder has not answered."""
    market.prices()
    market.accepted(people["reseller"], people["owner"], OWN)
    market.accepted(people["other_owner"], people["other_owner"], FOREIGN, is_own=True)
    number = market.sent(people["reseller"], OWN)
    withdraw_quote(number=number, why="A wrong level.", **cast.asking(people["reseller"]))
    ResellerProfile.objects.create(organisation=cast.cinder(), countries=["GB"], languages=["en"])
    ResellerRequest.objects.create(
        id=1_000_004, wish="quote", organisation=cast.aster(), reseller=cast.cinder(), serials=[OWN], asked_at=cast.AT,
        asked_by=people["owner"],
    )  # fmt: skip


def _open_case(person: Person, owned: Asset, file_id: int) -> None:
    """A technical case on the asset by a contact of its customer, with a file that is nowhere."""
    estate.seat(person, owned.organisation, level="basic")
    beginning = Beginning(serial=owned.serial_number, severity=3, summary="It stops", details="Every night.")
    opened = open_case(beginning=beginning, **cast.asking(person))
    event = Event.objects.get(case_id=opened.id, seq=1)
    Attachment.objects.create(
        id=file_id,
        event=event,
        case_id=opened.id,
        name="a.log",
        size_bytes=1,
        sha256=b"",
        stored_as=str(file_id),
        scan="none",
    )


def _urls(patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "") -> Iterator[tuple[str, str]]:
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(each, URLResolver):
            yield from _urls(each.url_patterns, each.namespace or namespace)
        else:
            module = getattr(each.callback, "__module__", "")
            yield f"{namespace}:{each.name}" if namespace else str(each.name), module


def test_every_door_has_a_row():
    doors = {name for name, module in _urls() if not module.startswith("allauth.") and not name.startswith("api:")}
    unlisted = {name for name in doors if name not in DOORS and not name.startswith(ACCOUNT)}
    assert unlisted == set()
    assert sum(len(part) for part in PARTS) == len(DOORS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_a_door_lets_in_whom_its_row_names_and_nobody_else(world: dict[str, object], name: str):
    door = DOORS[name]
    answers = {role: _answer(world, door, name, role, door.args) for role in ROLES}
    assert answers == {role: _expected(door, role, door.own) for role in ROLES}
    if door.other:
        answers = {role: _answer(world, door, name, role, door.other) for role in ROLES}
        assert answers == {role: _expected(door, role, door.foreign) for role in ROLES}


@pytest.mark.django_db
def test_somebody_elses_licence_and_one_that_does_not_exist_answer_alike(world: dict[str, object]):
    for role in MEMBERS | {"stranger", "reseller"}:
        client = _client(world, role)
        theirs, nothing = (client.get(reverse("licence", args=[serial])) for serial in (FOREIGN, "M9999999999"))
        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert _without_marks(theirs, FOREIGN) == _without_marks(nothing, "M9999999999")


def _without_marks(answer: HttpResponse, serial: str) -> str:
    """The page without the serial number asked for and the marks that every form of every page has anew."""
    page = answer.content.decode().replace(serial, "")
    return re.sub(r'(name="(?:csrfmiddlewaretoken|request_key)" value=)"[^"]*"', r"\1", page)


@pytest.mark.django_db
def test_the_api_answers_the_same_people_as_the_page(world: dict[str, object]):
    row = DOORS["licence"]
    for role in ROLES:
        headers = (
            {} if role == "visitor" else {"Authorization": f"Bearer {_token(world, role, Scope.ENTITLEMENTS_READ)}"}
        )
        seen = {
            serial: Client().get(f"/api/v1/entitlements/{serial}", headers=headers).status_code
            for serial in (OWN, FOREIGN)
        }
        if role == "visitor":
            assert seen == {OWN: 401, FOREIGN: 401}
        else:
            expected = {OWN: 200 if role in row.own else 404, FOREIGN: 200 if role in row.foreign else 404}
            assert (role, seen) == (role, expected)


@pytest.mark.django_db
def test_every_operation_of_the_api_is_in_its_description_and_asks_for_a_token_unless_public():
    description = Client().get("/api/v1/openapi.json").json()
    operations = {
        f"{method} {path}": each for path, methods in description["paths"].items() for method, each in methods.items()
    }
    assert set(operations) == OPERATIONS
    assert {name for name, each in operations.items() if not each.get("security")} == PUBLIC
    assert description["openapi"].startswith("3.1")


@pytest.mark.django_db
def test_a_token_without_the_scope_is_refused(world: dict[str, object]):
    secret = _token(world, "owner", Scope.CASES_READ)
    answer = Client().get(f"/api/v1/entitlements/{OWN}", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.django_db
def test_a_denied_registration_changes_nothing(world: dict[str, object]):
    from tenure.entitlements.models import Registration

    _answer(world, DOORS["licence-register"], "licence-register", "other_owner", {"serial": OWN})
    _answer(world, DOORS["licence-register"], "licence-register", "viewer", {"serial": OWN})
    assert Registration.objects.count() == 0


@pytest.mark.django_db
def test_an_ended_membership_sees_nothing_from_the_next_request_on(world: dict[str, object]):
    client = _client(world, "owner")
    assert client.get(reverse("licence", args=[OWN])).status_code == 200
    Membership.objects.filter(person_id=world["owner"].pk).update(ended_at=cast.AT)
    assert client.get(reverse("licence", args=[OWN])).status_code == 404


def _token(world: dict[str, object], role: str, scope: Scope) -> str:
    return add_token(person_id=world[role].pk, name="test", scopes=[scope], expires_at=None, at=cast.AT, by=COMMAND)


def _client(world: dict[str, object], role: str) -> Client:
    client = Client()
    if role != "visitor":
        client.force_login(world[role])
    return client


def numbers_now() -> dict[str, str]:
    """What the words that stand for numbers in the rows mean."""
    numbers = {"aster": cast.aster().number, "bellwether": cast.bellwether().number}
    for agreement in Agreement.objects.select_related("organisation"):
        numbers[f"{agreement.organisation.name.split()[0].lower()}_agreement"] = str(agreement.id)
    for case in Case.objects.select_related("organisation"):
        numbers[f"{case.organisation.name.split()[0].lower()}_case"] = case.number
    for kept in Quote.objects.select_related("organisation"):
        gone = kept.withdrawn_at is not None
        numbers["withdrawn_quote" if gone else f"{kept.organisation.name.split()[0].lower()}_quote"] = kept.number
    return numbers | {"cinder": cast.cinder().number}


def address_of(door: Door, name: str, args: dict[str, str], numbers: dict[str, str]) -> str:
    return reverse(name, kwargs={key: numbers.get(value, value) for key, value in args.items()}) + door.query


def _answer(world: dict[str, object], door: Door, name: str, role: str, args: dict[str, str]) -> int:
    numbers = numbers_now()
    url = address_of(door, name, args, numbers)
    client = _client(world, role)
    if door.method == "get":
        return client.get(url).status_code
    sent = {
        key: str(world[value].pk) if value in world else numbers.get(value, value) for key, value in door.data.items()
    }
    return client.post(url, sent | {"request_key": f"{url} {role}"}).status_code


def _expected(door: Door, role: str, lets_in: frozenset[str]) -> int:
    if role in lets_in:
        return door.status
    if role == "visitor" and not door.open:
        return 302
    return door.shut
