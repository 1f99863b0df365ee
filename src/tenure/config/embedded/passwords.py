"""The passwords of the three roles, random, in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from .words import EmbeddedError, Layout, Urls

DATABASE = "tenure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """Passwords by role: `superuser` (PostgreSQL's `postgres`) never leaves the supervisor."""

    superuser: str
    owner: str
    app: str


def passwords_of(layout: Layout) -> Passwords:
    """Return the passwords of a data folder, making them when there is no cluster yet."""
    if not layout.passwords.exists():
        if layout.cluster.exists():
            raise EmbeddedError(f"the passwords of the embedded database are gone: restore {layout.passwords}.")
        _write(
            layout.passwords, Passwords(**{role: secrets.token_urlsafe(24) for role in ("superuser", "owner", "app")})
        )
    try:
        return Passwords(**json.loads(layout.passwords.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise EmbeddedError(f"the file with the database's passwords is damaged: {layout.passwords}.") from error


def urls_of(layout: Layout, socket_folder: Path) -> Urls:
    """Return the addresses of `app` and `owner` at a server that listens in `socket_folder`."""
    known = passwords_of(layout)
    place = f"@/{DATABASE}?host={quote(str(socket_folder))}"
    return Urls(app=f"postgresql://app:{known.app}{place}", owner=f"postgresql://owner:{known.owner}{place}")


def _write(path: Path, content: Passwords) -> None:
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(content), file)
        file.flush()
        os.fsync(file.fileno())
    folder = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(partial, folder.st_uid, folder.st_gid)
    partial.rename(path)
