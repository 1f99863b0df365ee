"""Times the renewal board over a whole installed base: the desk's page, its parts, and the plainest SQL of the same.

    python benchmarks/board.py [ASSETS]

ASSETS (100,000), whose terms end over two years, each with an earlier one before, a quote for one in fifty, and a price
list of three bands.  The plain statement counts the ends of the same terms by month, without asking what came of them.
It makes a database of its own, or uses an empty, migrated one named by DATABASE_URL, and rolls back.  Goal: a page
costs less than 300 CPU-milliseconds at 100,000 assets, of ours and of the database together.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from wave import AT, FILL

from measuring import migrated, spent

MOST_MILLISECONDS = 300
TIMES = 3
MORE = """
UPDATE entitlements_asset SET quantity = id % 300 + 1 WHERE support_identifier = 'B';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE entitlements_term DISABLE TRIGGER USER;
INSERT INTO entitlements_term (asset_id, family, level, quantity, covers, known)
    SELECT id, 1, 'essential', quantity, daterange(e.ends - 365, e.ends), tstzrange('2025-01-01', NULL)
    FROM entitlements_asset
    CROSS JOIN LATERAL (SELECT chain_starts_on - CASE WHEN id % 5 = 0 THEN 40 ELSE 0 END AS ends) e
    WHERE support_identifier = 'B';
UPDATE entitlements_asset SET chain_starts_on = chain_starts_on - 365 WHERE support_identifier = 'B' AND id % 5 <> 0;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE entitlements_term ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO renewals_price (product_id, level, currency, band_from, unit_maintenance_per_year, valid_from, recorded_at)
    SELECT p.id, 'essential', 'EUR', b.band, 100 - b.band / 10, '2020-01-01', now()
    FROM catalog_product p CROSS JOIN (VALUES (1), (50), (250)) b (band) WHERE p.slug = 'bench';
INSERT INTO renewals_quote (number, organisation_id, prepared_at, order_day, valid_to, policy, currency, wish, total,
        tax, tax_rule, tax_percent, notes, waiting, sent_at, why)
    SELECT 'BQ' || id, organisation_id, '2026-06-20', '2026-06-20', '2026-07-30', 1, 'EUR', '{}', 100, 0, 'rate', 0,
           '[]', '[]', CASE WHEN id % 100 = 0 THEN '2026-06-21'::timestamptz END, ''
    FROM entitlements_asset WHERE id % 50 = 0;
INSERT INTO renewals_quoteline (quote_id, place, asset_id, kind, level, quantity, starts_on, ends_on, lapsed_days,
        amount, steps, notes, held)
    SELECT q.id, 1, a.id, 'renewal', 'essential', a.quantity, a.chain_ends_on, a.chain_ends_on + 364, 0, 100, '[]',
           '[]', '{}'
    FROM renewals_quote q JOIN entitlements_asset a ON q.number = 'BQ' || a.id;
ANALYZE entitlements_asset; ANALYZE entitlements_term; ANALYZE renewals_quote; ANALYZE renewals_quoteline;
ANALYZE renewals_price;
"""
PLAIN = """
SELECT date_trunc('month', upper(t.covers) - 1), s.region, count(*) FROM entitlements_term t
JOIN entitlements_asset a ON a.id = t.asset_id JOIN accounts_site s ON s.id = a.site_id
WHERE upper_inf(t.known) AND upper(t.covers) > %(first)s AND upper(t.covers) <= %(last)s GROUP BY 1, 2
"""


def main() -> None:
    """Print CPU-milliseconds and statements of the page and of each of its parts, and the ratio to the plain one."""
    assets = int((sys.argv[1:] or ["100000"])[0])
    with migrated():
        look(assets)


def look(assets: int) -> None:
    from django.conf import settings
    from django.db import connection, transaction

    from tenure.accounts.models import Person, StaffMembership
    from tenure.policy.actions import ensure_standard

    settings.ALLOWED_HOSTS = ["*"]
    with transaction.atomic(), connection.cursor() as cursor:
        ensure_standard(at=AT, places=[])
        cursor.execute(FILL.format(assets=assets, due=assets * 6 // 100, customers=max(assets // 50, 1)))
        cursor.execute(MORE)
        reader = Person.objects.create(email="bench@vendor.example", name="Bench", joined_at=AT)
        StaffMembership.objects.create(person=reader, role="renewals", began_at=AT)
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # the time of workers would not be counted
        cursor.execute("SELECT pg_backend_pid()")
        measure(assets, reader, cursor.fetchone()[0])
        transaction.set_rollback(True)


def measure(assets: int, reader: object, backend: int) -> None:
    from django.db import connection

    from tenure.accounts.queries import who_is
    from tenure.outlook.queries.board import lost_reasons, pipeline, work
    from tenure.outlook.words import BoardFilters, WorkFilters

    who, filters = who_is(reader.pk), BoardFilters()  # type: ignore[attr-defined]
    only = WorkFilters(first=AT.date() - timedelta(days=30), last=AT.date() + timedelta(days=180))
    by_worth = WorkFilters(first=only.first, last=only.last, worth=True)
    asked = {"who": who, "at": AT, "filters": filters}

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, {"first": AT.date() - timedelta(days=366), "last": AT.date() + timedelta(days=396)})
            cursor.fetchall()

    parts: dict[str, Callable[[], object]] = {
        "plain counts": plain, "pipeline": lambda: pipeline(**asked), "work": lambda: work(only=only, **asked),
        "work by worth": lambda: work(only=by_worth, **asked), "reasons": lambda: lost_reasons(**asked),
        "page": _page(reader),
    }  # fmt: skip
    cost = {name: _cpu(part, backend) for name, part in parts.items()}
    for name, spent_on in cost.items():
        print(f"{name}: {spent_on:.0f} CPU-ms")
    met = "met" if cost["page"] <= MOST_MILLISECONDS else "MISSED"
    print(
        f"{assets} assets: a page {cost['page']:.0f} CPU-ms, {cost['page'] / cost['plain counts']:.1f} times the plain"
        f" counts; goal {MOST_MILLISECONDS}: {met}"
    )


def _page(reader: object) -> Callable[[], object]:
    """The page of the desk by its view, as the middleware calls it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    import tenure.config.middleware as middleware

    middleware.now = lambda: AT  # type: ignore[assignment]
    client = Client()
    client.force_login(reader)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/desk/renewals")
    assert answer.status_code == 200, answer
    print(f"the page asks {len(asked)} statements")
    return lambda: client.get("/desk/renewals")


def _cpu(part: Callable[[], object], backend: int) -> float:
    """CPU-milliseconds of ours and of the database's process, a time."""
    part()
    before, own = spent(backend), time.process_time()
    for _ in range(TIMES):
        part()
    return (spent(backend) - before + time.process_time() - own) * 1000 / TIMES


if __name__ == "__main__":
    main()
