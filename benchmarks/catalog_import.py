"""Times the import of a catalogue: new, unchanged, and with one day of every release changed.

    python benchmarks/catalog_import.py FILE

FILE: public endoflife.date v1 JSON.  Its products are given other names, so that they are new to any database.  It
makes a database of its own, or uses a migrated one named by DATABASE_URL, in one transaction that is rolled back.
Goal: 5 s.
"""

import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from measuring import migrated

MOST_SECONDS = 5
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def main() -> None:
    """Print one line a kind of import: wall and CPU seconds of this process, and what was done."""
    content = with_other_names(Path(sys.argv[1]).read_bytes())
    with migrated():
        from django.db import transaction

        with transaction.atomic():
            timed("new", content)
            timed("unchanged", content)
            timed("changed", with_other_days(content))
            transaction.set_rollback(True)


def timed(name: str, content: bytes) -> None:
    from tenure.catalog.actions import import_catalog
    from tenure.journal.words import COMMAND

    wall, cpu = time.perf_counter(), time.process_time()
    done = import_catalog(content=content, at=AT, by=COMMAND)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    word = "met" if wall <= MOST_SECONDS else "MISSED"
    print(f"{name:10} {wall:6.2f} s wall {cpu:6.2f} s CPU, goal {MOST_SECONDS} s: {word}   {done}")


def with_other_names(content: bytes) -> bytes:
    """The same file with products that no database has."""
    file = json.loads(content)
    for product in file["result"]:
        product["name"] = f"timed-{product['name']}"
    return json.dumps(file).encode()


def with_other_days(content: bytes) -> bytes:
    """The same file with every release a day later."""
    file = json.loads(content)
    for product in file["result"]:
        for release in product["releases"]:
            if release.get("releaseDate"):
                release["releaseDate"] = (date.fromisoformat(release["releaseDate"]) + timedelta(days=1)).isoformat()
    return json.dumps(file).encode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: catalog_import.py FILE")
    main()
