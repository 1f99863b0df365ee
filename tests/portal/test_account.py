"""Account and colleagues, through HTTP."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.accounts import actions, queries
from tenure.accounts.models import Handover, Invitation, Membership, Person, Token
from tenure.accounts.words import Role, Scope
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tests import cast, estate
from tests.screens import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy(request, db):
    if "without_policy" not in request.fixturenames:
        estate.policy()


@pytest.fixture
def without_policy():
    """Named by tests of an installation that has no policy yet."""


@pytest.fixture
def client():
    return Pages()


@pytest.fixture
def signed_in(client):
    def enter(person):
        client.force_login(person)
        return client

    return enter


def state():
    tables = (Membership, Invitation, Handover, Token, Person)
    rows = [list(t.objects.order_by("pk").values()) for t in tables]
    for person in rows[-1]:
        person.pop("last_login")
    return [*rows, Mail.objects.count()]


@pytest.mark.parametrize("path", ["/account", "/account/colleagues", "/account/colleagues/C100000"])
def test_a_visitor_is_asked_to_sign_in(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.url) == (302, f"/account/login/?next={path}")


def test_who_has_no_organisation_reads_how_to_get_one(signed_in):
    page = signed_in(cast.stranger()).get("/account").content.decode()
    assert "not linked to an organisation yet" in page
    assert "Use the address of the paperwork" in page
    assert "Give the numbers of your paperwork" in page


def test_the_profile_is_saved_and_a_faulty_one_is_not(signed_in):
    someone = cast.owner()
    client = signed_in(someone)
    good = {"name": "Olga Roux", "language": "en", "zone": "Europe/Paris", "theme": "dark"}
    before = state()
    answer = client.post("/account", {**good, "name": "Ольга"})
    assert answer.status_code == 200
    assert "Latin letters" in answer.content.decode()
    assert state() == before
    assert client.post("/account", good).url == "/account"
    assert cast.who(someone).name == "Olga Roux"


def test_a_form_sent_twice_does_its_work_once(signed_in):
    client = signed_in(cast.owner())
    asked = {"token_name": "build", "scopes": ["cases:read"], "days": "0", "request_key": "the same"}
    assert [client.post("/account/tokens", asked).status_code for _ in range(2)] == [302, 302]
    assert Token.objects.count() == 1


def test_a_token_is_shown_once_and_revoked(signed_in):
    someone = cast.owner()
    client = signed_in(someone)
    asked = {"token_name": "build", "scopes": ["cases:read"], "days": "90"}
    assert client.post("/account/tokens", {**asked, "scopes": ["all"]}).status_code == 200
    assert Token.objects.count() == 0
    assert client.post("/account/tokens", asked).url == "/account"
    page = client.get("/account").content.decode()
    secret = page[page.index("tenure_") :].split("<")[0]
    found = queries.who_has_token(secret, cast.AT)
    assert found is not None and found[1] == {Scope.CASES_READ}
    assert secret not in client.get("/account").content.decode()
    client.post(f"/account/tokens/{Token.objects.get().pk}/revoke")
    assert queries.who_has_token(secret, cast.AT) is None


def test_the_policy_says_how_long_tokens_may_live(signed_in):
    page = signed_in(cast.owner()).get("/account").content.decode()
    offered = re.findall(
        r'<option value="(\d+)"[^>]*>([^<]+)</option>', page.partition('name="days"')[2].partition("</select>")[0]
    )
    assert offered == [("90", "in 90 days"), ("365", "in a year"), ("0", "when revoked")]


def test_somebody_elses_token_is_not_there(signed_in):
    other = cast.other_owner()
    actions.add_token(person_id=other.pk, name="x", scopes=[Scope.CASES_READ], expires_at=None, at=cast.AT, by=COMMAND)
    client = signed_in(cast.owner())
    before = state()
    theirs, missing = (client.post(f"/account/tokens/{n}/revoke") for n in (Token.objects.get().pk, 0))
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert state() == before


def test_an_owner_invites_and_the_colleague_joins_by_the_letter(signed_in, client):
    place, guest = cast.aster(), cast.stranger()
    owner = signed_in(cast.owner())
    where = f"/account/colleagues/{place.number}"
    assert owner.get("/account/colleagues").url == where
    assert owner.post(f"{where}/invitations", {"email": "nonsense", "role": "viewer"}).status_code == 200
    assert owner.post(f"{where}/invitations", {"email": guest.email, "role": "viewer"}).url == where
    (letter,) = Mail.objects.all()
    link = next(line for line in letter.text.splitlines() if "/account/invitations/" in line).split("8000")[1]
    assert "sent to another address" in owner.post(link).content.decode()
    assert queries.organisations(cast.who(guest)) == []
    owner.logout()
    assert "Sign in" in client.get(link).content.decode()
    client.force_login(guest)
    assert client.get(link).status_code == 200
    assert client.post(link).url == "/account/colleagues"
    assert [row.roles for row in queries.organisations(cast.who(guest))] == [(Role.VIEWER,)]
    assert client.post(link).status_code == 409


def test_without_a_policy_a_token_and_an_invitation_are_refused_on_their_pages(without_policy, signed_in):
    client = signed_in(cast.owner())
    before = state()
    asked = [
        client.post("/account/tokens", {"token_name": "x", "scopes": "cases:read", "days": "0"}),
        client.post(
            f"/account/colleagues/{cast.aster().number}/invitations", {"email": "a@b.example", "role": "viewer"}
        ),
    ]
    assert [(page.status_code, "put a business policy in force" in page.content.decode()) for page in asked] == [
        (200, True)
    ] * 2
    assert state() == before


def forms(place, member, invitation, handover):
    """Every POST that changes an organisation's people."""
    where = f"/account/colleagues/{place}"
    return [
        (f"{where}/invitations", {"email": "a@b.example", "role": "owner"}),
        (f"{where}/invitations/{invitation}/withdraw", {}),
        (f"{where}/members/{member}/role", {"role": "owner"}),
        (f"{where}/members/{member}/end", {}),
        (f"{where}/handover", {"taker": "1"}),
        (f"{where}/handover/{handover}/withdraw", {}),
    ]


