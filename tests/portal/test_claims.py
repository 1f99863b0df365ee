"""The pages of claims, for who claims and for who has what is claimed."""

import html
import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tenure.accounts.models import Person
from tenure.entitlements.actions import claims
from tenure.entitlements.models import Asset, Claim, Evidence
from tests import cast, estate
from tests.cast import AT

pytestmark = pytest.mark.django_db

ONE, NOBODYS = "M1000000001", "M9999999999"


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    estate.policy()
    estate.term(estate.asset(cast.aster(), ONE), date(2026, 4, 1), date(2027, 4, 1))


def enter(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def send(client: Client, path: str, **data: object):
    return client.post(path, {"request_key": uuid.uuid4().hex, **data})


def claim(client: Client, serial: str = ONE, **more: object):
    place = str(cast.bellwether().pk)
    return send(client, "/claims/new", **{"serial": serial, "organisation": place, "words": "Order 12345678."} | more)


def test_the_page_after_a_claim_says_the_same_whether_the_number_exists_or_not():
    client = enter(cast.other_owner())
    pages = []
    for serial in (ONE, NOBODYS):
        done = claim(client, serial)
        assert done.status_code == 302
        pages.append(re.sub(rf"{serial}|\d\d:\d\d", "", words(client.get(done["Location"]))))
    assert pages[0] == pages[1]
    assert "Aster" not in pages[0]


def test_a_claim_keeps_what_was_typed_when_something_is_wrong_with_it():
    client = enter(cast.other_owner())
    answer = claim(client, "M12", words="Our own words")
    assert answer.status_code == 422
    assert "Enter the serial number as it is printed, such as M1234567890." in words(answer)
    assert "Our own words" in words(answer)
    empty = claim(client, attached=SimpleUploadedFile("empty.pdf", b""))
    assert (empty.status_code, "empty.pdf is empty." in words(empty)) == (422, True)
    assert Claim.objects.count() == 0


def test_files_of_a_claim_are_kept_for_customer_care():
    claim(enter(cast.other_owner()), attached=SimpleUploadedFile("invoice.pdf", b"paper"))
    assert list(Evidence.objects.values_list("name", "size_bytes", "from_holder")) == [("invoice.pdf", 5, False)]


def test_somebody_elses_claim_is_not_there():
    odd, olga = enter(cast.other_owner()), enter(cast.owner())
    number = Claim.objects.get(pk=int(claim(odd)["Location"].rsplit("/", 1)[1])).pk
    for path in (f"/claims/{number}", f"/claims/{number}/answer"):
        assert olga.get(path).status_code == 404
    assert send(olga, f"/claims/{number}/withdraw").status_code == 404
    assert enter(cast.viewer()).get(f"/claims/{number}/answer").status_code == 404
    for forged in ("0", "9223372036854775808", "99999999999999999999999"):
        assert odd.get(f"/claims/{forged}").status_code == 404


def test_the_holder_answers_and_reads_nothing_about_who_claims():
    odd, olga = enter(cast.other_owner()), enter(cast.owner())
    number = int(claim(odd)["Location"].rsplit("/", 1)[1])
    claims.tell_holders(at=AT)
    assert "Others claim what you have" in words(olga.get("/claims"))
    page = words(olga.get(f"/claims/{number}/answer"))
    assert (ONE in page, "Bellwether" in page) == (True, False)
    assert send(olga, f"/claims/{number}/answer", words="It is on our certificate.").status_code == 302
    assert Claim.objects.get().holder_words == "It is on our certificate."
    assert "Answered" in words(olga.get("/claims"))


def test_a_claim_is_withdrawn_from_its_page():
    odd = enter(cast.other_owner())
    place = claim(odd)["Location"]
    assert send(odd, f"{place}/withdraw").status_code == 302
    assert "It was withdrawn." in words(odd.get(place))
    assert Asset.objects.get().organisation == cast.aster()


def test_who_belongs_to_no_customer_is_shown_the_way_there():
    sam, rhys = enter(cast.stranger()), enter(cast.reseller())
    for client in (sam, rhys):
        assert "Link your account" in words(client.get("/claims"))
        assert "Link your account" in words(client.get("/claims/new"))
    assert send(sam, "/claims/new", serial=ONE, organisation=str(cast.aster().pk), words="Mine").status_code == 409
    assert Claim.objects.count() == 0
