"""Times decisions in bulk against the plainest SQL that reads the same rows.

    python benchmarks/decisions.py [ASSETS]

ASSETS: 125,000 unless given; all eight benefits of each are decided, so 1,000,000 decisions.  It makes a database of
its own, or uses an empty, migrated one named by DATABASE_URL, and rolls back.  Goal: at most three times plain SQL.
"""

import sys
import time
from datetime import UTC, date, datetime

from measuring import migrated

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
ON = date(2026, 7, 1)
MOST_TIMES = 3
FILL = """
INSERT INTO accounts_organisation (number, name, country, kind, size, language)
    VALUES ('bench', 'Bench', 'DE', 'customer', 'enterprise', 'en');
INSERT INTO accounts_site (organisation_id, name, address, country, subdivision, zone, region)
    SELECT id, 'Bench', '', 'DE', '', 'Europe/Berlin', 'EMEA' FROM accounts_organisation WHERE name = 'Bench';
INSERT INTO entitlements_certificate (number, sales_order_number, issued_on, organisation_id)
    SELECT 'bench', 'bench', '2025-01-01', id FROM accounts_organisation WHERE name = 'Bench';
INSERT INTO catalog_product (slug, name, kind, category, has_content, reminds_customer, aliases)
    VALUES ('bench', 'Bench', 'software', '', TRUE, FALSE, '{{}}');
INSERT INTO entitlements_asset (serial_number, support_identifier, organisation_id, site_id, certificate_id, product_id,
    licence_kind, quantity, meter, zone)
    SELECT 'B' || n, 'B', o.id, s.id, c.id, p.id, 'perpetual', 1, 'users', 'Europe/Berlin'
    FROM generate_series(1, {assets}) n, accounts_organisation o, accounts_site s, entitlements_certificate c,
         catalog_product p
    WHERE o.name = 'Bench' AND s.name = 'Bench' AND c.number = 'bench' AND p.slug = 'bench';
INSERT INTO entitlements_term (asset_id, family, level, quantity, covers, known)
    SELECT id, 1, 'essential', 1, daterange('2025-01-01'::date + (id % 700)::int, '2026-01-01'::date + (id % 700)::int),
           tstzrange('2025-01-01', NULL) FROM entitlements_asset WHERE support_identifier = 'B';
ANALYZE entitlements_asset; ANALYZE entitlements_term;
"""
PLAIN = """
SELECT a.id, t.level, upper(t.covers), p.has_content FROM entitlements_asset a
JOIN catalog_product p ON p.id = a.product_id
LEFT JOIN entitlements_term t ON t.asset_id = a.id AND upper_inf(t.known) AND t.covers @> %(on)s::date
"""


def main() -> None:
    """Print seconds of the decisions and of plain SQL, whole rows fetched by both, and their ratio."""
    with migrated():
        compare(int(sys.argv[1]) if len(sys.argv) > 1 else 125_000)


def compare(assets: int) -> None:
    from django.db import connection, transaction

    from tenure.entitlements.queries.bulk import bulk_params, bulk_sql
    from tenure.entitlements.queries.rights import rights_on
    from tenure.entitlements.words import Benefit
    from tenure.policy.actions import ensure_standard

    with transaction.atomic(), connection.cursor() as cursor:
        ensure_standard(at=AT, places=[])
        cursor.execute(FILL.format(assets=assets))
        rights = rights_on(ON)
        spent = {"decisions": 0.0, "plain": 0.0}
        cpu = {"decisions": 0.0, "plain": 0.0}
        count = 0
        for benefit in Benefit:
            start, used = time.perf_counter(), time.process_time()
            cursor.execute(bulk_sql(everything=True), bulk_params(rights=rights, benefit=benefit, on=ON, known=None))
            count += len(cursor.fetchall())
            spent["decisions"] += time.perf_counter() - start
            cpu["decisions"] += time.process_time() - used
            start, used = time.perf_counter(), time.process_time()
            cursor.execute(PLAIN, {"on": ON})
            cursor.fetchall()
            spent["plain"] += time.perf_counter() - start
            cpu["plain"] += time.process_time() - used
        transaction.set_rollback(True)
    ratio = spent["decisions"] / spent["plain"]
    word = "met" if ratio <= MOST_TIMES else "MISSED"
    print(
        f"{count} decisions {spent['decisions']:.2f} s (CPU here {cpu['decisions']:.2f} s),"
        f" plain SQL {spent['plain']:.2f} s (CPU here {cpu['plain']:.2f} s),"
        f" ratio {ratio:.2f}, goal {MOST_TIMES}: {word}"
    )


if __name__ == "__main__":
    main()