@pytest.fixture
def busy():
    """An organisation with an owner, a colleague, an invitation and an offer that wait."""
    place, owner = cast.aster(), cast.owner()
    guest = cast.person("gus@aster.example")
    member = cast.join(guest, place, Role.VIEWER)
    actions.invite(organisation_id=place.pk, email="x@y.example", role=Role.VIEWER, **cast.asking(owner))
    offer = actions.offer_handover(organisation_id=place.pk, taker_id=guest.pk, **cast.asking(owner))
    return place, member.pk, Invitation.objects.get().pk, offer


@pytest.mark.parametrize("someone", [cast.technical, cast.purchasing, cast.viewer])
def test_a_colleague_who_is_no_owner_reads_and_is_told_why_nothing_changes(signed_in, busy, someone):
    place, *ids = busy
    client = signed_in(someone())
    page = client.get(f"/account/colleagues/{place.number}").content.decode()
    assert "Olga Aster" in page
    assert "x@y.example" not in page
    before = state()
    for path, body in forms(place.number, *ids):
        answer = client.post(path, body)
        assert (path, answer.status_code) == (path, 409)
        assert "Only an owner changes who may see this" in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize(
    "someone", [cast.other_owner, cast.other_technical, cast.reseller, cast.stranger, cast.operator]
)
def test_a_stranger_gets_what_a_missing_organisation_gets(signed_in, busy, someone):
    place, *ids = busy
    client = signed_in(someone())
    before = state()
    for number in (place.number, "C9"):
        assert client.get(f"/account/colleagues/{number}").status_code == 404
        assert [client.post(path, body).status_code for path, body in forms(number, *ids)] == [404] * 6
        assert client.post(f"/account/colleagues/{number}/handover/{ids[2]}/accept").status_code == 404
    assert state() == before


def test_the_last_owner_reads_why_they_cannot_leave(signed_in):
    place, owner = cast.aster(), cast.owner()
    mine = Membership.objects.get(person=owner)
    answer = signed_in(owner).post(f"/account/colleagues/{place.number}/members/{mine.pk}/end")
    assert answer.status_code == 409
    assert "at least one owner" in answer.content.decode()
    assert Membership.objects.get().ended_at is None


def test_ownership_is_offered_and_accepted_by_forms(signed_in, client):
    place, owner, taker = cast.aster(), cast.owner(), cast.technical()
    where = f"/account/colleagues/{place.number}"
    assert signed_in(owner).post(f"{where}/handover", {"taker": str(taker.pk)}).url == where
    offer = Handover.objects.get()
    client.force_login(taker)
    assert "offers you the ownership" in client.get(where).content.decode()
    assert client.post(f"{where}/handover/{offer.pk}/accept").url == where
    assert cast.who(taker).holds(place.pk, Role.OWNER)
    assert not cast.who(owner).holds(place.pk, Role.OWNER)


@pytest.mark.parametrize("body", [{"role": "king"}, {"role": "reseller"}, {"role": "a\x00"}, {}])
def test_a_forged_role_is_refused_in_words(signed_in, body):
    place, owner, other = cast.aster(), cast.owner(), cast.viewer()
    target = Membership.objects.get(person=other)
    client = signed_in(owner)
    before = state()
    answer = client.post(f"/account/colleagues/{place.number}/members/{target.pk}/role", body)
    assert answer.status_code == 409
    assert state() == before


@pytest.mark.parametrize("taker", ["", "x", "999999999999999999999999", "٣", "-1"])
def test_a_forged_taker_is_not_found(signed_in, taker):
    place, owner = cast.aster(), cast.owner()
    answer = signed_in(owner).post(f"/account/colleagues/{place.number}/handover", {"taker": taker})
    assert answer.status_code == 404


@pytest.mark.parametrize("secret", ["x", "a" * 5000, "%00", "..%2f", "é"])
def test_a_made_up_invitation_is_refused_alike(client, secret):
    answer = client.get(f"/account/invitations/{secret}")
    assert answer.status_code in (404, 409)


def test_the_page_takes_the_same_number_of_queries_for_1_colleague_and_for_40(signed_in):

    place, owner = cast.aster(), cast.owner()
    client = signed_in(owner)
    counts = []
    for size in (1, 40):
        for n in range(size):
            cast.join(cast.person(f"p{size}-{n}@aster.example"), place, Role.VIEWER)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"/account/colleagues/{place.number}").status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[1]
