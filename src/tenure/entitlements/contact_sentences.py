"""What screens say of requests about contacts: wishes, states, and every no."""

from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.accounts.words import AccountRefusal
from tenure.entitlements.words import ContactWish, EntitlementRefusal
from tenure.entitlements.words.contact_changes import ContactRefusal, ContactRequestRow, ContactState
from tenure.toolbox.formats import day_words, long_day
from tenure.toolbox.marks import listed
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import FileFault

KINDS = {
    "contact_id": lazy("Contact ID"),
    "support_identifier": lazy("Support identifier"),
    "certificate": lazy("Certificate number"),
    "sales_order": lazy("Sales order number"),
    "serial_number": lazy("Serial number"),
}
WISHES = {
    ContactWish.MISSING_CONTACT_ID: lazy("A contact ID did not arrive"),
    ContactWish.REPLACE: lazy("Replace a technical contact"),
    ContactWish.ADD: lazy("Add a technical contact"),
}
FIELDS = {
    "name": lazy("Name of the new contact"),
    "company": lazy("Company"),
    "address": lazy("Postal address"),
    "phone": lazy("Phone"),
    "words": lazy("What we should know"),
}
_STATES = {
    ContactState.OPEN: ("wait", "clock", lazy("Waits for customer care")),
    ContactState.SCHEDULED: ("soon", "clock-alert", lazy("Granted for a later day")),
    ContactState.DONE: ("good", "circle-check", lazy("Done")),
    ContactState.DECLINED: ("bad", "circle-x", lazy("Declined")),
    ContactState.WITHDRAWN: ("quiet", "circle-minus", lazy("Withdrawn")),
}
REFUSALS: dict[StrEnum, object] = {
    ContactRefusal.ONE_CONTACT_ID: lazy("Give one contact ID: that of the person who is replaced."),
    ContactRefusal.ALREADY_NAMED: lazy("Somebody with this address is a technical contact there already."),
    ContactRefusal.SEAT_ENDED: lazy("The seat of contact ID %(identifier)s has ended already."),
    ContactRefusal.ADDRESS_TAKEN: lazy("Another contact in the same role has this address already."),
    ContactRefusal.ADDRESS_BOUNCES: lazy("Mail to %(address)s comes back as well. Give another address."),
    EntitlementRefusal.SEATS_TAKEN: lazy(
        "All %(seats)s seats of this level are taken. Ask to replace somebody, or end a seat first."
    ),
    EntitlementRefusal.LEVEL_UNKNOWN: lazy(
        "The business policy does not know this level any more, so no seat can be given. Ask customer care."
    ),
    EntitlementRefusal.TOO_MANY_IDENTIFIERS: lazy("Enter at most %(most)s numbers at once."),
    EntitlementRefusal.TOO_MANY_REQUESTS: lazy(
        "You have %(most)s requests open, as many as one person may have. Wait for an answer, or withdraw one."
    ),
    EntitlementRefusal.REQUEST_ANSWERED: lazy("This request is answered already, so it cannot be withdrawn."),
    AccountRefusal.ADDRESS_INVALID: lazy("Enter an e-mail address like name@company.example."),
    ContactRefusal.SEAT_NEEDED: lazy("Choose whose contact ID it is: the customer has nobody at that address."),
    ContactRefusal.AGREEMENT_NEEDED: lazy("Choose the agreement: the numbers do not say which one it is."),
    AccountRefusal.NOT_AN_OWNER: lazy("Only an owner decides this. Ask one of your owners."),
    AccountRefusal.ORGANISATION_NEEDED: lazy("Enter the number of the customer whom they belong to."),
    AccountRefusal.ORGANISATION_UNKNOWN: lazy("No customer has this number. Look it up with Find."),
    EntitlementRefusal.WHY_MISSING: lazy("Write the reason: the person who asked reads it."),
    FileFault.TOO_MANY_FILES: lazy("Attach at most %(most)s files."),
    FileFault.FILE_EMPTY: lazy("%(name)s is empty."),
    FileFault.FILE_TOO_LARGE: lazy("%(name)s is larger than %(most_mebibytes)s MiB."),
    FileFault.FILE_NAME_UNUSABLE: lazy("One file has a name that cannot be used. Rename it."),
}


def refusal(no: Refused) -> str:
    """The sentence of an expected no.  Raises it again where no sentence fits."""
    facts = no.facts
    if no.code is ContactRefusal.EVIDENCE_MISSING:
        return _missing(facts["kinds"])
    if no.code is ContactRefusal.DETAIL_MISSING:
        return _("Enter this: %(what)s.") % {"what": FIELDS[str(facts["field"])]}
    if no.code is ContactRefusal.DETAIL_TOO_LONG:
        return _("Shorten this to %(n)s characters.") % {"n": facts["most"]}
    if no.code is ContactRefusal.DAY_PAST:
        return _("This day is over. Choose today or a later day.")
    if no.code is ContactRefusal.DAY_TOO_FAR:
        last = facts["last"]
        assert isinstance(last, date)  # noqa: S101
        return _("Choose a day up to %(last)s.") % {"last": long_day(last)}
    for code, words in REFUSALS.items():
        if no.code is code:
            return str(words) % facts
    raise no


def state_of(row: ContactRequestRow) -> tuple[str, str, str]:
    """How a request stands: tone, icon and word; a change that is to come says from when."""
    tone, icon, word = _STATES[row.state]
    said = str(word)
    if row.state is ContactState.SCHEDULED and row.takes_effect_on:
        said = _("From %(day)s") % {"day": day_words(row.takes_effect_on)}
    return tone, icon, said


def _missing(kinds: object) -> str:
    assert isinstance(kinds, tuple)  # noqa: S101
    named = listed(KINDS[kind] for kind in kinds)
    if "contact_id" in kinds:
        return _("Still missing: %(kinds)s. No file can stand for the contact ID.") % {"kinds": named}
    return _("Still missing: %(kinds)s. Paste what is printed on the certificate, or attach it.") % {"kinds": named}
