-- asset_chain: the last unbroken chain of terms as known now, courtesy and extensions left out,
-- kept on the asset for lists and counts.
-- Two writers of one asset wait for each other before either reads; an asset made by this transaction needs no lock.
-- EXECUTE plans anew each time: a plan kept from a statement of one term would loop over a table for one of thousands.
CREATE OR REPLACE FUNCTION entitlements_keep_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE $sql$
    SELECT FROM entitlements_asset a
        WHERE a.id IN (SELECT asset_id FROM changed) AND a.xmin <> pg_current_xact_id()::xid
        ORDER BY a.id FOR NO KEY UPDATE
    $sql$;
    EXECUTE $sql$
    WITH touched AS (
        SELECT DISTINCT asset_id AS id FROM changed
    ), spans AS (
        SELECT t.asset_id, lower(t.covers) AS starts, upper(t.covers) AS ends,
               max(upper(t.covers)) OVER (
                   PARTITION BY t.asset_id ORDER BY lower(t.covers), upper(t.covers)
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
        FROM entitlements_term t JOIN touched ON touched.id = t.asset_id
        WHERE upper_inf(t.known) AND t.family < 4
    ), chain AS (
        SELECT asset_id, max(starts) FILTER (WHERE ended IS NULL OR starts > ended) AS starts, max(ends) AS ends
        FROM spans GROUP BY asset_id
    )
    UPDATE entitlements_asset a SET chain_starts_on = chain.starts, chain_ends_on = chain.ends
    FROM touched LEFT JOIN chain ON chain.asset_id = touched.id
    WHERE a.id = touched.id
      AND (a.chain_starts_on, a.chain_ends_on) IS DISTINCT FROM (chain.starts, chain.ends)
    $sql$;
    RETURN NULL;
END $$;
