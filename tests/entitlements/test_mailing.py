"""Certificates and contact IDs reach the people they name: as signed PDF and mail, once, and again when asked."""

import email
import email.policy
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from asn1crypto import x509
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from tenure.accounts.models import Contact, Organisation, Person
from tenure.accounts.words import Role
from tenure.entitlements.actions import order_certificate, send_certificate, send_contact_id, write_letters
from tenure.entitlements.intake import run
from tenure.entitlements.models import Agreement, Certificate, ContactSeat, LetterDue, Term
from tenure.entitlements.queries import certificate
from tenure.entitlements.queries.letters import letters_given_up
from tenure.entitlements.words import EntitlementRefusal
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.actions import send_waiting
from tenure.outbox.models import Mail
from tenure.papers import typesetting
from tenure.papers.actions import print_waiting
from tenure.papers.signing import certificate_of
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.entitlements.conftest import AT
from tests.entitlements.test_intake import write
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA, settings.SMTP_HOST = tmp_path / "data", ""
    stored = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": stored}


@pytest.fixture
def office(settings):
    with PostOffice() as office:
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS, settings.SMTP_USER = (
            "127.0.0.1",
            office.port,
            False,
            "",
        )
        yield office


def load(path, *, announce: bool = True) -> list[str]:
    said: list[str] = []
    run(path, announce=announce, correct=False, dry_run=False, at=AT, by=COMMAND, report=said.append)
    return said


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def arrived(office: PostOffice) -> dict[str, email.message.EmailMessage]:
    return {to: email.message_from_bytes(raw, policy=email.policy.default) for to, raw in office.letters}


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.code


@pytest.mark.usefixtures("products")
def test_an_announced_certificate_reaches_its_owner_as_signed_pdf_and_the_contact_their_id(tmp_path, settings, office):
    said = load(write(tmp_path / "f.csv", {"customer_language": "ru", "owner_name": "Ада Лавлейс"}))
    assert said[-1] == "1 owner and 1 technical contact told by mail."
    assert (write_letters(at=AT), send_waiting(at=AT)) == (2, 2)
    letters = arrived(office)
    assert sorted(letters) == ["ada@aurora.example", "tom@aurora.example"]
    owner = letters["ada@aurora.example"]
    assert "12345678-1234567" in owner["Subject"]
    for letter in letters.values():  # nobody has an account yet: the hours are those of the site
        assert "Берлин" in letter.get_body(["plain"]).get_content()
    assert owner["Content-Language"] == "ru"
    [paper] = list(owner.iter_attachments())
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", "certificate-12345678-1234567.pdf")
    pdf = paper.get_content()
    root = x509.Certificate.load(certificate_of(settings.DATA / "keys", vendor=settings.VENDOR_NAME))
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    assert validate_pdf_signature(signature, ValidationContext(trust_roots=[root])).bottom_line is True
    printed = words(pdf)
    identifier = ContactSeat.objects.get().identifier
    expected = [
        "12345678-1234567", "Aurora Mills", "Northway", "Ада Лавлейс", "ada@aurora.example", "Wall 9.4", "M1234567890",
        "1234-5678-1234", "10 пользователей", "Essential", "Tom Tech", identifier, "Hafenstrasse 12",
    ]  # fmt: skip
    assert [each for each in expected if each not in printed] == []
    for part in ("plain", "html"):
        assert identifier in letters["tom@aurora.example"].get_body([part]).get_content()
        assert "M1234567890" in owner.get_body([part]).get_content()


@pytest.mark.usefixtures("products")
def test_the_same_file_again_tells_nobody_again_and_without_announce_nobody_is_told(tmp_path):
    load(write(tmp_path / "f.csv", {}))
    load(tmp_path / "f.csv")
    assert [write_letters(at=AT), write_letters(at=AT)] == [2, 0]
    load(
        write(
            tmp_path / "g.csv",
            {
                "certificate_number": "22345678-1234567",
                "serial_number": "M2234567890",
                "support_identifier": "2234-5678-1234",
            },
        ),
        announce=False,
    )
    assert (LetterDue.objects.count(), Mail.objects.count()) == (2, 2)


@pytest.mark.usefixtures("products")
def test_a_letter_that_cannot_be_written_does_not_hold_up_the_others_and_the_desk_sees_it(tmp_path, monkeypatch):
    load(write(tmp_path / "f.csv", {}))

    def broken(said):
        raise typesetting.Unsettable("no such luck")

    monkeypatch.setattr(typesetting, "typeset", broken)
    assert write_letters(at=AT) == 1
    assert list(Mail.objects.values_list("recipient", flat=True)) == ["tom@aurora.example"]
    [stuck] = letters_given_up(limit=10)
    assert (stuck.about, stuck.error) == ("12345678-1234567", "no such luck")


@pytest.fixture
def shared(policy):
    """A certificate of Aster with two lines; only the first was sold by Cinder."""
    place, seller = cast.aster(), cast.cinder()
    first = estate.asset(place, "M1000000001", reseller=seller)
    owner = Contact.objects.create(organisation=place, role="owner", name="Olga Aster", email="olga@aster.example")
    Certificate.objects.update(owner=owner)
    second = estate.asset(place, "M1000000002")
    type(second).objects.filter(id=second.id).update(certificate=first.certificate)
    agreement = Agreement.objects.create(organisation=place, level="essential", region="EMEA")
    Term.objects.create(
        asset=first, certificate=first.certificate, agreement=agreement, family=1, level="essential", quantity=10,
        covers=DateRange(date(2026, 4, 1), date(2027, 4, 1)), known=DateTimeTZRange(datetime(2026, 1, 1, tzinfo=UTC), None),
    )  # fmt: skip
    contact = Contact.objects.create(organisation=place, role="technical", name="Tom Lind", email="tom@aster.example")
    ContactSeat.objects.create(agreement=agreement, contact=contact, identifier="C-1", seat=1, named_at=AT)
    return first.certificate


