"""Times the import of certificates against COPY of the very rows it makes into the same tables, constraints and all.

    python benchmarks/certificates_import.py [LINES]

LINES: 100,000 unless given.  It makes a database of its own, or uses an empty, migrated one named by DATABASE_URL;
everything happens in transactions that are rolled back.  Goal: at most three times COPY.
"""

import csv
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from measuring import migrated

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
MOST_TIMES = 3
TABLES = (
    "accounts_organisation", "accounts_site", "accounts_contact", "entitlements_certificate",
    "entitlements_agreement", "entitlements_asset", "entitlements_term", "entitlements_contactseat",
)  # fmt: skip


def main() -> None:
    """Print wall seconds of both, their ratio, and the greatest memory of this process."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with migrated(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificates.csv"
        write(path, lines)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        imported, copied = timed(path, Path(folder))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    word = "met" if imported <= MOST_TIMES * copied else "MISSED"
    print(
        f"import {imported:.2f} s, COPY {copied:.2f} s, ratio {imported / copied:.2f}, goal {MOST_TIMES}: {word};"
        f" memory {before} -> {after} MiB"
    )


def timed(path: Path, folder: Path) -> tuple[float, float]:
    from django.db import connection, transaction

    from tenure.catalog.models import Product
    from tenure.entitlements.intake import run
    from tenure.journal.words import COMMAND
    from tenure.policy.actions import ensure_standard

    with transaction.atomic():
        ensure_standard(at=AT, places=[])
        product, _ = Product.objects.get_or_create(slug="bench-wall", defaults={"name": "Wall", "kind": "software"})
        product.releases.get_or_create(name="9.4", defaults={"label": "9.4"})
        mark = transaction.savepoint()
        start = time.perf_counter()
        code = run(path, announce=False, correct=False, dry_run=False, at=AT, by=COMMAND, report=print)
        imported = time.perf_counter() - start
        assert code == 0
        with connection.cursor() as cursor:
            for table in TABLES:
                with cursor.copy(f"COPY {table} TO STDOUT") as out, (folder / table).open("wb") as file:
                    for block in out:
                        file.write(block)
        transaction.savepoint_rollback(mark)
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                with cursor.copy(f"COPY {table} FROM STDIN") as into, (folder / table).open("rb") as file:
                    while block := file.read(1 << 16):
                        into.write(block)
        copied = time.perf_counter() - start
        transaction.set_rollback(True)
    return imported, copied


def write(path: Path, lines: int) -> None:
    """Ten lines a certificate, a thousand customers, two sites each, one term a line."""
    from tenure.entitlements.intake.words import REQUIRED

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(REQUIRED)
        for n in range(lines):
            paper, customer = n // 10, n // 10 % 1000
            starts = date(2025, 1, 1) + timedelta(n % 700)
            ends = starts + timedelta(364)
            writer.writerow((
                f"{paper:08d}-0000001", f"{paper:08d}", "2025-01-01", f"Bench Customer {customer}", "DE",
                f"Site {n % 2}", "Europe/Berlin", f"Bench Reseller {customer % 20}", "Ada Owner",
                f"owner@c{customer}.example", "Tom Tech", f"tech{n % 3}@c{customer}.example", "bench-wall", "9.4",
                f"M{n:010d}", f"{n // 10000:04d}-{n % 10000:04d}-0000", 10, "users", "perpetual", "essential",
                starts, ends,
            ))  # fmt: skip


if __name__ == "__main__":
    main()
