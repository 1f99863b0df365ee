-- quote_is_kept: what was quoted is never altered or removed; only its way is told, each instant once (B3)
CREATE OR REPLACE FUNCTION renewals_quote_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    way text[] := ARRAY[
        'sent_at', 'accepted_at', 'accepted_by_id', 'declined_at', 'withdrawn_at', 'why', 'signed_by', 'signed_on'
    ];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - way IS DISTINCT FROM to_jsonb(OLD) - way
        OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
        OR (OLD.accepted_at IS NOT NULL AND (
            NEW.accepted_at IS DISTINCT FROM OLD.accepted_at OR NEW.signed_by IS DISTINCT FROM OLD.signed_by
            OR NEW.signed_on IS DISTINCT FROM OLD.signed_on))
        OR (OLD.declined_at IS NOT NULL AND NEW.declined_at IS DISTINCT FROM OLD.declined_at)
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
    THEN
        RAISE EXCEPTION 'a quote is never altered or removed: prepare another' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER quote_service_is_kept BEFORE UPDATE OR DELETE ON renewals_quoteservice
    FOR EACH ROW EXECUTE FUNCTION renewals_quote_line_is_kept();
