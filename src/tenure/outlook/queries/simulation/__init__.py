"""What a policy would change, for whom, if it were applied from a day on: a pure read of everything that is held."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from tenure.outlook.queries.simulation.benefits import benefits, contacts, ending
from tenure.outlook.queries.simulation.cases import cases
from tenure.outlook.queries.simulation.notices import notices, windows
from tenure.outlook.queries.simulation.renewals import late, quotes, renewals
from tenure.outlook.queries.simulation.sides import Supposed
from tenure.outlook.words import Part, PartResult, Simulation
from tenure.policy.queries import may_apply, policy_on_or_first, read_once, versions
from tenure.policy.rules import difference, read_policy
from tenure.policy.words import Code
from tenure.toolbox.refused import Refused

DAYS: Final = 400  # so far ahead notices and renewals are compared
LIMIT: Final = 20
PARTS: Final[dict[Part, Callable[[Supposed], PartResult]]] = {
    Part.BENEFITS: benefits, Part.CONTACTS: contacts, Part.ENDING: ending, Part.NOTICES: notices,
    Part.WINDOWS: windows, Part.RENEWALS: renewals, Part.LATE: late, Part.QUOTES: quotes, Part.CASES: cases,
}  # fmt: skip


def simulate(
    *, text: str, in_force_from: date, at: datetime, limit: int = LIMIT, days: int = DAYS,
    report: Callable[[Part], object] = lambda part: None,
) -> Simulation:  # fmt: skip
    """What would be decided, told, priced and promised otherwise with the policy in force from the day on.

    text: of a whole policy.  limit: rows kept of each part; 0: all.  report: told of each part before it is looked at.
    Outside a transaction everything is read from one snapshot that cannot write.  Takes no reader: the vendor's own.
    Raises PolicyMistakes; Refused: IN_THE_PAST, ALREADY_APPLIED, and NO_VERSION where there is none to lay it against.
    Source: ours.
    """
    policy = read_policy(text)
    is_alone = not connection.in_atomic_block
    with transaction.atomic(), read_once():
        with connection.cursor() as cursor:
            if is_alone:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")  # every row is wanted, not the first ones soon
        same = may_apply(text=text, in_force_from=in_force_from, at=at)
        if not versions():
            raise Refused(Code.NO_VERSION, day=in_force_from.isoformat())
        supposed = Supposed(text=text, in_force_from=in_force_from, at=at, days=days, limit=limit)
        found = []
        for part, look in PARTS.items() if same is None else ():
            report(part)
            found.append(look(supposed))
        against = policy_on_or_first(supposed.order_day)
        later = [row.in_force_from for row in versions() if row.in_force_from > in_force_from]
        return Simulation(
            edition=policy.edition, in_force_from=in_force_from, until=min(later, default=None),
            against=against.number, same=same or 0, at=at, days=days, parts=tuple(found),
            changes=tuple(each.sentence for each in difference(against.policy, policy)) if same is None else (),
        )  # fmt: skip
