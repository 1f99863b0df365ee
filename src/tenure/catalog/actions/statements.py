"""The statements of an import: a file's rows arrive in temporary tables, then each table is taken at once."""

DAYS = (
    "available_from",
    "active_support_ends_from",
    "standard_support_ends_from",
    "extended_support_ends_from",
    "discontinued_from",
)
FLAGS = (
    "active_support_ended",
    "standard_support_ended",
    "extended_support_ended",
    "extended_support_offered",
    "discontinued",
)
KNOWN = ("standard_support_ended_by", "extended_support_ended_by")
TOLD = ("label", *DAYS, *FLAGS, "is_long_term", "latest", "latest_on")  # what makes a release a changed one

# arrivals: what the file says, gone with the transaction
ARRIVALS = (
    """CREATE TEMPORARY TABLE arriving_product (
    slug text, name text, kind text, category text, family_slug text, family_name text, aliases text[],
    platforms text[], has_content boolean, reminds_customer boolean) ON COMMIT DROP""",
    """CREATE TEMPORARY TABLE arriving_release (
    slug text, name text, label text, available_from date, active_support_ends_from date, active_support_ended boolean,
    standard_support_ends_from date, standard_support_ended boolean, standard_support_ended_by date,
    extended_support_offered boolean, extended_support_ends_from date, extended_support_ended boolean,
    extended_support_ended_by date, discontinued_from date, discontinued boolean, is_long_term boolean,
    latest text, latest_on date, position integer) ON COMMIT DROP""",
)
LEAVE = "DROP TABLE arriving_product, arriving_release"
COPY_PRODUCTS = "COPY arriving_product FROM STDIN"
COPY_RELEASES = "COPY arriving_release FROM STDIN"

# take_families: one a slug; the file's name for it counts
TAKE_FAMILIES = """
INSERT INTO catalog_family AS old (slug, name)
SELECT DISTINCT family_slug, family_name FROM arriving_product ORDER BY family_slug
ON CONFLICT (slug) DO UPDATE SET name = excluded.name WHERE old.name <> excluded.name
"""

# take_products: what the file does not say (null) stays as it is known
TAKE_PRODUCTS = """
WITH told AS (
    SELECT a.slug, a.name, a.kind, f.id AS family_id, a.category, a.aliases,
           coalesce(a.has_content, p.has_content, false) AS has_content,
           coalesce(a.reminds_customer, p.reminds_customer, false) AS reminds_customer
    FROM arriving_product a
    JOIN catalog_family f ON f.slug = a.family_slug
    LEFT JOIN catalog_product p ON p.slug = a.slug),
taken AS (
    INSERT INTO catalog_product AS old (slug, name, kind, family_id, category, aliases, has_content, reminds_customer)
    SELECT slug, name, kind, family_id, category, aliases, has_content, reminds_customer FROM told ORDER BY slug
    ON CONFLICT (slug) DO UPDATE SET
        name = excluded.name, kind = excluded.kind, family_id = excluded.family_id, category = excluded.category,
        aliases = excluded.aliases, has_content = excluded.has_content, reminds_customer = excluded.reminds_customer
    WHERE (old.name, old.kind, old.family_id, old.category, old.aliases, old.has_content, old.reminds_customer)
        IS DISTINCT FROM (excluded.name, excluded.kind, excluded.family_id, excluded.category, excluded.aliases,
                          excluded.has_content, excluded.reminds_customer)
    RETURNING xmax = 0 AS inserted)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM taken
"""

TAKE_PLATFORMS = """
INSERT INTO catalog_platform (name)
SELECT DISTINCT platform FROM arriving_product, unnest(platforms) AS platform ORDER BY platform
ON CONFLICT (name) DO NOTHING
"""
# drop_runs_on: where the file lists platforms, those it no longer lists
DROP_RUNS_ON = """
DELETE FROM catalog_product_platforms old USING arriving_product a, catalog_product p, catalog_platform t
WHERE a.platforms IS NOT NULL AND p.slug = a.slug AND old.product_id = p.id AND t.id = old.platform_id
  AND t.name <> ALL (a.platforms)
"""
TAKE_RUNS_ON = """
INSERT INTO catalog_product_platforms (product_id, platform_id)
SELECT p.id, t.id
FROM arriving_product a JOIN catalog_product p ON p.slug = a.slug
CROSS JOIN unnest(a.platforms) AS platform JOIN catalog_platform t ON t.name = platform
ON CONFLICT (product_id, platform_id) DO NOTHING
"""

_PAIRS = ",\n    ".join(f"('{field}', r.{field}::text, a.{field}::text)" for field in (*DAYS, *FLAGS))
# keep_history: one row for each day or flag that becomes another one; before the releases are taken
KEEP_HISTORY = f"""
INSERT INTO catalog_lifecyclechange (release_id, field, before, after, changed_at)
SELECT r.id, pair.field, coalesce(pair.before, ''), coalesce(pair.after, ''), %s
FROM arriving_release a
JOIN catalog_product p ON p.slug = a.slug
JOIN catalog_release r ON r.product_id = p.id AND r.name = a.name
CROSS JOIN LATERAL (VALUES
    {_PAIRS}) AS pair (field, before, after)
WHERE pair.before IS DISTINCT FROM pair.after
ORDER BY r.id, pair.field
"""  # noqa: S608  made of the names above

_TOLD = ", ".join(TOLD)
_OLD = ", ".join(f"old.{field}" for field in TOLD)
_NEW = ", ".join(f"excluded.{field}" for field in TOLD)
_SET = ", ".join(f"{field} = excluded.{field}" for field in TOLD)
# take_releases: the day on which an end became known stays with the first file that told of it
TAKE_RELEASES = f"""
WITH taken AS (
    INSERT INTO catalog_release AS old (product_id, name, position, {", ".join(KNOWN)}, {_TOLD})
    SELECT p.id, a.name, a.position, {", ".join(f"a.{field}" for field in KNOWN)}, {", ".join(f"a.{f}" for f in TOLD)}
    FROM arriving_release a JOIN catalog_product p ON p.slug = a.slug
    ORDER BY p.id, a.position
    ON CONFLICT (product_id, name) DO UPDATE SET {_SET},
        standard_support_ended_by = CASE WHEN excluded.standard_support_ended
            THEN coalesce(old.standard_support_ended_by, excluded.standard_support_ended_by) END,
        extended_support_ended_by = CASE WHEN excluded.extended_support_ended
            THEN coalesce(old.extended_support_ended_by, excluded.extended_support_ended_by) END
    WHERE ({_OLD}) IS DISTINCT FROM ({_NEW})
    RETURNING xmax = 0 AS inserted)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM taken
"""  # noqa: S608  made of the names above

# take_positions: the order in the file; not a change of the release
TAKE_POSITIONS = """
UPDATE catalog_release r SET position = a.position
FROM arriving_release a, catalog_product p
WHERE p.slug = a.slug AND r.product_id = p.id AND r.name = a.name AND r.position <> a.position
"""
