"""Resellers in sentences: why something is refused, and how a request stands."""

from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from tenure.renewals.queries.resellers import RequestRow
from tenure.renewals.words import ResellerRefusal, ResellerWish
from tenure.toolbox.formats import long_day
from tenure.toolbox.refused import Refused

WISHES: Final[dict[ResellerWish, Promise]] = {
    ResellerWish.QUOTE: lazy("A quote"),
    ResellerWish.OF_RECORD: lazy("To be the reseller of record"),
}
REFUSALS: Final[dict[ResellerRefusal, Promise]] = {
    ResellerRefusal.NOT_ALLOWED: lazy("Only the licence owner, or for quotes a purchasing contact, can do that."),
    ResellerRefusal.ALREADY_ASKED: lazy("%(reseller)s has been asked already and has not answered yet."),
    ResellerRefusal.ALREADY_ANSWERED: lazy("This request has been answered already."),
    ResellerRefusal.NOTHING_CHOSEN: lazy("Choose at least one licence."),
    ResellerRefusal.NOT_YOURS: lazy("%(serial)s is not a licence of this customer."),
    ResellerRefusal.DAY_PAST: lazy("Choose today or a later day: what was, stays as it was."),
    ResellerRefusal.SAME_RESELLER: lazy("%(reseller)s is the reseller of record already."),
    ResellerRefusal.WHY_MISSING: lazy("Say why; the other side reads it."),
    ResellerRefusal.ALREADY_GIVEN: lazy("%(reseller)s may act for you already."),
    ResellerRefusal.COUNTRY_UNKNOWN: lazy("%(country)s is no country code, such as DE."),
    ResellerRefusal.LANGUAGE_UNKNOWN: lazy("%(language)s is none of the portal's languages."),
    ResellerRefusal.FAMILY_UNKNOWN: lazy("%(family)s is no product family."),
    ResellerRefusal.REACH_MISSING: lazy("Name at least one country and one language, or do not show it in the finder."),
    ResellerRefusal.NOT_FOUND: lazy("There is no such customer or reseller. Look for a mistyped number."),
}


def refusal(no: Refused) -> str:
    """Why it is refused.  Source: ours."""
    facts = {
        key: long_day(date.fromisoformat(value)) if key == "today" and isinstance(value, str) else value
        for key, value in no.facts.items()
    }
    return str(next(words for code, words in REFUSALS.items() if code is no.code)) % facts


def state_of(row: RequestRow) -> tuple[str, str, Promise]:
    """How a request stands: tone, icon and word."""
    if row.answered_at is None:
        return "wait", "clock", lazy("Waits for an answer")
    if row.granted:
        return "good", "circle-check", lazy("Quoted") if row.wish is ResellerWish.QUOTE else lazy("Done")
    return "quiet", "circle-x", lazy("Declined")
