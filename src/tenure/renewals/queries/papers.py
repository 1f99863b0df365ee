"""The signed paper of a quote: for the vendor's people, and those who buy for the customer; never for a reseller."""

from dataclasses import dataclass
from datetime import datetime

from tenure.accounts.words import Who
from tenure.renewals.models import SignedPaper
from tenure.renewals.queries.kept import QuoteRow
from tenure.renewals.queries.sides import DECIDE, LOOKERS
from tenure.toolbox.upload import is_handed_out


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRow:
    """scan: waiting, clean, infected, or none where no scanner is set.  objected_at: of an objection that stands."""

    name: str
    stored_as: str
    size_bytes: int
    scan: str
    recorded_at: datetime
    recorded_by: str
    objected_at: datetime | None
    objected_by: str
    objection: str
    was_objected_to: bool

    @property
    def may_be_taken_down(self) -> bool:
        return is_handed_out(self.scan)


def signed_paper(*, who: Who, row: QuoteRow) -> SignedRow | None:
    """The paper of a quote that the reader was shown; None where there is none for them.  One query.  Source: B3."""
    if not (who.staff & LOOKERS or who.holds(row.organisation_id, *DECIDE)):
        return None
    found = SignedPaper.objects.select_related("recorded_by", "objected_by").filter(quote_id=row.id).first()
    if found is None:
        return None
    stands = found.objected_at is not None and found.taken_back_at is None
    by = found.objected_by
    return SignedRow(
        name=found.name, stored_as=found.stored_as, size_bytes=found.size_bytes, scan=found.scan,
        recorded_at=found.recorded_at, recorded_by=found.recorded_by.name or found.recorded_by.email,
        objected_at=found.objected_at if stands else None, objected_by=(by.name or by.email) if by and stands else "",
        objection=found.objection if stands else "", was_objected_to=found.objected_at is not None,
    )  # fmt: skip
