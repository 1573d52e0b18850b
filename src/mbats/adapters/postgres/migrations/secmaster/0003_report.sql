-- What dashboards see. The views belong to the owner and read with its rights; bi_reader has no other way in.
CREATE SCHEMA report;
COMMENT ON SCHEMA report IS 'What dashboards see of the securities master.';
GRANT USAGE ON SCHEMA report TO bi_reader, mbats_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA report GRANT SELECT ON TABLES TO bi_reader, mbats_writer;

CREATE VIEW report.instruments AS
SELECT i.symbol, i.asset_class, i.base, i.quote, i.pip, i.tick, i.lot, i.margin_rate, e.code AS exchange, i.venue_symbols
FROM secmaster.instrument i
JOIN secmaster.exchange e ON e.id = i.exchange_id;
COMMENT ON VIEW report.instruments IS 'Instruments and the precision that their venues accept.';

CREATE VIEW report.bars AS
SELECT i.symbol, v.name AS vendor, t.name AS timeframe, a.name AS alignment, b.time,
       b.open, b.high, b.low, b.close, b.volume,
       b.bid_open, b.bid_high, b.bid_low, b.bid_close, b.ask_open, b.ask_high, b.ask_low, b.ask_close,
       b.flags, b.complete, b.synthetic, b.run_id
FROM (SELECT * FROM secmaster.intraday_bar UNION ALL SELECT * FROM secmaster.daily_bar) b
JOIN secmaster.instrument i ON i.id = b.instrument_id
JOIN secmaster.data_vendor v ON v.id = b.vendor_id
JOIN secmaster.timeframe t ON t.id = b.timeframe_id
JOIN secmaster.alignment a ON a.id = b.alignment_id;
COMMENT ON VIEW report.bars IS 'Every bar with the names behind its keys.';

CREATE VIEW report.holdings AS
SELECT i.symbol, v.name AS vendor, t.name AS timeframe, a.name AS alignment,
       b.rows, b.first, b.last, b.flagged, b.synthetic
FROM (
    SELECT instrument_id, vendor_id, timeframe_id, alignment_id, count(*) AS rows, min(time) AS first,
           max(time) AS last, count(*) FILTER (WHERE flags <> 0) AS flagged, bool_or(synthetic) AS synthetic
    FROM secmaster.intraday_bar GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT instrument_id, vendor_id, timeframe_id, alignment_id, count(*), min(time),
           max(time), count(*) FILTER (WHERE flags <> 0), bool_or(synthetic)
    FROM secmaster.daily_bar GROUP BY 1, 2, 3, 4
) b
JOIN secmaster.instrument i ON i.id = b.instrument_id
JOIN secmaster.data_vendor v ON v.id = b.vendor_id
JOIN secmaster.timeframe t ON t.id = b.timeframe_id
JOIN secmaster.alignment a ON a.id = b.alignment_id;
COMMENT ON VIEW report.holdings IS 'What sets of bars there are.';

CREATE VIEW report.suspicious_bars AS
SELECT symbol, vendor, timeframe, alignment, time, open, high, low, close, bid_close, ask_close,
       flags & 1 <> 0 AS crossed_spread, flags & 2 <> 0 AS outlier, flags & 4 <> 0 AS gap, flags & 8 <> 0 AS stale
FROM report.bars
WHERE flags <> 0;
COMMENT ON VIEW report.suspicious_bars IS 'Bars that were stored but look wrong, and why.';

CREATE VIEW report.ingestion_runs AS
SELECT r.uuid AS run, r.source, r.digest, r.command, r.started_at, r.finished_at, r.status,
       c.subject, c.read, c.inserted, c.revised, c.unchanged, c.flagged
FROM secmaster.ingestion_run r
JOIN secmaster.ingestion_count c ON c.run_id = r.id;
COMMENT ON VIEW report.ingestion_runs IS 'What each import did to each set of bars or series.';

CREATE VIEW report.revisions AS
SELECT i.symbol, v.name AS vendor, t.name AS timeframe, a.name AS alignment, r.time,
       r.open, r.high, r.low, r.close, r.volume,
       r.bid_open, r.bid_high, r.bid_low, r.bid_close, r.ask_open, r.ask_high, r.ask_low, r.ask_close,
       was.uuid AS written_by, now.uuid AS replaced_by, now.started_at AS replaced_at
FROM secmaster.bar_revision r
JOIN secmaster.instrument i ON i.id = r.instrument_id
JOIN secmaster.data_vendor v ON v.id = r.vendor_id
JOIN secmaster.timeframe t ON t.id = r.timeframe_id
JOIN secmaster.alignment a ON a.id = r.alignment_id
JOIN secmaster.ingestion_run was ON was.id = r.run_id
JOIN secmaster.ingestion_run now ON now.id = r.replaced_by;
COMMENT ON VIEW report.revisions IS 'Bars as they were before a later import replaced them.';

CREATE VIEW report.series AS
SELECT s.name, s.columns, count(v.*) AS rows, min(v.time) AS first, max(v.time) AS last
FROM secmaster.series s
LEFT JOIN secmaster.series_value v ON v.series_id = s.id
GROUP BY s.id;
COMMENT ON VIEW report.series IS 'What point-in-time series there are.';

CREATE VIEW report.series_values AS
SELECT s.name, v.time, v.known_at, v.value
FROM secmaster.series_value v
JOIN secmaster.series s ON s.id = v.series_id;
COMMENT ON VIEW report.series_values IS 'Rows of the point-in-time series.';

CREATE VIEW report.series_revisions AS
SELECT s.name, r.time, r.known_at, r.value, was.uuid AS written_by, now.uuid AS replaced_by,
       now.started_at AS replaced_at
FROM secmaster.series_revision r
JOIN secmaster.series s ON s.id = r.series_id
JOIN secmaster.ingestion_run was ON was.id = r.run_id
JOIN secmaster.ingestion_run now ON now.id = r.replaced_by;
COMMENT ON VIEW report.series_revisions IS 'Rows of series as they were before a later import replaced them.';
