"""Acceptance on paper: recorded by the vendor, kept with its scan, told to the customer, who can object."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tenure.accounts.models import Person
from tenure.journal.models import Entry
from tenure.outbox.models import Mail
from tenure.renewals.models import Order, Quote, RenewalTask, SignedPaper
from tests import cast, estate
from tests.renewals.world import accepted, owned, prepared, prices, sent
from tests.screens import browser

pytestmark = pytest.mark.django_db
DAY = cast.AT.date()


@pytest.fixture(autouse=True)
def market(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    estate.policy()
    prices()
    owned()


@pytest.fixture
def rhys() -> Person:
    return cast.reseller()


@pytest.fixture
def olga() -> Person:
    return cast.owner()


@pytest.fixture
def remy() -> Person:
    return cast.renewals()


def post(person: Person, name: str, number: str, **data: object):
    url = reverse(name, args=[number])
    return browser(person).post(url, data | {"request_key": uuid.uuid4().hex})


def scan(content: bytes = b"%PDF-1.7 signed", name: str = "signed.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def sign(person: Person, number: str, **changed: object):
    return post(person, "quote-sign", number, **{
        "signed_by": "Hanna Ruhl, managing director", "signed_on": DAY.isoformat(), "paper": scan(),
    } | changed)  # fmt: skip


def read(person: Person, number: str) -> str:
    return browser(person).get(reverse("quote", args=[number])).content.decode()


def test_a_representative_records_who_signed_when_and_keeps_the_paper(rhys: Person, olga: Person, remy: Person):
    number = sent(rhys)
    assert sign(remy, number).status_code == 302
    kept, paper = Quote.objects.get(), SignedPaper.objects.get()
    assert (kept.signed_by, kept.signed_on, kept.accepted_by) == ("Hanna Ruhl, managing director", DAY, remy)
    assert (paper.name, paper.size_bytes, paper.recorded_by) == ("signed.pdf", 15, remy)
    entry = Entry.objects.get(verb="renewals.quote_signed")
    assert entry.facts == {"signed_on": DAY.isoformat(), "signed_by": "Hanna Ruhl, managing director"}
    letter = Mail.objects.get(kind="renewals.quote_signed")
    assert (letter.recipient, letter.subject) == (olga.email, f"Quote {number} was accepted on paper")
    assert "Object on the page of the quote, and nothing is ordered until that is settled." in letter.text
    for person in (olga, remy):
        assert "Hanna Ruhl" in read(person, number)
        file = browser(person).get(reverse("quote-signed", args=[number]))
        assert (b"".join(file), file["Content-Disposition"]) == (
            b"%PDF-1.7 signed", 'attachment; filename="signed.pdf"',
        )  # fmt: skip
    assert post(rhys, "quote-order", number).status_code == 302
    assert Order.objects.count() == 1


def test_the_reseller_orders_it_but_is_shown_neither_the_name_nor_the_paper(rhys: Person, olga: Person, remy: Person):
    number = sent(rhys)
    sign(remy, number)
    page = read(rhys, number)
    assert ("Signed on paper" in page, "Hanna" in page, "signed.pdf" in page) == (True, False, False)
    assert browser(rhys).get(reverse("quote-signed", args=[number])).status_code == 404


@pytest.mark.parametrize(("changed", "said"), [
    ({"signed_on": (DAY + timedelta(days=1)).isoformat()}, "25 November 2026, has not come yet."),
    ({"signed_on": (DAY - timedelta(days=1)).isoformat()}, "It cannot have been signed on 23 November 2026: the quote was sent on 24 November 2026."),
    ({"signed_on": "9999-12-31"}, "has not come yet."), ({"signed_on": "0001-01-01"}, "It cannot have been signed on"),
    ({"signed_on": "24.11.2026"}, "Write the day as 2027-03-31."), ({"signed_on": ""}, "Write the day as 2027-03-31."),
    ({"signed_by": "  "}, "Enter who signed for the customer."), ({"paper": ""}, "Attach the signed quote as one file."),
    ({"paper": [scan(), scan()]}, "Attach the signed quote as one file."),
    ({"paper": scan(b"")}, "is empty."),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_kept(
    rhys: Person, remy: Person, changed: dict[str, object], said: str
):  # fmt: skip
    number = sent(rhys)
    before = Entry.objects.count(), Mail.objects.count()
    answer = sign(remy, number, **changed)
    assert (answer.status_code, said in answer.content.decode()) == (409, True)
    if "signed_by" not in changed:
        assert 'value="Hanna Ruhl, managing director"' in answer.content.decode()
    assert (Quote.objects.get().accepted_at, SignedPaper.objects.count()) == (None, 0)
    assert (Entry.objects.count(), Mail.objects.count()) == before


def test_not_after_its_last_day_nor_before_it_was_sent_nor_twice(
    rhys: Person, olga: Person, remy: Person, monkeypatch: pytest.MonkeyPatch
):  # fmt: skip
    number = prepared(rhys)
    assert "is now “Prepared, not sent”" in sign(remy, number).content.decode()
    post(rhys, "quote-send", number)
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT + timedelta(days=31))
    assert "This quote was valid until 24 December 2026." in sign(remy, number).content.decode()
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    assert SignedPaper.objects.count() == 0
    assert (sign(remy, number).status_code, sign(remy, number, signed_by="Other").status_code) == (302, 409)
    assert Quote.objects.get().signed_by == "Hanna Ruhl, managing director"


@pytest.mark.parametrize("name", ["reseller", "owner", "care_agent", "other_owner", "stranger"])
def test_nobody_but_the_vendors_renewals_people_records_it(rhys: Person, name: str):
    number = sent(rhys)
    someone = rhys if name == "reseller" else getattr(cast, name)()
    assert (sign(someone, number).status_code, SignedPaper.objects.count()) == (404, 0)


class TestAnObjection:
    def test_holds_the_order_until_it_is_taken_back(self, rhys: Person, olga: Person, remy: Person):
        number = sent(rhys)
        sign(remy, number)
        assert post(olga, "quote-dispute", number, why="Nobody here signed that.").status_code == 302
        task = RenewalTask.objects.get()
        assert (task.kind, task.subject, task.words) == ("disputed", number, "Nobody here signed that.")
        letter = Mail.objects.filter(kind="renewals.signature_disputed").get()
        assert (letter.recipient, "objects to the signature" in letter.subject) == (rhys.email, True)
        refused = post(rhys, "quote-order", number)
        assert (refused.status_code, Order.objects.count()) == (409, 0)
        assert "The customer objects to the signature" in refused.content.decode()
        assert "Nobody here signed that." in read(remy, number)
        assert post(olga, "quote-end-dispute", number).status_code == 302
        assert (post(rhys, "quote-order", number).status_code, Order.objects.count()) == (302, 1)

    def test_needs_a_reason(self, rhys: Person, olga: Person, remy: Person):
        number = sent(rhys)
        sign(remy, number)
        answer = post(olga, "quote-dispute", number, why=" ")
        assert (answer.status_code, SignedPaper.objects.get().objected_at) == (409, None)

    def test_comes_once_and_from_those_who_buy_alone(self, rhys: Person, olga: Person, remy: Person):
        number = sent(rhys)
        sign(remy, number)
        for someone in (rhys, remy, cast.viewer(), cast.technical(), cast.stranger()):
            assert post(someone, "quote-dispute", number, why="No.").status_code == 404
            assert post(someone, "quote-end-dispute", number).status_code == 404
        assert SignedPaper.objects.get().objected_at is None
        assert [post(olga, "quote-dispute", number, why=why).status_code for why in ("One.", "Two.")] == [302, 409]
        assert SignedPaper.objects.get().objection == "One."

    def test_a_quote_accepted_in_the_portal_has_no_paper_to_object_to(self, rhys: Person, olga: Person):
        number = accepted(rhys, olga)
        assert post(olga, "quote-dispute", number, why="No.").status_code == 404
        assert browser(olga).get(reverse("quote-signed", args=[number])).status_code == 404

    def test_a_fresh_quote_takes_the_place_of_a_disputed_one(self, rhys: Person, olga: Person, remy: Person):
        number = sent(rhys)
        sign(remy, number)
        post(olga, "quote-dispute", number, why="No.")
        assert post(rhys, "quote-fresh", number).status_code == 302
        assert Quote.objects.get(revises__number=number).signed_by == ""


@pytest.mark.parametrize(("verdict", "said"), [
    ("waiting", "because it is still being scanned."), ("infected", "because the scanner found something harmful in it."),
])  # fmt: skip
def test_a_paper_is_not_handed_out_before_it_was_found_clean(
    rhys: Person, olga: Person, remy: Person, verdict: str, said: str
):
    number = sent(rhys)
    sign(remy, number)
    SignedPaper.objects.update(scan=verdict)
    answer = browser(olga).get(reverse("quote-signed", args=[number]))
    assert (answer.status_code, said in answer.content.decode()) == (409, True)
