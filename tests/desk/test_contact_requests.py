"""Customer care's worklist of requests about contacts, and of addresses that take no mail, through HTTP."""

import csv
import html
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Contact
from tenure.entitlements import actions
from tenure.entitlements.models import Agreement, ContactRequest, ContactSeat, Evidence
from tenure.entitlements.words import ContactWish
from tenure.entitlements.words.contact_changes import ContactWanted
from tenure.journal.words import COMMAND
from tenure.outbox.actions import post, reported
from tenure.policy.words.identifiers import Identifier
from tenure.toolbox.upload import Upload
from tests import cast, estate
from tests.cast import AT, asking
from tests.screens import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAPER = {
    "certificate": "10000000-1000001", "sales_order": "10000000", "serial_number": "M1000000001",
    "support_identifier": "1000-0000-0001",
}  # fmt: skip


@pytest.fixture(autouse=True)
def world(db: None, settings, tmp_path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    estate.policy()
    estate.asset(cast.aster(), PAPER["serial_number"])
    estate.asset(cast.bellwether(), "M2000000002")
    Agreement.objects.create(organisation=cast.aster(), level="basic", region="EMEA")


def wanted(**changed: str) -> ContactWanted:
    given = tuple(Identifier(kind=kind, value=value) for kind, value in (PAPER | changed).items())
    return ContactWanted(
        wish=ContactWish.ADD, identifiers=given, name="Nia Quist", email="nia@a.example", company="Aster",
        address="Lane", phone="1",
    )  # fmt: skip


def ask(person=None, want: ContactWanted | None = None, **more) -> int:
    return actions.ask_for_contact_change(
        wanted=want or wanted(), **asking(person or cast.stranger()), **more
    ).request_id


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1].split("</main>")[0])
    return html.unescape(" ".join(text.split()))


def seat(name: str) -> str:
    contact = Contact.objects.create(organisation=cast.aster(), role="technical", name=name, email=f"{name}@a.example")
    return actions.name_contact(agreement_id=Agreement.objects.get().id, contact_id=contact.id, at=AT, by=COMMAND)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "All numbers belong to one certificate of Aster Mills."),
        ({"serial_number": "M9999999999"}, "Not every number exists."),
        ({"serial_number": "M2000000002"}, "The numbers are not all on one certificate of one customer."),
        (
            {
                "certificate": "99999999-9999999", "sales_order": "99999999", "serial_number": "M9999999999",
                "support_identifier": "9999-9999-9999",
            },
            "Nothing bears these numbers.",
        ),
    ],
)  # fmt: skip
def test_the_page_says_first_what_the_numbers_say_together(changed: dict[str, str], said: str):
    number = ask(want=wanted(**changed))
    assert said in words(signed_in(cast.care_agent()).get(f"/desk/contact-requests/{number}"))


def test_care_grants_in_the_place_of_a_seat_and_the_request_leaves_the_list():
    old, cass = seat("Tess"), signed_in(cast.care_agent())
    seat("Ute")
    path = f"/desk/contact-requests/{ask()}"
    full = cass.post(f"{path}/grant", {"seat": ""})
    assert (full.status_code, "All 2 seats of this level are taken." in words(full)) == (409, True)
    done = cass.post(f"{path}/grant", {"seat": old}, follow=True)
    assert "No request waits for you." in words(done)
    assert ContactSeat.objects.get(identifier=old).ended_at is not None
    again = cass.post(f"{path}/grant", {"seat": old}, follow=True)
    assert "What happened" in words(again)
    assert ContactRequest.objects.count() == 1


def test_care_declines_with_a_reason():
    cass, path = signed_in(cast.care_agent()), f"/desk/contact-requests/{ask()}"
    assert cass.post(f"{path}/decline", {"why": ""}).status_code == 409
    assert cass.post(f"{path}/decline", {"why": "They do not fit."}).status_code == 302
    assert ContactRequest.objects.get().answer == "declined"


def test_care_looks_up_the_customer_of_a_file_and_sends_the_id():
    held = seat("Tess")
    missing = ContactWanted(wish=ContactWish.MISSING_CONTACT_ID)
    number = ask(want=missing, uploads=(Upload(name="paper.pdf", chunks=[b"%PDF"]),))
    cass, customer = signed_in(cast.care_agent()), cast.aster().number
    page = cass.get(f"/desk/contact-requests/{number}?customer={customer.lower()}")
    assert held in words(page)
    file = cass.get(f"/desk/contact-requests/{number}/files/{Evidence.objects.get().pk}")
    assert (file.getvalue(), file["Content-Disposition"]) == (b"%PDF", 'attachment; filename="paper.pdf"')
    assert file["Content-Security-Policy"].startswith("sandbox")
    wrong = cass.post(f"/desk/contact-requests/{number}/grant", {"customer": "K-999999"})
    assert "No customer has this number." in words(wrong)
    assert cass.post(f"/desk/contact-requests/{number}/grant", {"customer": customer, "seat": held}).status_code == 302


