"""The renewal board in SQL: what came of each end of a term, and what renewing it would cost at list for a year."""

from tenure.renewals.queries.kept import STATE

# prices: one row a band of the general lists that hold today; per_year as `rules.fees.rate_for` has it (A13)
PRICES = """
prices AS MATERIALIZED (
    SELECT n.product_id, n.level, n.currency, n.band_from,
           lead(n.band_from) OVER (PARTITION BY n.product_id, n.level, n.currency ORDER BY n.band_from) AS band_to,
           COALESCE(n.unit_maintenance_per_year, n.unit_list_price * s.percent * 0.01) AS per_year, m.digits
    FROM (
        SELECT v.*, max(v.valid_from) OVER (PARTITION BY v.product_id, v.level, v.currency) AS edition
        FROM renewals_price v
        WHERE v.region = '' AND v.programme = '' AND v.valid_from <= %(today)s
          AND (v.valid_to IS NULL OR v.valid_to > %(today)s)
    ) n
    LEFT JOIN unnest(%(levels)s::text[], %(percents)s::numeric[]) s (level, percent) ON s.level = n.level
    LEFT JOIN unnest(%(moneys)s::text[], %(digits)s::int[]) m (currency, digits) ON m.currency = n.currency
    WHERE n.valid_from = n.edition
),
listed AS MATERIALIZED (
    SELECT product_id, level, array_agg(DISTINCT currency) AS currencies FROM prices GROUP BY product_id, level
),
usual (country, currency) AS MATERIALIZED (SELECT * FROM unnest(%(countries)s::text[], %(currencies)s::text[]))
"""
# newest: of each asset the newest quote that would continue its cover, and how it stands
NEWEST = f"""
newest AS MATERIALIZED (
    SELECT DISTINCT ON (l.asset_id) l.asset_id, l.starts_on, l.amount, q.number, q.currency, q.why, {STATE} AS state
    FROM renewals_quoteline l JOIN renewals_quote q ON q.id = l.quote_id
    LEFT JOIN renewals_order d ON d.quote_id = q.id
    LEFT JOIN renewals_quote n ON n.revises_id = q.id
    WHERE l.kind IN ('renewal', 'first_term') AND l.starts_on >= %(first)s
    ORDER BY l.asset_id, q.id DESC
)
"""  # noqa: S608
# the currency of a customer's list, or the only one that prices the product at the level, as `queries.quotes` has it
CURRENCY = """CASE WHEN cardinality(h.currencies) = 1 AND NOT u.currency = ANY(h.currencies) THEN h.currencies[1]
    ELSE u.currency END"""
# fee: joins for a row e with product_id, level, quantity and country; v.worth is null where no list prices it
FEE = f"""
LEFT JOIN usual u ON u.country = e.country
LEFT JOIN listed h ON h.product_id = e.product_id AND h.level = e.level
LEFT JOIN prices c ON c.product_id = e.product_id AND c.level = e.level AND c.currency = {CURRENCY}
    AND e.quantity >= c.band_from AND (c.band_to IS NULL OR e.quantity < c.band_to)
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.quoted IS NOT NULL THEN e.quoted ELSE round(c.per_year * e.quantity, c.digits) END AS worth,
           CASE WHEN e.quoted IS NOT NULL THEN e.quoted_in ELSE COALESCE({CURRENCY}, '') END AS currency
) v
"""
# past: whether a last covered day is over where the asset is; two days away from it no zone makes a difference
PAST = """CASE WHEN {ends} <= %(today)s - 1 THEN TRUE WHEN {ends} > %(today)s + 1 THEN FALSE
    ELSE {ends} <= (%(at)s::timestamptz AT TIME ZONE a.zone)::date END"""
OPEN_QUOTE = "q.state IN ('prepared', 'sent', 'accepted')"
UNFOLLOWED = """CASE WHEN l.id IS NOT NULL THEN 'lost' WHEN q.state = 'accepted' THEN 'accepted'
    WHEN q.state IN ('prepared', 'sent') THEN 'quoted' WHEN {past} THEN 'lapsed' ELSE 'open' END"""
LOST = """LEFT JOIN renewals_lost l ON l.asset_id = {asset} AND l.ends_on = {ends} - 1 AND l.taken_back_at IS NULL"""
OF_BOARD = """(%(region)s = '' OR w.region = %(region)s) AND (%(kind)s = '' OR p.kind = %(kind)s)
  AND (%(reseller)s = '' OR a.reseller_id = (SELECT id FROM accounts_organisation WHERE number = %(reseller)s))"""
