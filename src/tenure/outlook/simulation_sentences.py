"""What a simulation says in words; the command and the desk say it alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.outlook.words import ChangedRow, Outcome, Part, PartResult, Simulation, Sum
from tenure.renewals.notice_sentences import step_words
from tenure.toolbox.formats import day_words, instant_words, long_day, money_words, quantity_words

TITLES: Final[dict[Part, Promise]] = {
    Part.BENEFITS: lazy("Benefits of licences"), Part.CONTACTS: lazy("Named contacts"),
    Part.ENDING: lazy("Licences that count as ending"), Part.NOTICES: lazy("Renewal notices"),
    Part.WINDOWS: lazy("Legal windows of notices"), Part.RENEWALS: lazy("What renewing costs"),
    Part.LATE: lazy("What renewing late costs, for 1,000.00 a year"), Part.QUOTES: lazy("Open quotes"),
    Part.CASES: lazy("Promises of open cases"),
}  # fmt: skip
OUTCOMES: Final[dict[Outcome, Promise]] = {
    Outcome.GAINED: lazy("gained"), Outcome.LOST: lazy("lost"), Outcome.OTHERWISE: lazy("otherwise"),
    Outcome.EXCEEDED: lazy("over the limit"), Outcome.WITHIN: lazy("within the limit"), Outcome.COMES: lazy("new"),
    Outcome.GOES: lazy("gone"), Outcome.MOVES: lazy("on another day"), Outcome.TOLD_OTHERWISE: lazy("to others"),
    Outcome.DEARER: lazy("dearer"), Outcome.CHEAPER: lazy("cheaper"), Outcome.REFUSED: lazy("refused"),
    Outcome.POSSIBLE: lazy("possible"), Outcome.EARLIER: lazy("earlier"), Outcome.LATER: lazy("later"),
}  # fmt: skip
NOTES: Final[dict[Part, Promise]] = {
    Part.BENEFITS: lazy("Each licence and benefit once, by the first day on which it comes out otherwise."),
    Part.NOTICES: lazy("A notice is a licence and a step: told on another step, one goes and another comes."),
    Part.RENEWALS: lazy("By today's price list, with tax: on the last covered day; what has lapsed, at once."),
    Part.LATE: lazy("Made up, net of tax: around each day on which the rule for late renewals turns."),
    Part.QUOTES: lazy("Their prices hold until their last day. This is what they would cost if they were revised."),
    Part.CASES: lazy("Open cases keep what they were promised. This is what they would be promised if opened now."),
}
WHEN: Final[dict[str, Promise]] = {
    "on_time": lazy("on time"), "today": lazy("lapsed, at once"), "list": lazy("list price"),
    "partner": lazy("reseller's price"),
}  # fmt: skip
TOLD: Final[dict[str, Promise]] = {
    "licence_owner": lazy("licence owner"), "renewal_contact": lazy("renewal contact"),
    "reseller": lazy("reseller of record"), "quote": lazy("the reseller prepares a quote"),
}  # fmt: skip
CODES: Final[dict[str, Promise]] = {
    "level_lacks_benefit": lazy("not in the level"), "not_registered": lazy("not registered"),
    "product_has_no_content": lazy("not for this product"), "no_term": lazy("never covered"),
    "lapsed_too_long": lazy("refused: lapsed for too long, buy again"), "no_price": lazy("refused: no price is listed"),
    "level_not_sold": lazy("refused: the level is not sold for it"), "level_unknown": lazy("refused: no such level"),
    "term_too_long": lazy("refused: the term is too long"),
    "support_ended": lazy("refused: support of the release ends"),
    "flat_fee_missing": lazy("refused: no flat fee in the currency"),
    "end_in_past": lazy("refused: it would end at once"),
    "covered": lazy("covered"), "ending": lazy("ending"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowWords:
    """A row as people read it.  about: what it is about, beside the customer; detail: which of its outcomes."""

    about: str
    detail: str
    outcome: str
    before: str
    after: str


def headline(found: Simulation) -> tuple[str, str]:
    """The decisive words and the rest of the answer."""
    if found.same:
        return _("Nothing would change."), _("This very file is version %(number)s.") % {"number": found.same}
    if not found.changed:
        return _("Nothing would change."), ""
    said = ngettext("%(n)s thing comes out otherwise", "%(n)s things come out otherwise", found.changed)
    rest = _("from %(day)s on than by version %(number)s.") % {
        "day": long_day(found.in_force_from), "number": found.against,
    }  # fmt: skip
    if found.until is not None:
        rest += " " + _("It holds until a later version begins on %(day)s.") % {"day": long_day(found.until)}
    return said % {"n": quantity_words(found.changed)}, rest


def part_words(part: PartResult) -> str:
    """How many of how many, by outcome: 31 of 214: 20 earlier, 11 later."""
    counts = ", ".join(f"{quantity_words(count)} {OUTCOMES[each]}" for each, count in part.counts.items())
    if not counts:
        return _("nothing otherwise")
    if part.part in {Part.NOTICES, Part.BENEFITS}:  # of one licence there may be several
        return _("%(counts)s; of %(n)s licences") % {"counts": counts, "n": quantity_words(part.looked_at)}
    asked = {"changed": quantity_words(part.changed), "n": quantity_words(part.looked_at), "counts": counts}
    return _("%(changed)s of %(n)s: %(counts)s") % asked


def sum_words(row: Sum) -> str:
    """What those with a price both ways add up to."""
    return _("%(when)s, together: %(before)s, then %(after)s") % {
        "when": WHEN.get(row.detail, row.detail), "before": money_words(row.before, row.currency),
        "after": money_words(row.after, row.currency),
    }  # fmt: skip


def row_words(row: ChangedRow, *, zone: str, names: Mapping[str, str]) -> RowWords:
    """A row in words.  names: of levels and benefits, by their keys."""
    say = _SAID.get(row.part, _code)
    return RowWords(
        about=_about(row, names), detail=_detail(row, names), outcome=str(OUTCOMES[row.outcome]),
        before=say(row.before, zone, names), after=say(row.after, zone, names),
    )  # fmt: skip


def _about(row: ChangedRow, names: Mapping[str, str]) -> str:
    if row.part is Part.LATE:
        days = int(row.about)
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": quantity_words(days)}
    if row.part is Part.CONTACTS:
        level, _space, region = row.about.partition(" ")
        return f"{names.get(level, level)}, {region}"
    return row.about


def _detail(row: ChangedRow, names: Mapping[str, str]) -> str:
    match row.part:
        case Part.NOTICES:
            return step_words(int(row.detail))
        case Part.CONTACTS:
            return _("%(n)s named") % {"n": row.detail}
        case Part.RENEWALS | Part.QUOTES:
            return str(WHEN[row.detail])
        case Part.WINDOWS | Part.ENDING:
            last = _("last covered day %(day)s") % {"day": day_words(row.on)} if row.on else ""
            return ", ".join(each for each in (row.detail, last) if each)
        case Part.BENEFITS:
            day = day_words(row.on) if row.on else ""
            return _("%(benefit)s, on %(day)s") % {"benefit": names.get(row.detail, row.detail), "day": day}
    return str(row.detail.replace("_", " "))


def _code(text: str, zone: str, names: Mapping[str, str]) -> str:
    return str(CODES.get(text, text.replace("_", " ")))


def _benefit(text: str, zone: str, names: Mapping[str, str]) -> str:
    level, space, last = text.partition(" ")
    if not space:
        return _code(text, zone, names)
    return _("%(level)s, until %(day)s") % {
        "level": names.get(level, level), "day": day_words(date.fromisoformat(last)),
    }  # fmt: skip


def _allowed(text: str, zone: str, names: Mapping[str, str]) -> str:
    return _("no limit known") if text == "None" else _("%(n)s allowed") % {"n": text}


def _notice(text: str, zone: str, names: Mapping[str, str]) -> str:
    day, _space, told = text.partition(" ")
    if not day:
        return _("none")
    readers = ", ".join(str(TOLD[each.lower()]) for each in told.split()) or _("nobody")
    return _("%(day)s, to: %(readers)s") % {"day": day_words(date.fromisoformat(day)), "readers": readers}


def _window(text: str, zone: str, names: Mapping[str, str]) -> str:
    spans = [each.split(" ") for each in text.split(", ") if each]
    return ", ".join(_between(first, last) for first, last in spans) or _("none")


def _between(first: str, last: str) -> str:
    days = {"first": day_words(date.fromisoformat(first)), "last": day_words(date.fromisoformat(last))}
    return _("%(first)s to %(last)s") % days


def _money(text: str, zone: str, names: Mapping[str, str]) -> str:
    amount, *rest = text.split(" ")
    if not rest:
        return _code(text, zone, names)
    said = money_words(Decimal(amount), rest[0])
    return f"{said}, {_between(rest[1], rest[2])}" if len(rest) == 3 else said


def _promise(text: str, zone: str, names: Mapping[str, str]) -> str:
    milestone, space, at = text.partition(" ")
    if not space:
        return _("nothing falls due")
    return f"{milestone.replace('_', ' ')}, {instant_words(datetime.fromisoformat(at), zone)}"


_SAID: Final = {
    Part.BENEFITS: _benefit, Part.CONTACTS: _allowed, Part.NOTICES: _notice, Part.WINDOWS: _window,
    Part.RENEWALS: _money, Part.LATE: _money, Part.QUOTES: _money, Part.CASES: _promise,
}  # fmt: skip
