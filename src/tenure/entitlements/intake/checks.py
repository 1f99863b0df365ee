"""Everything that can be wrong with a file, each as one pass over its rows."""

from collections.abc import Iterator

from django.db import connection

from tenure.entitlements.intake.sentences import sentence
from tenure.entitlements.intake.staging import patterns
from tenure.policy.words import Policy
from tenure.toolbox.tables import Fault

# line_faults: what is wrong with a line by itself
LINES = """
INSERT INTO intake_fault
SELECT r.line, f.col, f.code, f.value FROM intake_row r CROSS JOIN LATERAL (VALUES
    ('certificate_number', CASE WHEN r.certificate !~ %(certificate_number)s THEN 'format' END, r.certificate),
    ('sales_order_number', CASE WHEN r.sales_order !~ %(sales_order_number)s THEN 'format' END, r.sales_order),
    ('issued_on', CASE WHEN r.issued_on IS NULL THEN 'day' END, r.issued_text),
    ('customer', CASE WHEN r.customer = '' THEN 'missing' END, ''),
    ('customer_country', CASE WHEN r.region IS NULL THEN 'country' END, r.country),
    ('site', CASE WHEN r.site = '' THEN 'missing' END, ''),
    ('site_timezone', CASE WHEN NOT r.zone_known THEN 'zone' WHEN r.site_zone <> r.zone THEN 'held' END,
        CASE WHEN r.zone_known THEN r.site_zone ELSE r.zone END),
    ('owner_name', CASE WHEN r.owner_name = '' THEN 'missing' END, ''),
    ('owner_email', CASE WHEN r.owner_email !~ %(email)s THEN 'email' END, r.owner_email),
    ('technical_name', CASE WHEN r.technical_name = '' AND r.technical_email <> '' THEN 'missing' END, ''),
    ('technical_email', CASE WHEN (r.technical_email <> '' OR r.technical_name <> '')
        AND r.technical_email !~ %(email)s THEN 'email' END, r.technical_email),
    ('product', CASE WHEN r.product_id IS NULL THEN 'product' END, r.product_text),
    ('release', CASE WHEN r.release_text <> '' AND r.product_id IS NOT NULL AND r.release_id IS NULL THEN 'release' END,
        r.release_text),
    ('serial_number', CASE WHEN r.serial !~ %(serial_number)s THEN 'format' END, r.serial),
    ('support_identifier', CASE WHEN r.support !~ %(support_identifier)s THEN 'format' END, r.support),
    ('quantity', CASE WHEN r.quantity IS NULL OR r.quantity = 0 THEN 'quantity' END, r.quantity_text),
    ('licence_kind', CASE WHEN r.licence_kind NOT IN ('perpetual', 'subscription', 'hardware') THEN 'licence_kind'
        WHEN (r.licence_kind = 'hardware') <> (r.kind = 'hardware') THEN 'kind_differs' END, r.licence_kind),
    ('level', CASE WHEN r.level <> '' AND NOT r.level_known THEN 'level'
        WHEN r.level_known AND NOT r.kind = ANY(r.kinds) THEN 'not_sold'
        WHEN r.level = '' AND (r.starts_text <> '' OR r.ends_text <> '') THEN 'term_incomplete' END, r.level),
    ('term_starts_on', CASE WHEN r.starts_text <> '' AND r.starts IS NULL THEN 'day'
        WHEN r.starts_text = '' AND (r.level <> '' OR r.ends_text <> '') THEN 'term_incomplete' END, r.starts_text),
    ('term_ends_on', CASE WHEN r.ends_text <> '' AND r.ends IS NULL THEN 'day'
        WHEN r.ends_text = '' AND (r.level <> '' OR r.starts_text <> '') THEN 'term_incomplete'
        WHEN r.ends <= r.starts THEN 'ends_first' END, r.ends_text),
    ('purpose', CASE WHEN r.purpose NOT IN ('', 'production', 'trial', 'not_for_resale', 'temporary')
        THEN 'purpose' END, r.purpose),
    ('customer_size', CASE WHEN r.size NOT IN ('', 'small', 'enterprise') THEN 'size' END, r.size),
    ('customer_language', CASE WHEN r.language !~ '^([a-z]{2,3}(-[a-z]{2,4})?)?$' THEN 'language' END, r.language)
) f(col, code, value) WHERE f.code IS NOT NULL
"""

