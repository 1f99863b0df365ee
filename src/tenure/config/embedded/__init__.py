"""The embedded PostgreSQL: found in a wheel, supervised by us, used when DATABASE_URL is unset.

How long it runs: every process that calls `ensure` holds the server until it ends, however it ends; a keeper process
stops the server when the last holder has gone, and starts it again when it was killed under living holders. Holding
is a shared lock of the operating system, so neither a reused process number nor `kill -9` can leave a holder behind.

Only the standard library is used here; see the modules for the details. Source: ours.
"""

from __future__ import annotations

import os
from pathlib import Path

from . import keeper, locks, server
from .account import account_for
from .binaries import reachable, wheel_binaries
from .cluster import Cluster
from .passwords import urls_of
from .words import EmbeddedError, Layout, Status, Urls

__all__ = ["EmbeddedError", "Status", "Urls", "ensure", "release", "status", "stop", "wheel_binaries"]

_held: dict[Path, int] = {}


def ensure(data: Path, *, fsync: bool = True, binaries: Path | None = None) -> Urls:
    """Start the server of this data folder unless it runs, and hold it until this process ends.

    fsync=False makes a throw-away cluster for tests: a crash of the machine may lose it, and `owner` may create
    databases. `binaries` names another PostgreSQL 15 or later than the wheel's. May be repeated; two processes at
    once start one server. Raises EmbeddedError with one sentence for the operator.
    """
    layout = Layout.of(data)
    try:
        _make_home(layout)
        with locks.locked(layout.mutex):
            account = account_for(layout)
            programs = reachable((binaries or wheel_binaries()).resolve(), account)
            cluster = Cluster(layout=layout, binaries=programs, account=account, fsync=fsync)
            fresh = _hold(layout)
            try:
                layout.halted.unlink(missing_ok=True)
                keeper.engage(cluster)
                return urls_of(layout, server.start(cluster).socket_folder)
            except BaseException:
                if fresh:
                    _let_go(layout)
                raise
    except OSError as error:
        raise EmbeddedError(f"the embedded database in {layout.home} cannot be used: {error.strerror}.") from error


def release(data: Path) -> None:
    """Stop holding the server, and stop it now if nobody else holds it. No-op for who does not hold it."""
    layout = Layout.of(data)
    if not _let_go(layout):
        return
    with locks.locked(layout.mutex):
        if locks.is_free(layout.holders):
            server.stop(layout)


def stop(data: Path) -> None:
    """Stop the server although others may still hold it; the next `ensure` starts it again."""
    layout = Layout.of(data)
    _let_go(layout)
    if not layout.home.is_dir():
        return
    with locks.locked(layout.mutex):
        layout.halted.touch(mode=0o600)
        server.stop(layout)


def status(data: Path) -> Status:
    """Say what is going on. Waits while somebody starts or stops the server."""
    layout = Layout.of(data)
    if not layout.home.is_dir():
        return Status(running=False, pid=None, socket_folder=None, held=False, kept=False)
    with locks.locked(layout.mutex):
        return _status(layout)


def _status(layout: Layout) -> Status:
    running = server.answering(layout)
    return Status(
        running=running is not None,
        pid=running.pid if running else None,
        socket_folder=running.socket_folder if running else None,
        held=not locks.is_free(layout.holders),
        kept=not locks.is_free(layout.keeper),
    )


def _make_home(layout: Layout) -> None:
    """Make the folders; under root the server's user must be able to pass through them, but not to look."""
    data = layout.home.parent
    mode = 0o711 if os.geteuid() == 0 else 0o700
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(mode)
    if not layout.home.exists():
        layout.home.mkdir(exist_ok=True)
        layout.home.chmod(mode)
        folder = data.stat()
        if os.geteuid() == 0 and folder.st_uid != 0:
            os.chown(layout.home, folder.st_uid, folder.st_gid)


def _hold(layout: Layout) -> bool:
    """Become a holder, and say whether this process was none before."""
    if layout.home in _held:
        return False
    descriptor = locks.open_lock(layout.holders)
    if not locks.try_lock(descriptor, shared=True):  # others try it only under the mutex, which we hold
        os.close(descriptor)
        raise EmbeddedError(f"something else has locked {layout.holders}.")
    _held[layout.home] = descriptor
    return True


def _let_go(layout: Layout) -> bool:
    descriptor = _held.pop(layout.home, None)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True
