"""Temporary tables of one import of counts: the file's rows, what they mean here, what is wrong, what is kept."""

TABLES = """
DROP TABLE IF EXISTS pg_temp.counts_text, pg_temp.counts_row, pg_temp.counts_fault, pg_temp.counts_new;
CREATE OR REPLACE FUNCTION pg_temp.counts_day(given text) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN given ~ '^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
        AND substr(given, 9)::int <= CASE
            WHEN substr(given, 6, 2) IN ('04', '06', '09', '11') THEN 30
            WHEN substr(given, 6, 2) <> '02' THEN 31
            WHEN substr(given, 1, 4)::int % 4 = 0
                AND (substr(given, 1, 4)::int % 100 <> 0 OR substr(given, 1, 4)::int % 400 = 0) THEN 29
            ELSE 28 END
        THEN make_date(substr(given, 1, 4)::int, substr(given, 6, 2)::int, substr(given, 9)::int) END
$$;
CREATE TEMP TABLE counts_text (line bigint, customer text, site text, product text, quantity text, counted_on text,
    release text, serial_number text, host text) ON COMMIT DROP;
CREATE TEMP TABLE counts_fault (line bigint, col text, code text, value text) ON COMMIT DROP;
"""
# counts_row: each line with what its texts mean; customers are named by their number, or by a name that is one's alone
LOOKED_UP = """
CREATE TEMP TABLE counts_row ON COMMIT DROP AS
WITH mine AS MATERIALIZED (
    SELECT id, upper(number) AS number, lower(name) AS name FROM accounts_organisation
    WHERE kind = 'customer' AND (%(may)s::text IS NULL OR id = ANY(%(may)s::bigint[]))),
named AS (SELECT name, min(id) AS id, count(*) AS many FROM mine GROUP BY name),
things AS (
    SELECT DISTINCT ON (key) key, id FROM (
        SELECT lower(slug) AS key, 0 AS place, id FROM catalog_product
        UNION ALL SELECT lower(name), 1, id FROM catalog_product) each ORDER BY key, place, id),
versions AS (
    SELECT DISTINCT ON (product_id, key) product_id, key, id FROM (
        SELECT product_id, lower(name) AS key, 0 AS place, id FROM catalog_release
        UNION ALL SELECT product_id, lower(label), 1, id FROM catalog_release) each
    ORDER BY product_id, key, place, id)
SELECT i.line, i.customer, i.site, i.product, i.quantity AS quantity_text, i.counted_on AS day_text, i.release,
       upper(replace(i.serial_number, ' ', '')) AS serial, i.host,
       COALESCE(numbered.id, CASE WHEN named.many = 1 THEN named.id END) AS organisation_id,
       COALESCE(numbered.id IS NULL AND named.many > 1, FALSE) AS ambiguous,
       s.id AS site_id, p.id AS product_id, r.id AS release_id, a.id AS asset_id,
       CASE WHEN i.quantity ~ '^[0-9]{1,12}$' THEN i.quantity::bigint END AS quantity,
       pg_temp.counts_day(i.counted_on) AS day
FROM counts_text i
LEFT JOIN mine numbered ON numbered.number = upper(i.customer)
LEFT JOIN named ON named.name = lower(i.customer)
LEFT JOIN accounts_site s
    ON s.organisation_id = COALESCE(numbered.id, CASE WHEN named.many = 1 THEN named.id END)
    AND lower(s.name) = lower(i.site)
LEFT JOIN things p ON p.key = lower(i.product)
LEFT JOIN versions r ON r.product_id = p.id AND r.key = lower(i.release)
LEFT JOIN entitlements_asset a ON a.serial_number = upper(replace(i.serial_number, ' ', ''))
    AND a.organisation_id = COALESCE(numbered.id, CASE WHEN named.many = 1 THEN named.id END) AND a.product_id = p.id
"""
CHECKS = """
INSERT INTO counts_fault
SELECT r.line, f.col, f.code, f.value FROM counts_row r CROSS JOIN LATERAL (VALUES
    ('customer', CASE WHEN r.customer = '' THEN 'missing' WHEN r.ambiguous THEN 'ambiguous'
        WHEN r.organisation_id IS NULL THEN 'customer' END, r.customer),
    ('site', CASE WHEN r.site = '' THEN 'missing'
        WHEN r.organisation_id IS NOT NULL AND r.site_id IS NULL THEN 'site' END, r.site),
    ('product', CASE WHEN r.product = '' THEN 'missing' WHEN r.product_id IS NULL THEN 'product' END, r.product),
    ('release', CASE WHEN r.release <> '' AND r.product_id IS NOT NULL AND r.release_id IS NULL THEN 'release' END,
        r.release),
    ('serial_number', CASE WHEN r.serial <> '' AND r.organisation_id IS NOT NULL AND r.product_id IS NOT NULL
        AND r.asset_id IS NULL THEN 'serial' END, r.serial),
    ('host', CASE WHEN length(r.host) > %(host)s THEN 'host' END, length(r.host)::text),
    ('quantity', CASE WHEN r.quantity IS NULL THEN 'quantity' END, r.quantity_text),
    ('counted_on', CASE WHEN r.day IS NULL THEN 'day' WHEN r.day > %(today)s::date + 1 THEN 'ahead'
        WHEN r.day < %(earliest)s::date THEN 'early' END, r.day_text)
) f(col, code, value) WHERE f.code IS NOT NULL
"""
TWICE = """
INSERT INTO counts_fault
SELECT line, '', 'twice', first::text FROM (
    SELECT line, first_value(line) OVER w AS first FROM counts_row
    WHERE site_id IS NOT NULL AND product_id IS NOT NULL AND day IS NOT NULL AND NOT (serial <> '' AND asset_id IS NULL)
    WINDOW w AS (PARTITION BY site_id, product_id, release_id, asset_id, host, day ORDER BY line)) r
WHERE line <> first
"""
FAULTS = "SELECT line, col, code, COALESCE(value, '') FROM counts_fault ORDER BY line, col, code LIMIT 100000"
# counts_new: the lines that say something else than what was kept last of the same line
CURRENT = """
CREATE TEMP TABLE counts_new ON COMMIT DROP AS
SELECT r.* FROM counts_row r
LEFT JOIN (
    SELECT DISTINCT ON (c.site_id, c.product_id, c.release_id, c.asset_id, c.host, c.counted_on) c.*
    FROM compliance_count c WHERE c.site_id IN (SELECT site_id FROM counts_row)
    ORDER BY c.site_id, c.product_id, c.release_id, c.asset_id, c.host, c.counted_on, c.id DESC) held
    ON held.site_id = r.site_id AND held.product_id = r.product_id AND held.counted_on = r.day AND held.host = r.host
    AND held.release_id IS NOT DISTINCT FROM r.release_id AND held.asset_id IS NOT DISTINCT FROM r.asset_id
    AND held.organisation_id = r.organisation_id
WHERE held.quantity IS DISTINCT FROM r.quantity
"""
KEEP = """
WITH kept AS (
    INSERT INTO compliance_count (organisation_id, site_id, product_id, release_id, asset_id, host, quantity,
                                  counted_on, source, kept_at, kept_by_id)
    SELECT organisation_id, site_id, product_id, release_id, asset_id, host, quantity, day, 'imported', %(at)s,
           %(person)s::bigint
    FROM counts_new ORDER BY line
    RETURNING organisation_id, product_id)
SELECT count(*), count(DISTINCT (organisation_id, product_id)) FROM kept
"""
