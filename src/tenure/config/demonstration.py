"""`bin/demo`: one process that brings up database, demonstration vendor, web and worker, and takes all down again."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from tenure.config import embedded
from tenure.config.console import choose_database, data_folder
from tenure.config.environment import database

STOP_SECONDS = 25.0
START_SECONDS = 300.0  # with the preparation of a slow machine
PR_SET_PDEATHSIG = 1
READABLE = b"."  # `tenure serve --after` waits for it
UNPREPARED = "the demonstration could not be prepared; see above."


class _Ended(Exception):
    """A part that has to run has ended, or the person wants us to."""


def main() -> int:
    """Run the demonstration until Ctrl-C or SIGTERM. Exit code 0 then, 1 when a part fails."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="The demonstration vendor on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--prepare", type=int, metavar="FD", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.prepare is not None:
        return prepare(given.prepare)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    data = data_folder()
    environment = os.environ
    environment.setdefault("TENURE_SANDBOX", "1")
    environment.setdefault("TENURE_URL", f"http://localhost:{given.port}")
    held = False
    try:
        _refuse_taken(given.address, given.port)
        held = choose_database(["serve"], environment, data)
        where = ["--address", given.address, "--port", str(given.port)]
        with _preparing_and_serving(where) as (preparer, web):
            _wait_for_page(given.address, given.port, web, preparer)
            if preparer.wait() != 0:
                raise _Ended(UNPREPARED)
            with _running(["tenure.config.console", "worker"]) as worker:
                print(f"\nTenure is at {environment['TENURE_URL']}    (Ctrl-C ends it, the data stays)", flush=True)
                _wait_for_end(web, worker)
        return 1
    except KeyboardInterrupt:
        return 0
    except (_Ended, embedded.EmbeddedError) as error:
        print(f"tenure: {error}", file=sys.stderr)
        return 1
    finally:
        if held:
            embedded.release(data)


def prepare(told: int) -> int:
    """Bring the tables up to date as the owner and make the demonstration vendor as `app`, both only where needed.

    told: a file descriptor that is written to once the pages can be read; the vendor's cases are made after that.
    """
    gc.disable()  # migrations leave heaps that the collector walks in vain, for a third of the time; we end soon
    app_url = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    import django

    django.setup()
    from django.core.management import CommandError, call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from tenure.cli.demonstration.cast import print_cast
    from tenure.cli.demonstration.making import make, make_cases_once
    from tenure.clock.queries import now
    from tenure.toolbox.refused import Refused

    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        connection.close()
        connection.settings_dict.update(database(app_url))
        at = now()
        print_cast(print, make(at=at))
        sys.stdout.flush()
        os.write(told, READABLE)
        make_cases_once(at=at)
    except (CommandError, Refused) as error:
        print(f"tenure: {error}", file=sys.stderr)
        return 1
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the second one must not break off the clearing away
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _refuse_taken(address: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((address, port))
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise _Ended(f"cannot listen at {address} port {port}: {reason}. Choose another one by --port.") from None


def _popen(module: Sequence[str], keep: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """Start a part of ours in a session of its own; it ends when this process is killed, as far as the system can.

    keep: file descriptors that it inherits.
    """
    return subprocess.Popen(
        [sys.executable, "-m", *module], start_new_session=True, preexec_fn=_die_with_parent(), pass_fds=keep
    )


def _die_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def _preparing_and_serving(where: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]]:
    """The preparing part, and the web server: it reads its screens meanwhile, and waits for the other's word."""
    heard, told = os.pipe()
    with (
        _running(["tenure.config.demonstration", "--prepare", str(told)], keep=(told,)) as preparer,
        _running(["tenure.config.console", "serve", *where, "--after", str(heard)], keep=(heard,)) as web,
    ):
        os.close(told)
        os.close(heard)
        yield preparer, web


@contextlib.contextmanager
def _running(module: Sequence[str], keep: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[bytes]]:
    part = _popen(module, keep)
    try:
        yield part
    finally:
        _end(part)


def _end(part: subprocess.Popen[bytes]) -> None:
    """End a part politely, and what is left of its session by force."""
    part.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        part.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    part.wait()


def _wait_for_page(
    address: str, port: int, web: subprocess.Popen[bytes], preparer: subprocess.Popen[bytes]
) -> None:  # fmt: skip
    """Wait until the web server answers whatever it may be."""
    deadline = time.monotonic() + START_SECONDS
    while web.poll() is None and time.monotonic() < deadline:
        asked = http.client.HTTPConnection(address, port, timeout=START_SECONDS)
        try:
            asked.request("GET", "/", headers={"Host": "localhost"})
            asked.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            asked.close()
    if preparer.poll():
        raise _Ended(UNPREPARED)
    raise _Ended("the web server does not come up; see above.")


def _wait_for_end(*parts: subprocess.Popen[bytes]) -> None:
    while all(part.poll() is None for part in parts):
        time.sleep(0.25)
    raise _Ended("a part of the demonstration has ended; see above.")


if __name__ == "__main__":
    sys.exit(main())
