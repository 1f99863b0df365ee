"""Customer care's list of requests to be linked."""

import html
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Membership, Person
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactSeat, JoiningRequest
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tests import cast, estate
from tests.cast import asking

pytestmark = pytest.mark.django_db

OWN, NOBODYS = "M1000000001", "M9999999999"


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    estate.policy()
    estate.asset(cast.aster(), OWN)


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(cast.care_agent())
    return client


def ask(person: Person, *numbers: str) -> list[int]:
    identifiers = [Identifier(kind="serial_number", value=number) for number in numbers]
    actions.ask_to_join(identifiers=identifiers, **asking(person))
    return list(JoiningRequest.objects.order_by("id").values_list("id", flat=True))


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def send(client: Client, path: str, **data: str):
    return client.post(f"/desk/joining/{path}", {"request_key": uuid.uuid4().hex, **data})


def test_the_list_says_what_was_given_what_it_matched_and_why_it_is_here(client):
    ask(cast.stranger(), OWN, NOBODYS)
    page = words(client.get("/desk/joining"))
    assert "2 requests wait for you." in page
    rows = re.findall(r"(M\d{10}) (Aster Mills|none) .*? (Nobody owns the account|Nothing bears these numbers)", page)
    assert rows == [(OWN, "Aster Mills", "Nobody owns the account"), (NOBODYS, "none", "Nothing bears these numbers")]
    assert "Nobody waits" not in words(client.get("/desk/"))
    assert '"/desk/joining"' in client.get("/desk/").content.decode()


def test_what_an_owner_can_still_answer_is_not_listed(client):
    cast.owner()
    ask(cast.stranger(), OWN)
    assert "No request waits for you." in words(client.get("/desk/joining"))


def test_care_links_in_a_role_and_the_person_is_written_to(client):
    sam = cast.stranger()
    (request,) = ask(sam, OWN)
    page = words(client.get(f"/desk/joining/{request}"))
    assert ("Asked Sam Nowhere" in page, f"Gave in all {OWN}" in page) == (True, True)
    assert send(client, f"{request}/approve", **{"as": "owner"}).status_code == 302
    assert list(Membership.objects.values_list("person", "role")) == [(sam.pk, "owner")]
    assert Mail.objects.get().recipient == sam.email
    assert client.get(f"/desk/joining/{request}").status_code == 404


def test_care_links_with_a_contact_seat(client):
    agreement = Agreement.objects.create(organisation=cast.aster(), level="basic", region="EMEA")
    (request,) = ask(cast.stranger(), OWN)
    assert send(client, f"{request}/approve", **{"as": str(agreement.id)}).status_code == 302
    assert (ContactSeat.objects.count(), Membership.objects.get().role) == (1, "technical")


def test_care_links_to_the_customer_it_found_where_nothing_bears_the_numbers(client):
    sam = cast.stranger()
    (request,) = ask(sam, NOBODYS)
    for customer, said in (("", "Enter the number of the customer"), ("K-999999", "No customer has this number.")):
        answer = send(client, f"{request}/approve", **{"as": "viewer", "customer": customer})
        assert (answer.status_code, said in words(answer), Membership.objects.count()) == (409, True, 0)
    number = cast.aster().number
    assert send(client, f"{request}/approve", **{"as": "viewer", "customer": number}).status_code == 302
    assert Membership.objects.get().organisation_id == cast.aster().pk


def test_care_declines_only_with_a_reason(client):
    sam = cast.stranger()
    (request,) = ask(sam, OWN)
    answer = send(client, f"{request}/decline", why=" ")
    assert (answer.status_code, "Write the reason" in words(answer), Mail.objects.count()) == (409, True, 0)
    assert send(client, f"{request}/decline", why="Not on the contract.").status_code == 302
    assert ("Not on the contract." in Mail.objects.get().text, Membership.objects.count()) == (True, 0)


@pytest.mark.parametrize("given", ["", "reseller", "king", "99999999", "9" * 30, "\0"])
def test_a_role_that_is_not_there_changes_nothing(client, given: str):
    (request,) = ask(cast.stranger(), OWN)
    answer = send(client, f"{request}/approve", **{"as": given})
    assert (answer.status_code, Membership.objects.count(), JoiningRequest.objects.get().answer) == (409, 0, "")


def test_the_list_asks_as_many_questions_for_one_row_as_for_three(client):
    counts = []
    for turn in range(3):
        ask(cast.person(f"n{turn}@nowhere.example"), OWN)
        with CaptureQueriesContext(connection) as caught:
            client.get("/desk/joining")
        counts.append(len(caught))
    assert counts[0] == counts[2]


@pytest.mark.parametrize("role", ["engineer", "renewals", "analyst", "manager"])
def test_other_staff_see_nothing_of_it_and_change_nothing(role: str):
    (request,) = ask(cast.stranger(), OWN)
    client = Client()
    client.force_login(getattr(cast, role)())
    answers = [client.get("/desk/joining"), client.get(f"/desk/joining/{request}"),
               send(client, f"{request}/approve", **{"as": "viewer"}), send(client, f"{request}/decline", why="no")]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (Membership.objects.count(), JoiningRequest.objects.get().answer) == (0, "")