# header_faults: rows of one certificate, site or serial that disagree with its first row in the file
HEADERS = """
INSERT INTO intake_fault
SELECT r.line, f.col, 'differs', f.value || ' (line ' || f.line || ')'
FROM (SELECT i.*, first_value(line) OVER certs AS c_line, first_value(sales_order) OVER certs AS c_order,
             first_value(issued_text) OVER certs AS c_issued, first_value(customer) OVER certs AS c_customer,
             first_value(country) OVER certs AS c_country, first_value(reseller) OVER certs AS c_reseller,
             first_value(owner_email) OVER certs AS c_owner,
             first_value(line) OVER serials AS s_line, first_value(customer) OVER serials AS s_customer,
             first_value(country) OVER serials AS s_country, first_value(site) OVER serials AS s_site,
             first_value(product_text) OVER serials AS s_product, first_value(product_id) OVER serials AS s_product_id,
             first_value(release_text) OVER serials AS s_release, first_value(support) OVER serials AS s_support,
             first_value(quantity_text) OVER serials AS s_quantity, first_value(meter) OVER serials AS s_meter,
             first_value(licence_kind) OVER serials AS s_kind, first_value(purpose) OVER serials AS s_purpose,
             first_value(line) OVER sites AS z_line, first_value(zone) OVER sites AS z_zone
      FROM intake_row i
      WINDOW certs AS (PARTITION BY certificate ORDER BY line), serials AS (PARTITION BY serial ORDER BY line),
             sites AS (PARTITION BY lower(customer), country, lower(site) ORDER BY line)) r
CROSS JOIN LATERAL (VALUES
    ('sales_order_number', r.sales_order <> r.c_order, r.c_order, r.c_line),
    ('issued_on', r.issued_text <> r.c_issued, r.c_issued, r.c_line),
    ('customer', lower(r.customer) <> lower(r.c_customer), r.c_customer, r.c_line),
    ('customer_country', r.country <> r.c_country, r.c_country, r.c_line),
    ('reseller', lower(r.reseller) <> lower(r.c_reseller), r.c_reseller, r.c_line),
    ('owner_email', lower(r.owner_email) <> lower(r.c_owner), r.c_owner, r.c_line),
    ('serial_number', lower(r.customer) <> lower(r.s_customer) OR r.country <> r.s_country, r.s_customer, r.s_line),
    ('site', lower(r.site) <> lower(r.s_site), r.s_site, r.s_line),
    ('product', r.product_id IS DISTINCT FROM r.s_product_id, r.s_product, r.s_line),
    ('release', lower(r.release_text) <> lower(r.s_release), r.s_release, r.s_line),
    ('support_identifier', r.support <> r.s_support, r.s_support, r.s_line),
    ('quantity', r.quantity_text <> r.s_quantity, r.s_quantity, r.s_line),
    ('meter', r.meter <> r.s_meter, r.s_meter, r.s_line),
    ('licence_kind', r.licence_kind <> r.s_kind, r.s_kind, r.s_line),
    ('purpose', r.purpose <> r.s_purpose, COALESCE(NULLIF(r.s_purpose, ''), 'nothing'), r.s_line),
    ('site_timezone', r.zone <> r.z_zone, r.z_zone, r.z_line)
) f(col, wrong, value, line) WHERE f.wrong
"""

# held_faults: what the file says of a certificate or a serial that is held otherwise
HELD = """
INSERT INTO intake_fault
SELECT r.line, f.col, f.code, f.value FROM intake_row r
LEFT JOIN entitlements_certificate c ON c.id = r.certificate_id
LEFT JOIN entitlements_asset a ON a.id = r.asset_id
LEFT JOIN accounts_contact owner ON owner.id = c.owner_id
CROSS JOIN LATERAL (VALUES
    ('sales_order_number', 'held', c.sales_order_number <> r.sales_order, c.sales_order_number),
    ('issued_on', 'held', c.issued_on <> r.issued_on, c.issued_on::text),
    ('customer', 'other_customer', c.organisation_id IS DISTINCT FROM r.organisation_id AND c.id IS NOT NULL, ''),
    ('owner_email', 'held', lower(owner.email) <> lower(r.owner_email), owner.email),
    ('serial_number', 'other_customer', a.organisation_id IS DISTINCT FROM r.organisation_id AND a.id IS NOT NULL, ''),
    ('site', 'held', a.organisation_id = r.organisation_id AND a.site_id IS DISTINCT FROM r.site_id,
        (SELECT name FROM accounts_site s WHERE s.id = a.site_id)),
    ('product', 'held', a.product_id <> r.product_id, (SELECT slug FROM catalog_product p WHERE p.id = a.product_id)),
    ('release', 'held', a.id IS NOT NULL AND a.release_id IS DISTINCT FROM r.release_id,
        COALESCE((SELECT name FROM catalog_release x WHERE x.id = a.release_id), 'none')),
    ('support_identifier', 'held', a.support_identifier <> r.support, a.support_identifier),
    ('quantity', 'held', a.quantity <> r.quantity, a.quantity::text),
    ('meter', 'held', a.meter <> r.meter, a.meter),
    ('licence_kind', 'held', a.licence_kind <> r.licence_kind, a.licence_kind),
    ('purpose', 'held', r.purpose <> '' AND a.purpose <> r.purpose, a.purpose)
) f(col, code, wrong, value)
WHERE (r.certificate_id IS NOT NULL OR r.asset_id IS NOT NULL) AND f.wrong
"""

