"""Letters of certificates and contact IDs that wait, for the desk."""

from dataclasses import dataclass
from datetime import datetime

from tenure.entitlements.models import LetterDue
from tenure.entitlements.words import MOST_LETTER_TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLetter:
    """A letter that is not tried any more.  about: the certificate's number, or the contact ID."""

    about: str
    asked_at: datetime
    error: str


def letters_given_up(*, limit: int) -> list[StuckLetter]:
    """The letters that could not be written in five tries, newest first; for the desk.  Source: ours."""
    stuck = LetterDue.objects.filter(written_at=None, tries__gte=MOST_LETTER_TRIES).order_by("-id")
    rows = stuck.values_list("certificate__number", "seat__identifier", "asked_at", "error")[:limit]
    return [
        StuckLetter(about=number or identifier or "", asked_at=asked_at, error=error)
        for number, identifier, asked_at, error in rows
    ]
