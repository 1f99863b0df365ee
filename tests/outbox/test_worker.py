"""The worker does what rooms below have asked for by name."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tenure.outbox import queries
from tenure.outbox.actions import post
from tenure.outbox.words import State

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TASKS = {
    "entitlements.write_letters",
    "entitlements.write_letters_again",
    "journal.prune_keys",
    "journal.seal",
    "outbox.send_again",
    "outbox.send_waiting",
    "papers.print_again",
    "papers.print_waiting",
    "toolbox.sweep_stalled",
}


def test_every_periodic_task_is_known_to_the_worker_by_its_name():
    assert TASKS - set(app.tasks) == set()


@pytest.mark.django_db(transaction=True)
def test_a_written_message_is_sent_by_the_worker_it_woke(settings, monkeypatch, empty_queue):
    settings.SMTP_HOST = ""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the worker's threads keep no connection
    with transaction.atomic():
        number = post(kind="x.y", recipient="a@example.com", language="en", subject="S", text="T", at=AT)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    assert queries.mail(number).state is State.SENT
    # a job that succeeded is deleted; one that failed would stay
    assert list(ProcrastinateJob.objects.filter(task_name="outbox.send_waiting").values_list("status", flat=True)) == []
