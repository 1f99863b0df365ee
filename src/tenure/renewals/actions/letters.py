"""Writing the letters of notices: a customer at a time, so that each reader gets one letter about all that is due."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from tenure.journal.actions import record
from tenure.journal.words import JOB, Actor
from tenure.policy.queries import policy_numbered, read_once
from tenure.policy.words import NoticeSchedule, Policy
from tenure.renewals.actions.waves import Wave, run_wave
from tenure.renewals.models import Notice, NoticeLetter, RenewalTask
from tenure.renewals.notice_letters import Told, terms_end
from tenure.renewals.queries.costs import cost_of
from tenure.renewals.queries.telling import NoticeRow, people_around, waiting_notices
from tenure.renewals.queries.unsubscribing import unsubscribe_url
from tenure.renewals.rules.telling import Reached, bound_kinds, chosen, kinds_told, window_on
from tenure.renewals.words import RecipientKind, TaskKind
from tenure.toolbox.formats import in_zone

log = logging.getLogger(__name__)

# next_customer: the next one with letters to write whom no other worker has; `after` leaves out those seen in this run
NEXT_CUSTOMER = """
SELECT o.id FROM accounts_organisation o
WHERE o.id > %s AND EXISTS (
    SELECT FROM renewals_notice n WHERE n.organisation_id = o.id AND n.written_at IS NULL)
