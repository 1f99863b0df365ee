"""Positions as every screen shows them: the state in words, a line of the list, and the list as a file."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.compliance.words import Position, PositionFilters, PositionRow, PositionState, PositionTotals
from tenure.kit.states import Word
from tenure.toolbox.formats import count_words, quantity_words
from tenure.toolbox.marks import mark, sentence
from tenure.toolbox.sheets import Echo, harmless

STATES: dict[str, Promise] = {
    PositionState.SHORT: lazy("short of licences"),
    PositionState.UNCOVERED: lazy("short of maintenance"),
    PositionState.WITHIN: lazy("within"),
    PositionState.NOT_COUNTED: lazy("not counted yet"),
    "old": lazy("counted long ago"),
}
COLUMNS = (
    "customer_number", "customer", "country", "product", "product_name", "on", "state", "licensed", "covered", "apart",
    "installed", "short", "uncovered", "counted_from", "counted_to", "count_is_old",
)  # fmt: skip
LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the list, ready to print."""

    row: PositionRow
    state: Word


def line_of(row: PositionRow) -> Line:
    return Line(row=row, state=position_word(row.position))


def position_word(position: Position) -> Word:
    """Tone, icon and word of a position.  Source: A9."""
    match position.state:
        case PositionState.SHORT:
            more = position.short or 0
            word = ngettext("%(n)s more than licensed", "%(n)s more than licensed", more) % {"n": quantity_words(more)}
            return Word(tone="bad", icon="triangle-alert", word=word)
        case PositionState.UNCOVERED:
            more = position.uncovered or 0
            word = ngettext("%(n)s more than covered", "%(n)s more than covered", more) % {"n": quantity_words(more)}
            return Word(tone="soon", icon="clock-alert", word=word)
        case PositionState.WITHIN:
            return Word(tone="good", icon="circle-check", word=_("Within"))
    return Word(tone="quiet", icon="circle-minus", word=_("Not counted yet"))


def summary(totals: PositionTotals) -> tuple[str, str, str]:
    """The sentence above a customer's products: what is marked, in which tone, and the rest."""
    return _summed(
        totals,
        ngettext("%(n)s product is short of licences", "%(n)s products are short of licences", totals.short),
        ngettext("%(n)s product is short of maintenance", "%(n)s products are short of maintenance", totals.uncovered),
    )


def summary_of_all(totals: PositionTotals) -> tuple[str, str, str]:
    """The same above the positions of all customers."""
    return _summed(
        totals,
        ngettext("%(n)s position is short of licences", "%(n)s positions are short of licences", totals.short),
        ngettext(
            "%(n)s position is short of maintenance", "%(n)s positions are short of maintenance", totals.uncovered
        ),
    )


def _summed(totals: PositionTotals, short: str, uncovered: str) -> tuple[str, str, str]:
    within = ngettext("%(n)s is within", "%(n)s are within", totals.within)
    waiting = ngettext("%(n)s was not counted yet", "%(n)s were not counted yet", totals.not_counted)
    parts = [
        (tone, words % {"n": count_words(count)})
        for tone, words, count in (
            ("bad", short, totals.short),
            ("soon", uncovered, totals.uncovered),
            ("good", within, totals.within),
            ("quiet", waiting, totals.not_counted),
        )
        if count
    ]
    if not parts:
        return _("Nothing is licensed or counted here."), "quiet", ""
    (tone, marked), *rest = parts
    after = sentence("".join(f"{mark(',')}{words}" for _tone, words in rest))
    return marked[:1].upper() + marked[1:], tone, after


def filters_from(asked: dict[str, str], *, on: date) -> PositionFilters:
    """What the address of a list narrows it by; what cannot be is left out."""
    state = asked.get("state", "")
    return PositionFilters(
        on=on,
        state=state if state in STATES else "",
        product=asked.get("product", "")[:LONGEST],
        customer=asked.get("customer", "")[:LONGEST],
        text=asked.get("q", "")[:LONGEST],
    )


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table as CSV with a head, in UTF-8 once encoded; nothing in it can run in a spreadsheet."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def position_values(rows: Iterable[PositionRow], *, on: date) -> Iterator[tuple[object, ...]]:
    """The cells of positions, in the order of COLUMNS; days in ISO form."""
    for row in rows:
        found = row.position
        yield (
            row.organisation_number, row.organisation, row.country, row.product_slug, row.product, on,
            found.state.value, found.licensed, found.covered, found.apart, found.installed, found.short,
            found.uncovered, found.oldest, found.newest, "yes" if found.is_old else "no",
        )  # fmt: skip
