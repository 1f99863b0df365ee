"""Work is deferred by name, inside the transaction that needs it, and survives its worker."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import TaskNotFound

from tenure.toolbox import queue
from tenure.toolbox.queue import defer, sweep_stalled, wake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_queue")]
NAME = "outbox.send_waiting"


def waiting() -> list[str]:
    return list(ProcrastinateJob.objects.filter(status="todo").order_by("id").values_list("task_name", flat=True))


def test_a_job_vanishes_with_the_transaction_that_deferred_it():
    with transaction.atomic():
        defer(NAME)
        assert waiting() == [NAME]
        transaction.set_rollback(True)
    assert waiting() == []


def test_an_unknown_name_is_an_error_at_once():
    with pytest.raises(TaskNotFound):
        defer("outbox.no_such_thing")


def test_a_second_job_with_the_same_queueing_lock_is_not_made_and_spoils_nothing():
    numbers = [defer(NAME, queueing_lock="one") for _ in range(2)]
    assert [number is None for number in numbers] == [False, True]
    assert defer(NAME) is not None  # the transaction goes on
    assert waiting() == [NAME, NAME]


def test_many_wakings_in_a_transaction_make_one_job_after_its_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for _ in range(3):
            wake(NAME)
        assert waiting() == []
    assert (len(callbacks), waiting()) == (1, [NAME])


def test_catching_up_defers_once_what_follows_the_clock_by_its_turn_and_nothing_that_follows_the_real_one():
    names = queue.catch_up(key="one")
    assert waiting() == list(names) == list(queue.periodic())
    turns = [queue._turns[name] for name in names]
    assert turns == sorted(turns)
    real = {name for name, turn in queue._turns.items() if turn is queue.Turn.REAL}
    assert real == {"journal.seal", "journal.prune_keys", "toolbox.sweep_stalled"}
    assert set(names) | real == {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert set(ProcrastinateJob.objects.values_list("lock", flat=True)) == {"catching up"}
    queue.catch_up(key="one")
    assert waiting() == list(names)


@pytest.mark.django_db(transaction=True)
def test_a_waking_does_not_wait_for_another_transaction():
    with transaction.atomic():
        wake(NAME)

        def other() -> None:
            with transaction.atomic():
                wake(NAME)
            connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    assert waiting() == [NAME]


def test_a_waking_beside_a_waiting_job_is_one_question(django_capture_on_commit_callbacks, django_assert_num_queries):
    defer(NAME, queueing_lock=f"wake:{NAME}")
    with django_capture_on_commit_callbacks() as callbacks:
        wake(NAME)
    with django_assert_num_queries(1):
        callbacks[0]()
    assert waiting() == [NAME]


def stall(name: str = NAME, *, attempts: int = 0, queueing_lock: str | None = None) -> int:
    """A job in the hands of a worker that has not been heard of for a minute."""
    number = defer(name, queueing_lock=queueing_lock)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [worker, attempts, number],
        )
    return number


def status(number: int) -> tuple[str, int]:
    job = ProcrastinateJob.objects.get(id=number)
    return job.status, job.attempts


def sweep() -> None:
    async_to_sync(sweep_stalled)(0)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_silent_worker_waits_again():
    number = stall()
    sweep()
    assert status(number) == ("todo", 1)


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_living_worker_is_left_alone():
    number = stall()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    sweep()
    assert status(number) == ("doing", 0)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_has_outlived_five_workers_fails():
    number = stall(attempts=queue.MOST_ATTEMPTS)
    sweep()
    assert status(number)[0] == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_stalled_job_whose_successor_waits_gives_way_to_it():
    number = stall(queueing_lock="one")
    successor = defer(NAME, queueing_lock="one")
    sweep()
    assert (status(number)[0], status(successor)) == ("failed", ("todo", 0))


WORKER = """
import asyncio, os, sys, time, django
django.setup()
from django.db import connection
from procrastinate.contrib.django import app
@app.task(name="test.hang")
def hang():
    print("started", flush=True)
    time.sleep(60)
worker = app.with_connector(app.connector.get_worker_connector())
with worker.replace_connector(worker.connector):
    worker.run_worker(concurrency=1, install_signal_handlers=False, listen_notify=False)
"""


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_killed_is_done_by_another():
    number = app.configure_task("test.hang").defer()
    used = connection.settings_dict
    url = f"postgresql://{used['USER']}:{used['PASSWORD']}@/{used['NAME']}?host={used['HOST']}&port={used['PORT']}"
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True, env={**os.environ, "DATABASE_URL": url}
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert status(number) == ("doing", 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")
    sweep()
    assert status(number) == ("todo", 1)
