"""`bin/demo`: up with one command, down with one signal, and the data stays."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tenure.config import demonstration, embedded
from tenure.config.embedded.words import Layout
from tests.config.houses import House, keeper_of, until


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def begin(data: Path, port: int) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    environment |= {"TENURE_DATA": str(data), "PYTHONPATH": str(Path(demonstration.__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-m", "tenure.config.demonstration", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_address(process: subprocess.Popen[str]) -> str:
    story = ""
    for line in process.stdout:
        story += line
        if line.startswith("Tenure is at "):
            return story
    raise AssertionError(story)


def is_open(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def processes_of(data: Path) -> list[str]:
    """The command lines of all processes that work on this data folder."""
    mark = f"TENURE_DATA={data}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_demonstration_ends_with_all_its_parts_and_keeps_its_data(my_house: House, number: int):
    data, port = my_house.folder(), free_port()
    first = begin(data, port)
    story = read_until_address(first)
    assert re.search(rf"^Tenure is at http://localhost:{port} ", story, re.MULTILINE)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.status == 200
    first.send_signal(number)
    first.stdout.close()
    assert first.wait(timeout=60) == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    until(lambda: processes_of(data) == [])
    until(lambda: not embedded.status(data).running)
    assert not is_open(port)
    until(lambda: keeper_of(Layout.of(data)) is None)
    second = begin(data, port)
    read_until_address(second)
    second.send_signal(signal.SIGINT if number == signal.SIGTERM else number)
    second.stdout.close()
    second.wait(timeout=60)
    until(lambda: processes_of(data) == [])


def test_a_taken_port_is_told_before_anything_starts(my_house: House):
    data = my_house.folder()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        process = begin(data, port)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out.splitlines() == [
        f"tenure: cannot listen at 127.0.0.1 port {port}: Address already in use. Choose another one by --port."
    ]
    assert list(data.iterdir()) == []
