"""The worker does what rooms below have asked for by name; killed in the middle of its mail, it loses none."""

import os
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tenure.cases.jobs import wait_no_longer
from tenure.entitlements.jobs import ask
from tenure.outbox import queries
from tenure.outbox.actions import post, send_waiting
from tenure.outbox.models import Mail
from tenure.outbox.words import State
from tests.cli.test_serve_and_worker import begin, until
from tests.outbox.post_office import PostOffice

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TASKS = {
    "cases.scan_again",
    "cases.scan_waiting",
    "cases.wait_no_longer",
    "entitlements.ask_who_stays",
    "entitlements.pass_on_joinings",
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


@pytest.mark.django_db
@pytest.mark.parametrize("work", [wait_no_longer, ask])
def test_before_a_policy_is_applied_the_rounds_that_go_by_it_do_nothing(work):
    work(timestamp=0)
    assert Mail.objects.count() == 0


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


@pytest.mark.django_db(transaction=True)
def test_of_a_worker_killed_in_the_middle_of_its_mail_nothing_is_lost_and_nothing_comes_twice(settings, empty_queue):
    people = [f"p{number}@example.com" for number in range(7)]
    with transaction.atomic():
        for each in people:
            post(kind="x.y", recipient=each, language="en", subject="S", text="T", at=AT)
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    with PostOffice(held=people[3]) as office:
        smtp = {"TENURE_SMTP_HOST": "127.0.0.1", "TENURE_SMTP_PORT": str(office.port), "TENURE_SMTP_TLS": "0"}
        worker = begin("worker", DATABASE_URL=url, DATABASE_DIRECT_URL="", **smtp)
        try:
            assert office.reached.wait(60)
        finally:
            worker.kill()
            worker.wait()
        assert [to for to, _ in office.letters] == people[:3]
        office.held = ""
        settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TLS, settings.SMTP_USER = (
            "127.0.0.1", office.port, False, "",
        )  # fmt: skip
        until(lambda: send_waiting(at=AT) == 0 and not Mail.objects.filter(sent_at=None).exists())
        assert sorted(to for to, _ in office.letters) == people
