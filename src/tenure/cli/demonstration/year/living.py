"""Living through the days of a sandbox one by one: the clock, the jobs of each day, then the cast."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tenure.cli.demonstration.cast import PASSWORD
from tenure.cli.demonstration.year.playing import play
from tenure.cli.demonstration.year.stage import Stage
from tenure.clock.actions import advance
from tenure.clock.queries import now, standing
from tenure.journal.actions import record
from tenure.journal.words import COMMAND
from tenure.outlook.queries.happened import happened
from tenure.outlook.words import DueKind
from tenure.toolbox.queue import periodic, run_now

DAY = timedelta(days=1)


def live(*, days: int, write: Callable[[str], object]) -> Counter[str]:
    """Live on until the clock stands `days` days ahead of the real one, a line for whatever happens; the counts.

    Broken off and begun again it goes on where it was: what is done is found in the tables, and what the cast would do
    is drawn from serial numbers and days.  Raises Refused: NOT_A_SANDBOX, NO_SNAPSHOT.  Source: ours.
    """
    counts: Counter[str] = Counter()
    stage = Stage(hashed=make_password(PASSWORD))
    while (ahead := standing().ahead) < days * DAY:
        since = now()
        step = min(DAY, days * DAY - ahead)
        with transaction.atomic():
            advance(by_how_much=step, at=since, by=COMMAND, catching_up=False)
            record(verb="clock.advanced", subject=("clock", "1"), at=since, by=COMMAND, facts={"by": "1d"})
        for name in periodic():
            run_now(name)
        at = now()
        found = happened(who=None, since=since, at=at)
        for kind, count in found.counts.items():
            counts[KINDS[kind]] += count
        if notices := found.counts.get(DueKind.NOTICE):
            write(f"{at.date()} notices are due, {notices}; people told, {found.told}")
        for line in play(stage=stage, at=at, counts=counts):
            write(f"{at.date()} {line}")
    return counts


KINDS = {
    DueKind.NOTICE: "notices",
    DueKind.TERM_ENDS: "terms run out",
    DueKind.SUPPORT_ENDS: "supports of releases ended",
    DueKind.COURTESY_ENDS: "courtesies ended",
    DueKind.QUOTE_EXPIRES: "quotes expired",
    DueKind.RESELLER_CHANGES: "changes of reseller",
    DueKind.CONTACT_CHANGES: "changes of contacts",
    DueKind.JOINING_PASSES: "requests passed to customer care",
    DueKind.CASE_PROMISE: "promises of cases missed",
    DueKind.CLAIM_ANSWER: "claims to be decided",
}
