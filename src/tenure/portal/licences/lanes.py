"""Terms on the line of time, with the releases under them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.catalog.words import ReleaseRow
from tenure.entitlements.words import AssetRow, CoverState, TermFamily, TermRow
from tenure.kit import line
from tenure.portal.licences import releases
from tenure.toolbox.formats import day_words

DAY = timedelta(days=1)
TONES = {CoverState.COVERED: "good", CoverState.ENDING: "soon"}


def family_words(family: TermFamily) -> str:
    return {
        TermFamily.MAINTENANCE: _("Maintenance"),
        TermFamily.SUBSCRIPTION: _("Subscription"),
        TermFamily.HARDWARE: _("Hardware support"),
        TermFamily.EXTENSION: _("Support extension"),
        TermFamily.COURTESY: _("Courtesy"),
    }[family]


def spans(row: AssetRow, terms: Sequence[TermRow], levels: Mapping[str, str] | None = None) -> list[line.Span]:
    """Terms and the gaps between them; the term in force on the row's day alone has a tone.  A courtesy closes no gap.

    levels: their names; None for a line of a table, where no words are printed.
    """
    found = [_span(row, term, levels) for term in terms]
    for starts, ends in gaps(terms):
        said = _gap_words((ends - starts).days) if levels is not None else ""
        found.append(line.Span(kind="gap", tone="bad", starts=starts, ends=ends, word="", said=said))
    covered = max((term.ends for term in terms if term.family is not TermFamily.COURTESY), default=date.max)
    if row.cover.state is CoverState.LAPSED and covered < row.day:
        found.append(line.Span(kind="gap", tone="bad", starts=covered, ends=row.day, word="", said=_("lapsed since")))
    return sorted(found, key=lambda span: span.starts)


def gaps(terms: Sequence[TermRow]) -> list[tuple[date, date]]:
    """The spans between the first term and the last that none covers: half-open, by start; a courtesy covers none."""
    found = []
    paid = [term for term in terms if term.family is not TermFamily.COURTESY]
    covered = date.max  # the first day that no term before reaches: terms of several families may lie over each other
    for term in sorted(paid, key=lambda each: each.starts):
        if covered < term.starts:
            found.append((covered, term.starts))
        covered = term.ends if covered == date.max else max(covered, term.ends)
    return found


def _gap_words(days: int) -> str:
    return ngettext("a gap of %(n)s day", "a gap of %(n)s days", days) % {"n": days}


def _span(row: AssetRow, term: TermRow, levels: Mapping[str, str] | None) -> line.Span:
    if term.family is TermFamily.COURTESY:
        return _courtesy_span(row, term, levels)
    live = term.starts <= row.day < term.ends
    level, said = "", ""
    if levels is not None:
        level = levels.get(term.level, term.level)
        said = _("%(level)s to %(day)s") % {"level": level, "day": day_words(term.last_day)}
    tone = TONES.get(row.cover.state, "good") if live else "quiet"
    kind = "next" if term.starts > row.day else "term"
    return line.Span(kind=kind, tone=tone, starts=term.starts, ends=term.ends, word=level, said=said)


def _courtesy_span(row: AssetRow, term: TermRow, levels: Mapping[str, str] | None) -> line.Span:
    """A courtesy is drawn apart: never as cover, whatever it gives."""
    said = _("Courtesy to %(day)s") % {"day": day_words(term.last_day)} if levels is not None else ""
    tone = "quiet" if term.ends <= row.day else "wait"
    return line.Span(kind="extended", tone=tone, starts=term.starts, ends=term.ends, word=said, said=said)


def axis_of(
    row: AssetRow, own: ReleaseRow | None, *, today: date, as_of: date | None, rtl: bool
) -> line.Axis:  # fmt: skip
    """Whole years around the terms, and around the support of the asset's release as far as that is near them."""
    days = [day for term in row.terms for day in (term.starts, term.ends)] or [today]
    every = [*days, *releases.near(own, days)]
    return line.around(every, today=today, as_of=as_of if as_of != today else None, rtl=rtl)


def lanes(
    row: AssetRow, drawn: releases.Releases | None, *, axis: line.Axis, levels: Mapping[str, str]
) -> list[line.Lane]:
    """The head, one lane a family of terms, and under them those of the releases, where they are known."""
    families = sorted({term.family for term in row.terms}) or [TermFamily.MAINTENANCE]
    rows = [line.head(axis)]
    for family in families:
        own = [term for term in row.terms if term.family is family]
        rows.append(line.lane(axis, family_words(family), spans(row, own, levels), tall=True))
    return rows + (releases.lanes(axis, drawn) if drawn else [])


def turns(row: AssetRow) -> list[date]:
    """The days on which the answers turn: the last covered one of the chain of terms, and the one after it."""
    if row.last_day is None:
        return []
    return [day for day in (row.last_day, row.last_day + DAY) if day != row.day]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A term, or a gap between two, in words; a gap has no level."""

    starts: date
    last_day: date
    level: str
    kind: str


def table(terms: Sequence[TermRow], levels: Mapping[str, str]) -> list[TableLine]:
    """The same as a table, gaps too, the newest first."""
    rows = [
        TableLine(
            starts=term.starts, last_day=term.last_day, level=levels.get(term.level, term.level),
            kind=family_words(term.family),
        )
        for term in terms
    ]  # fmt: skip
    for starts, ends in gaps(terms):
        rows.append(TableLine(starts=starts, last_day=ends - DAY, level="", kind=_gap_words((ends - starts).days)))
    return sorted(rows, key=lambda row: (row.starts, row.last_day), reverse=True)
