"""What the lifecycle pages say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.catalog.rules import days_left, latest
from tenure.catalog.words import SUPPORTED, Ending, ProductKind, ReleaseRow, ReleaseState
from tenure.policy.words import Lifecycle
from tenure.toolbox.formats import count_words, long_day, quantity_words

KINDS = {
    ProductKind.SOFTWARE: lazy("software"),
    ProductKind.ONLINE_SERVICE: lazy("online services"),
    ProductKind.HARDWARE: lazy("hardware"),
}
STATES = {
    "supported": lazy("supported"),
    "standard": lazy("in standard support"),
    "extended": lazy("in extended support only"),
    "ended": lazy("ended"),
    "announced": lazy("announced"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A state, ready to print."""

    tone: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """The last day of a support, or what stands in its place."""

    day: date | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The sentence at the head of the page; the decisive part is marked in its tone."""

    before: str
    marked: str
    tone: str
    after: str


def answer_of(rows: Sequence[ReleaseRow], *, on: date, spans: Lifecycle) -> Answer:
    """What anyone wants to know first: the latest release, how many are supported, and which leaves next."""
    newest = latest(releases=rows, on=on)
    if newest is None or newest.available_from is None:
        return Answer(before="", marked=_("No release was available on this day."), tone="quiet", after="")
    supported = sum(row.state in SUPPORTED for row in rows)
    count = {"count": capfirst(count_words(supported))}
    return Answer(
        before=_("The latest release is %(name)s of %(day)s.")
        % {"name": newest.label, "day": long_day(newest.available_from)},
        marked=ngettext("%(count)s release is supported.", "%(count)s releases are supported.", supported) % count
        if supported
        else _("No release is supported."),
        tone="good" if supported else "bad",
        after=_next_to_leave(rows, on, spans),
    )


def state_of(row: ReleaseRow, *, on: date, newest: ReleaseRow | None, spans: Lifecycle) -> Word:
    """Tone, icon and word of a release on the day."""
    left = days_left(lifecycle=row.lifecycle, on=on)
    match row.state:
        case ReleaseState.STANDARD if left is not None and left <= spans.soon_days:
            said = ngettext("Standard for %(days)s day", "Standard for %(days)s days", left)
            return Word(tone="soon", icon="clock-alert", word=said % {"days": quantity_words(left)})
        case ReleaseState.STANDARD:
            return Word(tone="good", icon="circle-check", word=_("Latest") if row is newest else _("Supported"))
        case ReleaseState.EXTENDED:
            return Word(tone="wait", icon="clock", word=_("Extended only"))
        case ReleaseState.ENDED:
            return _ended(row, on, spans)
        case ReleaseState.ANNOUNCED:
            return Word(tone="quiet", icon="clock", word=_("Announced"))
    return Word(tone="quiet", icon="circle-minus", word=_("Not known for this day"))


def last_day(ending: Ending) -> date | None:
    """The last day of a support, as people are told."""
    return ending.from_day - timedelta(days=1) if ending.from_day and ending.from_day > date.min else None


def until_of(ending: Ending) -> Until:
    """Until when a support lasts, for a table."""
    day = last_day(ending)
    return Until(day=day, words="" if day else without_day(ending))


def without_day(ending: Ending) -> str:
    """What stands where a support has no last day."""
    if not ending.offered:
        return _("not offered")
    return _("ended, day unknown") if ending.ended else _("no end set")


def _next_to_leave(rows: Sequence[ReleaseRow], on: date, spans: Lifecycle) -> str:
    known = [(left, row) for row in rows if (left := _standard_left(row, on)) is not None]
    leaving = [pair for pair in known if pair[0] <= spans.named_days]
    if not leaving:
        return ""
    left, row = min(leaving, key=lambda pair: pair[0])
    said = ngettext(
        "%(name)s leaves standard support in %(days)s day.", "%(name)s leaves standard support in %(days)s days.", left
    )
    return said % {"name": row.label, "days": quantity_words(left)}


def _standard_left(row: ReleaseRow, on: date) -> int | None:
    return days_left(lifecycle=row.lifecycle, on=on) if row.state is ReleaseState.STANDARD else None


def _ended(row: ReleaseRow, on: date, spans: Lifecycle) -> Word:
    ends = [last_day(ending) for ending in (row.standard, row.extended) if ending.offered]
    if None in ends:
        return Word(tone="quiet", icon="circle-minus", word=_("Ended"))
    ago = (on - max(day for day in ends if day is not None)).days
    if ago > spans.recent_days:
        return Word(tone="quiet", icon="circle-minus", word=_("Ended"))
    said = ngettext("Ended %(days)s day ago", "Ended %(days)s days ago", ago) % {"days": quantity_words(ago)}
    return Word(tone="bad", icon="circle-x", word=said)
