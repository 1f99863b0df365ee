-- price_is_kept: a price is dated, never overwritten and never removed: a new edition takes its place (A13)
CREATE FUNCTION renewals_price_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a price is never altered or removed: import a new edition' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER price_is_kept BEFORE UPDATE OR DELETE ON renewals_price
    FOR EACH ROW EXECUTE FUNCTION renewals_price_is_kept();

-- renewals_quote_number, renewals_order_number: the numbers that quotes and sales orders are made from
CREATE SEQUENCE renewals_quote_number START 10000001;
CREATE SEQUENCE renewals_order_number START 90000001;
