-- counts_stay: what was counted is never changed; a later row says it anew, so that any day can be asked about (A9)
CREATE FUNCTION compliance_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a count is never changed or deleted: keep a later one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER count_stays BEFORE UPDATE OR DELETE ON compliance_count
    FOR EACH ROW EXECUTE FUNCTION compliance_row_stays();
