"""Data folders, processes that hold the embedded database, and waiting: for the tests of the supervisor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tenure.config import embedded
from tenure.config.embedded import server
from tenure.config.embedded.account import Account
from tenure.config.embedded.binaries import reachable, wheel_binaries
from tenure.config.embedded.words import Layout

SOURCE = Path(embedded.__file__).resolve().parents[3]
HOLD = """
import signal, sys
from pathlib import Path
from tenure.config import embedded
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run in the background, where it is ignored
try:
    urls = embedded.ensure(Path(sys.argv[1]), fsync=sys.argv[3] == "fsync", binaries=Path(sys.argv[2]))
except embedded.EmbeddedError as error:
    print("refused:", error, flush=True)
    sys.exit(1)
print(urls.app, urls.owner, flush=True)
sys.stdin.read()
"""


@dataclass
class Holder:
    """A process that holds the database until it is told to end."""

    process: subprocess.Popen[str]
    app: str = ""
    owner: str = ""
    refusal: str = ""

    def wait_for_answer(self) -> Holder:
        line = self.process.stdout.readline().strip()
        if line.startswith("refused: "):
            self.refusal = line.removeprefix("refused: ")
        else:
            self.app, self.owner = line.split()
        return self

    def end(self, number: int) -> None:
        self.process.send_signal(number)  # no-op for a process that has ended
        self.process.wait(timeout=30)
        self.process.stdin.close()
        self.process.stdout.close()


@dataclass
class House:
    """Makes data folders and holders as one OS user, and clears them away."""

    account: Account
    root: Path
    programs: Path
    holders: list[Holder] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def folder(self, name: str = "data") -> Path:
        made = self.root / name
        made.mkdir(parents=True, mode=0o711)
        if self.account.is_other:
            os.chown(made, self.account.uid, self.account.gid)
        self.folders.append(made)
        return made

    def begin(self, data: Path, *, mode: str = "throwaway", locale: str = "C") -> Holder:
        """Start a holder without waiting for its answer."""
        other = self.account.is_other
        process = subprocess.Popen(
            [_interpreter(self.account), "-c", HOLD, str(data), str(self.programs), mode],
            env={"PATH": os.defpath, "PYTHONPATH": str(self.root / "source"), "LC_ALL": locale},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            user=self.account.uid if other else None,
            group=self.account.gid if other else None,
            extra_groups=[] if other else None,
        )
        self.holders.append(Holder(process))
        return self.holders[-1]

    def hold(self, data: Path, *, mode: str = "throwaway", locale: str = "C") -> Holder:
        return self.begin(data, mode=mode, locale=locale).wait_for_answer()

    def clear(self) -> None:
        for holder in self.holders:
            holder.end(9)
        for data in self.folders:
            layout = Layout.of(data)
            if layout.home.exists():
                embedded.stop(data)
                until(lambda layout=layout: keeper_of(layout) is None)
            if layout.elsewhere.is_symlink():
                shutil.rmtree(layout.place)
        shutil.rmtree(self.root)


def _interpreter(account: Account) -> str:
    """A Python that this user may run; the one of the tests may lie in a closed folder."""
    for name in (sys.executable, "/usr/bin/python3"):
        if account.run(["/bin/sh", "-c", '"$1" -c ""', "sh", name]).returncode == 0:
            return name
    raise AssertionError("no Python that the other user can run: install Debian's python3")


def build(account: Account) -> House:
    root = Path(tempfile.mkdtemp(prefix="tenure-house-"))
    root.chmod(0o755)
    package = root / "source" / "tenure"
    shutil.copytree(SOURCE / "tenure/config/embedded", package / "config/embedded")
    (package / "__init__.py").touch()
    (package / "config/__init__.py").touch()
    return House(account=account, root=root, programs=reachable(wheel_binaries(), account))


def accounts() -> list[str]:
    return ["root", "nobody"] if os.geteuid() == 0 else ["self"]


def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait for something that another process brings about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def keeper_of(layout: Layout) -> int | None:
    """The process number of the keeper of this data folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(layout.home) in words and any(b"embedded.keeper" in word for word in words):
            return int(process.name)
    return None


def postmaster_pid(data: Path) -> int:
    running = server.answering(Layout.of(data))
    assert running is not None
    return running.pid


def ask(url: str, sql: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []
