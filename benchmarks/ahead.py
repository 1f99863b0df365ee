"""Times what falls due, over a whole installed base: the command's whole list, and a page of the desk.

    python benchmarks/ahead.py [ASSETS] [DAYS]

ASSETS (1,000,000), whose terms end over two years, 60,000 of them on one day; DAYS (400) to look ahead.  The plainest
SELECT reads the same rows in the same order from a table that holds nothing else.  It makes a database of its own, or
uses an empty, migrated one named by DATABASE_URL, and rolls back.
"""

import importlib
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from wave import AT, FILL

from measuring import migrated, spent


def main() -> None:
    """Print rows and seconds of the whole list beside the plainest SELECT, what a page costs, and our own memory."""
    assets, days = (int(word) for word in (sys.argv[1:] + ["1000000", "400"][len(sys.argv) - 1 :])[:2])
    with migrated():
        look(assets, days)


def look(assets: int, days: int) -> None:
    from django.db import connection, transaction

    from tenure.outlook.queries import ahead, ahead_all, ahead_counts
    from tenure.outlook.words import AheadFilters
    from tenure.policy.actions import ensure_standard

    with transaction.atomic(), connection.cursor() as cursor:
        ensure_standard(at=AT, places=[])
        cursor.execute(FILL.format(assets=assets, due=assets * 6 // 100, customers=max(assets // 50, 1)))
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for span in (30, days):
            asked = {"who": None, "at": AT, "days": span, "filters": AheadFilters()}
            rows, whole = _timed(lambda: sum(1 for _ in ahead_all(**asked)))  # type: ignore[arg-type]  # noqa: B023
            print(f"{span} days over {assets} assets: {rows} rows in {whole:.2f} s", end="", flush=True)
            _keep(cursor, span)
            same, plain = _timed(_plainly)
            assert same == rows, (same, rows)
            print(f", the plainest SELECT {plain:.2f} s, ratio {whole / plain:.2f}")
            for name, ask in (
                ("first page", lambda: ahead(**asked)),  # type: ignore[arg-type]  # noqa: B023
                ("counts", lambda: ahead_counts(**asked)),  # type: ignore[arg-type]  # noqa: B023
            ):
                ask()
                used = time.process_time() + spent(backend)
                _, took = _timed(ask)
                used = time.process_time() + spent(backend) - used
                print(f"  {name}: {took * 1000:.0f} ms, {used * 1000:.0f} CPU-ms")
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"our own memory grew by {grown:.0f} MiB")
        transaction.set_rollback(True)


def _keep(cursor: object, days: int) -> None:
    from tenure.outlook.words import AheadFilters

    inner = importlib.import_module("tenure.outlook.queries.ahead")
    looked = inner._looking(None, AT, days, AheadFilters())
    whole = looked.params | looked.window(AT.date() - timedelta(days=1), AT.date() + timedelta(days=days + 1))
    cursor.execute("DROP TABLE IF EXISTS kept")  # type: ignore[attr-defined]
    cursor.execute(f"CREATE TEMPORARY TABLE kept AS {looked.statement} SELECT * FROM due", whole)  # type: ignore[attr-defined]  # noqa: S608
    cursor.execute("ANALYZE kept")  # type: ignore[attr-defined]


def _plainly() -> int:
    from django.db import connection

    rows = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT * FROM kept ORDER BY due_on, kind, key")
        while found := cursor.fetchmany(2000):
            rows += len(found)
    return rows


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    made = work()
    return made, time.perf_counter() - start


if __name__ == "__main__":
    main()