ORDER BY o.id LIMIT 1 FOR NO KEY UPDATE OF o SKIP LOCKED
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A notice with the policy it was made by, and whom it goes to.  wanted: a quote, and nobody to make it."""

    row: NoticeRow
    policy: Policy
    schedule: NoticeSchedule
    told: tuple[tuple[RecipientKind, Reached], ...]
    reachable: bool

    @property
    def task(self) -> TaskKind | None:
        """What the team must do about it by hand.  Source: B1, B8."""
        if self.schedule.quote_by_reseller and self.row.reseller_id is None:
            return TaskKind.QUOTE_WANTED
        return None if self.reachable else TaskKind.NOBODY_TO_TELL


def write_notices(*, at: datetime, by: Actor = JOB) -> int:
    """Write the letters of all notices that wait, and say how many; any number of workers may do so at once.

    Each customer is a transaction of its own: a worker killed in the middle leaves no letter without its proof, and
    none is written twice.  A customer that fails is logged, and holds nobody else up.  Source: B1.
    """
    written, after = 0, 0
    while (found := _write_next(after, at, by)) is not None:
        customer, letters, failed = found
        written += letters
        after = customer if failed else customer - 1  # one with more than a block comes again, until nothing is left
    return written


def rehearse_wave(*, on: date | None, at: datetime, by: Actor) -> tuple[Wave, int]:
    """What a wave would make, and how many letters it would write; nothing is changed.  Source: B1."""
    with transaction.atomic(), read_once():
        before = Notice.objects.order_by("-id").values_list("id", flat=True).first() or 0
        wave = run_wave(on=on, at=at, by=by)
        letters = 0
        places = Notice.objects.filter(id__gt=before).values_list("organisation_id", flat=True)
        for organisation_id in places.order_by("organisation_id").distinct():
            rows = [row for row in waiting_notices(organisation_id=organisation_id) if row.id > before and row.stands]
            letters += len(_letters(judged(rows, at))) if rows else 0
        transaction.set_rollback(True)
    return wave, letters


def judged(rows: Sequence[NoticeRow], at: datetime) -> list[Judged]:
    """Whom each notice of one customer goes to."""
    people = people_around(rows)
    said = []
    for row in rows:
        policy = policy_numbered(row.policy).policy
        schedule = policy.notices_for(kind=row.kind, size=row.size, region=row.region)
        kinds = kinds_told(schedule=schedule, reminds_customer=row.reminds_customer)
        window = window_on(
            windows=policy.renewals.legal_windows, country=row.country, subdivision=row.subdivision,
            ends_on=row.ends_on, on=in_zone(at, row.zone).date(),
        )  # fmt: skip
        bound = bound_kinds(schedule=schedule, step=row.step, in_window=window is not None, kinds=kinds)
        choice = chosen(
            kinds=kinds, reach=people.reach(row), silent=people.silent, unwanted=people.unwanted, bound=bound
        )
        said.append(
            Judged(row=row, policy=policy, schedule=schedule, told=choice.told, reachable=choice.reachable)
        )  # fmt: skip
    return said


def send(*, to: Reached, kind: RecipientKind, about: Sequence[Judged], at: datetime) -> None:
    """One letter to one reader about some notices of one customer, and its proof."""
    first = about[0]
    on = in_zone(at, first.row.zone).date()
    told = Told(
        rows=[each.row for each in about], kind=kind, on=on, schedule=first.schedule, policy=first.policy,
        cost=None if kind is RecipientKind.RESELLER else cost_of([each.row for each in about], on=on),
        unsubscribe=unsubscribe_url(address=to.email, organisation_id=first.row.organisation_id),
    )  # fmt: skip
    mail = terms_end(to=to, told=told, at=at)
    NoticeLetter.objects.bulk_create(
        NoticeLetter(notice_id=each.row.id, recipient=kind.value, address=to.email, mail_id=mail) for each in about
    )


def make_tasks(*, tasks: Sequence[tuple[TaskKind, NoticeRow, str]], at: datetime) -> None:
    """What a team must do by hand; one that is open for an asset already is not made again.  Source: B1, B8."""
    made = [
        RenewalTask(
            kind=kind.value,
            region=row.region,
            organisation_id=row.organisation_id,
            asset_id=row.asset_id,
            words=words,
            made_at=at,
        )
        for kind, row, words in tasks
    ]
    RenewalTask.objects.bulk_create(made, ignore_conflicts=True)


def _write_next(after: int, at: datetime, by: Actor) -> tuple[int, int, bool] | None:
    """The next customer, how many letters were written, and whether it failed; None when nothing waits."""
    with transaction.atomic(), read_once():
        customer = _next_customer(after)
        if customer is None:
            return None
        try:
            with transaction.atomic():
                return customer, _write(customer, at, by), False
        except Exception:  # the worker's edge: one customer must not hold up the others
            log.exception("renewals: the notices of organisation %s cannot be written", customer)
            return customer, 0, True


def _next_customer(after: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_CUSTOMER, [after])
        found = cursor.fetchone()
    return found[0] if found else None


def _write(organisation_id: int, at: datetime, by: Actor) -> int:
    rows = waiting_notices(organisation_id=organisation_id)
    standing = judged([row for row in rows if row.stands], at) if any(row.stands for row in rows) else []
    letters = _letters(standing)
    for (kind, to), about in letters.items():
        send(to=to, kind=kind, about=about, at=at)
    make_tasks(tasks=[(each.task, each.row, "") for each in standing if each.task], at=at)
    Notice.objects.filter(id__in=[row.id for row in rows]).update(written_at=at)
    record(
        verb="renewals.notices_written", subject=("organisation", str(organisation_id)), at=at, by=by,
        facts={"notices": len(rows), "letters": len(letters)}, organisation_id=organisation_id,
    )  # fmt: skip
    return len(letters)


def _letters(standing: Sequence[Judged]) -> dict[tuple[RecipientKind, Reached], list[Judged]]:
    """One letter a reader; as whom they are written to first, they are written to about all.  Rows keep their order."""
    grouped: dict[str, list[Judged]] = defaultdict(list)
    reader: dict[str, tuple[RecipientKind, Reached]] = {}
    for each in standing:
        for kind, to in each.told:
            side = f"{kind is RecipientKind.RESELLER} {to.key}"
            reader.setdefault(side, (kind, to))
            grouped[side].append(each)
    return {reader[side]: about for side, about in grouped.items()}
