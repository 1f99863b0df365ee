"""Which operating-system user runs the server, and running programs as that user.

PostgreSQL refuses to run as root. Under root the server therefore runs as the user `tenure` where the machine has one,
else as `nobody`; a cluster that exists keeps the user that owns it.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .words import EmbeddedError, Layout

CANDIDATES = ("tenure", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user that owns the server's files and processes."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Say whether this is somebody else than the caller, so that files must be handed over."""
        return self.uid != os.geteuid()

    def give(self, path: Path) -> None:
        """Make this user the owner of `path`."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path = Path("/"),
        given: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, away from the terminal's signals, and return its output and exit code.

        The environment is ours alone: a caller's PG* variables or locale must not reach the server.
        """
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **(extra or {})}
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            start_new_session=True,
            umask=0o077,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def can_enter(self, folder: Path) -> bool:
        """Say whether this user can reach `folder`: only trying tells, for access lists count too."""
        return not self.is_other or self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0


def account_for(layout: Layout) -> Account:
    """Return the user that runs, or shall run, the server of this data folder.

    Raises EmbeddedError when the folder belongs to somebody else or root finds no user to step down to.
    """
    me = os.geteuid()
    try:
        found = layout.cluster.stat()
    except FileNotFoundError:
        found = None
    if found is not None and found.st_uid != 0:
        if me not in (0, found.st_uid):
            raise EmbeddedError(f"{layout.home} belongs to another user; set TENURE_DATA to a folder of your own.")
        return Account(uid=found.st_uid, gid=found.st_gid)
    if me != 0:
        return Account(uid=me, gid=os.getegid())
    home = layout.home.stat()
    if home.st_uid != 0:
        return Account(uid=home.st_uid, gid=home.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root: create a system user named 'tenure', or set DATABASE_URL.")
