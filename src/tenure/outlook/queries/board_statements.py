"""The renewal board in SQL: what came of each end of a term, and what renewing it would cost at list for a year."""

from tenure.renewals.queries.kept import STATE

# prices: one row a band of the lists that hold today, for each region and programme that has a list of its own, as
# `queries.prices` chooses among them; per_year as `rules.fees.rate_for` has it (A13, B11)
PRICES = """
valid AS MATERIALIZED (
    SELECT v.* FROM renewals_price v
    WHERE v.valid_from <= %(today)s AND (v.valid_to IS NULL OR v.valid_to > %(today)s)
      AND (v.programme = '' OR v.programme = ANY(%(programmes)s))
),
buyers AS (
    SELECT r.region, g.programme FROM (SELECT '' UNION SELECT region FROM valid) r (region)
    CROSS JOIN (SELECT '' UNION SELECT programme FROM valid) g (programme)
),
prices AS MATERIALIZED (
    SELECT n.for_region, n.for_programme, n.product_id, n.level, n.currency, n.band_from,
           lead(n.band_from) OVER (
               PARTITION BY n.for_region, n.for_programme, n.product_id, n.level, n.currency
               ORDER BY n.band_from) AS band_to,
           COALESCE(n.unit_maintenance_per_year, n.unit_list_price * s.percent * 0.01) AS per_year, m.digits
    FROM (
        SELECT v.*, b.region AS for_region, b.programme AS for_programme, rank() OVER (
                   PARTITION BY b.region, b.programme, v.product_id, v.level, v.currency
                   ORDER BY v.programme <> '' DESC, v.region <> '' DESC, v.valid_from DESC) AS place
        FROM buyers b JOIN valid v ON v.region IN ('', b.region) AND v.programme IN ('', b.programme)
    ) n
    LEFT JOIN unnest(%(levels)s::text[], %(percents)s::numeric[]) s (level, percent) ON s.level = n.level
    LEFT JOIN unnest(%(moneys)s::text[], %(digits)s::int[]) m (currency, digits) ON m.currency = n.currency
    WHERE NOT n.place > 1
),
listed AS MATERIALIZED (
    SELECT for_region, for_programme, product_id, level, array_agg(DISTINCT currency) AS currencies
    FROM prices GROUP BY for_region, for_programme, product_id, level
),
usual AS MATERIALIZED (
    SELECT c.country, c.currency, CASE WHEN c.region IN (SELECT region FROM valid) THEN c.region ELSE '' END AS region
    FROM unnest(%(countries)s::text[], %(currencies)s::text[], %(regions)s::text[]) c (country, currency, region)
),
enrolled AS MATERIALIZED (
    SELECT g.organisation_id, CASE WHEN g.programme IN (SELECT programme FROM valid) THEN g.programme END AS programme
    FROM renewals_enrolment g WHERE g.starts_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on > %(today)s)
)
"""
# newest: of each asset the newest quote that would continue its cover, and how it stands; amount: of one for more than
# a year the part of a year, by whole months
NEWEST = f"""
newest AS MATERIALIZED (
    SELECT DISTINCT ON (l.asset_id) l.asset_id, l.starts_on, q.number, q.currency, q.why, {STATE} AS state,
           CASE WHEN y.months > 12 THEN round(l.amount * 12 / y.months, m.digits) ELSE l.amount END AS amount
    FROM renewals_quoteline l JOIN renewals_quote q ON q.id = l.quote_id
    LEFT JOIN unnest(%(moneys)s::text[], %(digits)s::int[]) m (currency, digits) ON m.currency = q.currency
    CROSS JOIN LATERAL (
        SELECT EXTRACT(year FROM s) * 12 + EXTRACT(month FROM s) AS months FROM age(l.ends_on + 1, l.starts_on) s
    ) y
    LEFT JOIN renewals_order d ON d.quote_id = q.id
    LEFT JOIN renewals_quote n ON n.revises_id = q.id
    WHERE l.kind IN ('renewal', 'first_term') AND l.starts_on >= %(first)s
    ORDER BY l.asset_id, q.id DESC
)
"""  # noqa: S608
# the currency of a customer's list, or the only one that prices the product at the level, as `queries.quotes` has it
CURRENCY = """CASE WHEN cardinality(h.currencies) = 1 AND NOT u.currency = ANY(h.currencies) THEN h.currencies[1]
    ELSE u.currency END"""
