"""The promises of a case on one line of time: what ran, what waited, what is left."""

from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from tenure.cases.sentences import MILESTONES, STANDINGS
from tenure.cases.words import CaseRow, LedgerStep, PromiseRow, Standing
from tenure.kit.line import Lane
from tenure.kit.line.clock import Dial, Stretch, clock_head, clock_lane
from tenure.policy.words import Milestone
from tenure.toolbox.formats import moment_words

DRAWN = (Milestone.FIRST_RESPONSE, Milestone.RESTORATION, Milestone.RESOLUTION)
MARGIN = 0.03  # of the whole, so that the last edge is seen


def lanes(row: CaseRow, at: datetime, zone: str) -> list[Lane]:
    """A lane a promise that falls due at an instant; none in customer care.

    The pauses are those of the resolution's ledger, which holds them all.  Source: D6.
    """
    drawn = [each for each in row.promises if each.promise.name in DRAWN and _end(each) is not None]
    if not drawn:
        return []
    starts = row.story.registered_at
    last = max([at if row.story.closed_at is None else row.story.closed_at, *(_end(each) or at for each in drawn)])
    ends = max(last, starts + timedelta(hours=1))
    closed = row.clock.closed if row.clock else ()
    dial = Dial(
        starts=starts, ends=ends + (ends - starts) * MARGIN, now=at, zone=zone, closed=closed, rtl=get_language_bidi()
    )
    return [clock_head(dial), *(_lane(dial, row, each, at, zone) for each in drawn)]


def _lane(dial: Dial, row: CaseRow, promise: PromiseRow, at: datetime, zone: str) -> Lane:
    name = str(MILESTONES[promise.promise.name])
    due = _end(promise) or at
    said = _("%(promise)s: %(state)s, due by %(at)s") % {
        "promise": name, "state": STANDINGS[promise.standing], "at": moment_words(due, zone),
    }  # fmt: skip
    return clock_lane(dial, name, _stretches(row, promise, at, due, zone), said)


def _stretches(row: CaseRow, promise: PromiseRow, at: datetime, due: datetime, zone: str) -> list[Stretch]:
    """What ran and what waited until it was met or now, and what is left until it falls due."""
    held = promise.promise
    tone = "bad" if promise.standing is Standing.MISSED else "good"
    stop = held.met_at or held.ended_at or at
    pausing = row.clock is not None and held.name is not Milestone.FIRST_RESPONSE
    found = _counted(row, held.counted_from, stop, tone) if pausing else [_ran(held.counted_from, stop, tone)]
    if held.met_at is None and held.ended_at is None and due > at:
        word = _("by %(at)s") % {"at": moment_words(due, zone)}
        ahead = "wait" if promise.standing is Standing.PAUSED else tone
        since = max(at, held.counted_from)
        found.append(Stretch(kind="next", tone=ahead, starts=since, ends=due, word=word, ends_hard=True))
    return found


def _counted(row: CaseRow, since: datetime, stop: datetime, tone: str) -> list[Stretch]:
    """The clock from row to row of its ledger: running or paused."""
    found: list[Stretch] = []
    ledger = row.clock.ledger if row.clock else ()
    for before, after in pairwise(ledger):
        if before.at >= stop:
            break
        ends = min(after.at, stop)
        if before.step is LedgerStep.PAUSED:
            found.append(Stretch(kind="pause", tone="wait", starts=max(before.at, since), ends=ends))
        else:
            found.append(_ran(max(before.at, since), ends, tone))
    return found


def _ran(since: datetime, until: datetime, tone: str) -> Stretch:
    return Stretch(kind="term", tone=tone, starts=since, ends=until)


def _end(row: PromiseRow) -> datetime | None:
    """The instant until which a promise is drawn: when it falls or fell due, as far as that is known."""
    return row.promise.breached_at or row.promise.due_at or row.would_be_due_at
