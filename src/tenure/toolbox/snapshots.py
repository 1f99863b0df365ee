"""The whole database into a file and back, by PostgreSQL's own programs; sessions are left alone.

TENURE_POSTGRES_BIN names the programs' folder, else they are looked for on PATH; DATABASE_OWNER_URL is who owns the
tables, else the connection in use is tried.  DATABASE_APP_URL is who serves, where that is not the connection in use.
"""

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

LONGEST_SECONDS = 600
PATIENCE_SECONDS = 5  # so long a connection from before may finish what it does
SESSIONS = "public.django_session"
# others: our role's other connections to this database that began before an instant, and whether they work
OTHERS = """
SELECT pid, state <> 'idle' FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND backend_start < %s
"""


class Impossible(Exception):
    """No snapshot can be taken or restored; the message is one sentence for the operator."""


def take(file: Path) -> None:
    """Write all committed data into `file`, readable by its owner alone; an older file stays until that succeeded."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_suffix(".partial")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        _run("pg_dump", "--format=custom", f"--exclude-table={SESSIONS}", f"--file={draft}")
        _shape_file(file).write_text(_shape())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def restore(file: Path) -> None:
    """Put the database back to what `file` holds, all or nothing; tables made since then stay.

    The connections of who serves are ended afterwards, as what they have prepared names types that are gone.
    Raises Impossible also when the tables have been changed by an upgrade since.
    """
    if connection.in_atomic_block:
        raise Impossible("A snapshot cannot be restored inside a transaction.")
    if not file.exists() or not _shape_file(file).exists():
        raise Impossible(f"There is no snapshot at {file}.")
    if _shape_file(file).read_text() != _shape():
        raise Impossible("The program has been upgraded since the snapshot was taken, and its tables have changed.")
    connection.close()
    _run(
        "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={_target()['PGDATABASE']}", str(file)
    )
    _end_connections()


def _end_connections() -> None:
    """End every connection of who serves that is older than this call: idle ones at once, the others when they rest."""
    with psycopg.connect(make_conninfo(**_serving()), autocommit=True) as own:
        now = own.execute("SELECT clock_timestamp()").fetchone()
        began = time.monotonic()
        while (waited := time.monotonic() - began) < 2 * PATIENCE_SECONDS:
            others = own.execute(OTHERS, now).fetchall()
            if not others:
                break
            for pid, works in others:
                if waited > PATIENCE_SECONDS or not works:
                    own.execute("SELECT pg_terminate_backend(%s)", [pid])
            time.sleep(0.05)


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; a lock that others hold is waited for 20 seconds."""
    environment = {**os.environ, **_target(), "PGOPTIONS": "-c lock_timeout=20s"}
    path = _program(program)
    try:
        ended = subprocess.run(
            [path, "--no-password", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Impossible(f"{program} took longer than {LONGEST_SECONDS} seconds.") from None
    except OSError as error:
        raise Impossible(f"{path} cannot be run: {error.strerror}.") from error
    if ended.returncode:
        said = " ".join((ended.stderr.strip().splitlines() or ["no reason given"])[:2])
        raise Impossible(f"{program} failed: {said}")


def _program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("TENURE_POSTGRES_BIN") or None)
    if found is None:
        raise Impossible(f"{name} was not found: install PostgreSQL's client programs, or set TENURE_POSTGRES_BIN.")
    return found


def _target() -> dict[str, str]:
    """libpq's variables of the owner on the database in use (the tests use another one than the address says)."""
    return _reached(os.environ.get("DATABASE_OWNER_URL", ""))


def _serving() -> dict[str, str]:
    """Psycopg's parameters of who serves, on the database in use."""
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGSSLMODE": "sslmode",
             "PGDATABASE": "dbname"}  # fmt: skip
    return {names[name]: value for name, value in _reached(os.environ.get("DATABASE_APP_URL", "")).items()}


def _reached(address: str) -> dict[str, str]:
    """libpq's variables of an address, else of the connection in use; always on the database in use."""
    used = connection.settings_dict
    url = urlsplit(address)
    options = dict(parse_qsl(url.query))
    given = {
        "PGHOST": options.get("host") or unquote(url.hostname or "") or str(used["HOST"]),
        "PGPORT": str(url.port or options.get("port") or used["PORT"]),
        "PGUSER": unquote(url.username or "") or str(used["USER"]),
        "PGPASSWORD": unquote(url.password or "") if url.username else str(used["PASSWORD"]),
        "PGSSLMODE": options.get("sslmode", ""),
        "PGDATABASE": str(used["NAME"]),
    }
    return {name: value for name, value in given.items() if value}


def _shape() -> str:
    """A digest of the applied migrations: while it is the same, the tables are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


def _shape_file(file: Path) -> Path:
    return file.with_suffix(".tables")