@pytest.mark.parametrize("scan", ["waiting", "infected"])
def test_a_file_that_was_not_found_clean_is_not_handed_out(scan: str):
    number = ask(uploads=(Upload(name="paper.pdf", chunks=[b"x"]),))
    Evidence.objects.update(scan=scan)
    answer = signed_in(cast.care_agent()).get(f"/desk/contact-requests/{number}/files/{Evidence.objects.get().pk}")
    assert (answer.status_code, b"not handed out" in answer.content) == (409, True)


def test_a_file_is_found_under_its_own_request_alone():
    first = ask(uploads=(Upload(name="paper.pdf", chunks=[b"x"]),))
    other, file = ask(cast.technical()), Evidence.objects.get().pk
    cass = signed_in(cast.care_agent())
    answers = [cass.get(f"/desk/contact-requests/{number}/files/{file}") for number in (first, other, 2**70)]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0].getvalue() == b"x"
    assert signed_in(cast.engineer()).get(f"/desk/contact-requests/{first}/files/{file}").status_code == 404


def test_the_list_is_filtered_paged_and_taken_as_a_file():
    sam, cass = cast.stranger(), signed_in(cast.care_agent())
    for number in range(27):
        ContactRequest.objects.create(
            wish="add" if number else "replace", asked_by=sam, given=["serial_number M1000000001"], name=f"=Nr {number}",
            asked_at=AT + timedelta(minutes=number),
        )  # fmt: skip
    first = cass.get("/desk/contact-requests")
    assert "27 requests wait for you." in words(first)
    older = re.search(r'href="(\?after=\d+)"', first.content.decode())[1]
    assert words(cass.get(f"/desk/contact-requests{older}")).count("Add a technical contact ") >= 2
    assert "1 request waits for you." in words(cass.get("/desk/contact-requests?wish=replace&q=m1000000001"))
    assert "No request fits these filters." in words(cass.get("/desk/contact-requests?q=%00nobody"))
    sheet = cass.get("/desk/contact-requests/export?wish=add")
    rows = list(csv.DictReader(io.StringIO(sheet.getvalue().decode("utf-8-sig"))))
    assert (len(rows), rows[0]["new_contact"], rows[0]["numbers"]) == (26, "'=Nr 1", "M1000000001")


def test_the_worklist_asks_the_same_number_of_queries_for_one_row_and_for_three():
    cass, sam, counts = signed_in(cast.care_agent()), cast.stranger(), []
    for many in (1, 2):
        for _ in range(many):
            ask(sam)
        cass.get("/desk/contact-requests")
        with CaptureQueriesContext(connection) as asked:
            cass.get("/desk/contact-requests")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_change_for_a_later_day_is_withdrawn_by_care():
    cass = signed_in(cast.care_agent())
    want = wanted()
    number = ask(
        want=ContactWanted(**{f: getattr(want, f) for f in want.__slots__} | {"takes_effect_on": date(2026, 12, 1)})
    )
    cass.post(f"/desk/contact-requests/{number}/grant")
    assert "From 1 Dec 2026" in words(cass.get(f"/desk/contact-requests/{number}"))
    assert cass.post(f"/desk/contact-requests/{number}/withdraw").status_code == 302
    assert ContactRequest.objects.get().answer == "withdrawn"


def test_addresses_that_take_no_mail_are_listed_and_flagged_on_the_customers_page():
    seat("Tess")
    mail = post(kind="test", recipient="tess@a.example", language="en", subject="Hello", text="Hi", at=AT)
    reported(mail_id=mail, said="550 no such user", at=AT)
    cass = signed_in(cast.care_agent())
    assert "550 no such user" in words(cass.get(f"/desk/customers/{cast.aster().number}"))
    page = cass.get("/desk/addresses?q=tess")
    assert "Tess" in words(page)
    path = re.search(r'href="(/account/contacts/[^"]+/addresses/\d+)"', page.content.decode())[1]
    assert cass.post(path, {"email": "new@a.example"}).status_code == 302
    assert "All mail arrives" in words(cass.get("/desk/addresses"))
    engineer = signed_in(cast.engineer()).get("/desk/addresses")
    assert engineer.status_code == 200
