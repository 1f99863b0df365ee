"""The first page: one sentence, one field, and what is supported today."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.catalog.queries import supported_on
from tenure.catalog.words import ReleaseState, SupportedRow
from tenure.kit import line
from tenure.kit.asked import Asked
from tenure.kit.language import chosen_zone
from tenure.portal.numbers import lifecycle_on
from tenure.toolbox.formats import day_words, in_zone, long_day

SHOWN = 6
LOOKED_AT = 60
YEARS_BACK, YEARS_AHEAD = 2, 5


@require_safe
def home(request: Asked) -> HttpResponse:
    """`/`: open to anyone."""
    today = in_zone(request.at, chosen_zone(request)).date()
    rows = newest_of_each(supported_on(on=today, limit=LOOKED_AT))
    lanes = lanes_of(rows, today=today, soon_days=lifecycle_on(today).soon_days)
    return render(request, "portal/home.html", {"rows": rows, "lanes": lanes, "today": today})


def newest_of_each(rows: tuple[SupportedRow, ...]) -> list[SupportedRow]:
    """The newest supported release of each product, by the product's name."""
    newest: dict[str, SupportedRow] = {}
    for row in rows:
        newest.setdefault(row.product_slug, row)
    return sorted(list(newest.values())[:SHOWN], key=lambda row: (row.product_name, row.product_slug))


def lanes_of(rows: list[SupportedRow], *, today: date, soon_days: int) -> list[line.Lane]:
    """The rows on one axis around today; nothing without rows."""
    if not rows:
        return []
    ends = [row.ends_from.year for row in rows if row.ends_from]
    axis = line.Axis(
        starts=date(max(today.year - YEARS_BACK, min(row.available_from.year for row in rows)), 1, 1),
        ends=date(min(today.year + YEARS_AHEAD, max([today.year, *ends])) + 1, 1, 1),
        today=today,
        rtl=get_language_bidi(),
    )
    return [line.head(axis), *(_lane(axis, row, soon_days) for row in rows)]


def _lane(axis: line.Axis, row: SupportedRow, soon_days: int) -> line.Lane:
    last = row.ends_from - timedelta(days=1) if row.ends_from else None
    standard = row.state is ReleaseState.STANDARD
    is_soon = row.ends_from is not None and (row.ends_from - axis.today).days <= soon_days
    span = line.Span(
        kind="term" if standard else "extended",
        tone="soon" if is_soon else "good" if standard else "wait",
        starts=row.available_from,
        ends=row.ends_from,
        word=_sentence(standard=standard, until=day_words(last) if last else ""),
        said=_sentence(standard=standard, until=long_day(last) if last else ""),
    )
    return line.lane(axis, row.product_name, [span], url=f"/lifecycle/{row.product_slug}", note=row.release)


def _sentence(*, standard: bool, until: str) -> str:
    if not until:
        return _("Standard support") if standard else _("Extended support")
    words = _("Standard support to %(day)s") if standard else _("Extended support to %(day)s")
    return words % {"day": until}
