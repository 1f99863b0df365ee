"""Claims: as those see them who made them, as those whose serial number it is, and as customer care does."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from tenure.accounts.models import Organisation
from tenure.accounts.words import LINKERS, OrganisationKind, Role, Who
from tenure.entitlements.models import Claim, Evidence
from tenure.entitlements.queries.joining import spelled
from tenure.entitlements.words import ClaimAnswer
from tenure.entitlements.words.claims import ClaimAgainst, ClaimForCare, OwnClaim
from tenure.toolbox.spans import ONE_DAY
from tenure.toolbox.upload import KeptFile

HOLDERS = (Role.OWNER, Role.TECHNICAL)
CLAIMANTS = (Role.OWNER, Role.TECHNICAL, Role.PURCHASING, Role.VIEWER)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """A page of claims for customer care; next: the cursor to hand back as `after`, or ""."""

    rows: tuple[ClaimForCare, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence:
    row: KeptFile
    stored_as: str


def claimable_for(who: Who) -> tuple[tuple[int, str], ...]:
    """The customers in whose name the person can claim: (id, name), by name.  Source: A8."""
    held = [number for number in who.organisation_ids if who.holds(number, *CLAIMANTS)]
    rows = Organisation.objects.filter(pk__in=held, kind=OrganisationKind.CUSTOMER).order_by("name", "id")
    return tuple(rows.values_list("id", "name"))


def own_claims(who: Who) -> tuple[OwnClaim, ...]:
    """The claims that the person made, and those of organisations that they own; the newest first, at most 100."""
    return tuple(_own(row, who) for row in _mine(who).order_by("-id")[:MOST_SHOWN])


def own_claim(who: Who, claim_id: int) -> OwnClaim | None:
    """One of them; None for everybody else."""
    row = _mine(who).filter(pk=claim_id).first() if 0 < claim_id < 2**63 else None
    return _own(row, who) if row else None


def claims_against(who: Who) -> tuple[ClaimAgainst, ...]:
    """The open claims of others on what the person's organisations have, for owners and technical contacts.

    Source: A8: the holder is heard.
    """
    return tuple(_against(row) for row in _held_by(who).order_by("answer_due_on", "id")[:MOST_SHOWN])


def claim_against(who: Who, claim_id: int) -> ClaimAgainst | None:
    """One of them; None for everybody else."""
    row = _held_by(who).filter(pk=claim_id).first() if 0 < claim_id < 2**63 else None
    return _against(row) if row else None


def claims_for_care(
    *, who: Who, text: str = "", is_open: bool = True, after: str = "", limit: int = 25
) -> ClaimPage:  # fmt: skip
    """The open claims, the oldest first, or the answered ones, the newest first; for care agents and operators.

    text: a serial number or a customer's number.  Source: A8.
    """
    if not who.staff & LINKERS:
        return ClaimPage(rows=(), next="")
    found = _whole().filter(answered_at__isnull=is_open)
    place = int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else None
    if place is not None:
        found = found.filter(id__gt=place) if is_open else found.filter(id__lt=place)
    asked = text.replace("\0", "").strip().upper()
    if asked:
        found = found.filter(
            Q(serial=asked) | Q(organisation__number=asked) | Q(asset__organisation__number=asked)
        )  # fmt: skip
    rows = [_for_care(row, who) for row in found.order_by("id" if is_open else "-id")[: limit + 1]]
    return ClaimPage(rows=tuple(rows[:limit]), next=str(rows[limit - 1].own.id) if len(rows) > limit else "")


def claim_for_care(who: Who, claim_id: int) -> ClaimForCare | None:
    """One claim with both sides; None for everybody but care agents and operators."""
    if not who.staff & LINKERS or not 0 < claim_id < 2**63:
        return None
    row = _whole().filter(pk=claim_id).first()
    return _for_care(row, who) if row else None


def evidence_of(who: Who, claim_id: int, file_id: int) -> StoredEvidence | None:
    """One file of a claim; None for everybody but care agents and operators."""
    if not who.staff & LINKERS or not (0 < claim_id < 2**63 and 0 < file_id < 2**63):
        return None
    file = Evidence.objects.filter(pk=file_id, claim_id=claim_id).first()
    return StoredEvidence(row=_file(file), stored_as=file.stored_as) if file else None


def _whole() -> QuerySet[Claim]:
    return Claim.objects.select_related(
        "organisation", "claimed_by", "asset__organisation", "asset__product", "answered_by", "heard_by"
    ).prefetch_related("evidence")


def _mine(who: Who) -> QuerySet[Claim]:
    owned = [number for number in who.organisation_ids if who.holds(number, Role.OWNER)]
    member = [number for number in who.organisation_ids if who.holds(number, *CLAIMANTS)]
    mine = Q(claimed_by_id=who.person_id or 0, organisation_id__in=member)
    return _whole().filter(mine | Q(organisation_id__in=owned))


def _held_by(who: Who) -> QuerySet[Claim]:
    held = [number for number in who.organisation_ids if who.holds(number, *HOLDERS)]
    against = _whole().filter(answered_at=None, told_at__isnull=False, asset__organisation_id__in=held)
    return against.exclude(organisation_id=F("asset__organisation_id"))


def _own(row: Claim, who: Who) -> OwnClaim:
    may = row.answered_at is None and (
        row.claimed_by_id == who.person_id or who.holds(row.organisation_id, Role.OWNER)
    )  # fmt: skip
    return OwnClaim(
        id=row.pk, serial=row.serial, organisation=row.organisation.name,
        claimed_by=row.claimed_by.name or row.claimed_by.email, claimed_at=row.claimed_at, words=row.words,
        given=tuple(spelled(row.given)), files=_names(row, from_holder=False), answer_due_on=row.answer_due_on,
        answer=ClaimAnswer(row.answer) if row.answer else None, answered_at=row.answered_at, why=row.why,
        may_withdraw=may,
    )  # fmt: skip


def _against(row: Claim) -> ClaimAgainst:
    assert row.asset is not None  # noqa: S101  (it was found by its asset)
    return ClaimAgainst(
        id=row.pk, serial=row.serial, product=row.asset.product.name, organisation=row.asset.organisation.name,
        claimed_at=row.claimed_at, answer_due_on=row.answer_due_on, heard_at=row.heard_at, words=row.holder_words,
        given=tuple(spelled(row.holder_given)), files=_names(row, from_holder=True),
    )  # fmt: skip


def _for_care(row: Claim, who: Who) -> ClaimForCare:
    holder = row.asset.organisation if row.asset else None
    heard, answered = row.heard_by, row.answered_by
    return ClaimForCare(
        own=_own(row, who), organisation_number=row.organisation.number, claimed_by_email=row.claimed_by.email,
        product=row.asset.product.name if row.asset else "", quantity=row.asset.quantity if row.asset else 0,
        holder=holder.name if holder else "", holder_number=holder.number if holder else "",
        told_at=row.told_at, heard_at=row.heard_at, heard_by=(heard.name or heard.email) if heard else "",
        holder_words=row.holder_words, holder_given=tuple(spelled(row.holder_given)),
        evidence=_files(row, from_holder=False), holder_evidence=_files(row, from_holder=True),
        may_grant_from=row.answer_due_on + ONE_DAY, answered_by=(answered.name or answered.email) if answered else "",
        move=row.move_id,
    )  # fmt: skip


def _files(row: Claim, *, from_holder: bool) -> tuple[KeptFile, ...]:
    kept: Iterable[Evidence] = sorted(row.evidence.all(), key=lambda file: file.pk)
    return tuple(_file(file) for file in kept if file.from_holder is from_holder)


def _names(row: Claim, *, from_holder: bool) -> tuple[str, ...]:
    return tuple(file.name for file in _files(row, from_holder=from_holder))


def _file(file: Evidence) -> KeptFile:
    return KeptFile(id=file.pk, name=file.name, size_bytes=file.size_bytes, scan=file.scan)
