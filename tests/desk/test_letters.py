"""Customer care sends papers again from the customer's page; the desk sees what did not come out."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from tenure.accounts.models import Contact
from tenure.accounts.words import StaffRole
from tenure.entitlements.models import Certificate, LetterDue
from tenure.journal.models import Entry
from tenure.papers.models import MissingGlyph, Paper
from tests import cast, estate

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(db):
    estate.policy()
    owned = estate.asset(cast.aster(), "M1000000001")
    owner = Contact.objects.create(organisation=cast.aster(), role="owner", name="Olga", email="olga@aster.example")
    Certificate.objects.update(owner=owner)
    return owned.certificate


def page_of(role: StaffRole) -> tuple[Client, str]:
    client = Client()
    client.force_login(cast.staff(role))
    return client, client.get(f"/desk/customers/{cast.aster().number}").content.decode()


def forms(page: str) -> list[str]:
    return re.findall(r'action="(/desk/customers/[^"]*/send)"', page)


def test_the_customers_page_sends_certificate_and_contact_id_again(owned):
    identifier = estate.seat(cast.technical(), cast.aster())
    client, page = page_of(StaffRole.CARE_AGENT)
    here = f"/desk/customers/{cast.aster().number}"
    assert forms(page) == [f"{here}/certificates/{owned.number}/send", f"{here}/contact-ids/{identifier}/send"]
    for where in forms(page):
        for _ in range(2):  # the same form twice has one effect
            assert client.post(where, {"request_key": f"k{where}"})["Location"] == here
    assert LetterDue.objects.count() == 2
    verbs = ["entitlements.certificate_sent_again", "entitlements.contact_id_sent_again"]
    assert [entry.verb for entry in Entry.objects.filter(verb__endswith="sent_again").order_by("id")] == verbs
    assert "on its way to olga@aster.example" in client.get(here).content.decode()


def test_staff_that_may_not_send_see_the_certificates_and_no_button_and_change_nothing(owned):
    client, page = page_of(StaffRole.ENGINEER)
    assert (owned.number in page, forms(page)) == (True, [])
    answer = client.post(
        f"/desk/customers/{cast.aster().number}/certificates/{owned.number}/send", {"request_key": "k"}
    )
    assert (answer.status_code, LetterDue.objects.count()) == (404, 0)


def test_a_certificate_without_an_owner_says_so(owned):
    Certificate.objects.update(owner=None)
    client, page = page_of(StaffRole.OPERATOR)
    assert forms(page) == []
    where = f"/desk/customers/{cast.aster().number}/certificates/{owned.number}/send"
    said = client.post(where, {"request_key": "k"}, follow=True).content.decode()
    assert "names no licence owner" in said
    assert LetterDue.objects.count() == 0


def test_the_worklist_names_what_did_not_come_out(owned):
    paper = Paper.objects.create(
        digest="d",
        kind="certificate",
        about="10000000-1000001",
        language="en",
        said={},
        ordered_at=AT,
        tries=5,
        error="<no>",
    )
    MissingGlyph.objects.create(paper=paper, code_point=0x1F600, seen_at=AT)
    LetterDue.objects.create(certificate=owned, asked_at=AT, tries=5, error="gave up")
    client, _ = page_of(StaffRole.OPERATOR)
    page = client.get("/desk/papers").content.decode()
    assert [words in page for words in ("U+1F600", "10000000-1000001", "&lt;no&gt;", "gave up")] == [True] * 4


def test_without_anything_to_look_at_the_worklist_says_so(db):
    client, _ = page_of(StaffRole.MANAGER)
    assert "Every document came out as it should." in client.get("/desk/papers").content.decode()