# known_terms: those that end in the board's span or later; few conditions, as the planner thinks each of them picky
# ends: every end of a term in the board's span: the last one of an asset, and those that another term follows.
# A change of level in the middle of a term is no end; courtesy and extensions are no cover that is renewed.
ENDS = f"""
known_terms AS MATERIALIZED (
    SELECT t.id, t.asset_id, t.level, upper(t.covers) AS ends,
           min(lower(t.covers)) OVER later <= upper(t.covers) AS goes_on,
           t.id = max(t.id) OVER (PARTITION BY t.asset_id, upper(t.covers)) AS counts
    FROM entitlements_term t WHERE upper_inf(t.known) AND t.family < 4 AND t.covers && daterange(%(first)s, NULL)
    WINDOW later AS (
        PARTITION BY t.asset_id ORDER BY upper(t.covers) GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),
changed AS MATERIALIZED (
    SELECT DISTINCT x.asset_id, x.starts_on FROM renewals_quoteline x JOIN renewals_order d ON d.quote_id = x.quote_id
    WHERE x.kind = 'level_change'
),
ends AS (
    SELECT t.asset_id, t.ends, t.level, a.product_id, a.quantity, a.reseller_id,
           w.region, p.kind, o.country, a.chain_ends_on AS last_end, COALESCE(t.goes_on, FALSE) AS goes_on,
           {PAST.format(ends="t.ends")} AS is_past, x.asset_id IS NOT NULL AND t.ends < a.chain_ends_on AS is_change
    FROM known_terms t
    JOIN entitlements_asset a ON a.id = t.asset_id
    JOIN accounts_site w ON w.id = a.site_id
    JOIN accounts_organisation o ON o.id = a.organisation_id
    JOIN catalog_product p ON p.id = a.product_id
    LEFT JOIN changed x ON x.asset_id = t.asset_id AND x.starts_on = t.ends
    WHERE t.ends <= %(last)s + 1 AND t.counts AND a.quantity > 0 AND a.purpose <> 'trial' AND {OF_BOARD}
)
"""  # noqa: S608
# pipeline: the ends counted by month, region, reseller and kind, each by state and currency (B8)
PIPELINE = f"""
WITH {PRICES}, {NEWEST}, {ENDS}, judged AS MATERIALIZED (
    SELECT e.*, width_bucket(e.ends - 1, %(months)s::date[]) AS month, e.last_end = e.ends AS is_last,
           CASE WHEN e.goes_on THEN 'on_time' WHEN e.ends < e.last_end THEN 'late'
                ELSE {UNFOLLOWED.format(past="e.is_past")} END AS state,
           CASE WHEN e.ends = e.last_end AND {OPEN_QUOTE} THEN q.amount END AS quoted, q.currency AS quoted_in
    FROM ends e
    LEFT JOIN newest q ON q.asset_id = e.asset_id AND q.starts_on >= e.ends
    {LOST.format(asset="e.asset_id", ends="e.ends")}
    WHERE NOT e.is_change
), cube AS MATERIALIZED (
    SELECT e.month, e.region, e.reseller_id, e.kind, e.is_past,
           e.state, '' AS currency, count(*) AS n, NULL::numeric AS worth, 0::bigint AS unpriced
    FROM judged e WHERE NOT e.is_last GROUP BY 1, 2, 3, 4, 5, 6
    UNION ALL
    SELECT e.month, e.region, e.reseller_id, e.kind, e.is_past, e.state,
           CASE WHEN v.worth IS NULL THEN '' ELSE v.currency END, count(*), sum(v.worth),
           count(*) FILTER (WHERE v.worth IS NULL)
    FROM judged e {FEE} WHERE e.is_last GROUP BY 1, 2, 3, 4, 5, 6, 7
), largest AS (
    SELECT reseller_id FROM cube WHERE reseller_id IS NOT NULL
    GROUP BY reseller_id ORDER BY sum(n) DESC, reseller_id LIMIT %(most)s
), named AS (
    SELECT c.*, (%(months)s::date[])[c.month]::text AS begins,
           CASE WHEN c.reseller_id IS NULL THEN '' WHEN s.id IS NULL THEN '*' ELSE s.number END AS reseller,
           COALESCE(s.name, '') AS name
    FROM cube c LEFT JOIN largest g ON g.reseller_id = c.reseller_id
    LEFT JOIN accounts_organisation s ON s.id = g.reseller_id
)
SELECT GROUPING(begins, region, reseller, kind), COALESCE(begins, region, reseller, kind), COALESCE(name, ''),
       state, is_past, currency, sum(n)::bigint, sum(worth), sum(unpriced)::bigint
FROM named
GROUP BY GROUPING SETS ((begins, state, is_past, currency), (region, state, is_past, currency),
                        (reseller, name, state, is_past, currency), (kind, state, is_past, currency))
ORDER BY 1, 2, 4, 5, 6
"""  # noqa: S608
# found: terms without another after them, whose last covered day lies in a span of days
FOUND = f"""
found AS (
    SELECT a.id, a.chain_ends_on AS ends, a.serial_number, a.product_id, a.quantity, a.reseller_id, a.chain_ends_on,
           w.region, p.name AS product, p.kind, o.name AS organisation, o.number, o.size, o.country,
           {UNFOLLOWED} AS state, q.number AS quote, q.state AS quote_state, q.why,
           CASE WHEN {OPEN_QUOTE} THEN q.amount END AS quoted,
           q.currency AS quoted_in, l.reason, l.words,
           (%(at)s::timestamptz AT TIME ZONE a.zone)::date - a.chain_ends_on AS late_days
    FROM entitlements_asset a
    JOIN catalog_product p ON p.id = a.product_id
    JOIN accounts_organisation o ON o.id = a.organisation_id
    JOIN accounts_site w ON w.id = a.site_id
    LEFT JOIN newest q ON q.asset_id = a.id AND q.starts_on >= a.chain_ends_on
    {LOST.format(asset="a.id", ends="a.chain_ends_on")}
    WHERE a.quantity > 0 AND a.purpose <> 'trial' AND a.chain_ends_on > %(from)s AND a.chain_ends_on <= %(until)s + 1
      AND {OF_BOARD} {{text}}
)
""".replace("{past}", PAST.format(ends="a.chain_ends_on"))  # noqa: S608
TEXT = """AND (a.serial_number ILIKE %(like)s OR o.name ILIKE %(like)s OR o.number ILIKE %(like)s
     OR q.number ILIKE %(like)s)"""
