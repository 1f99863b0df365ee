"""The words for decisions and states.  The facts come from the decision; here they only become sentences."""

from collections.abc import Mapping
from datetime import date

from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.entitlements.words import (
    BY_COURTESY,
    AssetRow,
    Benefit,
    CoverState,
    Decision,
    Fact,
    LicenceOverview,
    SeatsRow,
    Why,
)
from tenure.kit.states import Word, cover_word
from tenure.toolbox import marks
from tenure.toolbox.formats import count_words, day_words, long_day, quantity_words

BENEFITS: dict[Benefit, Promise] = {
    Benefit.TECHNICAL_SUPPORT: lazy("Technical support"),
    Benefit.VERSION_UPGRADES: lazy("Version upgrades"),
    Benefit.PRODUCT_UPDATES: lazy("Product updates"),
    Benefit.CONTENT_UPDATES: lazy("Content updates"),
    Benefit.SERVICE_ACCESS: lazy("Access to the service"),
    Benefit.HARDWARE_REPLACEMENT: lazy("Hardware replacement"),
    Benefit.OS_RELEASES: lazy("Operating-system releases"),
    Benefit.SELF_SERVICE: lazy("Self-service and learning"),
}

STATES: dict[CoverState, Promise] = {
    CoverState.COVERED: lazy("covered"),
    CoverState.ENDING: lazy("ending soon"),
    CoverState.LAPSED: lazy("lapsed"),
    CoverState.NEVER: lazy("never covered"),
    CoverState.NOT_STARTED: lazy("not yet started"),
}


def state_of(row: AssetRow, *, waits_for_registration: bool) -> Word:
    """The state of a row on its day, in the five tones."""
    if waits_for_registration and row.cover.state is CoverState.COVERED:
        return Word(tone="good", icon="key", word=_("Covered, not registered"))
    return cover_word(row.cover)


def level_of(row: AssetRow, levels: Mapping[str, str]) -> str:
    """The level of the term in force by its name, and whether it is a courtesy's; "" where none is in force."""
    level = levels.get(row.level, row.level)
    return _("%(level)s, by courtesy") % {"level": level} if row.by_courtesy else level


def none() -> SafeString:
    """What stands in a table where there is nothing."""
    return format_html('<span class="muted">{}</span>', _("none"))


def answer_of(row: AssetRow, level: str, *, waits_for_registration: bool) -> SafeString:
    """The first sentence of an asset's page; where a courtesy holds, it says so after it."""
    said = _cover_words(row, level)
    if row.courtesy_until is not None:
        until = _("Courtesy until %(day)s") % {"day": long_day(row.courtesy_until)}
        said = format_html('{} <b data-tone="wait">{}</b>.', said, until)
    if waits_for_registration:
        return format_html("{} {}", said, _("Version upgrades wait: register the serial number first."))
    return said


def _cover_words(row: AssetRow, level: str) -> SafeString:
    last = long_day(row.last_day) if row.last_day else ""
    begins = next((long_day(term.starts) for term in row.terms if term.starts > row.day), "")
    match row.cover.state:
        case CoverState.COVERED | CoverState.ENDING:
            tone = "good" if row.cover.state is CoverState.COVERED else "soon"
            mark = format_html('<b data-tone="{}">{}</b>', tone, _("Covered until %(day)s") % {"day": last})
            return format_html(_("{mark} by {level}."), mark=mark, level=level)
        case CoverState.LAPSED:
            mark = format_html('<b data-tone="bad">{}</b>', _("Not covered since %(day)s was over") % {"day": last})
            ended = (
                _("{mark}. The next term begins on {day}.")
                if begins
                else _("{mark}. What it entitled you to has ended.")
            )
            return format_html(ended, mark=mark, day=begins)
        case CoverState.NOT_STARTED:
            mark = format_html('<b data-tone="wait">{}</b>', _("Not covered yet"))
            return format_html(_("{mark}: the next term begins on {day}."), mark=mark, day=begins)
        case _:
            mark = format_html('<b data-tone="quiet">{}</b>', _("Never covered"))
            return format_html(_("{mark}: no maintenance was ordered for this serial number."), mark=mark)


def verdict_word(decision: Decision) -> Word:
    """Yes, not yet or no, for one benefit."""
    if decision.granted:
        return Word(tone="good", icon="circle-check", word=_("Yes"))
    match decision.why:
        case Why.NOT_REGISTERED:
            return Word(tone="soon", icon="clock-alert", word=_("Register first"))
        case Why.TERM_NOT_STARTED:
            return Word(tone="wait", icon="clock", word=_("Not yet"))
        case Why.LEVEL_LACKS_BENEFIT | Why.PRODUCT_HAS_NO_CONTENT:
            return Word(tone="quiet", icon="circle-minus", word=_("Not part of it"))
        case _:
            return Word(tone="bad", icon="circle-x", word=_("No"))


