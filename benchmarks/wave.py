"""Times a renewal wave against the plainest INSERT ... SELECT of the same rows.

    python benchmarks/wave.py [ASSETS] [DUE]

ASSETS (1,000,000) with their last terms, of which DUE (60,000) are to be told of on one day.  The plain statement
copies the rows that the wave has made, known beforehand, into the same table, with the same keys and indexes.  It makes
a database of its own, or uses an empty, migrated one named by DATABASE_URL, and rolls back.  Goals: at most three times
the plain statement, and memory that does not grow with what is due.
"""

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from measuring import migrated

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
ON = date(2026, 7, 1)
MOST_TIMES, MOST_MEBIBYTES = 3, 100
FILL = """
INSERT INTO accounts_organisation (number, name, country, kind, size, language)
    SELECT 'B' || n, 'Bench ' || n, 'DE', 'customer', 'small', 'en' FROM generate_series(1, {customers}) n;
INSERT INTO accounts_site (organisation_id, name, address, country, subdivision, zone, region)
    SELECT id, 'Bench', '', 'DE', '', 'Europe/Berlin', 'EMEA' FROM accounts_organisation WHERE number LIKE 'B%';
INSERT INTO entitlements_certificate (number, sales_order_number, issued_on, organisation_id)
    SELECT number, 'bench', '2025-01-01', id FROM accounts_organisation WHERE number LIKE 'B%';
INSERT INTO catalog_product (slug, name, kind, category, has_content, reminds_customer, aliases)
    VALUES ('bench', 'Bench', 'software', '', TRUE, FALSE, '{{}}');
INSERT INTO entitlements_asset (serial_number, support_identifier, organisation_id, site_id, certificate_id, product_id,
    licence_kind, quantity, meter, zone, chain_starts_on, chain_ends_on)
    SELECT 'B' || n, 'B', o.id, s.id, c.id, p.id, 'perpetual', 1, 'users', 'Europe/Berlin',
           e.ends - 366, e.ends
    FROM generate_series(1, {assets}) n
    JOIN accounts_organisation o ON o.number = 'B' || (n % {customers} + 1)
    JOIN accounts_site s ON s.organisation_id = o.id JOIN entitlements_certificate c ON c.organisation_id = o.id
    CROSS JOIN catalog_product p
    CROSS JOIN LATERAL (SELECT CASE WHEN n <= {due} THEN '2026-07-31'::date + 1
                                    ELSE '2026-12-01'::date + (n % 700)::int END AS ends) e
    WHERE p.slug = 'bench';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE entitlements_term DISABLE TRIGGER USER;
INSERT INTO entitlements_term (asset_id, family, level, quantity, covers, known)
    SELECT id, 1, 'essential', 1, daterange(chain_starts_on, chain_ends_on), tstzrange('2025-01-01', NULL)
    FROM entitlements_asset WHERE support_identifier = 'B';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE entitlements_term ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
ANALYZE accounts_organisation; ANALYZE accounts_site; ANALYZE entitlements_asset; ANALYZE entitlements_term;
"""
KEEP = "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM renewals_notice; ANALYZE kept"
COLUMNS = "asset_id, term_id, organisation_id, reseller_id, region, step, ends_on, due_on, policy, run_at"
PLAIN = f"INSERT INTO renewals_notice ({COLUMNS}) SELECT {COLUMNS} FROM kept"  # noqa: S608
CHECK_KEYS = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


def main() -> None:
    """Print seconds of the wave and of the plain statement, their ratio, and what a second wave takes."""
    assets, due = (int(word) for word in (sys.argv[1:] + ["1000000", "60000"][len(sys.argv) - 1 :])[:2])
    with migrated():
        compare(assets, due)


def compare(assets: int, due: int) -> None:
    from django.db import connection, transaction

    from tenure.policy.actions import ensure_standard

    with transaction.atomic(), connection.cursor() as cursor:
        ensure_standard(at=AT, places=[])
        cursor.execute(FILL.format(assets=assets, due=due, customers=max(assets // 50, 1)))
        cursor.execute(CHECK_KEYS)
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
        plain, wave = list[float](), list[float]()
        _wave(due)  # warms both: its rows are what the plain statement copies
        cursor.execute(KEEP)
        for _ in range(3):
            _empty(cursor)
            plain.append(_timed(lambda: (cursor.execute(PLAIN), cursor.execute(CHECK_KEYS))))
            _empty(cursor)
            wave.append(_timed(lambda: (_wave(due), cursor.execute(CHECK_KEYS))))
        again = _timed(lambda: _wave(0))
        _empty(cursor)
        grown = _grown_mebibytes(backend, lambda: _wave(due))
        transaction.set_rollback(True)
    ratio = min(wave) / min(plain)
    print(
        f"{due} of {assets} due: wave {min(wave):.2f} s, plain {min(plain):.2f} s, ratio {ratio:.2f},"
        f" goal {MOST_TIMES}: {_word(ratio <= MOST_TIMES)}; a second wave {again:.2f} s"
    )
    print(
        f"the private memory of PostgreSQL grew by at most {grown:.0f} MiB,"
        f" goal {MOST_MEBIBYTES}: {_word(grown <= MOST_MEBIBYTES)}"
    )


def _wave(due: int) -> None:
    from tenure.journal.words import COMMAND
    from tenure.renewals.actions.waves import run_wave

    made = run_wave(on=ON, at=AT, by=COMMAND)
    assert made.notices == due, made


def _empty(cursor: object) -> None:
    cursor.execute(CHECK_KEYS)  # type: ignore[attr-defined]
    cursor.execute("TRUNCATE renewals_notice CASCADE")  # type: ignore[attr-defined]


def _timed(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def _grown_mebibytes(pid: int, work: Callable[[], object]) -> float:
    """By how much the private memory of a process grows at most while the work goes on, looked at every 5 ms."""
    before, peak, done = _private_kibibytes(pid), [0], threading.Event()

    def look() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], _private_kibibytes(pid) - before)

    looking = threading.Thread(target=look)
    looking.start()
    work()
    done.set()
    looking.join()
    return peak[0] / 1024


def _private_kibibytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    main()
