"""Why activation says no, in the reader's language.  Screens and API print the same."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.activation.words import ActivationRefusal, Slip
from tenure.toolbox.formats import quantity_words
from tenure.toolbox.refused import Refused

REFUSALS: dict[ActivationRefusal, Promise] = {
    ActivationRefusal.NOT_FOUND: lazy("There is no such thing, or you may not see it."),
    ActivationRefusal.NOT_ALLOWED: lazy("Only the licence owner or a technical contact can do this."),
    ActivationRefusal.CODE_UNKNOWN: lazy(
        "None of your licences has this activation code. Look at the page of the licence: its codes are there."
    ),
    ActivationRefusal.CODE_WITHDRAWN: lazy(
        "This activation code holds no longer. The page of the licence shows the one that does."
    ),
    ActivationRefusal.HOST_INVALID: lazy(
        "Enter the machine as the product shows it: at most %(longest)s characters, all of them printable."
    ),
    ActivationRefusal.HOST_TAKEN: lazy("The licence is in use on the machine %(host)s already."),
    ActivationRefusal.UNITS_INVALID: lazy("Enter a whole number, 1 or more."),
    ActivationRefusal.ACTIVATION_ENDED: lazy("The use on this machine has ended already."),
    ActivationRefusal.TOO_MANY_MOVES: lazy(
        "This use of the licence was moved %(most)s times within a year, and you can move it no more often."
        " Customer care can, when you tell them why."
    ),
    ActivationRefusal.WHY_MISSING: lazy("Write the reason: it stays in the history."),
    ActivationRefusal.FILE_WITHDRAWN: lazy("This file was withdrawn already."),
    ActivationRefusal.KEY_WITHDRAWN: lazy("This key was withdrawn already."),
    ActivationRefusal.KEY_UNREADABLE: lazy(
        "Files cannot be signed now: the key %(key_id)s is not on this machine. Tell the operator."
    ),
}


def refusal(no: Refused) -> str:
    """The sentence; raises `no` itself where it is not activation's."""
    if not isinstance(no.code, ActivationRefusal):
        raise no
    if no.code is ActivationRefusal.CODE_MALFORMED:
        return _code_malformed(no)
    if no.code is ActivationRefusal.UNITS_TAKEN:
        facts = {key: quantity_words(int(str(no.facts[key]))) for key in ("free", "quantity", "wished")}
        return _("%(wished)s are asked for, and %(free)s of %(quantity)s are free. End a use you need no more.") % facts
    return str(REFUSALS[no.code]) % no.facts


def _code_malformed(no: Refused) -> str:
    """What is wrong with a typed code, and in which group."""
    group, sign, signs = no.facts["group"], no.facts["sign"], no.facts["signs"]
    if no.facts["slip"] == Slip.SIGN.value:
        return _(
            "Group %(group)s has a slip: no activation code has the sign %(sign)s. Codes are made of the digits 2 to 9"
            " and the letters A C E F H J K M N P R T W X Y."
        ) % {"group": group, "sign": sign}
    if no.facts["slip"] == Slip.LENGTH.value:
        return _("An activation code has 16 signs in four groups of four; this one has %(signs)s.") % {"signs": signs}
    if group:
        return _("Group %(group)s has a slip: compare its four signs with the code you were given.") % {"group": group}
    return _("The code has more than one slip: compare it with the one you were given, group by group.")
