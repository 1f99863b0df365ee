"""Temporary tables of one import: the file's rows, what the policy allows, and what is found of both in the house."""

from collections.abc import Iterable
from zoneinfo import available_timezones

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tenure.entitlements.intake.words import COLUMNS, IDENTIFIERS
from tenure.entitlements.words import TermFamily
from tenure.policy.words import Policy
from tenure.toolbox.tables import Row

_BLOCK = 500
_TABLES = ("text", "level", "region", "zone", "fault", "row", "term", "change", "customer", "seller")

# intake_day: a text as a day, or null; never raises, so that one bad line does not hide the others
TABLES = """
DROP TABLE IF EXISTS {tables};
CREATE OR REPLACE FUNCTION pg_temp.intake_day(given text) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN given ~ '^(19|20|21)[0-9]{{2}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
        AND substr(given, 9)::int <= CASE
            WHEN substr(given, 6, 2) IN ('04', '06', '09', '11') THEN 30
            WHEN substr(given, 6, 2) <> '02' THEN 31
            WHEN substr(given, 1, 4)::int % 4 = 0
                AND (substr(given, 1, 4)::int % 100 <> 0 OR substr(given, 1, 4)::int % 400 = 0) THEN 29
            ELSE 28 END
        THEN make_date(substr(given, 1, 4)::int, substr(given, 6, 2)::int, substr(given, 9)::int) END
$$;
CREATE TEMP TABLE intake_text (line bigint, {columns}) ON COMMIT DROP;
CREATE TEMP TABLE intake_level (level text, family smallint, contacts int, kinds text[]) ON COMMIT DROP;
CREATE TEMP TABLE intake_region (country text, region text) ON COMMIT DROP;
CREATE TEMP TABLE intake_zone (zone text) ON COMMIT DROP;
CREATE TEMP TABLE intake_fault (line bigint, col text, code text, value text) ON COMMIT DROP;
"""

# intake_row: each line with its days, numbers and what is already held of it
ROWS = """
CREATE TEMP TABLE intake_row ON COMMIT DROP AS
SELECT i.line, upper(i.certificate_number) AS certificate, upper(i.sales_order_number) AS sales_order,
       upper(i.serial_number) AS serial, upper(i.support_identifier) AS support, i.product AS product_text,
       i.release AS release_text, i.customer, upper(i.customer_country) AS country, i.site, i.site_timezone AS zone,
       i.reseller, i.owner_name, i.owner_email, i.technical_name, i.technical_email, i.meter,
       lower(i.licence_kind) AS licence_kind, lower(i.level) AS level, lower(i.customer_size) AS size,
       lower(i.customer_language) AS language, replace(lower(i.purpose), ' ', '_') AS purpose,
       i.issued_on AS issued_text, i.term_starts_on AS starts_text, i.term_ends_on AS ends_text,
       i.quantity AS quantity_text,
       CASE WHEN i.quantity ~ '^[0-9]{{1,12}}$' THEN i.quantity::bigint END AS quantity,
       pg_temp.intake_day(i.issued_on) AS issued_on, pg_temp.intake_day(i.term_starts_on) AS starts,
       pg_temp.intake_day(i.term_ends_on) + 1 AS ends,
       l.level IS NOT NULL AS level_known, l.family, l.contacts, l.kinds, region.region,
       zone.zone IS NOT NULL AS zone_known,
       p.id AS product_id, p.kind, r.id AS release_id, o.id AS organisation_id, seller.id AS reseller_id,
       s.id AS site_id,
       s.zone AS site_zone, c.id AS certificate_id, a.id AS asset_id
FROM intake_text i
LEFT JOIN intake_level l ON l.level = lower(i.level)
LEFT JOIN intake_region region ON region.country = upper(i.customer_country)
LEFT JOIN intake_zone zone ON zone.zone = i.site_timezone
LEFT JOIN (SELECT DISTINCT ON (key) key, id, kind FROM (
        SELECT lower(slug) AS key, 0 AS place, id, kind FROM catalog_product
        UNION ALL SELECT lower(name), 1, id, kind FROM catalog_product) each ORDER BY key, place, id) p
    ON p.key = lower(i.product)
LEFT JOIN (SELECT DISTINCT ON (product_id, key) product_id, key, id FROM (
        SELECT product_id, lower(name) AS key, 0 AS place, id FROM catalog_release
        UNION ALL SELECT product_id, lower(label), 1, id FROM catalog_release) each
    ORDER BY product_id, key, place, id) r
    ON r.product_id = p.id AND r.key = lower(i.release)
LEFT JOIN accounts_organisation o
    ON lower(o.name) = lower(i.customer) AND o.country = upper(i.customer_country) AND o.kind = 'customer'
LEFT JOIN (SELECT lower(name) AS key, min(id) AS id FROM accounts_organisation
           WHERE kind = 'reseller' GROUP BY 1) seller
    ON seller.key = lower(i.reseller)
LEFT JOIN accounts_site s ON s.organisation_id = o.id AND lower(s.name) = lower(i.site)
LEFT JOIN entitlements_certificate c ON c.number = upper(i.certificate_number)
LEFT JOIN entitlements_asset a ON a.serial_number = upper(i.serial_number)
"""


def stage(rows: Iterable[Row], *, policy: Policy) -> int:
    """Put the file's rows and what the policy allows into temporary tables; says how many rows there are."""
    with connection.cursor() as cursor:
        tables = ", ".join(f"pg_temp.intake_{name}" for name in _TABLES)
        cursor.execute(TABLES.format(tables=tables, columns=", ".join(f"{name} text" for name in COLUMNS)))
        count = _copy(cursor, rows)
        _look_up(cursor, policy)
        cursor.execute("ANALYZE intake_text")
        cursor.execute(ROWS.format())
        cursor.execute("ANALYZE intake_row")
    return count


def _copy(cursor: CursorWrapper, rows: Iterable[Row]) -> int:
    count = 0
    block: list[str] = []
    with cursor.copy("COPY intake_text FROM STDIN") as copy:
        for line, cells in rows:
            text = "\x1f".join(cells)
            if "\\" in text or "\n" in text or "\r" in text or "\t" in text:
                text = "\x1f".join(" ".join(cell.split()).replace("\\", "\\\\") for cell in cells)
            block.append(f"{line}\t" + text.replace("\x1f", "\t") + "\n")
            count += 1
            if len(block) == _BLOCK:
                copy.write("".join(block))
                block.clear()
        copy.write("".join(block))
    return count


def _look_up(cursor: CursorWrapper, policy: Policy) -> None:
    levels = [
        (each.key, TermFamily[each.family.upper()].value, each.contacts, list(each.sold_for))
        for each in policy.levels.values()
    ]
    cursor.executemany("INSERT INTO intake_level VALUES (%s, %s, %s, %s)", levels)
    pairs = [(country, region.key) for region in policy.regions.values() for country in region.countries]
    cursor.execute(
        "INSERT INTO intake_region SELECT * FROM unnest(%s::text[], %s::text[])",
        [[country for country, _ in pairs], [region for _, region in pairs]],
    )
    cursor.execute("INSERT INTO intake_zone SELECT unnest(%s::text[])", [sorted(available_timezones())])


def patterns(policy: Policy) -> dict[str, str]:
    """The policy's patterns of the identifiers, by column, as PostgreSQL reads them."""
    return {column: f"^(?:{policy.identifiers[kind].pattern})$" for column, kind in IDENTIFIERS.items()}
