"""Words of the embedded database: where it lies, how to reach it, what can go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """Connection addresses of the two roles that programs may use."""

    app: str  # reads and writes rows, cannot change tables
    owner: str  # owns the database and runs migrations


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is going on in a data folder, as far as anyone may look."""

    running: bool
    pid: int | None  # of the postmaster
    socket_folder: Path | None
    held: bool  # some living process needs the server
    kept: bool  # a keeper watches over it


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of the embedded database under one data folder.

    `home` belongs to whoever runs Tenure. `place` holds what the server itself owns; it is `home`, unless the server
    has to run as another user that cannot reach `home`: then the link `elsewhere` in `home` leads to it.
    """

    home: Path

    @classmethod
    def of(cls, data: Path) -> Layout:
        """Return the layout under `data`, made absolute and free of links."""
        return cls(data.resolve() / "postgres")

    @property
    def place(self) -> Path:
        link = self.elsewhere
        return link.readlink() if link.is_symlink() else self.home

    @property
    def elsewhere(self) -> Path:
        return self.home / "elsewhere"

    @property
    def cluster(self) -> Path:
        return self.place / "cluster"

    @property
    def partial(self) -> Path:
        return self.place / "cluster.partial"

    @property
    def settings(self) -> Path:
        return self.cluster / "tenure.conf"

    @property
    def startup_log(self) -> Path:
        return self.cluster / "startup.log"

    @property
    def passwords(self) -> Path:
        return self.home / "passwords.json"

    @property
    def ready(self) -> Path:
        """Exists once roles and database are made."""
        return self.home / "ready"

    @property
    def halted(self) -> Path:
        """Exists while the server was stopped on purpose: the keeper must not start it again."""
        return self.home / "halted"

    @property
    def stopping(self) -> Path:
        """Exists from before the server is told to stop until it has."""
        return self.home / "stopping"

    @property
    def mutex(self) -> Path:
        return self.home / "mutex.lock"

    @property
    def holders(self) -> Path:
        return self.home / "holders.lock"

    @property
    def keeper(self) -> Path:
        return self.home / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.home / "keeper.log"
