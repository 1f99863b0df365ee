"""The sentences about cases, in the active language: what is promised and why, and why not.

Below the screens because letters say the same; tones and icons are the screens' own.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from babel.lists import format_list
from django.utils.functional import Promise as Lazy
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.cases.words import CaseRefusal, Happening, PromiseRow, Standing, State, Topic, View
from tenure.policy.sentences import policy_words
from tenure.policy.words import Milestone, ResponseForm, Target, Unit
from tenure.toolbox.formats import BABEL, moment_words, span_words, weekday_words
from tenure.toolbox.marks import beside, mark
from tenure.toolbox.refused import Refused
from tenure.worktime.words import Reason, ReasonKind

MOST_HOLIDAYS = 4
_NOTHING = timedelta()

STATES: dict[State, Lazy] = {
    State.NEW: lazy("New"),
    State.OPEN: lazy("In work"),
    State.AWAITING_REVIEW: lazy("Awaiting review"),
    State.PENDING_CLOSE: lazy("Pending close"),
    State.CLOSED: lazy("Closed"),
}
VIEWS: dict[View, Lazy] = {
    View.ALL: lazy("All"),
    View.NEW: lazy("New"),
    View.OPEN: pgettext_lazy("cases", "Open"),
    View.AWAITING_REVIEW: lazy("Awaiting review"),
    View.PENDING_CLOSE: lazy("Pending close"),
    View.CLOSED: lazy("Closed"),
}
TOPICS: dict[Topic, Lazy] = {
    Topic.TECHNICAL: lazy("Technical"),
    Topic.LICENCES: lazy("Licences and certificates"),
    Topic.SUPPORT_CONTRACT: lazy("Support contract"),
    Topic.ACCOUNT: lazy("Account and contacts"),
    Topic.OTHER: lazy("Something else"),
}
MILESTONES: dict[Milestone, Lazy] = {
    Milestone.REGISTRATION: lazy("Registration"),
    Milestone.FIRST_RESPONSE: lazy("First response"),
    Milestone.RESTORATION: lazy("Restoration of service"),
    Milestone.RESOLUTION: lazy("Resolution"),
    Milestone.REPLACEMENT: lazy("Replacement"),
}
STANDINGS: dict[Standing, Lazy] = {
    Standing.RUNNING: lazy("Running"),
    Standing.PAUSED: lazy("Paused"),
    Standing.KEPT: lazy("Kept"),
    Standing.MISSED: lazy("Missed"),
    Standing.WITH_UPDATE: lazy("With the next update"),
    Standing.ENDED: lazy("Closed before it was due"),
}
FORMS: dict[ResponseForm, Lazy] = {
    ResponseForm.CALL_BACK: lazy("by a call back"),
    ResponseForm.CALL_TRANSFER: lazy("by passing your call on"),
}
HAPPENED: dict[Happening, Lazy] = {
    Happening.OPENED: lazy("Opened the case"),
    Happening.REGISTERED: lazy("The case was written down"),
    Happening.TAKEN: lazy("Took the case"),
    Happening.GIVEN_BACK: lazy("Gave the case back to the queue"),
    Happening.CUSTOMER_WROTE: lazy("Wrote"),
    Happening.WROTE: lazy("Answered"),
    Happening.ASKED: lazy("Asked for information"),
    Happening.NOTED: lazy("Left a note"),
    Happening.CALLED: lazy("Called, and spoke with the contact"),
    Happening.CALL_FAILED: lazy("Called, and reached no contact"),
    Happening.RESTORED: lazy("Service is back"),
    Happening.CLOSE_PROPOSED: lazy("Proposed to close"),
    Happening.CONSENTED: lazy("Agreed to close"),
    Happening.DECLINED: lazy("Said that it is not solved"),
    Happening.CLOSED: lazy("Closed the case"),
    Happening.REOPENED: lazy("Opened the case again"),
    Happening.SEVERITY_CHANGED: lazy("Changed the severity"),
    Happening.REMINDED: lazy("A reminder was sent"),
    Happening.LEFT_TO_UPDATE: lazy("Left the resolution to the next product update"),
}


BY_COURTESY: Lazy = lazy("Taken by courtesy: it is answered as we can, without promised times.")


def promised(row: PromiseRow, zone: str) -> str:
    """One promise with its reason: "First response by Mon 1 Jun, 10:30: severity 3, Basic, ...".

    zone: the reader's.  Source: D6.
    """
    name = MILESTONES[row.promise.name]
    if row.would_be_due_at is None:
        return _("%(promise)s %(target)s: %(why)s.") % {
            "promise": name, "target": target_words(row.promise.target), "why": why(row, zone),
        }  # fmt: skip
    facts = {"promise": name, "at": moment_words(row.would_be_due_at, zone), "why": why(row, zone)}
    return _("%(promise)s by %(at)s: %(why)s.") % facts


def why(row: PromiseRow, zone: str) -> str:
    """Why a promise falls due when it does: target, form, severity, level, hours, what was passed over; no full stop.

    zone: the reader's.  Holidays are days at the site.  Source: D6.
    """
    said = [
        target_words(row.promise.target),
        *([_listed([str(FORMS[each]) for each in row.forms], style="or")] if row.forms else []),
        _("severity %(n)s") % {"n": row.severity},
        row.level,
        policy_words(row.hours),
    ]
    passed = [*_holidays(row.reasons), *_others(row.reasons, zone)]
    return mark(";").join([beside(*said), *passed])


def target_words(target: Target) -> str:
    """A target as it is promised: "within 4 hours", "by the next business day".  Source: D6."""
    said = _amount_words(target)
    if target.alternative is Unit.NEXT_PRODUCT_UPDATE:
        return _("%(target)s or with the next product update") % {"target": said}
    return said


def refusal(refused: Refused) -> str:
    """The sentence for a no about a case; what to do next is the screen's.  Source: D7, D8."""
    sentence = REFUSALS.get(CaseRefusal(refused.code))
    if sentence is None:
        return _("This cannot be done with the case as it stands.")
    known = {name: value for name, value in refused.facts.items() if isinstance(value, str | int)}
    listed = refused.facts.get("releases")
    if isinstance(listed, list):
        known["releases"] = _listed([str(each) for each in listed]) or _("none")
    return str(sentence) % known


