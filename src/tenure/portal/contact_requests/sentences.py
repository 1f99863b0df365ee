"""What the pages of requests about contacts say beside what all screens say."""

from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.accounts.words import AccountRefusal
from tenure.entitlements.words import ContactWish, EntitlementRefusal
from tenure.entitlements.words.contact_changes import ContactRefusal, ContactRequestRow, ContactState
from tenure.toolbox.formats import long_day
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault

ABOUT = {
    ContactWish.MISSING_CONTACT_ID: lazy(
        "Contact IDs are mailed to those who hold them. If one did not arrive, we send it again: only to the address"
        " that the paperwork names, never to whoever asks."
    ),
    ContactWish.REPLACE: lazy(
        "Somebody else takes the seat, in one step: the old contact ID ends at the moment the new one begins."
    ),
    ContactWish.ADD: lazy("One more person may ask for technical support, as far as your level has seats."),
}
_FIELD_OF: dict[StrEnum, str] = {
    ContactRefusal.EVIDENCE_MISSING: "text",
    ContactRefusal.ONE_CONTACT_ID: "text",
    ContactRefusal.SEAT_ENDED: "text",
    EntitlementRefusal.TOO_MANY_IDENTIFIERS: "text",
    ContactRefusal.ALREADY_NAMED: "email",
    AccountRefusal.ADDRESS_INVALID: "email",
    ContactRefusal.DAY_PAST: "takes_effect_on",
    ContactRefusal.DAY_TOO_FAR: "takes_effect_on",
    **dict.fromkeys(FileFault, "attached"),
}


def field_of(no: Refused) -> str | None:
    """The field that a refusal is about; None for the whole form."""
    if no.code in {ContactRefusal.DETAIL_MISSING, ContactRefusal.DETAIL_TOO_LONG}:
        return str(no.facts["field"])
    return next((field for code, field in _FIELD_OF.items() if no.code is code), None)


def answer(row: ContactRequestRow) -> str:
    """The answer first, in a sentence."""
    facts = {
        "day": long_day(row.takes_effect_on) if row.takes_effect_on else "", "due": long_day(row.due_on),
        "name": row.name, "address": row.email,
    }  # fmt: skip
    if row.state is ContactState.OPEN:
        return _("Customer care looks at it, and answers by %(due)s.") % facts
    if row.state is ContactState.SCHEDULED:
        return _("It is granted: %(name)s is a technical contact from %(day)s.") % facts
    if row.state is ContactState.WITHDRAWN:
        return _("It was withdrawn; nothing has changed.")
    if row.state is ContactState.DECLINED:
        return _("Customer care has declined it; nothing has changed.")
    if row.wish is ContactWish.MISSING_CONTACT_ID:
        return _("The contact ID is on its way to the address that the paperwork names.")
    return _("Done: %(name)s is a technical contact, and the contact ID went to %(address)s.") % facts
