"""What the pages of compliance say: facts and figures, nothing that accuses.  The figures come from the rules."""

from dataclasses import dataclass
from datetime import date, timedelta

from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.compliance.queries import Detail
from tenure.compliance.words import (
    CountSource,
    Explained,
    HandCount,
    LicenceLine,
    PlaceCount,
    Position,
    PositionState,
    Report,
)
from tenure.entitlements.purposes import PURPOSES
from tenure.entitlements.words import Benefit, LicencePurpose
from tenure.portal.licences.sentences import BENEFITS
from tenure.toolbox.formats import BABEL, count_words, day_words, long_day, quantity_words
from tenure.toolbox.marks import beside

SOURCES: dict[CountSource, Promise] = {
    CountSource.ENTERED: lazy("entered by hand"),
    CountSource.IMPORTED: lazy("from a file"),
    CountSource.REPORTED: lazy("reported by the product"),
}
ARITHMETIC = ("part", "serial_number", "site", "kind", "quantity", "licensed", "covered", "host", "day")
NAMED = 3
MOST_HOSTS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedLine:
    """How a serial number enters the sums, ready to print; last_day: of the term that covers it, or covered it."""

    line: LicenceLine
    purpose: Promise
    last_day: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """The serial numbers, at most so many one by one; rest: how many more, and what they add."""

    lines: tuple[OwnedLine, ...]
    rest: int
    rest_owned: int
    rest_licensed: int
    rest_covered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledLine:
    """What counts at one site, ready to print."""

    site: str
    source: Promise
    quantity: int
    day: date
    until: date | None
    lines: tuple[tuple[str, int, date], ...]
    rest: int
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What falls away, for how many, and since when."""

    many: int
    said: str
    since: date | None
    benefits: tuple[str, ...]


def answer(found: Detail, said: Explained) -> SafeString:
    """The first sentence of a position's page, with where it comes from."""
    position = said.position
    match position.state:
        case PositionState.NOT_COUNTED:
            mark = format_html('<b data-tone="quiet">{}</b>', _("Nothing was counted yet"))
            text = _("{mark}: {licensed}.")
            return _with_apart(format_html(text, mark=mark, licensed=_licensed(said)), said)
        case PositionState.SHORT:
            many = position.short or 0
            words = ngettext("%(n)s more is counted than licensed", "%(n)s more are counted than licensed", many)
            mark = format_html('<b data-tone="bad">{}</b>', words % {"n": quantity_words(many)})
        case PositionState.UNCOVERED:
            many = position.uncovered or 0
            words = ngettext("%(n)s more is counted than covered", "%(n)s more are counted than covered", many)
            mark = format_html('<b data-tone="soon">{}</b>', words % {"n": quantity_words(many)})
        case _:
            mark = format_html('<b data-tone="good">{}</b>', _("All that is counted is licensed and covered"))
    text = _("{mark}: {counted}, {licensed}, {covered}.") if position.licensed else _("{mark}: {counted}, {licensed}.")
    facts = {"counted": _counted(found, said), "licensed": _licensed(said), "covered": _covered(position)}
    return _with_apart(format_html(text, mark=mark, **facts), said)


def _with_apart(sentence: SafeString, said: Explained) -> SafeString:
    """What is owned apart belongs to the answer: a trial that is installed is no licence, and is allowed."""
    return format_html("{} {}", sentence, apart(said)) if said.position.apart else sentence


def _counted(found: Detail, said: Explained) -> str:
    """60 counted on 3 March 2026 at Bremen works."""
    facts = {"n": quantity_words(said.position.installed or 0), "day": _days(said.position)}
    names = [found.sites.get(place.site_id, "") for place in said.places]
    if len(names) > NAMED:
        many = {"sites": count_words(len(names))}
        return ngettext("%(n)s counted %(day)s at %(sites)s site", "%(n)s counted %(day)s at %(sites)s sites",
                        len(names)) % (facts | many)  # fmt: skip
    return _("%(n)s counted %(day)s at %(sites)s") % (facts | {"sites": _listed(names)})


def _days(position: Position) -> str:
    oldest, newest = position.oldest, position.newest
    if oldest is None or newest is None:
        return ""
    if oldest == newest:
        return _("on %(day)s") % {"day": long_day(oldest)}
    return _("between %(first)s and %(last)s") % {"first": long_day(oldest), "last": long_day(newest)}


def _licensed(said: Explained) -> str:
    """48 licensed under M1000000001."""
    serials = [line.serial for line in said.licences if line.licensed]
    facts = {"n": quantity_words(said.position.licensed)}
    if not serials:
        return _("none licensed")
    if len(serials) > NAMED:
        many = ngettext(
            "%(n)s licensed under %(serials)s serial number",
            "%(n)s licensed under %(serials)s serial numbers",
            len(serials),
        )
        return many % (facts | {"serials": quantity_words(len(serials))})
    return _("%(n)s licensed under %(serials)s") % (facts | {"serials": _listed(serials)})