REFUSALS: dict[CaseRefusal, Lazy] = {
    CaseRefusal.NOT_FOUND: lazy("There is no such case, or you may not see it."),
    CaseRefusal.NOT_ALLOWED: lazy("Your role does not include this."),
    CaseRefusal.NOT_ENTITLED: lazy("Technical support is not covered for this serial number."),
    CaseRefusal.COURTESY_USED_UP: lazy(
        "A courtesy covers it, and no further case can be opened under it: all %(most)s are. Ask for another, or renew."
    ),
    CaseRefusal.CONTACT_SEAT_NEEDED: lazy(
        "Technical cases are opened by named technical contacts. Ask the licence owner to name you as one."
    ),
    CaseRefusal.SEVERITY_NEEDS_PHONE: lazy("Severity %(severity)s is taken by phone, so that somebody starts at once."),
    CaseRefusal.SEVERITY_UNKNOWN: lazy("Choose one of the severities."),
    CaseRefusal.SEVERITY_SAME: lazy("The case has this severity already."),
    CaseRefusal.RELEASE_UNKNOWN: lazy("%(release)s is no release of this product. There are: %(releases)s."),
    CaseRefusal.TOPIC_UNKNOWN: lazy("Choose one of the topics."),
    CaseRefusal.CALLER_UNKNOWN: lazy("Say who is calling."),
    CaseRefusal.REGION_UNKNOWN: lazy("Choose one of the regions."),
    CaseRefusal.SUMMARY_MISSING: lazy("Say in one or two sentences what happens."),
    CaseRefusal.SUMMARY_TOO_LONG: lazy(
        "The summary has %(length)s characters, and %(most)s are the most. Put the rest into the details."
    ),
    CaseRefusal.DETAILS_MISSING: lazy("Describe what happens, and since when."),
    CaseRefusal.TEXT_MISSING: lazy("Write something first."),
    CaseRefusal.TEXT_TOO_LONG: lazy(
        "The text has %(length)s characters, and %(most)s are the most. Attach the rest as a file."
    ),
    CaseRefusal.REASON_MISSING: lazy("Say why; the customer reads it."),
    CaseRefusal.NOT_IN_THIS_STATE: lazy(
        "The case has moved on, and this step is not possible any more. Read it again."
    ),
    CaseRefusal.ALREADY_TAKEN: lazy("Somebody else has taken the case."),
    CaseRefusal.NOT_AN_ENGINEER: lazy("Cases are given only to colleagues who work on them."),
    CaseRefusal.REOPEN_TOO_LATE: lazy(
        "A case can be opened again for %(days)s days after it was closed. Open a new one and name this one in it."
    ),
    CaseRefusal.TARGET_HAS_NO_UPDATE: lazy("This promise cannot be left to the next product update."),
    CaseRefusal.TOO_MANY_FILES: lazy("At most %(most)s files go with one message."),
    CaseRefusal.FILE_EMPTY: lazy("%(name)s is empty."),
    CaseRefusal.FILE_TOO_LARGE: lazy("%(name)s is larger than %(most_mebibytes)s MiB, the most for one file."),
    CaseRefusal.FILE_NAME_UNUSABLE: lazy("One of the files has no usable name. Rename it and attach it again."),
    CaseRefusal.FILE_INFECTED: lazy("The scanner found something harmful in this file, so it cannot be taken down."),
}


