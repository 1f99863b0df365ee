"""Licensed, covered and installed on the line of time, and the same as a table."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from tenure.compliance.rules import is_short, is_uncovered
from tenure.compliance.words import Step
from tenure.kit import line
from tenure.toolbox.formats import day_words, quantity_words

MOST_ROWS = 40


def lanes(steps: Sequence[Step], *, today: date, as_of: date | None, rtl: bool) -> list[line.Lane]:
    """Three lanes on one axis; what is past is quiet, what lies ahead is dashed."""
    axis = line.Axis(starts=steps[0].starts, ends=steps[-1].ends, today=today, as_of=as_of, rtl=rtl)
    asked = as_of or today
    return [
        line.head(axis),
        line.lane(axis, _("Licensed"), _spans(steps, asked, today, lambda step: step.licensed, lambda _step: "good")),
        line.lane(axis, _("Covered"), _spans(steps, asked, today, lambda step: step.covered, lambda _step: "good")),
        line.lane(axis, _("Installed"), _spans(steps, asked, today, lambda step: step.installed, _tone), tall=True),
    ]


def table(steps: Sequence[Step]) -> list[Step]:
    """The same as a table, the newest first, from the first day on which there is anything."""
    found = [step for step in steps if step.licensed or step.covered or step.installed is not None]
    return list(reversed(found))[:MOST_ROWS]


def _tone(step: Step) -> str:
    if is_short(step):
        return "bad"
    return "soon" if is_uncovered(step) else "good"


def _spans(
    steps: Sequence[Step], asked: date, today: date, figure: Callable[[Step], int | None], tone: Callable[[Step], str]
) -> list[line.Span]:
    """A span for each run of days with one figure and one tone; none where there is nothing."""
    found = []
    for (value, said), run in groupby(steps, key=lambda step: (figure(step), tone(step))):
        days = list(run)
        starts, ends = days[0].starts, days[-1].ends
        if not value:
            continue
        toned = starts <= asked < ends or starts > today
        found.append(
            line.Span(
                kind="next" if starts > today else "term", tone=said if toned else "quiet", starts=starts, ends=ends,
                word=quantity_words(value),
                said=_("%(n)s from %(day)s") % {"n": quantity_words(value), "day": day_words(starts)},
            )
        )  # fmt: skip
    return found
