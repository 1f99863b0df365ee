-- numbers of cases; the policy's format makes the identifier from it
CREATE SEQUENCE cases_number START 10000;

-- kept_as_written: events, texts and verdicts are appended and never altered or removed (D8)
CREATE FUNCTION cases_kept_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is kept as it was written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_kept_as_written();
CREATE TRIGGER text_is_kept BEFORE UPDATE OR DELETE ON cases_text
    FOR EACH ROW EXECUTE FUNCTION cases_kept_as_written();
CREATE TRIGGER verdict_is_kept BEFORE UPDATE OR DELETE ON cases_verdict
    FOR EACH ROW EXECUTE FUNCTION cases_kept_as_written();
