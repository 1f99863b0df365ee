"""The line of time of a machine: what its valid files cover, and how long the product may be used."""

from datetime import date

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from tenure.activation.rules.files import is_lasting
from tenure.activation.words import FileRow, Licensed
from tenure.kit import line
from tenure.toolbox.formats import day_words, long_day
from tenure.toolbox.spans import Span, merged


def lanes(*, licensed: Licensed, files: tuple[FileRow, ...], began: date) -> list[line.Lane]:
    """Two lanes, maintenance and use; none where no valid file has days."""
    days = [Span.through(f.starts_on, f.ends_on) for f in files if f.withdrawn_at is None and f.starts_on and f.ends_on]
    if not days:
        return []
    covered, today = merged(days), licensed.today
    axis = line.around(
        [began, covered[0].starts, covered[-1].ends], today=today, as_of=None, rtl=get_language_bidi()
    )  # fmt: skip
    lasting = is_lasting(licensed)
    use = line.Span(
        kind="term", tone="good" if lasting or covered[-1].ends > today else "quiet", starts=covered[0].starts,
        ends=None if lasting else covered[-1].ends, word=_("does not end") if lasting else "",
        said=_("Use does not end") if lasting else _("Use until %s") % long_day(covered[-1].last_day),
    )  # fmt: skip
    return [
        line.head(axis),
        line.lane(axis, _("Maintenance"), [_covered(span, today) for span in covered], tall=True),
        line.lane(axis, _("Use"), [use], tall=True),
    ]


def _covered(span: Span, today: date) -> line.Span:
    tone = "good" if span.contains(today) else "quiet"
    return line.Span(
        kind="next" if span.starts > today else "term", tone=tone, starts=span.starts, ends=span.ends,
        word=_("to %s") % day_words(span.last_day), said=_("Covered until %s") % long_day(span.last_day),
    )  # fmt: skip
