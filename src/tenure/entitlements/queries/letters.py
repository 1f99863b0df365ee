"""Letters of certificates and contact IDs: those that wait, for the desk, and the zone their readers live in."""

from dataclasses import dataclass
from datetime import datetime

from tenure.accounts.models import Person, Site
from tenure.entitlements.models import LetterDue
from tenure.entitlements.words import MOST_LETTER_TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLetter:
    """A letter that is not tried any more.  about: the certificate's number, or the contact ID."""

    about: str
    asked_at: datetime
    error: str


def zone_of(*, person: Person | None, organisation_id: int) -> str:
    """The zone a reader lives in: their own; before they have an account, that of their organisation's first site.

    Source: ours.
    """
    if person is not None:
        return person.zone
    return (
        Site.objects.filter(organisation_id=organisation_id).order_by("id").values_list("zone", flat=True).first()
        or "UTC"
    )


def letters_given_up(*, limit: int) -> list[StuckLetter]:
    """The letters that could not be written in five tries, newest first; for the desk.  Source: ours."""
    stuck = LetterDue.objects.filter(written_at=None, tries__gte=MOST_LETTER_TRIES).order_by("-id")
    rows = stuck.values_list("certificate__number", "seat__identifier", "asked_at", "error")[:limit]
    return [
        StuckLetter(about=number or identifier or "", asked_at=asked_at, error=error)
        for number, identifier, asked_at, error in rows
    ]
