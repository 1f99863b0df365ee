"""Times the simulation of a policy over a whole installed base, part by part.

    python benchmarks/simulate.py [ASSETS]

ASSETS (100,000), each with a term and a price, whose ends lie over two years, 6,000 of them on one day.  Four policies
are simulated: other notices; another rule for late renewals; another tax, which prices every renewal of 400 days twice;
all of these and a benefit less.  It makes a database of its own, or uses an empty, migrated one named by DATABASE_URL,
and rolls back.  CPU-seconds are those of this process and of the whole database, read from /proc.
"""

import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from wave import AT, FILL

from measuring import ROOT, migrated, spent

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

PRICES = """
INSERT INTO renewals_price (product_id, level, currency, unit_list_price, unit_maintenance_per_year, band_from,
                            valid_from, recorded_at)
    SELECT id, 'essential', 'EUR', 500, 120, 1, '2026-01-01', '2026-01-01' FROM catalog_product;
ANALYZE;
"""
NOTICES = ("days_before = [120, 60, 30, 7]", "days_before = [150, 100, 45]")
LATE = ("grace_days = 0\nback", "grace_days = 30\nback")
TAX = ('rule = "rate"\npercent = "19"', 'rule = "rate"\npercent = "20"')
BENEFIT = ('"product_updates", ', "")
POLICIES = {
    "other notices": (NOTICES,), "another rule for late renewals": (LATE,), "another tax": (TAX,),
    "all of it": (NOTICES, LATE, TAX, BENEFIT, BENEFIT),
}  # fmt: skip


def main() -> None:
    """Print seconds, CPU-seconds and what changed of each policy, and the peak of our own memory."""
    assets = int([*sys.argv[1:], "100000"][0])
    with migrated():
        look(assets)


def look(assets: int) -> None:
    import resource

    from django.db import connection, transaction

    from tenure.outlook.queries.simulation import simulate
    from tenure.outlook.words import Part
    from tenure.policy.actions import ensure_standard

    standard = (ROOT / "policy" / "standard.toml").read_text("utf-8")
    with transaction.atomic(), connection.cursor() as cursor:
        ensure_standard(at=AT, places=[])
        cursor.execute(FILL.format(assets=assets, due=assets * 6 // 100, customers=max(assets // 50, 1)))
        cursor.execute(PRICES)
        database = the_database(cursor)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name, edits in POLICIES.items():
            text = standard.replace('edition = "2026.1"', 'edition = "2026.2"')
            for old, new in edits:
                assert old in text, old
                text = text.replace(old, new, 1)
            parts: list[tuple[Part, float]] = []
            start, cpu, theirs = time.perf_counter(), time.process_time(), spent(database)
            found = simulate(
                text=text, in_force_from=date(2026, 7, 1), at=AT,
                report=lambda part, parts=parts: parts.append((part, time.perf_counter())),  # type: ignore[misc]
            )  # fmt: skip
            end, ours = time.perf_counter(), time.process_time() - cpu
            ends = [*(since for _, since in parts[1:]), end]
            shares = ", ".join(
                f"{part.value} {last - since:.1f}"
                for (part, since), last in zip(parts, ends, strict=True)
                if last - since > 0.05
            )
            print(
                f"{name}: {found.changed} changed in {end - start:.1f} s: {ours:.1f} CPU-s of ours,"
                f" {spent(database) - theirs:.1f} of the database ({shares})"
            )
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{assets} assets; our own memory grew by {grown:.0f} MiB at its peak")
        transaction.set_rollback(True)


def the_database(cursor: "CursorWrapper") -> int:
    """The process that all of the database's own descend from."""
    cursor.execute("SELECT pg_backend_pid()")
    stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


if __name__ == "__main__":
    main()
