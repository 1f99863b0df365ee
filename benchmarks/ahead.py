"""Times what falls due, over a whole installed base: the command's whole list, and a page of the desk.

    python benchmarks/ahead.py [ASSETS] [DAYS]

ASSETS (1,000,000), whose terms end over two years, 60,000 of them on one day; DAYS (400) to look ahead.  It makes a
database of its own, or uses an empty, migrated one named by DATABASE_URL, and rolls back.
"""

import sys
import time
from wave import AT, FILL

from measuring import migrated


def main() -> None:
    """Print rows and seconds of the whole list, of the counts and of the first page, and the peak of our own memory."""
    assets, days = (int(word) for word in (sys.argv[1:] + ["1000000", "400"][len(sys.argv) - 1 :])[:2])
    with migrated():
        look(assets, days)


def look(assets: int, days: int) -> None:
    import resource

    from django.db import connection, transaction

    from tenure.outlook.queries import ahead, ahead_all, ahead_counts
    from tenure.outlook.words import AheadFilters
    from tenure.policy.actions import ensure_standard

    with transaction.atomic(), connection.cursor() as cursor:
        ensure_standard(at=AT, places=[])
        cursor.execute(FILL.format(assets=assets, due=assets * 6 // 100, customers=max(assets // 50, 1)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for span in (30, days):
            asked = {"who": None, "at": AT, "days": span, "filters": AheadFilters()}
            start = time.perf_counter()
            rows = sum(1 for _ in ahead_all(**asked))  # type: ignore[arg-type]
            whole = time.perf_counter() - start
            start = time.perf_counter()
            counts = ahead_counts(**asked)  # type: ignore[arg-type]
            counted = time.perf_counter() - start
            start = time.perf_counter()
            ahead(**asked)  # type: ignore[arg-type]
            page = time.perf_counter() - start
            assert rows == sum(counts.values()), counts
            print(
                f"{span} days over {assets} assets: {rows} rows in {whole:.2f} s, counts {counted:.2f} s,"
                f" first page {page:.2f} s"
            )
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"our own memory grew by {grown:.0f} MiB")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
