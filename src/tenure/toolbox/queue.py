"""Work for later: deferred by the task's name, inside the transaction that needs it.

A room's `jobs.py` declares its tasks with `job` and `every`; an action anywhere below defers one by name, so no floor
imports upwards.
"""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status

P = ParamSpec("P")
R = TypeVar("R")

SILENT_SECONDS = 30  # a worker beats every 10 seconds; this long without one and it is dead
# is_waiting: asked before a job that may wait once: a refused insert costs five times as much, and a line in the log
IS_WAITING = "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'"
MOST_ATTEMPTS = 5  # a job that has taken so many workers down with it is not given to another


class Turn(IntEnum):
    """Whose turn it is when a sandbox's clock was moved on, and everything periodic runs at once, one by one.

    REAL is what follows the real clock, and has none.
    """

    REAL = 0
    CHANGES = 1  # what takes effect by itself
    TELLING = 2  # what is made known because of it
    LETTERS = 3
    GOING_OUT = 4
    ANSWERS = 5  # what comes of letters that did not arrive
    WARNINGS = 6  # what nobody could be told


_turns: dict[str, Turn] = {}


def defer(
    name: str,
    /,
    *,
    at: datetime | None = None,
    lock: str | None = None,
    queueing_lock: str | None = None,
    **args: Any,
) -> int | None:
    """Put a job in the queue, in the running transaction: it exists if, and only if, that commits.

    name: "outbox.send_waiting".  at: real time, aware; not before then.  lock: jobs that share one run one by one.
    queueing_lock: at most one job with it waits; who comes second waits for the first one's transaction, and gets
    None when that job is then there.  Returns the job's number.  Raises TaskNotFound for an unknown name.
    """
    task = app.configure_task(name, allow_unknown=False, schedule_at=at, lock=lock, queueing_lock=queueing_lock)
    if queueing_lock is None:
        return int(task.defer(**args))
    try:
        with transaction.atomic():  # a savepoint: the refused insert must not spoil the transaction around it
            return int(task.defer(**args))
    except AlreadyEnqueued:
        return None


def wake(name: str, /) -> None:
    """See to it that the task runs soon after the commit of this transaction.  At most one waking job waits.

    Nobody waits for another's transaction here, as with `defer(queueing_lock=...)`; in exchange a crash in the instant
    after the commit may lose the call.  So it is only for tasks that also run by `every` and find their work in tables.
    """
    if not any(isinstance(call[1], _Waking) and call[1].name == name for call in connection.run_on_commit):
        transaction.on_commit(_Waking(name), robust=True)


class _Waking:
    """A waking call that waits for its commit."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self) -> None:
        lock = f"wake:{self.name}"
        with connection.cursor() as cursor:
            cursor.execute(IS_WAITING, [lock])
            if cursor.fetchone():
                return  # it has not begun, so it will find what was committed just now
        defer(self.name, queueing_lock=lock)


def job(name: str, *, retry: int = 0) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the function below as the task `name`; `retry`: how many times a raising one is tried again."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        app.task(name=name, retry=retry)(function)
        return function

    return declare


def catch_up(*, key: str) -> tuple[str, ...]:
    """Defer everything periodic that does not follow the real clock, in the running transaction; their names, in order.

    They run one by one by their turns, whatever the number of workers.  key: unlike that of any other call.
    """
    names = periodic()
    for name in names:
        defer(name, lock="catching up", queueing_lock=f"{key}:{name}", timestamp=0)
    return names


def periodic() -> tuple[str, ...]:
    """What runs by `every` and does not follow the real clock, by its turn."""
    return tuple(name for name, turn in sorted(_turns.items(), key=lambda each: (each[1], each[0])) if turn)


def run_now(name: str, /) -> None:
    """Run the periodic task here and now, as a worker would: for a sandbox that lives through many days."""
    app.tasks[name].func(0)


def every(cron: str, /, *, name: str, turn: Turn = Turn.CHANGES) -> Callable[[Callable[[int], R]], Callable[[int], R]]:
    """Declare the function below as the task `name`, run by the cron line in UTC; a sixth field counts seconds.

    The function takes the planned instant as a Unix timestamp.  turn: its place when a sandbox's clock was moved.  At
    most one run waits.  There is no lock against a second run beside a slow first: the run of a killed worker would
    hold it, and keep even the sweep from sweeping.
    """

    def declare(function: Callable[[int], R]) -> Callable[[int], R]:
        task = app.task(name=name, queueing_lock=name)(function)
        app.periodic(cron=cron)(task)
        _turns[name] = turn
        return function

    return declare


@every("* * * * * */15", name="toolbox.sweep_stalled", turn=Turn.REAL)
async def sweep_stalled(timestamp: int) -> None:
    """Give the jobs of dead workers back to the queue, every 15 seconds.

    Not what a starting or working worker does by itself: that removes the rows of dead workers, and their jobs stay
    "doing" with no worker for ever.  Either may come first: a job without a worker counts as stalled too.
    """
    del timestamp
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await _give_back(stalled)


async def _give_back(stalled: Job) -> None:
    if stalled.attempts < MOST_ATTEMPTS:
        try:
            return await app.job_manager.retry_job(stalled)
        except UniqueViolation:
            pass  # its queueing lock is held by a job that waits to do the same
    return await app.job_manager.finish_job(job=stalled, status=Status.FAILED, delete_job=False)
