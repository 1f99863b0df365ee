"""`tenure serve` and `tenure worker` do their work and stop cleanly at a signal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from tenure.clock.models import Moved
from tenure.toolbox.queue import defer


def begin(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tenure.config.console", *words],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_stops_at_a_signal(number: int):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    server = begin("serve", "--port", str(port), "--workers", "1")
    try:
        until(lambda: is_open(port))
        with socket.create_connection(("127.0.0.1", port)) as door, door.makefile("rb") as answer:
            door.sendall(b"GET /no-such-page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert answer.readline() == b"HTTP/1.1 404 Not Found\r\n"
        server.send_signal(number)
        assert server.wait(timeout=30) == 0
        assert not is_open(port)
    finally:
        server.kill()
        server.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_queue")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_does_the_waiting_job_and_stops_at_a_signal(number: int):
    job = ProcrastinateJob.objects.filter(id=defer("toolbox.sweep_stalled", timestamp=0))
    assert list(job.values_list("status", flat=True)) == ["todo"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    worker = begin("worker", DATABASE_URL=url, DATABASE_DIRECT_URL="")
    try:
        until(lambda: not job.filter(status__in=["todo", "doing"]).exists())
        assert not job.filter(status="failed").exists()
        worker.send_signal(number)
        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_queue")
def test_a_worker_goes_on_when_the_sandbox_is_taken_back(settings, tmp_path):
    settings.SANDBOX, settings.DATA = True, tmp_path
    call_command("clock", "advance", "1d")
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_APP_URL"])._replace(path=f"/{name}").geturl()
    worker = begin("worker", DATABASE_URL=url, DATABASE_DIRECT_URL="", TENURE_SANDBOX="1")
    try:
        for _ in range(6):  # so often that its statements are prepared
            done = ProcrastinateJob.objects.filter(id=defer("toolbox.sweep_stalled", timestamp=0))
            until(lambda found=done: not found.filter(status__in=["todo", "doing"]).exists())
        time.sleep(1.1)  # who fails at once after its start does not begin anew
        call_command("clock", "reset")
        assert Moved.objects.count() == 0
        again = ProcrastinateJob.objects.filter(id=defer("toolbox.sweep_stalled", timestamp=0))
        until(lambda: not again.filter(status__in=["todo", "doing"]).exists())
        assert (again.filter(status="failed").count(), ProcrastinateWorker.objects.count()) == (0, 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
        worker.wait()