# overlaps_in_file: of two terms of one serial and family that share a day, the later line is at fault
OVERLAPS = """
INSERT INTO intake_fault
SELECT r.line, 'term_starts_on', 'overlap', format('%%s to %%s by %%s|%%s to %%s by %%s (line %%s)',
       r.starts, r.ends - 1, r.level, before.starts, before.ends - 1, before.level, before.line)
FROM (SELECT *, lag(line) OVER spans AS previous, max(ends) OVER (
          PARTITION BY serial, family ORDER BY starts, ends, line
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM intake_row WHERE starts < ends AND family IS NOT NULL
      WINDOW spans AS (PARTITION BY serial, family ORDER BY starts, ends, line)) r
JOIN LATERAL (SELECT * FROM intake_row b WHERE b.serial = r.serial AND b.family = r.family AND b.line <> r.line
              AND b.starts < r.ends AND r.starts < b.ends ORDER BY b.line LIMIT 1) before ON TRUE
WHERE r.starts < r.reached
"""

# intake_term: each term of the file beside the terms held that it equals or would change
TERMS = """
CREATE TEMP TABLE intake_term ON COMMIT DROP AS
SELECT r.line, r.asset_id, r.family, r.starts, r.ends, r.level,
       EXISTS (SELECT FROM entitlements_term t WHERE t.asset_id = r.asset_id AND t.family = r.family
               AND upper_inf(t.known) AND t.covers = daterange(r.starts, r.ends) AND t.level = r.level) AS held
FROM intake_row r WHERE r.starts < r.ends AND r.family IS NOT NULL;
ANALYZE intake_term;
CREATE TEMP TABLE intake_change ON COMMIT DROP AS
SELECT DISTINCT t.id AS term_id, n.line, t.covers, t.level, t.certificate_id = r.certificate_id AS same_paper
FROM intake_term n JOIN intake_row r USING (line)
JOIN entitlements_term t ON t.asset_id = n.asset_id AND t.family = n.family AND upper_inf(t.known)
    AND t.covers && daterange(n.starts, n.ends)
WHERE NOT n.held AND NOT EXISTS (
    SELECT FROM intake_term o WHERE o.asset_id = t.asset_id AND o.family = t.family AND o.level = t.level
    AND daterange(o.starts, o.ends) = t.covers);
"""

# overlaps_with_held: a term of another certificate, or one that only --correct may change, or one the file repeats
HELD_OVERLAPS = """
INSERT INTO intake_fault
SELECT n.line, 'term_starts_on', CASE WHEN c.same_paper THEN 'changed' ELSE 'overlap_held' END,
       format('%%s to %%s by %%s|%%s to %%s by %%s',
              n.starts, n.ends - 1, n.level, lower(c.covers), upper(c.covers) - 1, c.level)
FROM intake_change c JOIN intake_term n USING (line)
WHERE NOT (COALESCE(c.same_paper, FALSE) AND %(correct)s)
"""

# seats: the technical contacts that an agreement would have, named in this file or seated before
SEATS = """
INSERT INTO intake_fault
SELECT max(e.line), 'technical_email', 'seats',
       format('%%s|%%s|%%s', count(DISTINCT e.email), max(e.contacts), e.level)
FROM (SELECT r.line, lower(r.customer) AS customer, r.country, r.level, r.region, lower(r.technical_email) AS email,
             r.contacts FROM intake_row r WHERE r.technical_email <> '' AND r.level_known
      UNION ALL
      SELECT 0, lower(o.name), o.country, g.level, g.region, lower(k.email), l.contacts
      FROM entitlements_contactseat s JOIN entitlements_agreement g ON g.id = s.agreement_id
      JOIN accounts_organisation o ON o.id = g.organisation_id JOIN accounts_contact k ON k.id = s.contact_id
      JOIN intake_level l ON l.level = g.level
      WHERE s.ended_at IS NULL AND o.id IN (SELECT organisation_id FROM intake_row)) e
GROUP BY e.customer, e.country, e.level, e.region
HAVING count(DISTINCT e.email) > max(e.contacts) AND max(e.line) > 0
"""

EMAIL = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$"


def check(*, policy: Policy, correct: bool) -> None:
    """Write down every fault of the staged file.  correct: dates of the same certificate's terms may change."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, {**patterns(policy), "email": EMAIL})
        for statement in (HEADERS, HELD):
            cursor.execute(statement)
        cursor.execute(OVERLAPS, {})
        cursor.execute(TERMS)
        cursor.execute(HELD_OVERLAPS, {"correct": correct})
        cursor.execute(SEATS, {})


def faults(*, policy: Policy) -> Iterator[Fault]:
    """The faults in the order of the file, in sentences."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, col, code, value FROM intake_fault ORDER BY line, col, value")
        while rows := cursor.fetchmany(1000):
            for line, column, code, value in rows:
                yield Fault(line, column, sentence(column=column, code=code, value=value or "", policy=policy))
