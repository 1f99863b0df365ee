"""The pages of statements and proofs, and the page that checks a proof."""

import hashlib
import html
import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Person
from tenure.entitlements.models import Proof
from tenure.papers.actions import print_waiting
from tests import cast, estate
from tests.cast import AT

pytestmark = pytest.mark.django_db

ONE, TWO = "M1000000001", "M1000000002"


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    estate.policy()
    estate.term(estate.asset(cast.aster(), ONE), date(2026, 4, 1), date(2027, 4, 1))
    estate.asset(cast.aster(), TWO, purpose="trial")


def enter(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def prove(client: Client, on: str = "2026-05-01"):
    return client.post(f"/statement/{cast.aster().number}/prove", {"on": on, "request_key": uuid.uuid4().hex})


def test_the_statement_says_what_is_owned_and_marks_what_is_no_production():
    said = words(enter(cast.owner()).get("/statement"))
    assert "Aster Mills owns 2 licences of 1 product." in said
    assert (ONE in said, TWO in said, "Trial" in said) == (True, True, True)


def test_the_day_is_asked_about_and_one_that_cannot_be_read_is_told():
    client = enter(cast.owner())
    page = f"/statement/{cast.aster().number}"
    assert "owned nothing that fits on 1 January 2026." in words(client.get(f"{page}?on=2026-01-01"))
    assert "That day could not be read" in words(client.get(f"{page}?on=yesterday"))
    assert client.get(f"{page}/export?on=yesterday").status_code == 302
    assert client.get(f"{page}/paper?on=2026-01-01").status_code == 302


def test_the_csv_has_every_line_and_no_formula():
    client = enter(cast.owner())
    lines = b"".join(client.get(f"/statement/{cast.aster().number}/export").streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [ONE, TWO]
    assert lines[2].split(",")[5] == "trial"


def test_the_statement_is_printed():
    client, page = enter(cast.owner()), f"/statement/{cast.aster().number}/paper"
    assert client.get(page).status_code == 202
    print_waiting(at=AT)
    answer = client.get(page)
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_a_proof_is_made_read_printed_and_checked_by_anybody():
    client = enter(cast.owner())
    place = prove(client)["Location"]
    digest = bytes(Proof.objects.get().digest).hex()
    assert "owned 2 licences at the end of 1 May 2026" in words(client.get(place)).replace("  ", " ")
    assert hashlib.sha256(client.get(f"{place}/facts").content).hexdigest() == digest
    assert client.get(f"{place}/paper").status_code == 202
    print_waiting(at=AT)
    assert client.get(f"{place}/paper").content[:5] == b"%PDF-"
    public = f"/proof/{Proof.objects.get().number}"
    told = words(Client().get(f"{public}?digest={digest}"))
    assert "Number and digest match. The proof speaks of 1 May 2026 ." in told
    assert ("Aster" in told, ONE in told, "Vault" in told) == (False, False, False)


def test_a_wrong_digest_and_a_number_that_nothing_has_are_answered_alike():
    prove(enter(cast.owner()))
    number = Proof.objects.get().number
    wrong, nothing = (
        words(Client().get(f"/proof/{each}?digest={'0' * 64}")).replace(each, "") for each in (number, "PE-99999999")
    )
    assert wrong == nothing
    assert "Number and digest do not match." in wrong
    for odd in ("%00", "é" * 10, "x" * 500):
        assert Client().get(f"/proof/{odd}?digest=0").status_code == 200


def test_a_day_that_has_not_come_is_not_proven_and_the_page_says_so():
    client = enter(cast.owner())
    for on in ("2999-01-01", "never", "", "2001-01-01"):
        assert prove(client, on).status_code == 302
    assert Proof.objects.count() == 0
    assert "A proof says what was: choose today or a day before." in words(client.get("/statement"))


def test_a_proof_is_not_there_for_other_customers_and_resellers():
    place = prove(enter(cast.owner()))["Location"]
    for person in (cast.other_owner(), cast.reseller(), cast.stranger()):
        for path in (place, f"{place}/paper", f"{place}/facts"):
            assert enter(person).get(path).status_code == 404
    assert enter(cast.engineer()).get(place).status_code == 200


def test_a_longer_statement_asks_no_more_questions():
    client, counts = enter(cast.owner()), []
    for number in range(3):
        if number:
            estate.asset(cast.aster(), f"M100000001{number}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/statement/{cast.aster().number}")
        counts.append(len(asked))
    assert counts[1] == counts[2]
