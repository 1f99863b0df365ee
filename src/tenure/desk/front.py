"""The desk's front page: what waits for the reader, each with the page where it is done."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.outlook.queries.waiting import Waits, waiting
from tenure.toolbox.formats import quantity_words

# what waits: its words, the page, what the page is asked for, its tone
WORDS: dict[Waits, tuple[Promise, str, str, str]] = {
    Waits.MY_CASES: (
        ngettext_lazy("case of yours has a promise due by tonight", "cases of yours have a promise due by tonight"),
        "desk-cases",
        "",
        "soon",
    ),
    Waits.CASES: (
        ngettext_lazy("open case has a promise due by tonight", "open cases have a promise due by tonight"),
        "desk-cases",
        "",
        "soon",
    ),
    Waits.MY_TASKS: (
        ngettext_lazy("renewal task that you have taken", "renewal tasks that you have taken"),
        "desk-notices",
        "?show=mine",
        "wait",
    ),
    Waits.TASKS: (
        ngettext_lazy("renewal task that nobody has taken", "renewal tasks that nobody has taken"),
        "desk-notices",
        "",
        "wait",
    ),
    Waits.NO_READER: (
        ngettext_lazy("renewal notice found no reader", "renewal notices found no reader"),
        "desk-notices",
        "?kind=nobody_to_tell",
        "bad",
    ),
    Waits.TO_ORDER: (
        ngettext_lazy("quote is accepted and not ordered", "quotes are accepted and not ordered"),
        "desk-quotes",
        "?view=accepted",
        "soon",
    ),
    Waits.RECORD_CHANGES: (
        ngettext_lazy("customer asks for another reseller of record", "customers ask for another reseller of record"),
        "desk-resellers",
        "",
        "wait",
    ),
    Waits.JOININGS: (ngettext_lazy("person asks to be linked", "people ask to be linked"), "desk-joinings", "", "wait"),
    Waits.CLAIMS: (ngettext_lazy("claim to a serial number", "claims to serial numbers"), "desk-claims", "", "wait"),
    Waits.CONTACT_REQUESTS: (
        ngettext_lazy("request about contacts", "requests about contacts"),
        "desk-contact-requests",
        "",
        "wait",
    ),
    Waits.COURTESIES: (
        ngettext_lazy("courtesy is asked for", "courtesies are asked for"),
        "desk-courtesies",
        "",
        "wait",
    ),
    Waits.ADDRESSES: (ngettext_lazy("address takes no mail", "addresses take no mail"), "desk-addresses", "", "bad"),
    Waits.PAPERS: (
        ngettext_lazy("document cannot be printed", "documents cannot be printed"),
        "desk-papers",
        "",
        "bad",
    ),
}


def waits_for(request: Asked, *, gives_courtesies: bool) -> dict[str, object]:
    """What waits for the reader today, and the sentence that sums it up.  One query."""
    counts = waiting(
        who=request.who, at=request.at, until=_tonight(request.at, chosen_zone(request)),
        gives_courtesies=gives_courtesies,
    )  # fmt: skip
    rows = []
    for kind, count in counts.items():
        words, page, asked, tone = WORDS[kind]
        rows.append({"count": count, "words": words % count, "url": reverse(page) + asked, "tone": tone})
    twice = counts.get(Waits.MY_CASES, 0) if Waits.CASES in counts else 0
    return {"waits": rows, "answer": _answer(sum(counts.values()) - twice)}


def _tonight(at: datetime, zone: str) -> datetime:
    """The end of the reader's day."""
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(zone))


def _answer(count: int) -> str:
    if not count:
        return _("Nothing waits for you. Who is it about?")
    words = ngettext(
        "%(n)s thing waits for you. Who is it about?", "%(n)s things wait for you. Who is it about?", count
    )
    return words % {"n": quantity_words(count)}
