"""The keeper: one small process beside the server that stops it after the last holder and revives it after a crash.

Started by the first process that needs the server; takes no part in the terminal's signals. A second one never runs,
for the lock `keeper` comes with it as an open file.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from . import locks, server
from .account import Account
from .cluster import Cluster
from .words import EmbeddedError, Layout

ROUND_SECONDS = 0.2
RETRY_SECONDS = 5.0
_LAUNCH = "import sys; sys.path.insert(0, sys.argv.pop(1)); from tenure.config.embedded.keeper import main; main()"


def engage(cluster: Cluster) -> None:
    """Start a keeper unless one is at work. The caller holds the mutex and is a holder."""
    lock = locks.open_lock(cluster.layout.keeper)
    try:
        if not locks.try_lock(lock):
            return
        source = Path(__file__).resolve().parents[3]
        home, account = cluster.layout.home, cluster.account
        arguments = [home, cluster.binaries, account.uid, account.gid, int(cluster.fsync), lock]
        child = os.fork()
        if child == 0:
            try:
                _exec_detached(
                    [sys.executable, "-I", "-S", "-B", "-c", _LAUNCH, source, *arguments], cluster.layout, lock
                )
            finally:
                os._exit(1)
        os.waitpid(child, 0)
    finally:
        os.close(lock)


def main() -> None:
    """Watch until nobody needs the server any more: the program of the keeper's process."""
    home, binaries, uid, gid, fsync, lock = sys.argv[1:]
    layout = Layout(Path(home))
    account = Account(uid=int(uid), gid=int(gid))
    cluster = Cluster(layout=layout, binaries=Path(binaries), account=account, fsync=fsync == "1")
    dismissed: list[int] = []

    def dismiss(number: int, _frame: FrameType | None) -> None:
        dismissed.append(number)

    signal.signal(signal.SIGTERM, dismiss)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    next_try = 0.0
    while layout.mutex.exists():  # a removed folder dismisses the keeper, who must not make files in it
        with (
            contextlib.suppress(locks.Taken, FileNotFoundError),
            locks.locked(layout.mutex, patience_seconds=0, create=False),
        ):
            if dismissed or locks.is_free(layout.holders):
                server.stop(layout)
                os.close(int(lock))  # before the mutex is free: the next holder must find the place empty
                return
            if time.monotonic() >= next_try and not layout.halted.exists():
                next_try = 0.0 if _revive(cluster) else time.monotonic() + RETRY_SECONDS
        time.sleep(ROUND_SECONDS)


def _revive(cluster: Cluster) -> bool:
    if not cluster.layout.ready.exists() or server.postmaster_of(cluster.layout) is not None:
        return True
    try:
        server.start(cluster)
    except (EmbeddedError, OSError) as error:
        print(f"keeper: {error}", file=sys.stderr, flush=True)
        return False
    return True


def _exec_detached(command: list[object], layout: Layout, lock: int) -> None:
    """In a forked child: leave the session, hand on the lock, and become the keeper as a grandchild."""
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.umask(0o077)
    log = os.open(layout.keeper_log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    for descriptor in range(3, 256):
        if descriptor != lock:
            with contextlib.suppress(OSError):
                os.close(descriptor)
    os.set_inheritable(lock, True)
    os.execve(sys.executable, [str(part) for part in command], {"PATH": os.defpath})  # noqa: S606 - our own program