def _amount_words(target: Target) -> str:
    count = target.amount or 0
    match target.unit:
        case Unit.MINUTES:
            return ngettext("within %(n)s minute", "within %(n)s minutes", count) % {"n": count}
        case Unit.HOURS:
            return ngettext("within %(n)s hour", "within %(n)s hours", count) % {"n": count}
        case Unit.BUSINESS_HOURS:
            return ngettext("within %(n)s business hour", "within %(n)s business hours", count) % {"n": count}
        case Unit.HOURS_ON_BUSINESS_DAYS:
            words = ngettext("within %(n)s hour on business days", "within %(n)s hours on business days", count)
            return words % {"n": count}
        case Unit.BUSINESS_DAYS:
            return ngettext("within %(n)s business day", "within %(n)s business days", count) % {"n": count}
        case Unit.NEXT_BUSINESS_DAY:
            return _("by the next business day")
        case Unit.NEXT_PRODUCT_UPDATE:
            return _("with the next product update")


def _holidays(reasons: tuple[Reason, ...]) -> list[str]:
    """Which holidays were passed over; the fifth and more are counted."""
    found = [each for each in reasons if each.kind in {ReasonKind.HOLIDAY, ReasonKind.SHORT_DAY}]
    said = []
    for each in found[:MOST_HOLIDAYS]:
        facts = {"day": weekday_words(each.on), "name": each.name}
        if each.kind is ReasonKind.SHORT_DAY:
            said.append(_("%(day)s is a short day (%(name)s)") % facts)
        else:
            said.append((_("%(day)s is a holiday (%(name)s)") if each.name else _("%(day)s is a holiday")) % facts)
    more = len(found) - len(said)
    if more > 0:
        said.append(ngettext("and %(n)s more holiday", "and %(n)s more holidays", more) % {"n": more})
    return said


def _others(reasons: tuple[Reason, ...], zone: str) -> list[str]:
    tellers: dict[ReasonKind, Callable[[Reason], str]] = {
        ReasonKind.STARTED_CLOSED: lambda each: _started(each, zone),
        ReasonKind.EXTRA_DAY: lambda each: _("%(day)s is worked") % {"day": weekday_words(each.on)},
        ReasonKind.CLOCK_CHANGE: lambda each: _("the clocks change on %(day)s") % {"day": weekday_words(each.on)},
    }
    said = [tellers[each.kind](each) for each in reasons if each.kind in tellers]
    waits = [each for each in reasons if each.kind is ReasonKind.PAUSED and each.at and each.until]
    waited = sum(((each.until or each.at) - each.at for each in waits if each.at), start=_NOTHING)
    if waited > _NOTHING:
        said.append(_("moved on by what we waited for you, %(span)s in all") % {"span": span_words(waited)})
    return said


def _started(reason: Reason, zone: str) -> str:
    return _("counted from the opening on %(at)s") % {"at": moment_words(reason.at, zone)} if reason.at else ""


def _listed(words: list[str], style: Literal["standard", "or"] = "standard") -> str:
    code = get_language() or "en"
    return format_list(words, style=style, locale=BABEL.get(code, code.replace("-", "_")))