LEVEL = """CROSS JOIN LATERAL (
    SELECT t.level FROM entitlements_term t
    WHERE t.asset_id = f.id AND upper_inf(t.known) AND t.family < 4 ORDER BY upper(t.covers) DESC, t.id DESC LIMIT 1
) last"""
STATES = "(f.state = %(state)s OR %(state)s = '' AND f.state <> 'lost')"
# work: a page of them; first those that end first, along their days
WORK = f"""
WITH {PRICES}, {NEWEST}, {FOUND}, chosen AS (
    SELECT f.* FROM found f WHERE {STATES} {{first_further}} {{first_limit}}
), e AS (SELECT f.*, last.level FROM chosen f {LEVEL}), priced AS (
    SELECT e.*, CASE WHEN v.worth IS NULL THEN '' ELSE v.currency END AS currency, v.worth,
           COALESCE(v.worth, -1) AS place
    FROM e {FEE}
), shown AS (SELECT * FROM priced {{then_further}} {{order}} LIMIT %(limit)s)
SELECT e.id, e.serial_number, e.product, e.kind, e.organisation, e.number, e.region, COALESCE(s.name, ''),
       COALESCE(s.number, ''), e.quantity, e.level, e.ends - 1, e.state, COALESCE(e.quote, ''),
       COALESCE(e.quote_state, ''), COALESCE(e.why, ''), e.currency, e.worth, told.step, told.written_at,
       COALESCE(e.reason, ''), COALESCE(e.words, ''), e.size, e.late_days
FROM shown e
LEFT JOIN accounts_organisation s ON s.id = e.reseller_id
LEFT JOIN LATERAL (
    SELECT n.step, n.written_at FROM renewals_notice n
    WHERE n.asset_id = e.id AND n.ends_on = e.ends - 1 AND n.written_at IS NOT NULL ORDER BY n.step DESC LIMIT 1
) told ON TRUE
{{order}}
"""  # noqa: S608
FIRST_FURTHER, FIRST_LIMIT = (
    "AND (f.ends, f.id) > (%(day)s::date + 1, %(place)s)",
    "ORDER BY f.ends, f.id LIMIT %(limit)s",
)
THEN_FURTHER = "WHERE (currency, -place, id) > (%(currency)s, %(minus)s, %(place)s)"
FIRST_ORDER, WORTH_ORDER = "ORDER BY ends, id", "ORDER BY currency, place DESC, id"
# reasons: why terms of the span were lost, counted, with what they were worth
REASONS = f"""
WITH {PRICES}, {NEWEST}, {FOUND}, e AS (SELECT f.*, last.level FROM found f {LEVEL} WHERE f.state = 'lost')
SELECT e.reason, CASE WHEN v.worth IS NULL THEN '' ELSE v.currency END, count(*), sum(v.worth),
       count(*) FILTER (WHERE v.worth IS NULL)
FROM e {FEE} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""  # noqa: S608
RESELLERS = """
SELECT number, name FROM accounts_organisation WHERE kind = 'reseller' ORDER BY name, id LIMIT 200
"""
