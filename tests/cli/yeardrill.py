"""The drill `year`: the demonstration vendor lives through a year, broken off once, and everything adds up."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TENURE = [sys.executable, "-m", "tenure.config.console"]


def main() -> int:
    """Make the vendor, ask what falls due, live on in two parts, and compare; an error for whatever does not hold."""
    parser = argparse.ArgumentParser(prog="bin/drill year")
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    from tenure.config import embedded
    from tenure.config.console import choose_database

    data = Path(tempfile.mkdtemp(prefix="tenure-year-"))
    data.chmod(0o711)
    os.environ.update(DJANGO_SETTINGS_MODULE="tenure.config.settings", TENURE_DATA=str(data), TENURE_SANDBOX="1")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    try:
        subprocess.run([*TENURE, "migrate", "--verbosity=0"], check=True)
        subprocess.run([*TENURE, "demo", "--quiet"], check=True)
        choose_database(["serve"], os.environ, data)
        return _drill(given.days)
    finally:
        embedded.stop(data)
        shutil.rmtree(data)


def _drill(days: int) -> int:
    import django
    from django.db import connection

    django.setup()
    from tenure.clock.queries import now
    from tenure.outlook.queries import ahead_all
    from tenure.outlook.words import AheadFilters
    from tests.cli import lived

    since = now()
    foretold = {
        kind: list(ahead_all(who=None, at=since, days=days, filters=AheadFilters(kind=kind)))
        for kind in ("notice", "term_ends")
    }
    connection.close()
    began = time.monotonic()
    for part in (days // 2, days):
        subprocess.run([*TENURE, "demo", "year", "--days", str(part)], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(
        f"{days} days in {time.monotonic() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} CPU-s of the commands\n"
    )
    again = subprocess.run([*TENURE, "demo", "year", "--days", str(days)], check=True, capture_output=True, text=True)
    until = now()
    wrong = [
        *lived.broken(), *lived.untold(foretold["notice"], since=since, until=until),
        *lived.ended(foretold["term_ends"], until=until),
    ]  # fmt: skip
    if "nothing was left" not in again.stdout:
        wrong.append(f"a second run lived on: {again.stdout[-200:]}")
    for line in wrong:
        sys.stdout.write(f"WRONG: {line}\n")
    sys.stdout.write(
        f"{len(foretold['notice'])} notices and {len(foretold['term_ends'])} ends were foretold; {len(wrong)} wrong\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
