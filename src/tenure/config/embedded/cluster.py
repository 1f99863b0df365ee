"""Making the cluster: `initdb`, settings, roles and the database. Every step may be repeated after a crash."""

from __future__ import annotations

import locale
import re
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .binaries import shelter_for
from .passwords import DATABASE, Passwords
from .words import EmbeddedError, Layout

BUILTIN_PROVIDER_SINCE = 17
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")

SETTINGS = """\
# Written at every start; changes made here are lost.
listen_addresses = ''
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
port = 5432
max_connections = 60
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off
max_wal_size = 2GB
min_wal_size = 128MB
checkpoint_timeout = 15min
wal_level = replica
max_wal_senders = 2
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_file_mode = 0600
log_line_prefix = '%m [%p] %u@%d '
log_checkpoints = off
"""
THROW_AWAY_SETTINGS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 10min
"""

# The first lines go to template1, so that every database made later (the tests' too) gives `app` the same rights.
# The passwords must not reach the server's log, not even by way of an error.
ROLES = """\
SET log_min_error_statement = panic;
SELECT 'CREATE ROLE ' || name FROM unnest(ARRAY['owner', 'app']) AS name
 WHERE name NOT IN (SELECT rolname FROM pg_roles) \\gexec
ALTER ROLE owner LOGIN NOSUPERUSER NOCREATEROLE {createdb} PASSWORD '{owner}';
ALTER ROLE app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD '{app}';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT USAGE ON SEQUENCES TO app;
SELECT 'CREATE DATABASE {database} OWNER owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}') \\gexec
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO app;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster to be: where, by which programs, as which user, and whether it must survive a power cut."""

    layout: Layout
    binaries: Path
    account: Account
    fsync: bool

    def create(self, passwords: Passwords) -> None:
        """Run `initdb` unless the cluster exists, and leave nothing half made."""
        layout = self.layout
        for left in layout.place.glob(f"{layout.partial.name}*"):  # of a start that was killed
            shutil.rmtree(left, ignore_errors=True)
        if layout.cluster.exists():
            return
        if not self.account.can_enter(layout.home) and not layout.elsewhere.is_symlink():
            layout.elsewhere.symlink_to(shelter_for(self.account))
        # A name of its own: the initdb of a killed start may still be at work in the folder of that start.
        draft = layout.place / f"{layout.partial.name}.{secrets.token_hex(4)}"
        layout.ready.unlink(missing_ok=True)
        draft.mkdir(mode=0o700)
        self.account.give(draft)
        password_file = layout.place / "superuser.password"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(passwords.superuser + "\n", "ascii")
            self.account.give(password_file)
            done = self.account.run(
                [self.binaries / "initdb", *self._initdb_options(), "-D", draft.name],
                cwd=layout.place,
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise EmbeddedError(
                f"the embedded database could not be created in {layout.place}: {last_reason(done.stdout)}"
            )
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\ninclude '{layout.settings.name}'\n")
        draft.rename(layout.cluster)

    def configure(self, socket_folder: Path) -> None:
        """Write the settings for the next start."""
        text = SETTINGS.format(socket_folder=socket_folder) + ("" if self.fsync else THROW_AWAY_SETTINGS)
        if sys.platform == "linux":  # after a crash one call instead of one for each of a thousand files
            text += "recovery_init_sync_method = syncfs\n"
        draft = self.layout.settings.with_suffix(".partial")
        draft.write_text(text, "utf-8")
        draft.chmod(0o600)
        self.account.give(draft)
        draft.rename(self.layout.settings)

    def furnish(self, passwords: Passwords, socket_folder: Path) -> None:
        """Make the roles and the database on the running server, once."""
        if self.layout.ready.exists():
            return
        sql = ROLES.format(
            owner=passwords.owner,
            app=passwords.app,
            createdb="NOCREATEDB" if self.fsync else "CREATEDB",
            database=DATABASE,
        )
        done = self.account.run(
            [self.binaries / "psql", "-Xq", "-vON_ERROR_STOP=1", f"--host={socket_folder}", "-Upostgres", "template1"],
            given=sql,
            extra={"PGPASSWORD": passwords.superuser},
        )
        if done.returncode != 0:
            raise EmbeddedError(f"the embedded database could not be furnished: {last_reason(done.stdout)}")
        self.layout.ready.touch(mode=0o600)

    def check_version(self) -> None:
        """Refuse a cluster that another major version of PostgreSQL made."""
        try:
            made_by = (self.layout.cluster / "PG_VERSION").read_text("ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            raise EmbeddedError(
                f"the embedded database in {self.layout.cluster} is damaged: restore a backup."
            ) from None
        if made_by != str(self._major()):
            raise EmbeddedError(
                f"the database in {self.layout.cluster} was made by PostgreSQL {made_by}, this is {self._major()}."
            )

    def _initdb_options(self) -> list[str]:
        options = ["--username=postgres", "--auth=scram-sha-256", "--pwfile=superuser.password", "--encoding=UTF8"]
        options += ["--data-checksums", "--no-instructions"]
        if self._major() >= BUILTIN_PROVIDER_SINCE:
            # The provider decides about letters; the C library's locale only splits words for full-text search.
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            options += [f"--lc-ctype={_utf8_ctype()}"]
        else:
            options += ["--locale-provider=libc", "--locale=C.UTF-8"]
        return options if self.fsync else [*options, "--no-sync"]

    def _major(self) -> int:
        """Return the programs' major version, by asking them."""
        found = VERSION.search(self.account.run([self.binaries / "postgres", "--version"]).stdout)
        if not found:
            raise EmbeddedError(f"the programs in {self.binaries} do not run on this machine; set DATABASE_URL.")
        return int(found[1])


def last_reason(output: str) -> str:
    """Return the last line of a program's output that says what was wrong, without its prefix."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error):|could not|No space left", line)]
    line = (told or lines or ["no reason given"])[-1]
    return re.sub(r"^.*?\b(?:FATAL|PANIC|ERROR|error): +", "", line)


def _utf8_ctype() -> str:
    """Return the name of a character type that this machine knows, C when it has none for UTF-8."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    return "C"
