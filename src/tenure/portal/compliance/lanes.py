"""Licensed, covered and installed on the line of time, and the same as a table."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
        line.lane(axis, _("Licensed"), spans(steps, asked, today, lambda step: step.licensed, lambda _step: "good")),
        line.lane(axis, _("Covered"), spans(steps, asked, today, lambda step: step.covered, lambda _step: "good")),
        line.lane(axis, _("Installed"), spans(steps, asked, today, lambda step: step.installed, tone_of), tall=True),
    ]


def table(steps: Sequence[Step]) -> list[Step]:
    """The same as a table, the newest first, from the first day on which there is anything."""
    found = [step for step in steps if step.licensed or step.covered or step.installed is not None]
    return list(reversed(found))[:MOST_ROWS]


def tone_of(step: Step) -> str:
    if is_short(step):
        return "bad"
    return "soon" if is_uncovered(step) else "good"


def spans(
    steps: Sequence[Step], asked: date, today: date, figure: Callable[[Step], int | None], tone: Callable[[Step], str]
) -> list[line.Span]:
    """A span for each run of days with one figure, and one tone where they have one; none where there is nothing."""
    found: list[line.Span] = []
    for (value, said), run in groupby(steps, key=lambda step: (figure(step), tone(step))):
        days = list(run)
        if not value:
            continue
        span = _span(value, days[0].starts, days[-1].ends, today=today)
        if span.starts > today or span.starts <= asked < days[-1].ends:
            span = replace(span, tone=said)
        before = found[-1] if found else None
        if before and (before.ends, before.word, before.tone, before.kind) == (
            span.starts, span.word, span.tone, span.kind,
        ):  # fmt: skip
            found[-1] = replace(before, ends=span.ends)
        else:
            found.append(span)
    return found


def _span(value: int, starts: date, ends: date, *, today: date) -> line.Span:
    figures = quantity_words(value)
    return line.Span(
        kind="next" if starts > today else "term",
        tone="quiet",
        starts=starts,
        ends=ends,
        word=figures,
        said=_("%(n)s from %(day)s") % {"n": figures, "day": day_words(starts)},
    )
