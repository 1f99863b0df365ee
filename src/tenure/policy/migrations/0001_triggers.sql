-- policy_versions_stay: whatever was judged by a version must find it unchanged
CREATE FUNCTION policy_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER policy_version_stays BEFORE UPDATE OR DELETE ON policy_policyversion
    FOR EACH ROW EXECUTE FUNCTION policy_row_stays();
CREATE TRIGGER policy_calendar_stays BEFORE UPDATE OR DELETE ON policy_policycalendar
    FOR EACH ROW EXECUTE FUNCTION policy_row_stays();
CREATE TRIGGER policy_zone_stays BEFORE UPDATE OR DELETE ON policy_policyzone
    FOR EACH ROW EXECUTE FUNCTION policy_row_stays();