def _covered(position: Position) -> str:
    if position.licensed and position.covered == position.licensed:
        return _("all of them covered")
    return _("%(n)s of them covered") % {"n": count_words(position.covered)}


def _listed(names: list[str]) -> str:
    language = get_language() or "en"
    return format_list(names, locale=BABEL.get(language, language)) if names else ""


def owned_lines(said: Explained, *, most: int) -> Owned:
    """The serial numbers that enter the sums: those that are not covered above."""
    ordered = sorted(said.licences, key=lambda line: (line.covered >= line.licensed, line.serial))
    rest = ordered[most:]
    return Owned(
        lines=tuple(
            OwnedLine(
                line=line,
                purpose=PURPOSES[LicencePurpose(line.purpose)],
                last_day=_last(line.term_ends),
                ended_on=_last(line.ended),
            )
            for line in ordered[:most]
        ),
        rest=len(rest),
        rest_owned=sum(line.owned for line in rest),
        rest_licensed=sum(line.licensed for line in rest),
        rest_covered=sum(line.covered for line in rest),
    )


def _last(ends: date | None) -> date | None:
    return ends - timedelta(days=1) if ends else None


def installed_lines(found: Detail, said: Explained) -> tuple[InstalledLine, ...]:
    """What counts at each site, by which source, with its lines; and what the other source says, which is not added."""
    return tuple(
        InstalledLine(
            site=found.sites.get(place.site_id, ""), source=SOURCES[place.source], quantity=place.quantity,
            day=place.oldest, until=place.newest if place.newest != place.oldest else None,
            lines=tuple((_of_what(each), each.quantity, each.on) for each in place.lines[:MOST_HOSTS])
            if len(place.lines) > 1 or _of_what(place.lines[0]) else (),
            rest=max(0, len(place.lines) - MOST_HOSTS), beside=_beside(place),
        )
        for place in said.places
    )  # fmt: skip


def _of_what(each: HandCount | Report) -> str:
    release = each.release if isinstance(each, HandCount) else ""
    return beside(each.host, each.serial, release)


def _beside(place: PlaceCount) -> str:
    if place.beside is None or place.beside_on is None:
        return ""
    facts = {"n": quantity_words(place.beside), "day": day_words(place.beside_on)}
    if place.source is CountSource.REPORTED:
        return _("The count by hand of %(day)s says %(n)s; it is not added.") % facts
    return _("The products' last reports, of %(day)s, say %(n)s; they are old and not added.") % facts


def apart(said: Explained) -> str:
    """What is owned for a purpose that does not count as licensed."""
    if not said.position.apart:
        return ""
    kinds = sorted({str(PURPOSES[LicencePurpose(line.purpose)]) for line in said.licences if not line.counts})
    text = ngettext(
        "%(n)s more is owned apart (%(kinds)s) and does not count as licensed.",
        "%(n)s more are owned apart (%(kinds)s) and do not count as licensed.",
        said.position.apart,
    )
    return text % {"n": quantity_words(said.position.apart), "kinds": _listed(kinds)}


def differences(position: Position) -> tuple[tuple[str, str, int], ...]:
    """The two subtractions as they are written: what is left, the calculation, and how many."""
    if position.installed is None:
        return ()
    short, uncovered = position.installed - position.licensed, position.installed - position.covered
    return (
        (
            _("More installed than licensed") if short > 0 else _("Licensed and not installed"),
            _subtraction(position.installed, position.licensed),
            abs(short),
        ),
        (
            _("More installed than covered") if uncovered > 0 else _("Covered and not installed"),
            _subtraction(position.installed, position.covered),
            abs(uncovered),
        ),
    )


def _subtraction(installed: int, other: int) -> str:
    more, less = max(installed, other), min(installed, other)
    return f"{quantity_words(more)} − {quantity_words(less)}"


def lost(found: Detail, said: Explained, since: date | None) -> Lost | None:
    """The benefits of the policy that nothing gives to what is installed and not covered; None where all is covered."""
    many = said.position.uncovered
    if not many:
        return None
    text = ngettext("For %(n)s installed these benefits are missing", "For %(n)s installed these benefits are missing",
                    many)  # fmt: skip
    levels = [level for level in found.policy.levels.values() if found.kind.value in level.sold_for]
    given = {key for level in levels for key in level.benefits}
    names = tuple(
        str(BENEFITS[Benefit(key)])
        for key, benefit in found.policy.benefits.items()
        if key in given and found.kind.value in benefit.kinds and (found.has_content or not benefit.needs_content)
    )
    return Lost(many=many, said=text % {"n": quantity_words(many)}, since=since, benefits=names)
