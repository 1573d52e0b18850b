-- A year's partition is made when the first bar of that year arrives: empty ones made ahead would cost every plan and
-- every new database, and no list of years made ahead is ever long enough. Attaching (instead of creating in place)
-- lets readers and other writers go on meanwhile.
CREATE FUNCTION secmaster.ensure_partition(parent text, year integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partition text := parent || '_' || year;
BEGIN
    IF parent NOT IN ('daily_bar', 'intraday_bar') OR year NOT BETWEEN 1800 AND 2200 THEN
        RAISE EXCEPTION 'no partition % of % can be made', year, parent;
    END IF;
    IF to_regclass('secmaster.' || partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('secmaster.ensure_partition', 0));
    IF to_regclass('secmaster.' || partition) IS NULL THEN
        EXECUTE format('CREATE TABLE secmaster.%I (LIKE secmaster.%I INCLUDING ALL)', partition, parent);
        EXECUTE format('ALTER TABLE secmaster.%I ATTACH PARTITION secmaster.%I FOR VALUES FROM (%L) TO (%L)',
                       parent, partition, year || '-01-01 00:00+00', (year + 1) || '-01-01 00:00+00');
    END IF;
END
$$;
COMMENT ON FUNCTION secmaster.ensure_partition IS 'Makes the partition of a year if it is missing, on the owner''s behalf.';
GRANT EXECUTE ON FUNCTION secmaster.ensure_partition TO mbats_writer;
