"""Moving licences and deciding on claims, at the desk."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tenure.entitlements.actions import claims
from tenure.entitlements.models import Asset, Claim, Evidence, Move
from tenure.toolbox.upload import Upload
from tests import cast, estate
from tests.cast import asking

pytestmark = pytest.mark.django_db

ONE, TWO = "M1000000001", "M1000000002"


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    estate.policy()
    for serial in (ONE, TWO):
        estate.asset(cast.aster(), serial)
    cast.bellwether()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(cast.care_agent())
    return client


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def send(client: Client, path: str, **data: object):
    return client.post(path, {"request_key": uuid.uuid4().hex, **data})


def seen(page) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())[1]


def do(client: Client, kind: str, **asked: object):
    page = client.get(f"/desk/moves/new/{kind}", asked)
    return send(client, f"/desk/moves/new/{kind}", **asked, seen=seen(page), why="By order")


def test_a_transfer_is_shown_before_it_is_done_and_done_as_shown(client: Client):
    asked = {"serial": [ONE], "to": cast.bellwether().number}
    page = client.get("/desk/moves/new/transfer", asked)
    assert "The site Main works is copied to the new customer." in words(page)
    assert Move.objects.count() == 0
    done = send(client, "/desk/moves/new/transfer", **asked, seen=seen(page), why="Sold")
    assert done["Location"] == f"/desk/moves/{Move.objects.get().pk}"
    assert Asset.objects.get(serial_number=ONE).organisation == cast.bellwether()
    assert "Sold" in words(client.get("/desk/moves"))


def test_a_split_a_join_and_their_undoing_from_the_pages(client: Client):
    place = do(client, "split", serials=ONE, parts="6, 4")["Location"]
    assert sorted(Asset.objects.filter(quantity__lt=10).values_list("quantity", flat=True)) == [4, 6]
    page = client.get(place)
    assert send(client, f"{place}/undo", seen=seen(page), why="A mistake").status_code == 302
    assert sorted(Asset.objects.values_list("quantity", flat=True)) == [0, 10, 10]
    assert "Taken back" in words(client.get(place))
    joined = do(client, "join", serials=f"{ONE} {TWO}")["Location"]
    assert Asset.objects.get(serial_number=ONE).quantity == 20
    assert "20" in words(client.get(joined))


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        ("split", {"serials": ONE, "parts": "0, 10"}, "Each part is at least 1; 0 is not."),
        ("split", {"serials": ONE, "parts": "-1, 11"}, "Each part is at least 1; -1 is not."),
        ("split", {"serials": ONE, "parts": "11, 1"}, "The parts add up to 12, and the licence is for 10."),
        ("split", {"serials": ONE, "parts": f"{10**18}, 1"}, f"The parts add up to {10**18 + 1}"),
        ("split", {"serials": ONE, "parts": "9" * 31 + ", 1"}, "Write the parts as whole numbers"),
        ("split", {"serials": ONE, "parts": "six"}, "Write the parts as whole numbers"),
        ("split", {"serials": ONE, "parts": "² ²"}, "Write the parts as whole numbers"),
        ("split", {"serials": "M9\0", "parts": "1, 1"}, "Nothing bears this number: M9."),
        ("merge", {"customer": "aster", "to": "aster"}, "Aster Mills cannot be merged into itself."),
        ("merge", {"customer": "aster", "to": "cinder"}, "Cinder Row Trading is a reseller."),
        ("merge", {"customer": "K-999999", "to": "aster"}, "Nothing bears this number"),
        ("transfer", {"serials": ONE, "to": "K-999999"}, "Enter the number of the customer that they go to."),
        ("transfer", {"serials": ONE, "to": "bellwether", "site": "9" * 25}, "This site is not one of that customer."),
        ("transfer", {"serials": ONE, "to": "bellwether", "site": "x"}, "This site is not one of that customer."),
        ("transfer", {"look": "1"}, "Choose at least one licence"),
        ("join", {"serials": ONE}, "Enter at least two serial numbers"),
    ],
)
def test_bad_input_is_told_on_the_page_and_changes_nothing(client: Client, kind: str, asked: dict[str, str], said: str):
    numbers = {name: getattr(cast, name)().number for name in ("aster", "bellwether", "cinder")}
    named = {key: numbers.get(value, value) for key, value in asked.items()}
    page = client.get(f"/desk/moves/new/{kind}", named)
    assert said in words(page)
    forced = send(client, f"/desk/moves/new/{kind}", **named, why="So be it", seen="0" * 64)
    assert (forced.status_code, Move.objects.count()) == (409, 0)


def test_what_was_not_seen_is_not_done_and_the_reason_is_asked_for(client: Client):
    asked = {"serial": [ONE], "to": cast.bellwether().number}
    page = client.get("/desk/moves/new/transfer", asked)
    stale = send(client, "/desk/moves/new/transfer", **asked, why="Sold", seen="forged")
    assert (stale.status_code, "Somebody changed these licences" in words(stale)) == (409, True)
    silent = send(client, "/desk/moves/new/transfer", **asked, why=" ", seen=seen(page))
    assert (silent.status_code, "Write why." in words(silent)) == (409, True)
    assert Move.objects.count() == 0


def test_a_merge_asks_for_each_person(client: Client):
    membership = cast.owner().memberships.get()
    asked = {"customer": cast.aster().number, "to": cast.bellwether().number}
    page = client.get("/desk/moves/new/merge", asked)
    assert "Olga Aster" in words(page)
    undecided = send(client, "/desk/moves/new/merge", **asked, seen=seen(page), why="One firm")
    assert (undecided.status_code, "Olga Aster is open" in words(undecided)) == (409, True)
    sure = {f"person-{membership.pk}": "yes"}
    assert send(client, "/desk/moves/new/merge", **asked, **sure, seen=seen(page), why="One firm").status_code == 302
    assert set(Asset.objects.values_list("organisation__name", flat=True)) == {"Bellwether Ferries"}


def test_forged_numbers_lead_nowhere(client: Client):
    for path in ("moves/0", "moves/99999999999999999999", "moves/new/steal", "claims/0", "claims/99999999999999999999"):
        assert client.get(f"/desk/{path}").status_code == 404
    assert send(client, "/desk/moves/99999999999999999999/undo", why="x").status_code == 404
    assert client.get("/desk/moves?after=²&q=%00").status_code == 200
    assert client.get("/desk/claims?after=²&q=%00&view=over").status_code == 200


def claimed(**more: object) -> Claim:
    odd = cast.other_owner()
    number = claims.claim_serial(
        organisation_id=cast.bellwether().pk, serial=ONE, words="Order 12345678", **asking(odd, timezone.now()), **more
    )
    return Claim.objects.get(pk=number)


def test_a_claim_shows_both_sides_and_is_not_granted_before_its_time(client: Client):
    claim = claimed(uploads=(Upload(name="invoice.pdf", chunks=[b"paper"]),))
    page = words(client.get(f"/desk/claims/{claim.pk}"))
    assert ("Bellwether Ferries says that it is theirs." in page, "Who has it is heard first." in page) == (True, True)
    early = send(client, f"/desk/claims/{claim.pk}/grant", why="Theirs", seen="x")
    assert (early.status_code, "was not heard" in words(early), Move.objects.count()) == (409, True, 0)
    file = client.get(f"/desk/claims/{claim.pk}/files/{Evidence.objects.get().pk}")
    assert (b"".join(file.streaming_content), file["Content-Disposition"]) == (
        b"paper", 'attachment; filename="invoice.pdf"',
    )  # fmt: skip
    assert client.get(f"/desk/claims/{claim.pk + 1}/files/{Evidence.objects.get().pk}").status_code == 404


def test_a_claim_is_granted_when_the_holder_has_said_nothing_in_their_days(client: Client):
    claim = claimed()
    Claim.objects.update(answer_due_on=timezone.now().date() - timedelta(days=1))
    page = client.get(f"/desk/claims/{claim.pk}")
    done = send(client, f"/desk/claims/{claim.pk}/grant", why="The invoice is theirs", seen=seen(page))
    assert done["Location"] == f"/desk/moves/{Move.objects.get().pk}"
    assert Asset.objects.get(serial_number=ONE).organisation == cast.bellwether()
    assert ONE in words(client.get("/desk/claims?view=over"))


def test_a_claim_is_declined_with_a_reason(client: Client):
    claim = claimed()
    silent = send(client, f"/desk/claims/{claim.pk}/decline", why="")
    assert (silent.status_code, "Write the reason" in words(silent)) == (409, True)
    assert send(client, f"/desk/claims/{claim.pk}/decline", why="It does not show it").status_code == 302
    assert send(client, f"/desk/claims/{claim.pk}/decline", why="Again").status_code == 302
    assert Claim.objects.get().why == "It does not show it"
