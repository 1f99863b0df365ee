"""Requests about contacts, their history, and addresses that take no mail, through HTTP."""

import csv
import html
import io
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Contact
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat, Evidence, Term
from tenure.entitlements.words import TermFamily
from tenure.journal.words import COMMAND
from tenure.outbox.actions import post, reported
from tenure.outbox.models import Bounce, Mail
from tests import cast, estate
from tests.cast import AT, asking
from tests.screens import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OWN = "M1000000001"
PAPER = f"Certificate 10000000-1000001, order 10000000, serial {OWN}, support 1000-0000-0001"
NEW = {
    "name": "Nia Quist", "email": "nia@aster.example", "company": "Aster Mills", "address": "1 Mill Lane",
    "phone": "+49 30 555",
}  # fmt: skip


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: AT)


@pytest.fixture(autouse=True)
def world(db: None, settings, tmp_path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    estate.policy()
    owned = estate.asset(cast.aster(), OWN)
    agreement = Agreement.objects.create(organisation=cast.aster(), level="basic", region="EMEA")
    Term.objects.create(
        asset=owned, agreement=agreement, family=TermFamily.MAINTENANCE, level="basic", quantity=10,
        covers=(date(2026, 4, 1), date(2027, 4, 1)), known=(AT, None),
    )  # fmt: skip


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def seat(name: str = "Tess") -> str:
    contact = Contact.objects.create(organisation=cast.aster(), role="technical", name=name, email=f"{name}@a.example")
    return actions.name_contact(agreement_id=Agreement.objects.get().id, contact_id=contact.id, at=AT, by=COMMAND)


def ask(person, wish: str = "add", **more):
    return signed_in(person).post(f"/account/contact-requests/new/{wish}", {"text": PAPER, **NEW, **more}, follow=True)


def numbers() -> str:
    return cast.aster().number


def test_an_owner_adds_a_contact_and_reads_the_contact_id_on_the_contacts_page():
    olga = cast.owner()
    answer = ask(olga)
    assert answer.redirect_chain[-1][1] == 302
    assert "Done: Nia Quist is a technical contact" in words(answer)
    assert ContactSeat.objects.get().identifier in words(signed_in(olga).get(f"/account/contacts/{numbers()}"))


def test_what_is_missing_is_said_after_what_nearly_was_a_number_and_nothing_typed_is_lost():
    answer = ask(cast.stranger(), text="Certificate 10000000-1000001, serial M100000001")
    said = words(answer)
    assert answer.status_code == 422
    assert "Serial number: M100000001 has 9 digits and needs 10, as in M1234567890." in said
    assert "Still missing: Sales order number, Serial number, Support identifier." in said
    assert 'value="Nia Quist"' in answer.content.decode()
    assert ContactRequest.objects.count() == 0


@pytest.mark.parametrize("field", ["name", "email", "company", "address", "phone"])
def test_each_detail_is_asked_for_by_its_name(field: str):
    answer = ask(cast.stranger(), **{field: " "})
    assert (answer.status_code, ContactRequest.objects.count()) == (422, 0)
    assert re.search(r"Enter this|Enter an e-mail address", words(answer))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-23", "This day is over."),
        ("2027-02-23", "Choose a day up to 22 February 2027."),
        ("31.12.2026", "Write the day as"),
    ],
)
def test_a_day_that_cannot_be_is_explained(day: str, said: str):
    assert said in words(ask(cast.stranger(), takes_effect_on=day))
    assert ContactRequest.objects.count() == 0


def test_a_stranger_reads_the_same_whether_or_not_the_numbers_exist():
    sam = cast.stranger()
    nothing = "99999999-1000001 99999999 M9999999999 9999-9999-9999"
    pages = [re.sub(r"\b(1000|9999)[\d-]*|M\d+", "", words(ask(sam, text=text))) for text in (PAPER, nothing)]
    assert pages[0] == pages[1]
    assert "Your request is with customer care." in pages[0]
    assert "Aster" not in pages[0].replace("Aster Mills", "", 1)  # the company is what they typed


def test_the_page_of_a_missing_id_says_that_it_goes_to_nobody_else():
    page = words(signed_in(cast.stranger()).get("/account/contact-requests/new/missing-contact-id"))
    assert "only to the address that the paperwork names, never to whoever asks" in page


def test_an_attached_certificate_is_kept_and_one_that_is_too_large_is_explained():
    sam = cast.stranger()
    file = SimpleUploadedFile("paper.pdf", b"%PDF")
    answer = ask(sam, "missing-contact-id", text="", attached=file)
    assert (answer.status_code, Evidence.objects.get().name) == (200, "paper.pdf")
    empty = ask(sam, "missing-contact-id", text="", attached=SimpleUploadedFile("none.pdf", b""))
    assert "none.pdf is empty." in words(empty)
    assert ContactRequest.objects.count() == 1


def test_an_unknown_wish_is_not_there():
    client = signed_in(cast.owner())
    assert client.get("/account/contact-requests/new/everything").status_code == 404
    assert client.get(f"/account/contact-requests/{2**70}").status_code == 404