def test_a_customer_sees_all_lines_and_people_and_a_reseller_what_they_sold_and_nobody(shared):
    mine = certificate(who=cast.who(cast.viewer()), number=shared.number)
    assert [(line.serial, line.level, line.last_day) for line in mine.lines] == [
        ("M1000000001", "essential", date(2027, 3, 31)), ("M1000000002", "", None),
    ]  # fmt: skip
    assert (mine.owner_email, [seat.identifier for seat in mine.seats]) == ("olga@aster.example", ["C-1"])
    sold = certificate(who=cast.who(cast.reseller()), number=shared.number)
    assert [line.serial for line in sold.lines] == ["M1000000001"]
    assert (sold.owner, sold.owner_email, sold.seats) == ("", "", ())


def test_who_sees_none_of_its_lines_gets_the_same_answer_as_for_a_number_that_is_none(shared):
    for someone in (cast.other_owner(), cast.stranger()):
        for number in (shared.number, "00000000-0000000", "\0"):
            asked = {"who": cast.who(someone), "number": number, "language": "en", "at": AT}
            assert refused(order_certificate, **asked) is EntitlementRefusal.NOT_FOUND


def test_an_ordered_certificate_is_printed_by_the_worker_with_the_lines_its_reader_sees(shared):
    customer, seller = cast.who(cast.viewer()), cast.who(cast.reseller())
    asked = {"number": shared.number, "at": AT}
    assert order_certificate(who=customer, language="de", **asked) is None
    assert order_certificate(who=seller, language="en", **asked) is None
    assert print_waiting(at=AT) == 2
    assert "M1000000002" in words(order_certificate(who=customer, language="de", **asked))
    sold = words(order_certificate(who=seller, language="en", **asked))
    assert ("M1000000001" in sold, "M1000000002" in sold, "olga@" in sold, "Tom" in sold) == (True, False, False, False)


def test_customer_care_sends_a_certificate_again_once_however_often_it_is_asked(shared):
    place, agent = cast.aster(), cast.care_agent()
    for _ in range(2):
        to = send_certificate(organisation_number=place.number, number=shared.number, **cast.asking(agent))
        assert to == "olga@aster.example"
    assert [entry.verb for entry in Entry.objects.filter(subject=shared.number)] == [
        "entitlements.certificate_sent_again"
    ] * 2
    assert write_letters(at=AT) == 1
    assert list(Mail.objects.values_list("recipient", "kind")) == [
        ("olga@aster.example", "entitlements.certificate_issued")
    ]
    send_certificate(organisation_number=place.number, number=shared.number, **cast.asking(agent))
    assert write_letters(at=AT) == 1


def test_the_owner_reads_in_their_own_language_once_they_have_signed_up(shared):
    person = cast.owner()
    Person.objects.filter(pk=person.pk).update(language="ja", zone="Asia/Tokyo")
    Contact.objects.filter(role=Role.OWNER).update(person=person)
    send_certificate(organisation_number=cast.aster().number, number=shared.number, **cast.asking(cast.operator()))
    write_letters(at=AT)
    assert Mail.objects.get().language == "ja"


def test_customer_care_sends_a_contact_id_again_and_not_one_that_has_ended(shared):
    place, agent = cast.aster(), cast.care_agent()
    asked = {"organisation_number": place.number, "identifier": "C-1", **cast.asking(agent)}
    assert send_contact_id(**asked) == "tom@aster.example"
    assert write_letters(at=AT) == 1
    assert "C-1" in Mail.objects.get().text
    send_contact_id(**asked)
    ContactSeat.objects.update(ended_at=AT)
    assert write_letters(at=AT) == 1  # it is settled, and nobody is written to
    assert Mail.objects.count() == 1
    assert refused(send_contact_id, **asked) is EntitlementRefusal.NOT_FOUND


def test_nobody_else_sends_and_nothing_changes(shared):
    place, other = cast.aster(), cast.bellwether()
    before = (LetterDue.objects.count(), Entry.objects.count())
    for someone in (cast.engineer(), cast.owner()):
        who = cast.asking(someone)
        for act, more in ((send_certificate, {"number": shared.number}), (send_contact_id, {"identifier": "C-1"})):
            assert refused(act, organisation_number=place.number, **more, **who) is EntitlementRefusal.NOT_ALLOWED
    who = cast.asking(cast.care_agent())
    for number in (other.number, "\0"):
        assert (
            refused(send_certificate, organisation_number=number, number=shared.number, **who)
            is EntitlementRefusal.NOT_FOUND
        )
        assert (
            refused(send_contact_id, organisation_number=number, identifier="C-1", **who)
            is EntitlementRefusal.NOT_FOUND
        )
    Certificate.objects.update(owner=None)
    assert (
        refused(send_certificate, organisation_number=place.number, number=shared.number, **who)
        is EntitlementRefusal.OWNER_MISSING
    )
    assert (LetterDue.objects.count(), Entry.objects.count()) == before


def test_a_customers_language_that_the_portal_does_not_speak_is_answered_in_english(shared):
    Organisation.objects.update(language="xx")
    send_certificate(organisation_number=cast.aster().number, number=shared.number, **cast.asking(cast.operator()))
    assert write_letters(at=AT) == 1
    assert Mail.objects.get().language == "en"
