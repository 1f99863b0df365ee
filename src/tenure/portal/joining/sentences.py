"""What the pages of joining say: refusals, kinds of identifiers, and what is wrong with a near miss."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.accounts.words import AccountRefusal
from tenure.entitlements import contact_sentences
from tenure.entitlements.words import EntitlementRefusal, SeatGroup
from tenure.policy.words import Policy
from tenure.policy.words.identifiers import NearMiss, ReadingFault
from tenure.toolbox.refused import Refused

KINDS = {**contact_sentences.KINDS, "case": lazy("Case number")}
ASKED = lazy("If these numbers belong to a customer, its licence owner has been asked. You hear from us by mail.")
REFUSALS = {
    EntitlementRefusal.NO_IDENTIFIER: lazy("Enter at least one of the numbers below, as it stands on the paper."),
    EntitlementRefusal.TOO_MANY_IDENTIFIERS: lazy("Enter at most %(most)s numbers at once."),
    EntitlementRefusal.TOO_MANY_REQUESTS: lazy(
        "You have %(most)s requests open, as many as one person may have. Wait for an answer to one of them."
    ),
    EntitlementRefusal.REQUEST_ANSWERED: lazy("Somebody else has answered this request already."),
    EntitlementRefusal.SEATS_TAKEN: lazy("All %(seats)s seats are taken. End one first, or choose who stays."),
    EntitlementRefusal.SEATS_OVER: lazy("You chose %(staying)s people, and %(seats)s may stay. Choose fewer."),
    EntitlementRefusal.LEVEL_UNKNOWN: lazy(
        "The business policy does not know this level any more, so no seat can be given. Ask customer care."
    ),
    AccountRefusal.NOT_AN_OWNER: lazy("Only an owner decides this. Ask one of your owners."),
    AccountRefusal.ROLE_NOT_HERE: lazy("This role cannot be given here. Choose one of the list."),
    AccountRefusal.ADDRESS_INVALID: lazy("Enter an e-mail address like name@company.example."),
    AccountRefusal.NAME_MISSING: lazy("Enter the name of your new contact: nobody with this address is here yet."),
    AccountRefusal.NAME_TOO_LONG: lazy("Shorten the name to 100 characters."),
}


def refusal(no: Refused) -> str:
    """The sentence of an expected no.  Raises it again where no sentence fits."""
    for code, words in REFUSALS.items():
        if no.code is code:
            return str(words) % no.facts
    raise no


def near_miss(miss: NearMiss, policy: Policy) -> str:
    """What is wrong with a number, by its format alone: whether it exists is not said."""
    form = policy.identifiers[miss.kind]
    facts = {"kind": KINDS[miss.kind], "text": miss.text, "meant": miss.meant, "example": form.example,
             "has": miss.has, "wanted": miss.wanted}  # fmt: skip
    if miss.fault is ReadingFault.LETTERS:
        return _("%(kind)s: %(text)s has a letter where a digit belongs. Did you mean %(meant)s?") % facts
    if miss.fault is ReadingFault.SIGNS:
        return _("%(kind)s: %(text)s is written %(meant)s.") % facts
    if miss.fault is ReadingFault.PREFIX:
        return _("%(kind)s: %(text)s lacks its beginning. Did you mean %(meant)s?") % facts
    if "@" in form.shape:
        return _("%(kind)s: %(text)s has %(has)s letters and digits and needs %(wanted)s, as in %(example)s.") % facts
    return _("%(kind)s: %(text)s has %(has)s digits and needs %(wanted)s, as in %(example)s.") % facts


def seats_taken(group: SeatGroup) -> str:
    """How many seats of how many are taken; where there are too many, that somebody has to choose."""
    facts = {"taken": group.taken, "allowed": group.allowed}
    if group.allowed is None:
        return ngettext("%(taken)s seat taken", "%(taken)s seats taken", group.taken) % facts
    if group.is_over:
        return (
            ngettext(
                "%(taken)s seat taken, %(allowed)s allowed: choose who stays",
                "%(taken)s seats taken, %(allowed)s allowed: choose who stays",
                group.taken,
            )
            % facts
        )
    return (
        ngettext("%(taken)s of %(allowed)s seat taken", "%(taken)s of %(allowed)s seats taken", group.allowed) % facts
    )
