"""Acceptance on paper: a representative records who signed, the scan is kept, and the customer may object."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from tenure.accounts.actions.locks import open_memberships
from tenure.accounts.words import Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import policy_on_or_first
from tenure.renewals import quote_letters as letters
from tenure.renewals.actions.quotes import LONGEST_WHY, day_of, locked, standing
from tenure.renewals.models import Quote, RenewalTask, SignedPaper
from tenure.renewals.queries.sides import DECIDE, SELLERS
from tenure.renewals.words import QuoteRefusal, QuoteState, TaskKind
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused
from tenure.toolbox.scanning import scan_waiting
from tenure.toolbox.storing import store
from tenure.toolbox.texts import tidy_body, tidy_line
from tenure.toolbox.upload import Upload

SCANNING = "renewals.scan_papers"
LONGEST_NAME = 200


@transaction.atomic
def record_signature(
    *, who: Who, number: str, signed_by: str, signed_on: date, uploads: Sequence[Upload], at: datetime, by: Actor
) -> None:  # fmt: skip
    """The customer accepted by signing the document; the scan is kept, and its owners and buyers are told.

    For the vendor's renewals people alone: a reseller gains by an order, so it does not vouch for the customer.
    signed_on: in the quote's zone, from the day it was sent to today.
    Raises Refused: NOT_FOUND, SIGNER_MISSING, SIGNED_IN_FUTURE, SIGNED_BEFORE_SENT, PAPER_MISSING, STATE, EXPIRED, and
    a `toolbox.upload.FileFault`.  Source: B3; the rules are ours.
    """
    kept = locked(number)
    if not who.staff & SELLERS:
        raise Refused(QuoteRefusal.NOT_FOUND)
    state = standing(kept, at)
    if state is QuoteState.EXPIRED:
        raise Refused(QuoteRefusal.EXPIRED, valid_to=kept.valid_to.isoformat())
    if state is not QuoteState.SENT or kept.sent_at is None:
        raise Refused(QuoteRefusal.STATE, state=state.value)
    name = tidy_line(signed_by)[:LONGEST_NAME]
    if not name:
        raise Refused(QuoteRefusal.SIGNER_MISSING)
    if signed_on > day_of(kept, at):
        raise Refused(QuoteRefusal.SIGNED_IN_FUTURE, on=signed_on.isoformat())
    sent = day_of(kept, kept.sent_at)
    if signed_on < sent:
        raise Refused(QuoteRefusal.SIGNED_BEFORE_SENT, on=signed_on.isoformat(), sent=sent.isoformat())
    if not uploads:
        raise Refused(QuoteRefusal.PAPER_MISSING)
    _keep(kept, uploads, who, at)
    Quote.objects.filter(pk=kept.pk).update(
        accepted_at=at, accepted_by=who.person_id, signed_by=name, signed_on=signed_on
    )
    _journal("renewals.quote_signed", kept, at, by, facts={"signed_on": signed_on.isoformat(), "signed_by": name})
    letters.quote_signed(quote_id=kept.pk, at=at)


@transaction.atomic
def dispute_signature(*, who: Who, number: str, why: str, at: datetime, by: Actor) -> None:
    """Somebody who buys for the customer says that it was not so: nothing is ordered until they take that back.

    The seller is written to, and the regional team gets a task.  An order that was made stands; it is the team's to
    settle.  Raises Refused: NOT_FOUND, WHY_MISSING, STATE where it was objected to already.  Source: B3; ours.
    """
    kept, paper = _paper_of(who, number)
    if paper.objected_at is not None:
        raise Refused(QuoteRefusal.STATE, state=standing(kept, at).value)
    said = tidy_body(why)[:LONGEST_WHY]
    if not said:
        raise Refused(QuoteRefusal.WHY_MISSING)
    paper.objected_at, paper.objected_by_id, paper.objection = at, who.person_id, said
    paper.save(update_fields=["objected_at", "objected_by", "objection"])
    region = policy_on_or_first(day_of(kept, at)).policy.region_of(country=kept.organisation.country)
    RenewalTask.objects.bulk_create(
        [RenewalTask(
            kind=TaskKind.DISPUTED.value, region=region.key, organisation_id=kept.organisation_id, subject=kept.number,
            words=said, made_at=at,
        )],
        ignore_conflicts=True,
    )  # fmt: skip
    _journal("renewals.signature_disputed", kept, at, by, said)
    letters.signature_disputed(quote_id=kept.pk, at=at)


@transaction.atomic
def end_dispute(*, who: Who, number: str, at: datetime, by: Actor) -> None:
    """The customer takes the objection back.  Raises Refused: NOT_FOUND, STATE where there is none.  Source: ours."""
    kept, paper = _paper_of(who, number)
    if paper.objected_at is None or paper.taken_back_at is not None:
        raise Refused(QuoteRefusal.STATE, state=standing(kept, at).value)
    paper.taken_back_at = at
    paper.save(update_fields=["taken_back_at"])
    _journal("renewals.dispute_ended", kept, at, by)
    letters.signature_disputed(quote_id=kept.pk, at=at)


def refuse_disputed(kept: Quote) -> None:
    """Refused: DISPUTED while the customer objects to the signature.  Source: ours."""
    paper = SignedPaper.objects.filter(quote=kept, objected_at__isnull=False, taken_back_at=None).first()
    if paper is not None:
        raise Refused(QuoteRefusal.DISPUTED, why=paper.objection)


def scan_papers() -> int:
    """Scan the signed papers that wait; says how many got a verdict.  Source: D7."""
    return scan_waiting(SignedPaper.objects.all())


def _keep(kept: Quote, uploads: Sequence[Upload], who: Who, at: datetime) -> None:
    limits = policy_on_or_first(day_of(kept, at)).policy.cases
    files = store(
        uploads=uploads, folder="signed", most_files=1, most_mebibytes=limits.largest_file_mebibytes
    )  # fmt: skip
    SignedPaper.objects.create(
        quote=kept, name=files[0].name, stored_as=files[0].stored_as, size_bytes=files[0].size_bytes,
        sha256=files[0].sha256, scan=files[0].scan, recorded_at=at, recorded_by_id=who.person_id or 0,
    )  # fmt: skip
    if settings.CLAMD:
        wake(SCANNING)


def _paper_of(who: Who, number: str) -> tuple[Quote, SignedPaper]:
    """The quote, locked, and its paper, for those who buy for its customer now.  Refused: NOT_FOUND."""
    kept = locked(number)
    paper = SignedPaper.objects.filter(quote=kept).first()
    live = open_memberships(kept.organisation_id).filter(person_id=who.person_id or 0, role__in=DECIDE)
    if paper is None or not who.holds(kept.organisation_id, *DECIDE) or not live.exists():
        raise Refused(QuoteRefusal.NOT_FOUND)
    return kept, paper


def _journal(
    verb: str, kept: Quote, at: datetime, by: Actor, why: str = "", facts: dict[str, str] | None = None
) -> None:  # fmt: skip
    record(
        verb=verb, subject=("quote", kept.number), at=at, by=by, why=why, facts=facts or {},
        organisation_id=kept.organisation_id,
    )  # fmt: skip
