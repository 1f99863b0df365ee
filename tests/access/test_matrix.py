"""Every door of portal, desk and API, for every role, on one's own and on somebody else's object."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tenure.accounts.actions import add_token
from tenure.accounts.models import Membership
from tenure.accounts.words import Scope, StaffRole
from tenure.journal.words import COMMAND
from tests import cast, estate

ROLES = (
    "visitor", "stranger", "viewer", "purchasing", "technical", "owner", "other_owner", "reseller",
    *(role.value for role in StaffRole),
)  # fmt: skip
STAFF = frozenset(role.value for role in StaffRole)
MEMBERS = frozenset({"viewer", "purchasing", "technical", "owner"})
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
OWN, FOREIGN = "M1000000001", "M2000000002"


@dataclass(frozen=True, kw_only=True)
class Door:
    """One row.  own, foreign: the roles that enter with an object of Aster and of Bellwether; everybody else is told
    `shut` (a visitor is sent to sign in unless `open`).  Entering answers `status`."""

    own: frozenset[str]
    foreign: frozenset[str] = frozenset()
    args: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    shut: int = 404
    open: bool = False


def _licence(**more: object) -> Door:
    seen = MEMBERS | STAFF | {"reseller"}
    return Door(
        **{"own": seen, "foreign": STAFF | {"other_owner"}, "args": {"serial": OWN}, "other": {"serial": FOREIGN}}
        | more
    )


def _colleagues(**more: object) -> Door:
    owners = {"own": frozenset({"owner"}), "foreign": frozenset({"other_owner"})}
    return Door(**owners | {"args": {"number": "aster"}, "other": {"number": "bellwether"}} | more)


ANYONE = Door(own=EVERYBODY, open=True)
READERS = frozenset({"operator", "manager"})
DOORS: dict[str, Door] = {
    "home": ANYONE,
    "preferences": ANYONE,
    "lifecycle": ANYONE,
    "lifecycle-product": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "lifecycle-json": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "licences": Door(own=SIGNED_IN),
    "licences-export": Door(own=SIGNED_IN),
    "licences-register": Door(own=SIGNED_IN),
    "licence": _licence(),
    "licence-receipt": _licence(query="?benefit=technical_support"),
    "licence-register": _licence(
        method="post", own=frozenset({"owner", "technical", "viewer", "purchasing", "reseller"}) | STAFF, status=302,
    ),
    "desk-find": Door(own=STAFF),
    "desk-customer": Door(own=STAFF, foreign=STAFF, args={"number": "aster"}, other={"number": "bellwether"}),
    "desk-mail": Door(own=READERS),
    "desk-letter": Door(own=frozenset(), args={"number": "987654"}),
    "desk-clock": Door(own=READERS),
    "desk-clock-advance": Door(own=frozenset(), method="post", data={"by": "1d"}),
}  # fmt: skip

# Doors of the account are rows of tests/portal/test_account.py, which walks them one by one with their objects.
ACCOUNT = "account"


@pytest.fixture
def world(db: None) -> dict[str, object]:
    """Aster's asset was sold by Cinder; Bellwether's was not."""
    estate.policy()
    people: dict[str, object] = {name: getattr(cast, name)() for name in ROLES if name != "visitor"}
    own = estate.asset(cast.aster(), OWN, reseller=cast.cinder())
    foreign = estate.asset(cast.bellwether(), FOREIGN)
    for owned in (own, foreign):
        estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
    return people


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
        assert theirs.content.replace(FOREIGN.encode(), b"") == nothing.content.replace(b"M9999999999", b"")


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
def test_every_operation_of_the_api_is_in_its_description_and_asks_for_a_token():
    description = Client().get("/api/v1/openapi.json").json()
    operations = {
        f"{method} {path}": each for path, methods in description["paths"].items() for method, each in methods.items()
    }
    assert set(operations) == {"get /api/v1/entitlements/{serial}"}
    assert [name for name, each in operations.items() if not each.get("security")] == []
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


def _answer(world: dict[str, object], door: Door, name: str, role: str, args: dict[str, str]) -> int:
    numbers = {"aster": cast.aster().number, "bellwether": cast.bellwether().number}
    url = reverse(name, kwargs={key: numbers.get(value, value) for key, value in args.items()}) + door.query
    client = _client(world, role)
    if door.method == "get":
        return client.get(url).status_code
    return client.post(url, door.data | {"request_key": f"{url} {role}"}).status_code


def _expected(door: Door, role: str, lets_in: frozenset[str]) -> int:
    if role in lets_in:
        return door.status
    if role == "visitor" and not door.open:
        return 302
    return door.shut
