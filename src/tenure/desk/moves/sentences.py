"""What the pages of moves say: kinds, refusals, and what to know before."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.activation.guards import ActivationRemark
from tenure.cases.guards import CaseRemark
from tenure.entitlements.words import MoveKind
from tenure.entitlements.words.moving import MoveRefusal, MoveRemark, Remark
from tenure.toolbox.formats import day_words
from tenure.toolbox.refused import Refused

KINDS = {
    MoveKind.TRANSFER: lazy("Transfer"),
    MoveKind.MERGE: lazy("Merge"),
    MoveKind.SPLIT: lazy("Split"),
    MoveKind.JOIN: lazy("Join"),
    MoveKind.UNDO: lazy("Undo"),
}
TITLES = {
    MoveKind.TRANSFER: lazy("Transfer licences"),
    MoveKind.MERGE: lazy("Merge two accounts"),
    MoveKind.SPLIT: lazy("Split a licence"),
    MoveKind.JOIN: lazy("Join licences"),
}
HELP = {
    MoveKind.TRANSFER: lazy("The licences go to another customer or site, with all their terms."),
    MoveKind.MERGE: lazy("All licences of one account go to another, with certificates and contact seats."),
    MoveKind.SPLIT: lazy("The first part keeps the serial number; each other part gets a new one."),
    MoveKind.JOIN: lazy("The first keeps its serial number and gets the quantities of all; the others are gone."),
}
WHAT_DIFFERS = {
    "product": lazy("the product"),
    "release": lazy("the release"),
    "meter": lazy("what is counted"),
    "purpose": lazy("the purpose"),
    "licence_kind": lazy("the kind of licence"),
    "reseller": lazy("the reseller"),
    "zone": lazy("the time zone of the contract"),
    "registered": lazy("whether it is registered"),
    "customer": lazy("the customer"),
    "site": lazy("the site"),
}
REFUSALS: Mapping[StrEnum, object] = {
    MoveRefusal.NOT_FOUND: lazy("Nothing bears this number: %(serial)s. Look for O typed as 0."),
    MoveRefusal.NOTHING_CHOSEN: lazy("Choose at least one licence, or enter its serial number."),
    MoveRefusal.TOO_MANY_ASSETS: lazy("At most %(most)s licences move at once. Choose fewer."),
    MoveRefusal.SEVERAL_CUSTOMERS: lazy("These licences belong to several customers. Move those of one at a time."),
    MoveRefusal.TARGET_UNKNOWN: lazy("Enter the number of the customer that they go to. Find looks it up."),
    MoveRefusal.TARGET_NOT_CUSTOMER: lazy("%(customer)s is a reseller. Licences belong to customers."),
    MoveRefusal.SITE_UNKNOWN: lazy("This site is not one of that customer. Choose one of the list."),
    MoveRefusal.SAME_PLACE: lazy("They are there already: nothing would change."),
    MoveRefusal.SAME_CUSTOMER: lazy("%(customer)s cannot be merged into itself. Enter another customer."),
    MoveRefusal.NOTHING_OWNED: lazy("%(customer)s owns nothing that could be moved."),
    MoveRefusal.PARTS_UNREADABLE: lazy("Write the parts as whole numbers with commas between them, such as 6, 4."),
    MoveRefusal.PARTS_TOO_FEW: lazy("Enter at least two parts, such as 6, 4."),
    MoveRefusal.PARTS_TOO_MANY: lazy("Enter at most %(most)s parts. Split a part again for more."),
    MoveRefusal.PART_NOT_POSITIVE: lazy("Each part is at least 1; %(part)s is not."),
    MoveRefusal.PARTS_DO_NOT_ADD_UP: lazy("The parts add up to %(sum)s, and the licence is for %(quantity)s."),
    MoveRefusal.JOIN_TOO_FEW: lazy("Enter at least two serial numbers; the first one stays."),
    MoveRefusal.COURTESY_RUNS: lazy(
        "%(serial)s has a running courtesy, which is a favour to its customer. End that first, or wait for its end."
    ),
    MoveRefusal.PREVIEW_STALE: lazy(
        "Somebody changed these licences while you were looking. This is how it would be now: look again, then do it."
    ),
    MoveRefusal.WHY_MISSING: lazy("Write why. Both customers' histories keep it."),
    MoveRefusal.PEOPLE_UNDECIDED: lazy("Say for each person whether they get the same role: %(name)s is open."),
    MoveRefusal.CHANGED_A_MOMENT_AGO: lazy("One of these licences changed this very moment. Look again."),
    MoveRefusal.ALREADY_UNDONE: lazy("This move was taken back already, by move %(move)s."),
    MoveRefusal.UNDO_OF_UNDO: lazy("This takes a move back. To have it again, do it again."),
    MoveRefusal.UNDO_TOO_LATE: lazy(
        "A move can be taken back for %(days)s days, and these are over. Move the licences back by a new move."
    ),
    MoveRefusal.LATER_MOVE: lazy("%(serial)s was moved again since, by move %(move)s. Take that back first."),
    MoveRefusal.LATER_TERM: lazy("A term of %(serial)s changed since, such as by a renewal. It cannot be taken back."),
    MoveRefusal.LATER_REGISTRATION: lazy(
        "The registration of %(serial)s changed since. Its owner has to undo that before the move can be taken back."
    ),
    MoveRefusal.LATER_SEAT: lazy("The contact seat %(identifier)s changed since. The move cannot be taken back."),
    MoveRefusal.LATER_CERTIFICATE: lazy("A certificate went on to another customer since. Take that back first."),
    MoveRefusal.NUMBERS_USED_UP: lazy("The business policy's format has no serial number left. Tell the operator."),
}
REMARKS: Mapping[StrEnum, object] = {
    MoveRemark.SITE_ADDED: lazy("The site %(site)s is copied to the new customer."),
    MoveRemark.REGISTRATION_ENDS: lazy(
        "The registration of %(serial)s ends: its new owner registers it again to take new versions."
    ),
    MoveRemark.RESELLER_STAYS: lazy("%(reseller)s stays the reseller, and sees these licences at the new customer."),
    MoveRemark.NO_SEAT_THERE: lazy(
        "The new customer has no contact seat for %(level)s in %(region)s yet: nobody there can open technical cases."
    ),
    MoveRemark.SEATS_OVER: lazy(
        "%(level)s in %(region)s will have %(taken)s contact seats where %(allowed)s are allowed. All keep working"
        " until somebody chooses who stays."
    ),
    MoveRemark.SEAT_ENDS: lazy("%(name)s has a seat on both sides: the contact ID %(identifier)s ends."),
    MoveRemark.CLAIM_OPEN: lazy("Claim %(claim)s about %(serial)s is open and stays open."),
    MoveRemark.CERTIFICATE_EMPTY: lazy(
        "Certificate %(certificate)s will list nothing any more: %(serial)s was all it had, or is not on it then."
    ),
    CaseRemark.OPEN_CASES: lazy("%(serial)s has open technical cases, which stay with the customer that opened them."),
    ActivationRemark.MORE_IN_USE: lazy(
        "%(units)s of %(serial)s are in use, and %(quantity)s would be left. Return some first, or split otherwise."
    ),
    ActivationRemark.IN_USE_ELSEWHERE: lazy(
        "%(units)s of %(serial)s are in use on machines of the customer who has it now, and stay so until returned."
    ),
    ActivationRemark.USED_SINCE: lazy(
        "%(serial)s was activated or returned since. The move cannot be taken back over that."
    ),
}


def refusal(no: Refused) -> str:
    """The sentence of an expected no.  Raises it again where no sentence fits."""
    if no.code is MoveRefusal.OBJECTED:
        found = no.facts.get("remark")
        return remark(found) if isinstance(found, Remark) else ""
    if no.code is MoveRefusal.TERMS_DIFFER:
        facts = {**no.facts, "day": _day(no.facts["day"])}
        return _("The terms of %(serial)s and %(kept)s differ from %(day)s on. Only equal spans can be joined.") % facts
    if no.code is MoveRefusal.JOIN_DIFFERS:
        facts = {**no.facts, "what": WHAT_DIFFERS[str(no.facts["what"])]}
        if no.facts.get("mine") and no.facts.get("theirs"):
            return _("%(serial)s and %(kept)s differ in %(what)s: %(theirs)s and %(mine)s.") % facts
        return _("%(serial)s and %(kept)s differ in %(what)s.") % facts
    if no.code not in REFUSALS:
        raise no
    return str(REFUSALS[no.code]) % {"serial": "", "customer": "", **no.facts}


def remark(found: Remark) -> str:
    """What is worth knowing, in a sentence."""
    facts = dict(found.facts)
    count = int(str(facts.get("count", 0)))
    if found.code is MoveRemark.SEATS_WITHOUT_COVER:
        words = ngettext(
            "%(count)s contact seat of %(level)s in %(region)s stays behind without any licence that it is for.",
            "%(count)s contact seats of %(level)s in %(region)s stay behind without any licence that they are for.",
            count,
        )
    elif found.code is MoveRemark.SEATS_FOLLOW:
        words = ngettext(
            "%(count)s contact seat of %(level)s in %(region)s follows with its contact ID.",
            "%(count)s contact seats of %(level)s in %(region)s follow with their contact IDs.",
            count,
        )
    elif found.code is MoveRemark.CERTIFICATES_FOLLOW:
        words = ngettext("%(count)s certificate follows.", "%(count)s certificates follow.", count)
    else:
        words = str(REMARKS[found.code])
    return words % facts


def _day(day: object) -> str:
    return day_words(day) if isinstance(day, date) else str(day)
