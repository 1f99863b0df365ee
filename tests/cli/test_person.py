"""`tenure person add` and `tenure token add`."""

import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenure.accounts.models import Membership, Person, StaffMembership, Token
from tenure.accounts.queries import who_has_token
from tenure.accounts.words import Role, Scope, StaffRole
from tests import cast, estate

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_first_operator_sets_a_password_by_the_printed_link_once(client):
    said = run("person", "add", "Op@vendor.example", "--role", "operator", "--name", "Op Erator")
    person = Person.objects.get()
    assert cast.who(person).staff == {StaffRole.OPERATOR}
    link = re.search(r"http://[^/]+(/\S+)", said).group(1)
    where = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(where, {"password1": cast.PASSWORD, "password2": cast.PASSWORD})
    person.refresh_from_db()
    assert person.check_password(cast.PASSWORD)
    assert "http" not in run("person", "add", "op@vendor.example", "--role", "manager")
    assert cast.who(person).staff == {StaffRole.OPERATOR, StaffRole.MANAGER}


def test_a_customers_person_is_added_by_name_or_number():
    place = cast.aster()
    run("person", "add", "a@aster.example", "--role", "owner", "--organisation", "aster mills")
    run("person", "add", "b@aster.example", "--role", "viewer", "--organisation", place.number)
    assert list(Membership.objects.order_by("pk").values_list("organisation", "role")) == [
        (place.pk, Role.OWNER),
        (place.pk, Role.VIEWER),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense", "--role", "operator"], "the e-mail address is not one"),
        (["a@b.example", "--role", "owner"], "needs --organisation"),
        (["a@b.example", "--role", "owner", "--organisation", "Nobody"], "no organisation of this name"),
        (["a@b.example", "--role", "operator", "--name", "Оля"], "Latin letters"),
        (["a@b.example", "--role", "king"], "invalid choice"),
    ],
)
def test_a_mistake_is_named_and_nobody_is_added(words, said):
    with pytest.raises(CommandError, match=said):
        run("person", "add", *words)
    assert (Person.objects.count(), StaffMembership.objects.count()) == (0, 0)


def test_without_a_policy_no_token_is_made():
    person = cast.owner()
    with pytest.raises(CommandError, match="there is no business policy yet"):
        run("token", "add", person.email, "--scope", "cases:read")
    assert Token.objects.count() == 0


def test_a_token_is_printed_once_and_works():
    estate.policy()
    person = cast.owner()
    secret = run("token", "add", person.email, "--scope", "cases:read", "--scope", "cases:write").strip()
    found = who_has_token(secret, datetime.now(UTC))
    assert found == (cast.who(person), frozenset({Scope.CASES_READ, Scope.CASES_WRITE}))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody@b.example", "--scope", "cases:read"], "nobody has confirmed this address"),
        (["olga@aster.example", "--scope", "all"], "invalid choice"),
        (["olga@aster.example", "--scope", "cases:read", "--days", "-1"], "--days is a number"),
        (["olga@aster.example", "--scope", "cases:read", "--name", " "], "--name is empty"),
    ],
)
def test_a_mistake_is_named_and_no_token_is_made(words, said):
    cast.owner()
    with pytest.raises(CommandError, match=said):
        run("token", "add", *words)
    assert Token.objects.count() == 0
