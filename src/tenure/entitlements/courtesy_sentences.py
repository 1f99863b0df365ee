"""The sentences about a courtesy, in the active language: until when, given by whom, because of what; and every no.

Below the screens because portal and desk say the same; tones and icons are the kit's.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.entitlements.words import CourtesyRow, CourtesyState, EntitlementRefusal
from tenure.toolbox.formats import count_words, day_of_instant, long_day
from tenure.toolbox.marks import sentence
from tenure.toolbox.refused import Refused

REFUSALS: dict[EntitlementRefusal, Promise] = {
    EntitlementRefusal.NOT_FOUND: lazy("No licence has this serial number."),
    EntitlementRefusal.NOT_ALLOWED: lazy("Your role does not include this."),
    EntitlementRefusal.WHY_MISSING: lazy("Say why; the customer reads it."),
    EntitlementRefusal.LEVEL_UNKNOWN: lazy("This level is not sold for this kind of product. Choose one of the list."),
    EntitlementRefusal.REQUEST_ANSWERED: lazy("Somebody else has answered this already."),
    EntitlementRefusal.COURTESY_NOT_NEEDED: lazy("Technical support is covered today: no courtesy is needed."),
    EntitlementRefusal.COURTESY_OPEN: lazy("A courtesy was asked for already, and waits for an answer."),
    EntitlementRefusal.COURTESY_DAYS: lazy("Enter between 1 and %(most)s days."),
    EntitlementRefusal.COURTESY_CASES: lazy("Enter between 1 and %(most)s cases."),
    EntitlementRefusal.COURTESY_OF_ASSET: lazy("This licence had %(most)s within a year, and that is the most."),
    EntitlementRefusal.COURTESY_OF_CUSTOMER: lazy("This customer had %(most)s within a year, and that is the most."),
    EntitlementRefusal.COURTESY_OF_APPROVER: lazy(
        "You gave %(most)s within a month, and that is the most. Ask a colleague."
    ),
    EntitlementRefusal.COURTESY_AHEAD: lazy("The next one is given already, and begins on %(starts)s."),
    EntitlementRefusal.COURTESY_ENDED: lazy("It has ended already: there is nothing to take back."),
    EntitlementRefusal.SAME_APPROVER: lazy("You agreed already. Somebody else has to agree as well."),
}


def refusal(refused: Refused) -> str:
    """The sentence for a no about a courtesy.  KeyError for a code that has none, which is a bug."""
    return str(REFUSALS[EntitlementRefusal(refused.code)]) % refused.facts


def said(row: CourtesyRow, levels: Mapping[str, str]) -> str:
    """Where a courtesy stands: until when, given by whom, because of what.  levels: their names.  Source: A12."""
    facts = {
        "until": long_day(row.last_day) if row.last_day else "", "who": row.answered_by, "first": row.first_by,
        "why": sentence(row.answer_why), "level": levels.get(row.level, row.level), "taker": row.revoked_by,
        "starts": long_day(row.starts) if row.starts else "", "days": row.days,
    }  # fmt: skip
    match row.state:
        case CourtesyState.ASKED:
            return _("No answer yet.")
        case CourtesyState.SECOND:
            text = _("%(first)s would give %(days)s days at %(level)s. As that is long, a second person has to agree.")
            return text % facts
        case CourtesyState.DECLINED:
            return _("Declined by %(who)s, because: %(why)s") % facts
        case CourtesyState.REVOKED:
            return _("Taken back by %(taker)s. It was given by %(who)s, because: %(why)s") % facts
        case CourtesyState.COMING:
            text = _("Courtesy from %(starts)s until %(until)s at %(level)s, given by %(who)s, because: %(why)s")
            return text % facts
        case _ if row.last_day is None:
            return _("It ended when the next one began. It was given by %(who)s, because: %(why)s") % facts
        case _:
            return _("Courtesy until %(until)s at %(level)s, given by %(who)s, because: %(why)s") % facts


def cases_said(row: CourtesyRow) -> str:
    """How many of its cases are opened; "" for one that was not given.  Source: A12."""
    if row.most_cases is None or row.is_open or row.state is CourtesyState.DECLINED:
        return ""
    used = len(row.cases)
    text = ngettext("%(n)s of %(most)s cases is opened.", "%(n)s of %(most)s cases are opened.", used)
    text %= {"n": count_words(used), "most": count_words(row.most_cases)}
    return text[:1].upper() + text[1:]


def asked_said(row: CourtesyRow, zone: str) -> str:
    """Who asked for it, when and why; "" where the vendor began it.  zone: the reader's."""
    if not row.asked_by:
        return ""
    facts = {"who": row.asked_by, "day": day_of_instant(row.asked_at, zone), "why": sentence(row.why)}
    return _("Asked for by %(who)s on %(day)s: %(why)s") % facts
