"""What a regional team does by hand: somebody takes a task, and says when it is done."""

from datetime import datetime

from django.db import transaction

from tenure.accounts.words import StaffRole, Who
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.renewals.models import RenewalTask
from tenure.renewals.words import NoticeRefusal
from tenure.toolbox.refused import Refused

WORKERS = frozenset({StaffRole.RENEWALS, StaffRole.CARE_AGENT, StaffRole.MANAGER, StaffRole.OPERATOR})


@transaction.atomic
def take_task(*, who: Who, task_id: int, at: datetime, by: Actor) -> None:
    """The reader works on it from now on; who did before is in the journal.

    Raises Refused: NOT_FOUND, also for one that is done, NOT_ALLOWED.  Source: B8; ours.
    """
    task = _open(who, task_id)
    if task.taken_by_id == who.person_id:
        return
    task.taken_by_id, task.taken_at = who.person_id, at
    task.save(update_fields=["taken_by", "taken_at"])
    _journal("renewals.task_taken", task, at, by, "")


@transaction.atomic
def finish_task(*, who: Who, task_id: int, words: str, at: datetime, by: Actor) -> None:
    """The task is done; words: what was done, kept in the journal.

    Raises Refused: NOT_FOUND, also for one that is done already, NOT_ALLOWED.  Source: B8; ours.
    """
    task = _open(who, task_id)
    task.done_at, task.done_by_id = at, who.person_id
    task.save(update_fields=["done_at", "done_by"])
    _journal("renewals.task_done", task, at, by, " ".join(words.split())[:1000])


def may_work(who: Who) -> bool:
    """Whether the reader takes and finishes tasks of the renewals teams."""
    return bool(who.staff & WORKERS)


def _open(who: Who, task_id: int) -> RenewalTask:
    if not who.is_staff:
        raise Refused(NoticeRefusal.NOT_FOUND)
    if not may_work(who):
        raise Refused(NoticeRefusal.NOT_ALLOWED)
    task = RenewalTask.objects.select_for_update().filter(id=task_id, done_at=None).first()
    if task is None:
        raise Refused(NoticeRefusal.NOT_FOUND)
    return task


def _journal(verb: str, task: RenewalTask, at: datetime, by: Actor, why: str) -> None:
    record(
        verb=verb, subject=("renewal_task", str(task.pk)), at=at, by=by, facts={"kind": task.kind}, why=why,
        organisation_id=task.organisation_id,
    )  # fmt: skip
