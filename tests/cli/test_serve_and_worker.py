"""`tenure serve` stops cleanly; `tenure worker` picks up what a killed worker left."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from tenure.cli.management.commands.worker import give_back


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_stops_at_a_signal(number: int):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "tenure.config.console", "serve", "--port", str(port), "--workers", "1"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 60
    try:
        while True:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    door.sendall(b"GET /no-such-page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    first_line = door.makefile("rb").readline()
                    break
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert first_line == b"HTTP/1.1 404 Not Found\r\n"
        server.send_signal(number)
        assert server.wait(timeout=30) == 0
        with socket.socket() as door:
            assert door.connect_ex(("127.0.0.1", port)) != 0
    finally:
        server.kill()
        server.wait()


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_killed_worker_run_again_and_those_of_a_living_one_do_not():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id")
        [living] = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        [dead] = cursor.fetchone()
        for name, worker in (("of_living", living), ("of_dead", dead), ("of_nobody", None)):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
                " VALUES ('default', %s, 'doing', %s, 0)",
                [name, worker],
            )

    async def pass_once() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            async with working.open_async():
                await give_back(working)

    asyncio.run(pass_once())
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs ORDER BY id")
        assert cursor.fetchall() == [("of_living", "doing"), ("of_dead", "todo"), ("of_nobody", "todo")]