def because(decision: Decision, *, product: str, levels: Mapping[str, str]) -> str:
    """The reason of one answer as a sentence."""
    facts = decision.because[0].facts
    level = _level(facts.get("level"), levels)
    ended, ended_level = _day(facts.get("ended_on")), _level(facts.get("ended_level"), levels)
    starts, starts_level = _day(facts.get("starts_on")), _level(facts.get("starts_level"), levels)
    match decision.why:
        case Why.COVERED if facts.get("by") == BY_COURTESY:
            return _("A courtesy gives it until then, as %(level)s does.") % {"level": level}
        case Why.LEVEL_LACKS_BENEFIT if facts.get("by") == BY_COURTESY:
            return _("A courtesy is no maintenance and does not include it.")
        case Why.COVERED:
            return _("%(level)s includes it; its terms follow each other without a gap until then.") % {"level": level}
        case Why.NO_TERM:
            return _("No term was ever ordered for this serial number.")
        case Why.TERM_ENDED:
            said = {"level": ended_level, "day": ended, "n": facts.get("days_since", 0)}
            return _("%(level)s ended with %(day)s, and no later term was ordered.") % said
        case Why.TERM_NOT_STARTED:
            return _("%(level)s begins on %(day)s.") % {"level": starts_level, "day": starts}
        case Why.BETWEEN_TERMS:
            said = {"old": ended_level, "ended": ended, "new": starts_level, "starts": starts}
            return _("A gap: %(old)s ended with %(ended)s, %(new)s begins on %(starts)s.") % said
        case Why.LEVEL_LACKS_BENEFIT:
            return _("%(level)s does not include it.") % {"level": level}
        case Why.PRODUCT_HAS_NO_CONTENT:
            return _("%(product)s has no definitions to update.") % {"product": product}
        case Why.NOT_REGISTERED:
            return _("%(level)s includes it, but on this day the serial number was not registered.") % {"level": level}
        case _:
            return _("This serial number is not known.")


def seats_taken(seats: SeatsRow) -> str:
    """How many may call, out of how many."""
    if seats.allowed is None:
        said = ngettext("%(n)s contact seat is taken.", "%(n)s contact seats are taken.", seats.taken)
        return _capital(said % {"n": count_words(seats.taken)})
    said = ngettext(
        "%(n)s of %(all)s contact seats is taken.", "%(n)s of %(all)s contact seats are taken.", seats.taken
    )
    return _capital(said % {"n": count_words(seats.taken), "all": count_words(seats.allowed)})


def summary(overview: LicenceOverview, on: date | None, *, soon_days: int) -> SafeString:
    """The sentence above the list.  soon_days: by the policy, from when an asset counts as ending."""
    counts = overview.counts
    if counts is None:
        many = _("You see more than %(n)s licences. Those that end first stand above.")
        return format_html("{}", many % {"n": quantity_words(overview.most_counted)})
    covered = counts.covered + counts.ending
    when = _("today") if on is None else _("on %(day)s") % {"day": long_day(on)}
    first = ngettext(
        "%(covered)s of your %(total)s licence is covered %(when)s.",
        "%(covered)s of your %(total)s licences are covered %(when)s.",
        counts.total,
    ) % {"covered": count_words(covered), "total": counts.total, "when": when}
    parts = [
        (
            counts.ending,
            "soon",
            ngettext("%(n)s ends within %(days)s days", "%(n)s end within %(days)s days", counts.ending),
        ),
        (counts.lapsed, "bad", ngettext("%(n)s has lapsed", "%(n)s have lapsed", counts.lapsed)),
        (
            counts.not_started,
            "wait",
            ngettext("%(n)s has still to begin", "%(n)s have still to begin", counts.not_started),
        ),
        (counts.never, "quiet", ngettext("%(n)s was never covered", "%(n)s were never covered", counts.never)),
    ]
    said = [words % {"n": count_words(n), "days": soon_days} for n, _tone, words in parts if n]
    if not said:
        return format_html('<b data-tone="good">{}</b>', _capital(first))
    tone = next(tone for n, tone, _words in parts if n)
    rest = format_list(said[1:], locale=_locale()) if said[1:] else ""
    mark = format_html('<b data-tone="{}">{}</b>', tone, _capital(said[0]))
    more = f"{marks.mark(';')}{rest}" if rest else ""
    return format_html("{} {}{}{}", _capital(first), mark, more, marks.mark(".").rstrip())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _locale() -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse((get_language() or "en").replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"


def _level(slug: Fact, levels: Mapping[str, str]) -> str:
    """The name of a level; one that the policy no longer knows keeps its slug."""
    return levels.get(str(slug), str(slug or ""))


def _day(iso: Fact) -> str:
    return day_words(date.fromisoformat(iso)) if isinstance(iso, str) else ""
