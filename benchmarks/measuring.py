"""What the benchmarks share: a throw-away installation, the real server, and CPU time read from /proc."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
WARMING_UP = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A throw-away installation.  database: the process id of its PostgreSQL."""

    folder: Path
    owner: str
    app: str
    database: int


@contextmanager
def house(kept: Path | None = None) -> Iterator[House]:
    """An empty database of its own, with the environment set for it; gone afterwards unless its folder is `kept`."""
    from tenure.config import embedded

    folder = kept or Path(tempfile.mkdtemp(prefix="tenure-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    try:
        urls = embedded.ensure(folder, fsync=False)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tenure.config.settings", TENURE_DATA=str(folder), DATABASE_URL=urls.owner,
            DATABASE_OWNER_URL=urls.owner, PYTHONPATH=str(ROOT / "src"),
        )  # fmt: skip
        [pid_file] = (folder / "postgres").rglob("postmaster.pid")
        yield House(
            folder=folder, owner=urls.owner, app=urls.app, database=int(pid_file.read_text().splitlines()[0])
        )  # fmt: skip
    finally:
        if kept is None:
            embedded.stop(folder)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def migrated() -> Iterator[None]:
    """A database with all tables and nothing in them, for what rolls back: of its own, or the one of DATABASE_URL."""
    with nullcontext() if "DATABASE_URL" in os.environ else house() as made:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        if made is not None:
            call_command("migrate", verbosity=0)
        yield
        connection.close()


@contextmanager
def serving(workers: int) -> Iterator[tuple[int, int]]:
    """`tenure serve` on a free port; its process id and the port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    with running("serve", "--port", str(port), "--workers", str(workers)) as process:
        deadline = time.monotonic() + 60
        while not _answers(port):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit("the server did not start")
            time.sleep(0.05)
        yield process.pid, port


@contextmanager
def running(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command of `tenure`, ended with the block."""
    process = subprocess.Popen([sys.executable, "-m", "tenure.config.console", *words])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


class Line:
    """One connection to the server that stays open, with the headers of its person."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = dict(headers)

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None, {}, {200})

    def post(self, path: str, body: object, key: str = "") -> bytes:
        """Post JSON, with a key where there is one."""
        more = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self._ask("POST", path, json.dumps(body), more, {200, 201})

    def _ask(self, method: str, path: str, body: str | None, more: Mapping[str, str], fine: set[int]) -> bytes:
        self._connection.request(method, path, body, {**self._headers, **more})
        answer = self._connection.getresponse()
        read = answer.read()
        assert answer.status in fine, (path, answer.status, read[:500])
        return read


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an operation costs: CPU-milliseconds of each process tree, and milliseconds on the wall."""

    cpu: dict[str, float]
    p50: float
    p99: float

    @property
    def total(self) -> float:
        return sum(self.cpu.values())

    def __str__(self) -> str:
        parts = " + ".join(f"{name} {spent:.1f}" for name, spent in self.cpu.items())
        return f"{self.total:5.1f} CPU-ms ({parts}), p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"


def measured(
    ask: Callable[[int], object], *, times: int, trees: Mapping[str, int], settled: Callable[[], object] = lambda: None
) -> Cost:
    """Ask so many times, after a warming up.  trees: process ids by name; settled: waits until all work is done."""
    for turn in range(WARMING_UP):
        ask(turn)
    settled()
    before = {name: spent(pid) for name, pid in trees.items()}
    walls = []
    for turn in range(WARMING_UP, WARMING_UP + times):
        started = time.perf_counter()
        ask(turn)
        walls.append((time.perf_counter() - started) * 1000)
    settled()
    walls.sort()
    cpu = {name: (spent(pid) - before[name]) * 1000 / times for name, pid in trees.items()}
    return Cost(cpu=cpu, p50=walls[len(walls) // 2], p99=walls[int(len(walls) * 0.99)])


def spent(root: int) -> float:
    """CPU-seconds of a process, its living descendants, and those of its children that it has buried."""
    ticks = 0
    for stat in _tree(root).values():
        fields = stat.rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def held_mebibytes(root: int) -> float:
    """The proportional set size of a process and its descendants."""
    kibibytes = 0
    for pid in _tree(root):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kibibytes += int(line.split()[1])
    return kibibytes / 1024


def _tree(root: int) -> dict[int, str]:
    """What /proc/PID/stat says of a process and its living descendants."""
    stats: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # it has just ended
        stats[int(folder.name)] = (int(stat.rpartition(")")[2].split()[1]), stat)
    wanted = {root}
    while more := {pid for pid, (parent, _) in stats.items() if parent in wanted} - wanted:
        wanted |= more
    return {pid: stats[pid][1] for pid in wanted if pid in stats}
