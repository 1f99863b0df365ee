"""Claims of serial numbers: make one, hear the holder, decide.  Who registered first locks nobody out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tenure.accounts.actions.locks import lock
from tenure.accounts.models import Person
from tenure.accounts.words import LINKERS, Role, Who
from tenure.entitlements import claim_letters as letters
from tenure.entitlements.actions.evidence import keep_evidence
from tenure.entitlements.actions.moving import transfer_assets
from tenure.entitlements.models import Asset, Claim, Evidence
from tenure.entitlements.queries.claims import CLAIMANTS, claim_against
from tenure.entitlements.queries.joining import KINDS
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.words import ClaimAnswer, MoveKind
from tenure.entitlements.words.claims import LONGEST_WORDS, ClaimRefusal
from tenure.entitlements.words.moving import Wish
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.rules.identifiers import read_identifiers
from tenure.toolbox.queue import wake
from tenure.toolbox.refused import Refused
from tenure.toolbox.spans import ONE_DAY
from tenure.toolbox.texts import tidy_body, tidy_line
from tenure.toolbox.upload import Upload

TELLING = "entitlements.tell_holders"


@transaction.atomic
def claim_serial(
    *, who: Who, organisation_id: int, serial: str, words: str, uploads: Sequence[Upload] = (), at: datetime, by: Actor
) -> int:  # fmt: skip
    """Claim a serial number for a customer that the person belongs to; the number of the claim.

    Answered alike, and in the same steps, whether the number exists, is theirs already or somebody else's; nothing
    changes for anybody.  words: what speaks for it; the identifiers in it are kept apart.  The same again while it is
    open adds nothing.  Raises Refused: NOT_FOUND for a customer that is not theirs, SERIAL_INVALID, WORDS_MISSING,
    WORDS_TOO_LONG, TOO_MANY_CLAIMS, and what `keep_evidence` refuses.  Source: A8; the days are the policy's.
    """
    if not who.holds(organisation_id, *CLAIMANTS):
        raise Refused(ClaimRefusal.NOT_FOUND)
    lock(organisation_id)
    policy = version_on(at.date()).policy
    form = policy.identifiers["serial_number"]
    number = form.read("".join(serial.split()).replace("\0", ""))
    if number is None:
        raise Refused(ClaimRefusal.SERIAL_INVALID, example=form.example)
    said, given = _said(words, at)
    waiting = Claim.objects.filter(organisation_id=organisation_id, answered_at=None)
    same = waiting.filter(serial=number).first()
    if same is not None:
        return same.pk
    most = policy.accounts.joining_requests_a_person
    if waiting.filter(claimed_by_id=who.person_id).count() >= most:
        raise Refused(ClaimRefusal.TOO_MANY_CLAIMS, most=most)
    asset = Asset.objects.filter(serial_number=number, quantity__gt=0).first()
    claim = Claim.objects.create(
        serial=number, asset=asset, words=said, given=given,
        organisation_id=organisation_id, claimed_by_id=who.person_id or 0, claimed_at=at,
        answer_due_on=at.date() + policy.licence_care.claim_answer_days * ONE_DAY,
    )  # fmt: skip
    keep_evidence(uploads=uploads, claim_id=claim.pk, at=at)
    record(
        verb="entitlements.claim_made", subject=("claim", str(claim.pk)), at=at, by=by,
        facts={"serial": number, "given": [*given]}, organisation_id=organisation_id,
    )  # fmt: skip
    wake(TELLING)
    return claim.pk


@transaction.atomic
def withdraw_claim(*, who: Who, claim_id: int, at: datetime, by: Actor) -> None:
    """Take a claim back: who made it, or an owner of their customer.  Raises Refused: NOT_FOUND, CLAIM_ANSWERED."""
    claim = _locked(claim_id)
    mine = claim.claimed_by_id == who.person_id and who.holds(claim.organisation_id, *CLAIMANTS)
    if not (mine or who.holds(claim.organisation_id, Role.OWNER)):
        raise Refused(ClaimRefusal.NOT_FOUND)
    _refuse_answered(claim)
    _answer(claim, ClaimAnswer.WITHDRAWN, "", None, who, at, by)
    _tell_that_it_stays(claim, at)


@transaction.atomic
def tell_holders(*, at: datetime) -> int:
    """Write to the holders of what is claimed and was not told of yet; says how many claims that were.  Again: 0.

    A job's, so that making a claim takes the same time whether there is a holder or not.  Source: A8.
    """
    waiting = Claim.objects.filter(told_at=None, answered_at=None).select_for_update(skip_locked=True, of=("self",))
    told = 0
    for claim in waiting.select_related("asset__organisation").order_by("id")[:100]:
        asset = claim.asset
        if asset and asset.organisation_id != claim.organisation_id:
            for reader in letters.readers_of(asset.organisation):
                letters.claim_made(
                    reader=reader, holder=asset.organisation, claim=claim.pk, serial=claim.serial,
                    due=claim.answer_due_on, at=at,
                )  # fmt: skip
        Claim.objects.filter(pk=claim.pk).update(told_at=at)
        told += 1
    return told


@transaction.atomic
def answer_claim(
    *, who: Who, claim_id: int, words: str, uploads: Sequence[Upload] = (), at: datetime, by: Actor
) -> None:  # fmt: skip
    """The holder says what speaks for them; again replaces the words and adds the files.

    who: an owner or technical contact of the customer that has the asset.  Raises Refused: NOT_FOUND, CLAIM_ANSWERED,
    WORDS_MISSING, WORDS_TOO_LONG, and what `keep_evidence` refuses.  Source: A8.
    """
    claim = _locked(claim_id)
    if claim_against(who, claim_id) is None:
        raise Refused(ClaimRefusal.NOT_FOUND)
    _refuse_answered(claim)
    said, given = _said(words, at)
    before = set(Evidence.objects.filter(claim=claim).values_list("id", flat=True))
    keep_evidence(uploads=uploads, claim_id=claim.pk, at=at)
    Evidence.objects.filter(claim=claim).exclude(pk__in=before).update(from_holder=True)
    Claim.objects.filter(pk=claim.pk).update(
        heard_at=at, heard_by_id=who.person_id, holder_words=said, holder_given=given
    )
    record(
        verb="entitlements.claim_heard", subject=("claim", str(claim.pk)), at=at, by=by, facts={"given": [*given]},
        organisation_id=claim.asset.organisation_id if claim.asset else None,
    )  # fmt: skip


@transaction.atomic
def decline_claim(*, who: Who, claim_id: int, why: str, at: datetime, by: Actor) -> None:
    """Decline with a reason, which who claimed reads.  Raises Refused: NOT_FOUND, CLAIM_ANSWERED, WHY_MISSING.

    Source: A8.
    """
    claim = _for_care(who, claim_id)
    said = _reason(why)
    _refuse_answered(claim)
    _answer(claim, ClaimAnswer.DECLINED, said, None, who, at, by)
    claimant = Person.objects.get(pk=claim.claimed_by_id)
    letters.claim_declined(claimant=claimant, claim=claim.pk, serial=claim.serial, why=said, at=at)
    _tell_that_it_stays(claim, at)


@transaction.atomic
def grant_claim(
    *, who: Who, claim_id: int, site: int | None, why: str, seen: str, at: datetime, by: Actor
) -> int:  # fmt: skip
    """Grant: the asset is transferred by a move; its number.  Both sides are written to.

    Not before the holder was heard, or the day to answer by is over.  Raises Refused: NOT_FOUND, CLAIM_ANSWERED,
    WHY_MISSING, NOTHING_TO_GRANT, THEIRS_ALREADY, HOLDER_NOT_HEARD, and what a transfer is refused for.  Source: A8.
    """
    claim = _for_care(who, claim_id)
    said = _reason(why)
    _refuse_answered(claim)
    asset = claim.asset
    if asset is None or not asset.quantity:
        raise Refused(ClaimRefusal.NOTHING_TO_GRANT, serial=claim.serial)
    if asset.organisation_id == claim.organisation_id:
        raise Refused(ClaimRefusal.THEIRS_ALREADY, serial=claim.serial)
    if claim.heard_at is None and at.date() <= claim.answer_due_on:
        raise Refused(ClaimRefusal.HOLDER_NOT_HEARD, day=claim.answer_due_on)
    holder = asset.organisation
    move = transfer_assets(who=who, wish=wish_of(claim, site), why=said, seen=seen, at=at, by=by)
    _answer(claim, ClaimAnswer.GRANTED, said, move, who, at, by)
    claimant = Person.objects.get(pk=claim.claimed_by_id)
    letters.claim_granted(
        claimant=claimant, place=claim.organisation, claim=claim.pk, serial=claim.serial, at=at
    )  # fmt: skip
    undo = at.date() + timedelta(days=version_on(at.date()).policy.licence_care.undo_days)
    for reader in letters.readers_of(holder):
        letters.claim_lost(reader=reader, holder=holder, serial=claim.serial, why=said, undo=undo, at=at)
    return move


def wish_of(claim: Claim, site: int | None) -> Wish:
    """The transfer that granting a claim is."""
    return Wish(kind=MoveKind.TRANSFER, serials=(claim.serial,), to=claim.organisation.number, site=site)


def _for_care(who: Who, claim_id: int) -> Claim:
    if not who.staff & LINKERS:
        raise Refused(ClaimRefusal.NOT_FOUND)
    return _locked(claim_id)


def _locked(claim_id: int) -> Claim:
    rows = Claim.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "asset__organisation", "organisation"
    )
    claim = rows.filter(pk=claim_id).first() if 0 < claim_id < 2**63 else None
    if claim is None:
        raise Refused(ClaimRefusal.NOT_FOUND)
    return claim


def _refuse_answered(claim: Claim) -> None:
    if claim.answered_at is not None:
        raise Refused(ClaimRefusal.CLAIM_ANSWERED)


def _said(words: str, at: datetime) -> tuple[str, list[str]]:
    """The words, tidied, and the identifiers that are in them as "kind value"."""
    said = tidy_body(words)
    if not said:
        raise Refused(ClaimRefusal.WORDS_MISSING)
    if len(said) > LONGEST_WORDS:
        raise Refused(ClaimRefusal.WORDS_TOO_LONG, most=LONGEST_WORDS)
    forms = version_on(at.date()).policy.identifiers
    read = read_identifiers(text=said, formats=[forms[kind] for kind in KINDS if kind in forms])
    return said, [f"{each.kind} {each.value}" for each in read.found]


def _reason(why: str) -> str:
    said = tidy_line(why)[:LONGEST_WORDS]
    if not said:
        raise Refused(ClaimRefusal.WHY_MISSING)
    return said


def _answer(
    claim: Claim, answer: ClaimAnswer, why: str, move: int | None, who: Who, at: datetime, by: Actor
) -> None:  # fmt: skip
    Claim.objects.filter(pk=claim.pk).update(
        answered_at=at, answered_by_id=who.person_id, answer=answer.value, why=why, move_id=move
    )
    record(
        verb=f"entitlements.claim_{answer.value}", subject=("claim", str(claim.pk)), at=at, by=by,
        facts={"serial": claim.serial, "move": move}, why=why, organisation_id=claim.organisation_id,
    )  # fmt: skip


def _tell_that_it_stays(claim: Claim, at: datetime) -> None:
    """The holder hears how it ended, if they heard that it began."""
    asset = claim.asset
    if claim.told_at and asset and asset.organisation_id != claim.organisation_id:
        for reader in letters.readers_of(asset.organisation):
            letters.claim_stays(reader=reader, holder=asset.organisation, serial=claim.serial, at=at)
