"""Signing up, in and out: through HTTP, with the letters."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import get_resolver

from tenure.accounts.models import Contact, Membership, Person
from tenure.accounts.words import Role
from tenure.outbox.models import Mail
from tests import cast

pytestmark = pytest.mark.django_db
NEW = {
    "email": "Nora@aster.example", "name": "Nora Vik", "password1": cast.PASSWORD, "password2": cast.PASSWORD,
    "language": "de", "zone": "Europe/Berlin",
}  # fmt: skip


AGAIN = "/account/reauthenticate/"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def link(letter):
    return re.search(r"http://[^/]+(/\S+)", letter.text).group(1)


def sign_in(client, email, password=cast.PASSWORD):
    return client.post("/account/login/", {"login": email, "password": password})


def test_sign_up_activation_and_the_paperworks_organisation(client):
    place = cast.aster()
    Contact.objects.create(organisation=place, role=Role.OWNER, name="N. Vik", email="nora@ASTER.example")
    answer = client.post("/account/signup/", NEW)
    assert (answer.status_code, answer.url) == (302, "/account/confirm-email/")
    person = Person.objects.get()
    assert (person.email, person.name, person.language, person.zone) == (
        "nora@aster.example", "Nora Vik", "de", "Europe/Berlin",
    )  # fmt: skip
    assert Membership.objects.count() == 0
    assert sign_in(client, NEW["email"]).url == "/account/confirm-email/"
    assert client.get("/account").status_code == 302

    (letter,) = Mail.objects.all()
    assert (letter.recipient, letter.language) == ("nora@aster.example", "de")
    assert link(letter) in letter.html
    assert client.get(link(letter)).status_code == 200
    assert Membership.objects.count() == 0  # a scanner that opens the link confirms nothing
    client.post(link(letter))
    assert list(Membership.objects.values_list("person_id", "organisation_id", "role")) == [
        (person.pk, place.pk, "owner")
    ]
    assert Contact.objects.get().person_id == person.pk
    assert sign_in(client, NEW["email"]).url == "/licences"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "Нора", "Write your name in Latin letters"),
        ("name", "", "Enter your name."),
        ("zone", "Mars/Base", "Choose one of the time zones"),
        ("language", "tlh", "Choose one of the languages"),
        ("password2", "another quiet harbour", "You must type the same password each time."),
        ("password1", "short", "too short"),
        ("email", "nonsense", "valid email address"),
        ("email", "a\x00@b.example", "Null characters"),
    ],
)
def test_a_faulty_sign_up_says_what_is_wrong_and_makes_nobody(client, field, value, said):
    answer = client.post("/account/signup/", {**NEW, field: value}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert (Person.objects.count(), Mail.objects.count()) == (0, 0)


def test_signing_up_with_a_taken_address_looks_the_same_and_writes_to_its_owner(client):
    cast.person("nora@aster.example")
    answer = client.post("/account/signup/", NEW)
    assert (answer.status_code, answer.url) == (302, "/account/confirm-email/")
    assert Person.objects.count() == 1
    assert [letter.recipient for letter in Mail.objects.all()] == ["nora@aster.example"]
    assert "/account/password/reset/" in Mail.objects.get().text


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    cast.person("nora@aster.example", password=cast.PASSWORD)
    pages = [
        re.sub(r'value="[^"]*"', "", sign_in(client, email, "wrong").content.decode())
        for email in ("nora@aster.example", "nobody@aster.example")
    ]
    assert pages[0] == pages[1]


def test_a_reset_looks_the_same_for_an_unknown_address_and_its_link_works_once(client):
    person = cast.person("nora@aster.example", password="the old and forgotten one")
    for email in ("nora@aster.example", "nobody@aster.example"):
        assert client.post("/account/password/reset/", {"email": email}).url == "/account/password/reset/done/"
    known = Mail.objects.earliest("id")
    page = client.get(link(known), follow=True)
    where = page.redirect_chain[-1][0]
    client.post(where, {"password1": cast.PASSWORD, "password2": cast.PASSWORD})
    person.refresh_from_db()
    assert person.check_password(cast.PASSWORD)
    client.logout()
    assert "does not work any more" in client.get(link(known), follow=True).content.decode()


def test_an_address_proven_by_a_reset_joins_its_paperwork_at_sign_in(client):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    Contact.objects.create(organisation=cast.aster(), role=Role.VIEWER, name="N", email=person.email)
    assert sign_in(client, person.email).status_code == 302
    assert Membership.objects.get().person_id == person.pk


def test_another_confirmed_address_becomes_the_main_one(client):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    rival = cast.person("nora.vik@aster.example")
    EmailAddress.objects.filter(user_id=rival.pk).update(verified=False)
    sign_in(client, person.email)
    assert client.post("/account/email/", {"action_add": "1", "email": "x@aster.example"}).url.startswith(AGAIN)
    client.post(AGAIN, {"password": cast.PASSWORD})
    client.post("/account/email/", {"action_add": "1", "email": "nora.vik@aster.example"})
    client.post(link(Mail.objects.latest("id")))
    answer = client.post("/account/email/", {"action_primary": "1", "email": "nora.vik@aster.example"})
    assert answer.status_code == 302
    assert list(Person.objects.values_list("pk", "email")) == [(person.pk, "nora.vik@aster.example")]


def test_the_second_step_is_asked_for_and_its_secret_is_kept_encrypted(client):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    sign_in(client, person.email)
    secret = second_step(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert client.get("/account/2fa/recovery-codes/").status_code == 200
    client.logout()
    cache.clear()
    assert sign_in(client, person.email).url == "/account/2fa/authenticate/"
    assert client.get("/account").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000"}).status_code == 200
    page = client.get("/account/2fa/authenticate/")
    assert page.status_code == 200


def test_the_password_is_changed_and_its_owner_told(client):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    sign_in(client, person.email)
    new = "seven geese over the marsh"
    asked = {"oldpassword": cast.PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password/change/", asked).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    assert Mail.objects.latest("id").recipient == person.email


def test_too_many_wrong_passwords_close_the_door_to_the_right_one_too(client):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    for _ in range(10):
        sign_in(client, person.email, "wrong")
    answer = sign_in(client, person.email)
    assert "Too many failed login attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_too_many_requests_get_a_page_in_the_house_look(client):
    answers = [client.post("/account/signup/", {}) for _ in range(30)]
    assert answers[-1].status_code == 429
    assert "kit/base.html" in [t.name for t in answers[-1].templates]


def doors():
    """Every address of the library, those with a key also with one that opens nothing."""
    for include in get_resolver().url_patterns:
        if str(include.pattern) == "account/" and hasattr(include, "url_patterns"):
            yield from walk(include, "/account/")


def walk(branch, before):
    for row in branch.url_patterns:
        if hasattr(row, "url_patterns"):
            yield from walk(row, before + str(row.pattern))
        else:
            yield before + re.sub(r"\(\?P<\w+>[^)]*\)", "a", str(row.pattern)).strip("^$")


def second_step(client):
    """Turn it on, and return its secret."""
    client.post(AGAIN, {"password": cast.PASSWORD})
    client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    return secret


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("asked", ["get", "post"])
@pytest.mark.parametrize("who", ["visitor", "half_way_in", "signed_in", "asked_again", "with_second_step"])
def test_every_page_of_signing_in_is_in_the_house_look(client, who, asked):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    if who != "visitor":
        sign_in(client, person.email)
    if who == "asked_again":
        client.post(AGAIN, {"password": cast.PASSWORD})
    if who in ("half_way_in", "with_second_step"):
        second_step(client)
    if who == "half_way_in":
        client.logout()
        cache.clear()
        sign_in(client, person.email)
    found = sorted(doors())
    assert len(found) == 23
    for door in found:
        if (door, asked) == ("/account/logout/", "post"):
            continue  # it would end the walk
        cache.clear()
        answer = getattr(client, asked)(door)
        assert answer.status_code in (200, 302, 404, 405), door
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            assert (page.count('id="main"'), page.count("<h1")) == (1, 1), door
            assert not [t.name for t in answer.templates if (t.name or "").startswith("allauth/")], door


def test_what_the_house_does_not_offer_has_no_page(client):
    person = cast.person("nora@aster.example", password=cast.PASSWORD)
    for _ in range(2):
        assert client.get("/account/login/code/").status_code == 404
        assert client.get("/account/2fa/webauthn/").status_code == 404
        assert client.get("/account/signup/passkey/").status_code == 404
        assert client.get("/account/login/code/confirm/").status_code == 302  # the library mounts it always
        sign_in(client, person.email)
