"""One throw-away database server for a test run, shared by all its workers.

A preset DATABASE_URL is used instead. TENURE_TEST_POSTGRES names a folder with another PostgreSQL's programs, such as
/usr/lib/postgresql/15/bin.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from tenure.config import embedded
from tenure.config.embedded import locks
from tenure.config.environment import database

PREFIX = "tenure-test-"
_made: list[Path] = []


def configure(config: pytest.Config) -> None:
    """Give this run its server. Workers of pytest-xdist find their controller's in the environment."""
    if hasattr(config, "workerinput"):
        return
    urls = start()
    # pytest-django has loaded the settings by now; the connection's settings are this very dictionary.
    settings.DATABASES["default"].update(database(urls.owner))


def unconfigure(config: pytest.Config) -> None:
    """Take the server away with the run that made it."""
    if not hasattr(config, "workerinput"):
        stop()


def start() -> embedded.Urls:
    """Start the server unless the caller's environment names one, and export DATABASE_URL and DATABASE_OWNER_URL.

    The tests work as `owner`, who may create databases there; DATABASE_APP_URL has the address of `app`.
    Must run before Django's settings load. The server ends with this process, however that ends.
    """
    preset = os.environ.get("DATABASE_URL")
    if preset:
        return embedded.Urls(app=os.environ.get("DATABASE_APP_URL", preset), owner=preset)
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)
    _made.append(folder)
    chosen = os.environ.get("TENURE_TEST_POSTGRES")
    urls = embedded.ensure(folder, fsync=False, binaries=Path(chosen) if chosen else None)
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = urls.owner
    os.environ["DATABASE_APP_URL"] = urls.app
    os.environ.setdefault(
        "TENURE_POSTGRES_BIN", chosen or str(embedded.wheel_binaries())
    )  # clients as old as the server
    return urls


def stop() -> None:
    """Stop the server that `start` started and remove its files; no-op for a preset one."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_URL"):
        if _made:
            os.environ.pop(name, None)
    while _made:
        folder = _made.pop()
        embedded.stop(folder)
        shutil.rmtree(folder)


def _sweep() -> None:
    """Remove what runs that were killed have left: their folders, which nobody holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        held = folder / "postgres" / "holders.lock"
        if folder.stat().st_uid == os.geteuid() and held.exists() and locks.is_free(held):
            embedded.stop(folder)
            shutil.rmtree(folder, ignore_errors=True)
