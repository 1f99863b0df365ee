-- price_is_kept: a price is dated, never overwritten and never removed: a new edition takes its place (A13)
CREATE FUNCTION renewals_price_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a price is never altered or removed: import a new edition' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER price_is_kept BEFORE UPDATE OR DELETE ON renewals_price
    FOR EACH ROW EXECUTE FUNCTION renewals_price_is_kept();
