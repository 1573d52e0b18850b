-- What is held: instruments and their bars, series, and the runs that brought them in.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA secmaster;
COMMENT ON SCHEMA secmaster IS 'The securities master: instruments, bars, series, their revisions and the runs that ingested them.';
GRANT USAGE ON SCHEMA secmaster TO mbats_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA secmaster GRANT SELECT, INSERT, UPDATE ON TABLES TO mbats_writer;

CREATE TABLE secmaster.exchange (
    id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE
);
COMMENT ON TABLE secmaster.exchange IS 'Where instruments trade.';
COMMENT ON COLUMN secmaster.exchange.id IS 'Compact key.';
COMMENT ON COLUMN secmaster.exchange.code IS 'Market identifier code, or OTC.';

CREATE TABLE secmaster.data_vendor (
    id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE secmaster.data_vendor IS 'Who makes the data.';
COMMENT ON COLUMN secmaster.data_vendor.id IS 'Compact key.';
COMMENT ON COLUMN secmaster.data_vendor.name IS 'Name, as given at import.';

CREATE TABLE secmaster.timeframe (
    id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE secmaster.timeframe IS 'Lengths of bars.';
COMMENT ON COLUMN secmaster.timeframe.id IS 'Compact key.';
COMMENT ON COLUMN secmaster.timeframe.name IS 'Usual name: S5, M1, H1, H4, D, W.';

CREATE TABLE secmaster.alignment (
    id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE secmaster.alignment IS 'Where a day of bars begins.';
COMMENT ON COLUMN secmaster.alignment.id IS 'Compact key.';
COMMENT ON COLUMN secmaster.alignment.name IS 'ny17: 17:00 New York; utc: midnight UTC; session: the exchange''s opening.';

CREATE TABLE secmaster.instrument (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    symbol        text NOT NULL UNIQUE,
    asset_class   text NOT NULL CHECK (asset_class IN ('fx', 'equity')),
    base          text NOT NULL,
    quote         text NOT NULL,
    pip           numeric NOT NULL CHECK (pip > 0),
    tick          numeric NOT NULL CHECK (tick > 0),
    lot           numeric NOT NULL CHECK (lot > 0),
    margin_rate   numeric NOT NULL CHECK (margin_rate >= 0),
    exchange_id   smallint NOT NULL REFERENCES secmaster.exchange,
    venue_symbols jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE secmaster.instrument IS 'Everything that can be traded.';
COMMENT ON COLUMN secmaster.instrument.id IS 'Compact key.';
COMMENT ON COLUMN secmaster.instrument.symbol IS 'Name throughout MBATS: EUR_USD, AAPL.';
COMMENT ON COLUMN secmaster.instrument.asset_class IS 'What it is a claim on: fx or equity.';
COMMENT ON COLUMN secmaster.instrument.base IS 'What is bought: a currency, or the share itself.';
COMMENT ON COLUMN secmaster.instrument.quote IS 'Currency that it is priced in.';
COMMENT ON COLUMN secmaster.instrument.pip IS 'Conventional unit of a price move, in quote currency.';
COMMENT ON COLUMN secmaster.instrument.tick IS 'Smallest price step, in quote currency.';
COMMENT ON COLUMN secmaster.instrument.lot IS 'Smallest step of an order''s size, in units.';
COMMENT ON COLUMN secmaster.instrument.margin_rate IS 'Share of a position''s value that the venue blocks.';
COMMENT ON COLUMN secmaster.instrument.exchange_id IS 'Where it trades.';
COMMENT ON COLUMN secmaster.instrument.venue_symbols IS 'What each venue or vendor calls it: {"venue": "symbol"}.';

CREATE TABLE secmaster.ingestion_run (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid        uuid NOT NULL UNIQUE,
    source      text NOT NULL,
    digest      text NOT NULL,
    command     text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT transaction_timestamp(),
    finished_at timestamptz,
    read        bigint NOT NULL DEFAULT 0,
    inserted    bigint NOT NULL DEFAULT 0,
    revised     bigint NOT NULL DEFAULT 0,
    unchanged   bigint NOT NULL DEFAULT 0,
    flagged     bigint NOT NULL DEFAULT 0,
    status      text NOT NULL GENERATED ALWAYS AS
                (CASE WHEN inserted + revised > 0 THEN 'loaded' ELSE 'unchanged' END) STORED
);
COMMENT ON TABLE secmaster.ingestion_run IS 'Imports and downloads that came to an end; one that failed leaves nothing behind.';
COMMENT ON COLUMN secmaster.ingestion_run.id IS 'Compact key, which each bar and value carries.';
COMMENT ON COLUMN secmaster.ingestion_run.uuid IS 'Name of the run outside the database.';
COMMENT ON COLUMN secmaster.ingestion_run.source IS 'File or download that was read.';
COMMENT ON COLUMN secmaster.ingestion_run.digest IS 'Digest of what was read.';
COMMENT ON COLUMN secmaster.ingestion_run.command IS 'Command that asked for it.';
COMMENT ON COLUMN secmaster.ingestion_run.started_at IS 'When storing began.';
COMMENT ON COLUMN secmaster.ingestion_run.finished_at IS 'When storing ended.';
COMMENT ON COLUMN secmaster.ingestion_run.read IS 'Rows read.';
COMMENT ON COLUMN secmaster.ingestion_run.inserted IS 'Rows that were new.';
COMMENT ON COLUMN secmaster.ingestion_run.revised IS 'Rows whose values differed; the old ones are kept as revisions.';
COMMENT ON COLUMN secmaster.ingestion_run.unchanged IS 'Rows that were there already.';
COMMENT ON COLUMN secmaster.ingestion_run.flagged IS 'Rows that look suspicious.';
COMMENT ON COLUMN secmaster.ingestion_run.status IS 'loaded: it changed something; unchanged: all rows were there already.';

CREATE TABLE secmaster.ingestion_count (
    run_id    integer NOT NULL REFERENCES secmaster.ingestion_run,
    subject   text NOT NULL,
    read      bigint NOT NULL,
    inserted  bigint NOT NULL,
    revised   bigint NOT NULL,
    unchanged bigint NOT NULL,
    flagged   bigint NOT NULL
);
CREATE INDEX ON secmaster.ingestion_count (run_id);
COMMENT ON TABLE secmaster.ingestion_count IS 'What an ingestion run did to each set of bars or series.';
COMMENT ON COLUMN secmaster.ingestion_count.run_id IS 'The ingestion run.';
COMMENT ON COLUMN secmaster.ingestion_count.subject IS 'Set of bars, as instrument, timeframe, vendor and alignment, or name of a series.';
COMMENT ON COLUMN secmaster.ingestion_count.read IS 'Rows read.';
COMMENT ON COLUMN secmaster.ingestion_count.inserted IS 'Rows that were new.';
COMMENT ON COLUMN secmaster.ingestion_count.revised IS 'Rows whose values differed.';
COMMENT ON COLUMN secmaster.ingestion_count.unchanged IS 'Rows that were there already.';
COMMENT ON COLUMN secmaster.ingestion_count.flagged IS 'Rows that look suspicious.';

-- Bars bear compact ids without foreign keys: a check per row and key would double the time of a load, and the only
-- writer takes the ids from these tables in the same transaction.
CREATE TABLE secmaster.intraday_bar (
    time          timestamptz NOT NULL,
    open          float8 NOT NULL,
    high          float8 NOT NULL,
    low           float8 NOT NULL,
    close         float8 NOT NULL,
    volume        float8 NOT NULL,
    bid_open      float8,
    bid_high      float8,
    bid_low       float8,
    bid_close     float8,
    ask_open      float8,
    ask_high      float8,
    ask_low       float8,
    ask_close     float8,
    instrument_id integer NOT NULL,
    run_id        integer NOT NULL,
    vendor_id     smallint NOT NULL,
    timeframe_id  smallint NOT NULL,
    alignment_id  smallint NOT NULL,
    flags         smallint NOT NULL,
    complete      boolean NOT NULL,
    synthetic     boolean NOT NULL,
    PRIMARY KEY (instrument_id, vendor_id, timeframe_id, alignment_id, time),
    CHECK (low > 0 AND high >= low AND high < 'infinity'::float8)
) PARTITION BY RANGE (time);
CREATE INDEX ON secmaster.intraday_bar (time) WHERE flags <> 0;
COMMENT ON TABLE secmaster.intraday_bar IS 'Bars shorter than a trading day, a partition a year (UTC).';
COMMENT ON COLUMN secmaster.intraday_bar.time IS 'Opening time of the bar.';
COMMENT ON COLUMN secmaster.intraday_bar.open IS 'First price: mid for FX, trade for equities; in quote currency.';
COMMENT ON COLUMN secmaster.intraday_bar.high IS 'Highest price.';
COMMENT ON COLUMN secmaster.intraday_bar.low IS 'Lowest price.';
COMMENT ON COLUMN secmaster.intraday_bar.close IS 'Last price.';
COMMENT ON COLUMN secmaster.intraday_bar.volume IS 'Units traded; 0 where the vendor tells none.';
COMMENT ON COLUMN secmaster.intraday_bar.bid_open IS 'First bid; null where the vendor gives no bid.';
COMMENT ON COLUMN secmaster.intraday_bar.bid_high IS 'Highest bid.';
COMMENT ON COLUMN secmaster.intraday_bar.bid_low IS 'Lowest bid.';
COMMENT ON COLUMN secmaster.intraday_bar.bid_close IS 'Last bid.';
COMMENT ON COLUMN secmaster.intraday_bar.ask_open IS 'First ask; null where the vendor gives no ask.';
COMMENT ON COLUMN secmaster.intraday_bar.ask_high IS 'Highest ask.';
COMMENT ON COLUMN secmaster.intraday_bar.ask_low IS 'Lowest ask.';
COMMENT ON COLUMN secmaster.intraday_bar.ask_close IS 'Last ask.';
COMMENT ON COLUMN secmaster.intraday_bar.instrument_id IS 'The instrument.';
COMMENT ON COLUMN secmaster.intraday_bar.run_id IS 'Ingestion run that wrote these values.';
COMMENT ON COLUMN secmaster.intraday_bar.vendor_id IS 'Who made the bar.';
COMMENT ON COLUMN secmaster.intraday_bar.timeframe_id IS 'Its length.';
COMMENT ON COLUMN secmaster.intraday_bar.alignment_id IS 'Where its day begins.';
COMMENT ON COLUMN secmaster.intraday_bar.flags IS 'Why it is suspicious, added up: 1 crossed spread, 2 outlier, 4 gap before it, 8 stale.';
COMMENT ON COLUMN secmaster.intraday_bar.complete IS 'False while the bar was still forming; strategies never see it then.';
COMMENT ON COLUMN secmaster.intraday_bar.synthetic IS 'True if it is generated, not recorded.';

CREATE TABLE secmaster.daily_bar (
    LIKE secmaster.intraday_bar INCLUDING ALL
) PARTITION BY RANGE (time);
COMMENT ON TABLE secmaster.daily_bar IS 'Bars of a trading day or longer, a partition a year (UTC).';

CREATE TABLE secmaster.bar_revision (
    LIKE secmaster.intraday_bar INCLUDING COMMENTS,
    replaced_by integer NOT NULL REFERENCES secmaster.ingestion_run,
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE INDEX ON secmaster.bar_revision (instrument_id, vendor_id, timeframe_id, alignment_id, time);
COMMENT ON TABLE secmaster.bar_revision IS 'Bars as they were before a revision.';
COMMENT ON COLUMN secmaster.bar_revision.run_id IS 'Ingestion run that had written the old values.';
COMMENT ON COLUMN secmaster.bar_revision.replaced_by IS 'Ingestion run that replaced them.';
COMMENT ON COLUMN secmaster.bar_revision.id IS 'Order of replacement.';

CREATE TABLE secmaster.series (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL UNIQUE,
    columns jsonb NOT NULL
);
COMMENT ON TABLE secmaster.series IS 'Any other structured data with a time and a moment at which it became known.';
COMMENT ON COLUMN secmaster.series.id IS 'Compact key.';
COMMENT ON COLUMN secmaster.series.name IS 'Name, as given at import.';
COMMENT ON COLUMN secmaster.series.columns IS 'Its columns in order: [["name", "type"], ...].';

CREATE TABLE secmaster.series_value (
    series_id integer NOT NULL REFERENCES secmaster.series,
    time      timestamptz NOT NULL,
    known_at  timestamptz NOT NULL,
    value     jsonb NOT NULL,
    run_id    integer NOT NULL,
    PRIMARY KEY (series_id, known_at, time)
);
COMMENT ON TABLE secmaster.series_value IS 'Rows of the series.';
COMMENT ON COLUMN secmaster.series_value.series_id IS 'The series.';
COMMENT ON COLUMN secmaster.series_value.time IS 'What moment the row speaks of.';
COMMENT ON COLUMN secmaster.series_value.known_at IS 'When it became known; nothing may use it earlier.';
COMMENT ON COLUMN secmaster.series_value.value IS 'All other columns.';
COMMENT ON COLUMN secmaster.series_value.run_id IS 'Ingestion run that wrote these values.';

CREATE TABLE secmaster.series_revision (
    LIKE secmaster.series_value INCLUDING COMMENTS,
    replaced_by integer NOT NULL REFERENCES secmaster.ingestion_run,
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
COMMENT ON TABLE secmaster.series_revision IS 'Rows of series as they were before a revision.';
COMMENT ON COLUMN secmaster.series_revision.run_id IS 'Ingestion run that had written the old values.';
COMMENT ON COLUMN secmaster.series_revision.replaced_by IS 'Ingestion run that replaced them.';
COMMENT ON COLUMN secmaster.series_revision.id IS 'Order of replacement.';
