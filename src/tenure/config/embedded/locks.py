"""Locks between processes. The kernel drops a dead process's locks, so nothing has to be swept.

- `mutex`: whoever starts or stops the server holds it meanwhile.
- `holders`: shared by every process that needs the server; it is free only when the last of them has gone.
- `keeper`: held by the one process that stops the server after the last holder and revives it after a crash.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from .words import EmbeddedError


class Taken(EmbeddedError):
    """Somebody else holds the lock."""


PATIENCE_SECONDS = 150.0
_PAUSE_SECONDS = 0.02


def open_lock(path: Path) -> int:
    """Open a lock file, made with the owner of its folder so that root leaves nothing that the owner cannot open."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    folder = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid != folder.st_uid:
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free and say whether it was."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_free(path: Path) -> bool:
    """Say whether nobody holds the lock, leaving it free."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path, *, patience_seconds: float = PATIENCE_SECONDS, create: bool = True) -> Iterator[None]:
    """Hold the lock for the block; Taken when it stays so for `patience_seconds`.

    create=False raises FileNotFoundError where there is no such file.
    """
    descriptor = open_lock(path) if create else os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + patience_seconds
        while not try_lock(descriptor):
            if time.monotonic() > deadline:
                raise Taken(f"another command has been starting or stopping the database for too long: {path}.")
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)
