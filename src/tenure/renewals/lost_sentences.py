"""The words for terms that are lost; desk and files say them alike."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from tenure.renewals.words import LostReason, LostRefusal
from tenure.toolbox.refused import Refused

REASONS: Final[dict[LostReason, Promise]] = {
    LostReason.PRICE: lazy("The price"),
    LostReason.NO_LONGER_USED: lazy("No longer used"),
    LostReason.COMPETITOR: lazy("Went to a competitor"),
    LostReason.END_OF_SUPPORT: lazy("Support of the release ends"),
    LostReason.BOUGHT_ANEW: lazy("Bought anew instead"),
    LostReason.OTHER: lazy("Another reason"),
}
REFUSALS: Final[dict[LostRefusal, Promise]] = {
    LostRefusal.NOT_FOUND: lazy("There is no licence with the serial number %(serial)s."),
    LostRefusal.NOT_ALLOWED: lazy("Only the renewals people, a manager or an operator can say that a term is lost."),
    LostRefusal.NOTHING_CHOSEN: lazy("Choose at least one term."),
    LostRefusal.TOO_MANY: lazy("Choose at most %(most)s terms at once."),
    LostRefusal.NOT_LAST_END: lazy(
        "The term of %(serial)s does not end on this day any more: it was renewed or corrected. Look at it again."
    ),
    LostRefusal.WORDS_MISSING: lazy("Say in a few words what the other reason is."),
}


def refusal(no: Refused) -> str:
    """Why it cannot be said, and what to do."""
    return str(REFUSALS[LostRefusal(no.code.value)]) % no.facts
