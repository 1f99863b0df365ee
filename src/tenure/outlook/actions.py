"""What the outlook does: it simulates the drafts of policies, and says how far it is."""

from datetime import datetime

from django.db import connection

from tenure.outlook.queries.simulation import simulate
from tenure.outlook.rules import to_plain
from tenure.outlook.words import Part
from tenure.policy.actions import keep_found
from tenure.policy.queries import draft
from tenure.toolbox.refused import Refused

ROWS = 20  # of each part; the command lists all
PROGRESS = "UPDATE policy_policydraft SET part = %s WHERE id = %s"


def simulate_draft(*, number: int, at: datetime) -> None:
    """Simulate an open draft and keep what was found, or why nothing could be; one that is over is left alone.

    Safe to repeat.  How far it is stands with the draft meanwhile.  Source: ours.
    """
    row = draft(number=number)
    if row is None or not row.is_open:
        return
    aside = connection.copy()  # the simulation's own transaction can write nothing

    def say(part: Part) -> None:
        with aside.cursor() as cursor:
            cursor.execute(PROGRESS, [part.value, number])

    try:
        found = simulate(text=row.source, in_force_from=row.in_force_from, at=at, limit=ROWS, report=say)
    except Refused as refused:
        keep_found(number=number, found=None, failed=refused.code.value, at=at)
    else:
        keep_found(number=number, found=to_plain(found), failed="", at=at)
    finally:
        aside.close()