def test_a_request_is_its_askers_alone():
    ask(cast.stranger())
    number = ContactRequest.objects.get().pk
    for other in (cast.owner(), cast.care_agent()):
        assert signed_in(other).get(f"/account/contact-requests/{number}").status_code == 404
        assert signed_in(other).post(f"/account/contact-requests/{number}/withdraw").status_code == 404
    assert ContactRequest.objects.get().answer == ""


def test_the_asker_withdraws_once():
    sam = cast.stranger()
    ask(sam)
    path = f"/account/contact-requests/{ContactRequest.objects.get().pk}/withdraw"
    assert "It was withdrawn; nothing has changed." in words(signed_in(sam).post(path, follow=True))
    assert "answered already" in signed_in(sam).post(path, follow=True).content.decode()
    assert ContactRequest.objects.get().answer == "withdrawn"


def test_a_change_for_a_later_day_is_shown_and_withdrawn_by_the_owner():
    olga = cast.owner()
    assert "a technical contact from 1 December 2026" in words(ask(olga, takes_effect_on="2026-12-01"))
    page = signed_in(olga).get(f"/account/contacts/{numbers()}")
    assert "From 1 Dec 2026" in words(page)
    path = f"/account/contacts/{numbers()}/changes/{ContactRequest.objects.get().pk}/withdraw"
    assert signed_in(cast.other_owner()).post(path).status_code == 404
    assert "The change is withdrawn" in words(signed_in(olga).post(path, follow=True))


def test_the_list_of_own_requests_is_paged():
    sam = cast.stranger()
    for number in range(27):
        ContactRequest.objects.create(
            wish="add", asked_by=sam, given=[], name=f"Nr {number}", asked_at=AT, answered_at=AT, answer="declined"
        )
    client = signed_in(sam)
    first = client.get("/account/contact-requests")
    older = re.search(r'href="(\?before=\d+)"', first.content.decode())[1]
    rest = client.get(f"/account/contact-requests{older}")
    assert (words(first).count("Declined"), words(rest).count("Declined")) == (25, 2)
    assert client.get("/account/contact-requests?before=nonsense").status_code == 200


def test_the_history_is_on_a_page_and_in_a_file_that_runs_nothing():
    olga, old = cast.owner(), seat("=Tess()")
    ask(olga, "replace", text=f"{PAPER} {old}", words="She left.")
    page = words(signed_in(olga).get(f"/account/contacts/{numbers()}/history"))
    assert "1 contact ID works now, of 2 that were ever given." in page
    answer = signed_in(olga).get(f"/account/contacts/{numbers()}/history/export")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["name"], row["why"], bool(row["until"])) for row in rows] == [
        ("Nia Quist", "She left.", False), ("'=Tess()", "", True),
    ]  # fmt: skip


def test_pages_ask_the_same_number_of_queries_whatever_they_show():
    olga = cast.owner()
    client = signed_in(olga)
    counts = []
    for round_ in range(2):
        for number in range(1 + round_):
            ContactRequest.objects.create(
                wish="add", asked_by=olga, organisation=cast.aster(), given=["serial_number M1"], name=f"Nr {number}",
                asked_at=AT,
            )  # fmt: skip
        for path in (f"/account/contacts/{numbers()}", "/account/contact-requests"):
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(path)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def _bounce(address: str) -> None:
    mail = post(kind="test", recipient=address, language="en", subject="Hello", text="Hi", at=AT)
    reported(mail_id=mail, said="550 no such user", at=AT)


def test_a_bounced_address_is_shown_and_the_owner_gives_another():
    olga = cast.owner()
    seat("Tess")
    _bounce("tess@a.example")
    contact = Contact.objects.get()
    page = signed_in(olga).get(f"/account/contacts/{numbers()}")
    assert "mail comes back. The server says “ 550 no such user ”" in words(page)
    path = f"/account/contacts/{numbers()}/addresses/{contact.pk}"
    assert path in page.content.decode()
    client = signed_in(olga)
    assert "Mail to tess@a.example comes back as well" in words(client.post(path, {"email": "Tess@a.example"}))
    assert client.post(path, {"email": "nobody"}).status_code == 422
    done = client.post(path, {"email": "tess@new.example"}, follow=True)
    assert "From now on we write to tess@new.example." in words(done)
    assert (Contact.objects.get().email, Bounce.objects.get().settled_at) == ("tess@new.example", AT)


@pytest.mark.parametrize("role", ["viewer", "technical", "other_owner", "stranger", "engineer"])
def test_the_address_form_is_for_owners_and_care(role: str):
    seat("Tess")
    path = f"/account/contacts/{numbers()}/addresses/{Contact.objects.get().pk}"
    client = signed_in(getattr(cast, role)())
    assert (client.get(path).status_code, client.post(path, {"email": "x@y.example"}).status_code) == (404, 404)


def test_the_letter_leads_to_the_form():
    olga = cast.owner()
    seat("Tess")
    _bounce("tess@a.example")
    actions.tell_of_bounces(at=AT + timedelta(minutes=1))
    letter = Mail.objects.get(recipient=olga.email)
    link = re.search(r"https?://[^/\s]+(/account/contacts/\S+)", letter.text)[1]
    assert signed_in(olga).get(link).status_code == 200
    assert asking(olga)
