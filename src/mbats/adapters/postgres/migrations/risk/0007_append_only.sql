-- What is on record stays as it was written, for the role that MBATS works with, too.

CREATE FUNCTION risk.refuse_another_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'the record of trial ' || OLD.id || ' was noted before and stays';
END
$$;
COMMENT ON FUNCTION risk.refuse_another_record() IS 'Keeps a trial''s record, the deflation of all others rests on it.';

CREATE TRIGGER record_stays BEFORE UPDATE ON risk.trial
    FOR EACH ROW WHEN (OLD.days IS NOT NULL) EXECUTE FUNCTION risk.refuse_another_record();

REVOKE UPDATE ON risk.journal, risk.journal_event, risk.trade, risk.position, risk.cash_flow, risk.equity,
    risk.performance, risk.sweep_cell FROM mbats_writer;
