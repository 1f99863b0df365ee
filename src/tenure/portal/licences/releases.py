"""The releases beside the terms: the support of the one an asset has, and when its product's came out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from tenure.catalog.words import ReleaseRow
from tenure.kit import line
from tenure.portal.lifecycle.lanes import spans
from tenure.portal.lifecycle.sentences import Until, until_of

YEARS_AROUND = 3  # so far beyond its terms an asset's line is drawn for the sake of its release


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The release an asset has, and those of its product that came out on a day of the line, the oldest first."""

    own: ReleaseRow
    drawn: tuple[ReleaseRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLine:
    """A row of the table of releases; own: the asset has this one."""

    label: str
    available_from: date | None
    standard: Until
    extended: Until
    own: bool


def own_of(release_id: int | None, found: Sequence[ReleaseRow]) -> ReleaseRow | None:
    """The release an asset has, if it and the day it came out are known."""
    return next((each for each in found if each.id == release_id and each.available_from is not None), None)


def near(own: ReleaseRow | None, days: Sequence[date]) -> list[date]:
    """The days of a release's support that the axis of `days` is made longer for."""
    if own is None:
        return []
    low, high = min(days).year - YEARS_AROUND, max(days).year + YEARS_AROUND
    support = (own.available_from, own.standard.from_day, own.extended.from_day)
    return [day for day in support if day is not None and low <= day.year <= high]


def drawn_on(axis: line.Axis, own: ReleaseRow, found: Sequence[ReleaseRow]) -> Releases:
    """What an axis shows of a product's releases."""
    held = [each for each in found if each.available_from is not None and axis.holds(each.available_from)]
    return Releases(own=own, drawn=tuple(sorted(held, key=lambda each: (each.available_from or date.min, each.id))))


def lanes(axis: line.Axis, releases: Releases) -> list[line.Lane]:
    """Support of the asset's release, standard as a span and extended as what may follow; and what came out when."""
    words = {"extended": _("extended support"), "gap": _("support has ended")}
    support = [
        replace(span, tone="quiet", word=words.get(span.kind, _("standard support")))
        for span in spans(releases.own, tone="quiet")
    ]
    points = [
        line.Point(kind="held" if each.id == releases.own.id else "open", day=each.available_from, word=each.label)
        for each in releases.drawn
        if each.available_from is not None
    ]
    return [
        line.lane(axis, _("Release %(name)s") % {"name": releases.own.label}, support),
        line.lane(axis, _("New releases"), points=points),
    ]


def table(releases: Releases) -> list[ReleaseLine]:
    """The same as a table, the newest first; the asset's own release stands in it wherever the line ends."""
    rows = releases.drawn if releases.own in releases.drawn else (releases.own, *releases.drawn)
    return [
        ReleaseLine(
            label=each.label,
            available_from=each.available_from,
            standard=until_of(each.standard),
            extended=until_of(each.extended),
            own=each.id == releases.own.id,
        )
        for each in reversed(rows)
    ]
