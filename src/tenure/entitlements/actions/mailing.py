"""Certificates and contact IDs by mail: sent again when somebody asks, written by a worker; and the document itself."""

import logging
from datetime import datetime

from django.db import transaction

from tenure.accounts.words import LINKERS, Role, Who
from tenure.entitlements import certificate_letters, joining_letters
from tenure.entitlements.certificate_papers import certificate_sheet
from tenure.entitlements.models import Certificate, ContactSeat, LetterDue
from tenure.entitlements.queries.certificates import certificate
from tenure.entitlements.queries.letters import zone_of
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import MOST_LETTER_TRIES, EntitlementRefusal
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Reader
from tenure.papers.actions import order, print_now
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused

WRITING = "entitlements.write_letters"
log = logging.getLogger(__name__)


@transaction.atomic
def order_certificate(*, who: Who, number: str, language: str, at: datetime) -> bytes | None:
    """The certificate as a signed PDF, with the lines `who` may see; None while the worker is printing it.

    language: one of the portal's.  Raises Refused: NOT_FOUND, also for one of which they see nothing.  Source: A1.
    """
    row = certificate(who=who, number=number)
    if row is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    sheet = certificate_sheet(row, language=language, policy=version_on(at.date()).policy)
    return order(sheet=sheet, at=at)


@transaction.atomic
def send_certificate(*, who: Who, organisation_number: str, number: str, at: datetime, by: Actor) -> str:
    """Customer care sends a customer's certificate to its owner once more; says to which address.

    Asked twice before it is written, it goes once.  Raises Refused: NOT_ALLOWED, NOT_FOUND, OWNER_MISSING.  Source: A1.
    """
    _let_in(who, organisation_number + number)
    held = (
        Certificate.objects.select_related("owner")
        .filter(number=number, organisation__number=organisation_number)
        .first()
    )
    if held is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    if held.owner is None:
        raise Refused(EntitlementRefusal.OWNER_MISSING, number=number)
    _ask(LetterDue(certificate=held, asked_at=at))
    record(
        verb="entitlements.certificate_sent_again", subject=("certificate", number), at=at, by=by,
        facts={"to": held.owner.email}, organisation_id=held.organisation_id,
    )  # fmt: skip
    return held.owner.email


@transaction.atomic
def send_contact_id(*, who: Who, organisation_number: str, identifier: str, at: datetime, by: Actor) -> str:
    """Customer care sends a contact ID to who holds it once more; says to which address.

    Asked twice before it is written, it goes once.  Raises Refused: NOT_ALLOWED, NOT_FOUND, also for an ID whose seat
    has ended.  Source: D2.
    """
    _let_in(who, organisation_number + identifier)
    live = ContactSeat.objects.select_related("contact", "agreement").filter(
        identifier=identifier, ended_at=None, agreement__organisation__number=organisation_number
    )
    seat = live.first()
    if seat is None:
        raise Refused(EntitlementRefusal.NOT_FOUND)
    _ask(LetterDue(seat=seat, asked_at=at))
    record(
        verb="entitlements.contact_id_sent_again", subject=("agreement", str(seat.agreement_id)), at=at, by=by,
        facts={"to": seat.contact.email, "identifier": identifier}, organisation_id=seat.agreement.organisation_id,
    )  # fmt: skip
    return str(seat.contact.email)


def write_letters(*, at: datetime) -> int:
    """Write the letters that are due, each in a transaction of its own, and say how many; any number may run at once.

    The PDF of a certificate is printed with its letter.  One that cannot be written is tried five times, after the
    others.  A letter about what has ended meanwhile is not written.  Source: A1, D2.
    """
    written = 0
    while (went_well := _write_one(at)) is not None:
        written += went_well
    return written


@transaction.atomic
def _write_one(at: datetime) -> bool | None:
    waiting = LetterDue.objects.select_for_update(skip_locked=True).filter(written_at=None, tries__lt=MOST_LETTER_TRIES)
    due = waiting.order_by("tries", "id").first()
    if due is None:
        return None
    try:
        with transaction.atomic():
            _write(due, at)
    except Exception as error:  # the worker's edge: one letter must not hold up the others
        log.exception("entitlements: letter %s cannot be written", due.id)
        tried = {"tries": due.tries + 1, "error": str(error)[:2000].replace("\x00", "")}
        LetterDue.objects.filter(id=due.id).update(**tried)
        return False
    LetterDue.objects.filter(id=due.id).update(written_at=at, error="")
    return True


def _write(due: LetterDue, at: datetime) -> None:
    if due.certificate_id is not None:
        _write_certificate(due.certificate_id, at)
        return
    seat = ContactSeat.objects.select_related("contact__person", "contact__organisation").get(id=due.seat_id or 0)
    if seat.ended_at is None:
        joining_letters.contact_named(contact=seat.contact, identifier=seat.identifier, at=at)


def _write_certificate(certificate_id: int, at: datetime) -> None:
    """As the owner would see it: with what is theirs now."""
    held = Certificate.objects.select_related("owner__person", "organisation").get(id=certificate_id)
    as_owner = Who(roles=frozenset({(held.organisation_id, Role.OWNER)}))
    row = certificate(who=as_owner, number=held.number)
    if held.owner is None or row is None:
        return
    person = held.owner.person
    language = spoken(person.language if person else held.organisation.language)
    zone = zone_of(person=person, organisation_id=held.organisation_id)
    reader = Reader(address=held.owner.email, language=language, zone=zone)
    sheet = certificate_sheet(row, language=language, policy=version_on(at.date()).policy)
    certificate_letters.certificate_issued(reader=reader, row=row, pdf=print_now(sheet=sheet, at=at), at=at)


def _let_in(who: Who, numbers: str) -> None:
    if not who.staff & LINKERS:
        raise Refused(EntitlementRefusal.NOT_ALLOWED)
    if "\0" in numbers:
        raise Refused(EntitlementRefusal.NOT_FOUND)


def _ask(due: LetterDue) -> None:
    LetterDue.objects.bulk_create([due], ignore_conflicts=True)
    wake(WRITING)
