"""Starting and stopping the server, and telling whether it really runs.

Callers hold the mutex. A process number proves nothing (it may be reused), so the postmaster is recognised by its
working folder, and being alive means that it answers at its socket.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .cluster import Cluster, last_reason
from .passwords import passwords_of
from .words import EmbeddedError, Layout

START_SECONDS = 120
STOP_SECONDS = 60.0
ORPHAN_SECONDS = 30.0
LONGEST_SOCKET_PATH = 103  # macOS; Linux allows 107
SOCKET_NAME = ".s.PGSQL.5432"
NOBODYS_PROCESS = "2147483647"  # above every system's highest process number
SAFE_PATH = re.compile(r"[A-Za-z0-9_./+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """A postmaster as its lock file describes it."""

    pid: int
    socket_folder: Path
    state: str  # starting, ready, stopping


def postmaster_of(layout: Layout) -> Postmaster | None:
    """Return the postmaster whose process lives, whether or not it answers; None when there is none."""
    found = _lock_file(layout)
    return found if found is not None and _is_ours(found.pid, layout.cluster) else None


def answering(layout: Layout) -> Postmaster | None:
    """Return the postmaster that takes connections and is not about to stop, None when there is none."""
    found = postmaster_of(layout)
    if found is None or found.state != "ready" or layout.stopping.exists():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(5)
        try:
            door.connect(str(found.socket_folder / SOCKET_NAME))
        except OSError:
            return None
    return found


def start(cluster: Cluster) -> Postmaster:
    """Bring the server up, from nothing or after any crash, and return it once it takes connections.

    Raises EmbeddedError with the server's own reason.
    """
    layout = cluster.layout
    _await_start(layout)
    running = answering(layout)
    if running is not None and layout.ready.exists():
        return running
    if running is None:
        stop(layout)  # a postmaster that was told to stop, or lost its socket, serves nobody
        passwords = passwords_of(layout)
        cluster.create(passwords)
        cluster.check_version()
        _clear_stale(layout)
        socket_folder = _socket_folder(cluster)
        cluster.configure(socket_folder)
        _launch(cluster)
        running = answering(layout)
        if running is None:
            raise EmbeddedError(f"the embedded database started and went away again: see {layout.cluster / 'log'}.")
    cluster.furnish(passwords_of(layout), running.socket_folder)
    return running


def stop(layout: Layout) -> None:
    """Stop the server fast: running transactions are rolled back. No-op when it does not run.

    Raises EmbeddedError when it is still there after a minute.
    """
    running = postmaster_of(layout)
    if running is None:
        layout.stopping.unlink(missing_ok=True)
        return
    layout.stopping.touch(mode=0o600)  # if we are killed now, the next one must not take this server for a living one
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_ours(running.pid, layout.cluster):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"the embedded database (process {running.pid}) does not stop.")
        time.sleep(0.01)
    layout.stopping.unlink()
    _remove_socket_folder(layout, running.socket_folder)


def _await_start(layout: Layout) -> None:
    """Wait for a server whose starter was killed and that is still on its way up."""
    deadline = time.monotonic() + START_SECONDS
    while (found := postmaster_of(layout)) is not None and found.state == "starting":
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)


def _launch(cluster: Cluster) -> None:
    deadline = time.monotonic() + ORPHAN_SECONDS
    log = cluster.layout.startup_log
    while True:
        log.unlink(missing_ok=True)
        done = cluster.account.run(
            [cluster.binaries / "pg_ctl", "start", "-sw", f"-t{START_SECONDS}", "-Dcluster", f"-lcluster/{log.name}"],
            cwd=cluster.layout.place,
        )
        if done.returncode == 0:
            return
        told = _startup_story(cluster.layout) or done.stdout
        # Servers whose postmaster was killed notice within moments; until then the memory is theirs. And a start whose
        # starter was killed may have gone on behind our back.
        _await_start(cluster.layout)
        if answering(cluster.layout) is not None:
            return
        if not ("still in use" in told or "already exists" in told) or time.monotonic() > deadline:
            raise EmbeddedError(f"the embedded database in {cluster.layout.place} does not start: {last_reason(told)}")
        time.sleep(0.1)


def _startup_story(layout: Layout) -> str:
    """Return what the server said while starting: before and after its log collector took over."""
    story = ""
    logs = sorted((layout.cluster / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
    for log in [layout.startup_log, *logs[-1:]]:
        with contextlib.suppress(OSError):
            story += "\n".join(log.read_text("utf-8", "replace").splitlines()[-20:]) + "\n"
    reasons = [line for line in story.splitlines() if re.search(r"\b(FATAL|PANIC):", line)]
    return "\n".join(reasons) or story


def _lock_file(layout: Layout) -> Postmaster | None:
    try:
        lines = (layout.cluster / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        state = lines[7].strip() if len(lines) > 7 else "starting"
        return Postmaster(pid=int(lines[0]), socket_folder=Path(lines[4]), state=state)
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_ours(pid: int, cluster: Path) -> bool:
    """Say whether this process is the cluster's postmaster and no stranger who got its number."""
    process = Path(f"/proc/{pid}")
    if Path("/proc/self/cwd").exists():
        try:
            return (process / "cwd").samefile(cluster) and "postgres" in (process / "comm").read_text()
        except OSError:
            return False
    told = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in told.stdout and str(cluster) in told.stdout


def _clear_stale(layout: Layout) -> None:
    """Make PostgreSQL see through a lock file whose process number a stranger has got.

    The file itself must stay: by the memory segment named in it the server tells whether orphans of the dead
    postmaster still write to the files.
    """
    stale = _lock_file(layout)
    if stale is None:
        return
    file = layout.cluster / "postmaster.pid"
    lines = file.read_text("utf-8", "replace").splitlines()
    file.write_text("\n".join([NOBODYS_PROCESS, *lines[1:]]) + "\n", "utf-8")
    _remove_socket_folder(layout, stale.socket_folder)


def _socket_folder(cluster: Cluster) -> Path:
    """Make the private folder of the socket: beside the cluster, or where that path is too long in a temporary one."""
    folder = cluster.layout.place / "run"
    if not SAFE_PATH.fullmatch(str(folder)) or len(str(folder / SOCKET_NAME).encode()) > LONGEST_SOCKET_PATH:
        folder = _temporary_folder()
    else:
        # A socket that a killed server left is in nobody's way, but its lock file names a process.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    cluster.account.give(folder)
    return folder


def _temporary_folder() -> Path:
    """Make a folder with a fresh random name, so that no other user can have made it before us."""
    for root in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes it private
        longest = len(os.fsencode(root)) + len("/tenure-12345678/") + len(SOCKET_NAME)
        if longest <= LONGEST_SOCKET_PATH and SAFE_PATH.fullmatch(root):
            return Path(tempfile.mkdtemp(prefix="tenure-", dir=root))
    raise EmbeddedError("no folder with a short path for the database's socket; set TMPDIR to one.")


def _remove_socket_folder(layout: Layout, folder: Path) -> None:
    """Remove a socket folder of ours. A temporary one is ours only if its owner is the server's user."""
    if folder != layout.place / "run" and not folder.name.startswith("tenure-"):
        return
    with contextlib.suppress(OSError):
        mark = folder.lstat()
        if mark.st_uid == layout.cluster.stat().st_uid and folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
