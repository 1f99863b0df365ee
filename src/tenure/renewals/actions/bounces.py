"""What happens when a letter of a notice took no mail: the next contact is written to, or the team gets a task."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.policy.queries import read_once
from tenure.renewals.actions.letters import Judged, judged, make_tasks, send
from tenure.renewals.models import NoticeLetter
from tenure.renewals.queries.telling import NoticeRow, numbered_notices, people_around
from tenure.renewals.rules.telling import Reached, next_after
from tenure.renewals.words import RecipientKind, TaskKind

# bounced_mail: the oldest letter of notices that did not arrive, and was not followed up.  A bounce names the last mail
# alone, so those that the server refused count as well (C5).
BOUNCED_MAIL = """
SELECT min(l.mail_id) FROM outbox_bounce b
JOIN outbox_mail m ON lower(m.recipient) = lower(b.address) AND (m.id = b.mail_id OR m.failed_at IS NOT NULL)
JOIN renewals_noticeletter l ON l.mail_id = m.id AND l.bounced_at IS NULL
WHERE b.settled_at IS NULL
"""


def follow_bounces(*, at: datetime, by: Actor = JOB) -> int:
    """Write to the next contact for each letter that did not arrive, and say how many letters were written.

    Where there is no other, and nobody else of that side was told, the regional team gets a task.  Source: B1.
    """
    written = 0
    while (letters := _follow_one(at, by)) is not None:
        written += letters
    return written


@transaction.atomic
def _follow_one(at: datetime, by: Actor) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(BOUNCED_MAIL)
        (mail,) = cursor.fetchone()
    if mail is None:
        return None
    failed = list(NoticeLetter.objects.select_for_update().filter(mail_id=mail, bounced_at=None).order_by("id"))
    NoticeLetter.objects.filter(id__in=[each.id for each in failed]).update(bounced_at=at)
    kinds = {each.notice_id: RecipientKind(each.recipient) for each in failed}
    rows = [row for row in numbered_notices(numbers=sorted(kinds)) if row.stands]
    if not rows:
        return 0
    with read_once():
        written, stuck = _pass_on(rows, kinds, at)
    address = failed[0].address
    make_tasks(tasks=[(TaskKind.BOUNCED, row, address) for row in stuck], at=at)
    record(
        verb="renewals.notice_bounced", subject=("organisation", str(rows[0].organisation_id)), at=at, by=by,
        facts={"address": address, "notices": len(rows), "letters": written, "tasks": len(stuck)},
        organisation_id=rows[0].organisation_id,
    )  # fmt: skip
    return written


def _pass_on(
    rows: Sequence[NoticeRow], kinds: Mapping[int, RecipientKind], at: datetime
) -> tuple[int, list[NoticeRow]]:  # fmt: skip
    """Letters to the next contact of each notice; how many, and the notices of which nobody is left."""
    people = people_around(rows)
    tried: dict[int, set[str]] = defaultdict(set)
    standing: set[tuple[int, bool]] = set()
    for letter in NoticeLetter.objects.filter(notice_id__in=[row.id for row in rows]):
        tried[letter.notice_id].add(letter.address.lower())
        if letter.bounced_at is None:
            standing.add((letter.notice_id, letter.recipient == RecipientKind.RESELLER.value))
    grouped: dict[tuple[RecipientKind, Reached], list[Judged]] = defaultdict(list)
    stuck = []
    for each in judged(rows, at):
        kind = kinds[each.row.id]
        to = next_after(
            kind=kind, reach=people.reach(each.row), silent=people.silent, tried=tried[each.row.id] | people.unwanted
        )
        if to is not None:
            grouped[(kind, to)].append(each)
        elif (each.row.id, kind is RecipientKind.RESELLER) not in standing:
            stuck.append(each.row)
    for (kind, to), about in grouped.items():
        send(to=to, kind=kind, about=about, at=at)
    return len(grouped), stuck