# fee: joins for a row e with product_id, level, quantity, country, programme; v.worth is null where no list prices it
FEE = f"""
LEFT JOIN usual u ON u.country = e.country
LEFT JOIN listed h ON h.product_id = e.product_id AND h.level = e.level
    AND h.for_region = u.region AND h.for_programme = e.programme
LEFT JOIN prices c ON c.product_id = e.product_id AND c.level = e.level AND c.currency = {CURRENCY}
    AND c.for_region = u.region AND c.for_programme = e.programme
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
UNFOLLOWED = """CASE WHEN {lost} THEN 'lost' WHEN {quote} = 'accepted' THEN 'accepted'
    WHEN {quote} IN ('prepared', 'sent') THEN 'quoted' WHEN {past} THEN 'lapsed' ELSE 'open' END"""
LOST = """LEFT JOIN renewals_lost l ON l.asset_id = {asset} AND l.ends_on = {ends} - 1 AND l.taken_back_at IS NULL"""
OF_BOARD = """(%(region)s = '' OR w.region = %(region)s)
  AND (%(kind)s = '' OR a.product_id IN (SELECT id FROM catalog_product WHERE kind = %(kind)s))
  AND (%(reseller)s = '' OR a.reseller_id = (SELECT id FROM accounts_organisation WHERE number = %(reseller)s))"""
# ends: every end of a term in the board's span, of families that end on one day the newest: the last one of an asset,
# and those that another term follows. One that lies within the last chain is followed the day after: only earlier ones
# are looked up. A change of level in the middle of a term is no end; courtesy and extensions are not renewed.
KNOWN = """upper_inf(t.known) AND t.family < 4 AND t.covers && daterange(%(first)s, NULL)
      AND upper(t.covers) <= %(last)s + 1"""
ENDS = f"""
older AS MATERIALIZED (
    SELECT n.id FROM (
        SELECT t.id, max(t.id) OVER (PARTITION BY t.asset_id, upper(t.covers)) AS newest FROM entitlements_term t
        WHERE {KNOWN} AND t.asset_id IN (SELECT t.asset_id FROM entitlements_term t WHERE t.family > 1 AND {KNOWN})
    ) n WHERE n.id < n.newest
),
changed AS MATERIALIZED (
    SELECT DISTINCT x.asset_id, x.starts_on FROM renewals_quoteline x JOIN renewals_order d ON d.quote_id = x.quote_id
    WHERE x.kind = 'level_change'
),
ends AS (
    SELECT a.id AS asset_id, t.ends, t.level, a.product_id, a.quantity, a.reseller_id, w.region, o.country,
           COALESCE(g.programme, '') AS programme, t.ends = a.chain_ends_on AS is_last,
           {PAST.format(ends="t.ends")} AS is_past,
           t.ends > a.chain_starts_on OR EXISTS (
               SELECT FROM entitlements_term n
               WHERE n.asset_id = a.id AND upper_inf(n.known) AND n.family < 4 AND n.covers @> t.ends) AS goes_on
    FROM (SELECT t.id, t.asset_id, t.level, upper(t.covers) AS ends FROM entitlements_term t WHERE {KNOWN}) t
    JOIN entitlements_asset a ON a.id = t.asset_id
    JOIN accounts_site w ON w.id = a.site_id
    JOIN accounts_organisation o ON o.id = a.organisation_id
    LEFT JOIN enrolled g ON g.organisation_id = a.organisation_id
    WHERE a.quantity > 0 AND a.purpose <> 'trial' AND {OF_BOARD}
      AND NOT EXISTS (SELECT FROM older WHERE older.id = t.id)
      AND NOT EXISTS (
          SELECT FROM changed x WHERE x.asset_id = t.asset_id AND x.starts_on = t.ends AND t.ends < a.chain_ends_on)
)
"""  # noqa: S608
# pipeline: the ends folded to those that are alike, priced, and counted four ways, each by state and currency (B8)
PIPELINE = f"""
WITH {PRICES}, {NEWEST}, {ENDS}, folded AS MATERIALIZED (
    SELECT CASE WHEN e.is_last THEN e.quantity END AS quantity, width_bucket(e.ends - 1, %(months)s::date[]) AS month,
           e.reseller_id, e.product_id, CASE WHEN e.is_last THEN e.level END AS level, e.region,
           CASE WHEN e.is_last THEN e.country END AS country, CASE WHEN e.is_last THEN e.programme END AS programme,
           e.is_last, e.is_past, CASE WHEN NOT e.is_last THEN e.goes_on END AS goes_on, l.id IS NOT NULL AS is_lost,
           q.state AS quote, q.amount AS quoted, q.currency AS quoted_in, count(*) AS n
    FROM ends e
    LEFT JOIN newest q ON e.is_last AND q.asset_id = e.asset_id AND q.starts_on >= e.ends AND {OPEN_QUOTE}
    {LOST.format(asset="e.asset_id", ends="e.ends")} AND e.is_last
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
), cube AS MATERIALIZED (
    SELECT e.month, e.region, e.reseller_id, p.kind, e.is_past,
           CASE WHEN e.goes_on THEN 'on_time' WHEN NOT e.is_last THEN 'late'
                ELSE {UNFOLLOWED.format(lost="e.is_lost", quote="e.quote", past="e.is_past")} END AS state,
           CASE WHEN v.worth IS NULL THEN '' ELSE v.currency END AS currency, sum(e.n) AS n,
           sum(v.worth * e.n) AS worth, COALESCE(sum(e.n) FILTER (WHERE e.is_last AND v.worth IS NULL), 0) AS unpriced
    FROM folded e JOIN catalog_product p ON p.id = e.product_id {FEE} GROUP BY 1, 2, 3, 4, 5, 6, 7
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
           w.region, p.name AS product, p.kind, o.name AS organisation, o.id AS organisation_id,
           o.number, o.size, o.country,
           COALESCE(g.programme, '') AS programme,
           {UNFOLLOWED.format(lost="l.id IS NOT NULL", quote="q.state", past=PAST.format(ends="a.chain_ends_on"))}
           AS state,
           q.number AS quote, q.state AS quote_state, q.why,
           CASE WHEN {OPEN_QUOTE} THEN q.amount END AS quoted,
           q.currency AS quoted_in, l.reason, l.words,
           (%(at)s::timestamptz AT TIME ZONE a.zone)::date - a.chain_ends_on AS late_days
    FROM entitlements_asset a
    JOIN catalog_product p ON p.id = a.product_id
    JOIN accounts_organisation o ON o.id = a.organisation_id
    JOIN accounts_site w ON w.id = a.site_id
    LEFT JOIN enrolled g ON g.organisation_id = a.organisation_id
    LEFT JOIN newest q ON q.asset_id = a.id AND q.starts_on >= a.chain_ends_on
    {LOST.format(asset="a.id", ends="a.chain_ends_on")}
    WHERE a.quantity > 0 AND a.purpose <> 'trial' AND a.chain_ends_on > %(from)s AND a.chain_ends_on <= %(until)s + 1
      AND {OF_BOARD} {{text}}
)
"""  # noqa: S608
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
       COALESCE(e.reason, ''), COALESCE(e.words, ''), COALESCE(called.name, ''), COALESCE(called.phone, ''),
       COALESCE(called.email, ''), e.size, e.late_days
FROM shown e
LEFT JOIN accounts_organisation s ON s.id = e.reseller_id
LEFT JOIN LATERAL (
    SELECT n.step, n.written_at FROM renewals_notice n
    WHERE n.asset_id = e.id AND n.ends_on = e.ends - 1 AND n.written_at IS NOT NULL ORDER BY n.step DESC LIMIT 1
) told ON TRUE
LEFT JOIN LATERAL (
    SELECT k.name, k.phone, k.email FROM accounts_contact k
    WHERE k.organisation_id = e.organisation_id AND k.role IN ('owner', 'purchasing')
    ORDER BY k.phone <> '' DESC, k.role = 'owner' DESC, k.id LIMIT 1
) called ON TRUE
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
