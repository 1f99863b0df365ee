"""The drill `kills`: a writer counts upwards while parts are killed at random; every acknowledged number is kept."""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tenure.config import embedded
from tenure.config.embedded import server
from tenure.config.embedded.words import Layout
from tests.config.houses import keeper_of

WRITER = """
import sys
from pathlib import Path
import psycopg
from tenure.config import embedded
urls = embedded.ensure(Path(sys.argv[1]))
number = int(sys.argv[2])
with psycopg.connect(urls.owner, autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS written (number bigint PRIMARY KEY)")
    while True:
        number += 1
        connection.execute("INSERT INTO written VALUES (%s)", [number])
        print(number, flush=True)
"""


def main() -> int:
    """Run the rounds and print what was killed; stops with an error when a row is missing."""
    parser = argparse.ArgumentParser(prog="bin/drill kills")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    data = Path(tempfile.mkdtemp(prefix="tenure-kills-"))
    data.chmod(0o711)
    kills, written, slowest = dict.fromkeys(("keeper", "server", "writer"), 0), 0, 0.0
    try:
        for _ in range(given.rounds):
            began = time.monotonic()
            writer = _begin(data, written)
            first = writer.stdout.readline()
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(chance.uniform(0, 0.5))
            for victim in chance.sample(sorted(kills), chance.randint(1, 3)):
                kills[victim] += _kill(victim, data, writer)
            writer.kill()
            numbers = (first + writer.stdout.read()).split()
            writer.wait()
            written = _check(data, int(numbers[-1]) if numbers else written)
        told = f"{given.rounds} rounds, killed {kills}, {written} rows, none lost; slowest return {slowest:.2f} s"
        sys.stdout.write(told + "\n")
        return 0
    finally:
        embedded.stop(data)
        shutil.rmtree(data)


def _begin(data: Path, after: int) -> subprocess.Popen[str]:
    source = str(Path(embedded.__file__).parents[3])
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(data), str(after)],
        env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _kill(victim: str, data: Path, writer: subprocess.Popen[str]) -> int:
    running = server.postmaster_of(Layout.of(data))
    pid = {"server": running and running.pid, "keeper": keeper_of(Layout.of(data)), "writer": writer.pid}[victim]
    if pid is None:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return 1


def _check(data: Path, written: int) -> int:
    """Return the highest number kept: all acknowledged ones, and perhaps one whose answer was lost."""
    urls = embedded.ensure(data)
    with psycopg.connect(urls.app) as connection:
        count, highest = connection.execute("SELECT count(*), max(number) FROM written").fetchone()
        broken = connection.execute("SELECT sum(checksum_failures) FROM pg_stat_database").fetchone()[0]
    embedded.release(data)
    if not (count == highest and written <= highest <= written + 1 and not broken):
        raise SystemExit(f"lost: {written} acknowledged, {count} kept, highest {highest}, {broken} broken pages")
    return int(highest)


if __name__ == "__main__":
    sys.exit(main())
