-- Live sessions: what is wanted of each, what it does, and everything it must not forget.

CREATE TABLE risk.session (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         uuid NOT NULL UNIQUE,
    name         text NOT NULL,
    run          uuid NOT NULL UNIQUE,
    venue        text NOT NULL,
    url          text NOT NULL,
    account      text NOT NULL,
    strategies   json NOT NULL,
    instruments  text[] NOT NULL CHECK (cardinality(instruments) > 0),
    timeframe    text NOT NULL,
    anchor       bigint NOT NULL,
    limits       json NOT NULL,
    options      json NOT NULL,
    command      text NOT NULL,
    commit       text NOT NULL,
    wish         text NOT NULL CHECK (wish IN ('run', 'pause', 'stop', 'flatten')),
    condition    text NOT NULL DEFAULT 'new' CHECK (condition IN ('new', 'running', 'paused', 'stopped', 'failed')),
    reason       text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat_at timestamptz,
    process      integer,
    over         boolean NOT NULL
                 GENERATED ALWAYS AS (condition = 'stopped' OR (condition = 'failed' AND wish = 'stop')) STORED
);
CREATE UNIQUE INDEX session_name ON risk.session (name) WHERE NOT over;
COMMENT ON TABLE risk.session IS 'Every live session: its terms, what a person wants of it, and what it said last.';
COMMENT ON COLUMN risk.session.id IS 'Compact key; with the lock class 1835164022 the advisory lock of the process that runs it.';
COMMENT ON COLUMN risk.session.uuid IS 'Name of the session outside the database.';
COMMENT ON COLUMN risk.session.name IS 'What a person calls it; unique among sessions that are not over.';
COMMENT ON COLUMN risk.session.run IS 'The run that its journal belongs to (risk.run.uuid).';
COMMENT ON COLUMN risk.session.venue IS 'paper, practice or live.';
COMMENT ON COLUMN risk.session.url IS 'Base URL of the venue.';
COMMENT ON COLUMN risk.session.account IS 'Id of the account there.';
COMMENT ON COLUMN risk.session.strategies IS 'One entry an allocation: name, code digest, parameters, instruments, sizing.';
COMMENT ON COLUMN risk.session.instruments IS 'Everything it trades.';
COMMENT ON COLUMN risk.session.timeframe IS 'Length of the bars.';
COMMENT ON COLUMN risk.session.anchor IS 'Opening time of the first bar that strategies see, nanoseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN risk.session.limits IS 'Pre-trade limits that were stated, by name.';
COMMENT ON COLUMN risk.session.options IS 'What else was asked.';
COMMENT ON COLUMN risk.session.command IS 'Command that began it.';
COMMENT ON COLUMN risk.session.commit IS 'Code commit.';
COMMENT ON COLUMN risk.session.wish IS 'Desired state: run, pause, stop or flatten.';
COMMENT ON COLUMN risk.session.condition IS 'What it said last: new, running, paused, stopped or failed.';
COMMENT ON COLUMN risk.session.reason IS 'Why it is in that condition.';
COMMENT ON COLUMN risk.session.created_at IS 'When it was asked for.';
COMMENT ON COLUMN risk.session.heartbeat_at IS 'When it last told its condition.';
COMMENT ON COLUMN risk.session.process IS 'Process id that told it.';
COMMENT ON COLUMN risk.session.over IS 'True once it will never trade again: stopped, or failed and not wanted any more.';

CREATE TABLE risk.session_claim (
    session_id integer NOT NULL REFERENCES risk.session,
    url        text NOT NULL,
    account    text NOT NULL,
    instrument text NOT NULL,
    over       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (session_id, instrument)
);
CREATE UNIQUE INDEX one_owner ON risk.session_claim (url, account, instrument) WHERE NOT over;
COMMENT ON TABLE risk.session_claim IS 'Which session owns an instrument of an account; one at a time, the index one_owner sees to it.';
COMMENT ON COLUMN risk.session_claim.session_id IS 'The session.';
COMMENT ON COLUMN risk.session_claim.url IS 'Base URL of the venue.';
COMMENT ON COLUMN risk.session_claim.account IS 'Id of the account there.';
COMMENT ON COLUMN risk.session_claim.instrument IS 'The instrument.';
COMMENT ON COLUMN risk.session_claim.over IS 'True once the session is over, and the instrument free.';

CREATE FUNCTION risk.follow_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO risk.session_claim (session_id, url, account, instrument)
        SELECT NEW.id, NEW.url, NEW.account, instrument FROM unnest(NEW.instruments) instrument
        ORDER BY instrument;
    ELSIF NEW.over <> OLD.over THEN
        UPDATE risk.session_claim SET over = NEW.over WHERE session_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION risk.follow_session() IS 'Claims a session''s instruments when it is asked for and frees them when it is over.';
CREATE TRIGGER claims_follow AFTER INSERT OR UPDATE OF condition, wish ON risk.session
    FOR EACH ROW EXECUTE FUNCTION risk.follow_session();

CREATE FUNCTION risk.refuse_another_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'the terms of session ' || OLD.name || ' stay, and what is over stays over';
END
$$;
COMMENT ON FUNCTION risk.refuse_another_session() IS 'Keeps the terms of a session, and brings none back that is over.';
CREATE TRIGGER terms_stay BEFORE UPDATE ON risk.session FOR EACH ROW
    WHEN ((OLD.condition = 'stopped' AND NEW.condition <> 'stopped')
          OR (OLD.uuid, OLD.name, OLD.run, OLD.venue, OLD.url, OLD.account, OLD.instruments, OLD.timeframe, OLD.anchor)
             IS DISTINCT FROM
             (NEW.uuid, NEW.name, NEW.run, NEW.venue, NEW.url, NEW.account, NEW.instruments, NEW.timeframe, NEW.anchor)
          OR OLD.strategies::text <> NEW.strategies::text OR OLD.limits::text <> NEW.limits::text
          OR OLD.options::text <> NEW.options::text)
    EXECUTE FUNCTION risk.refuse_another_session();

CREATE TABLE risk.session_entry (
    session_id integer NOT NULL REFERENCES risk.session,
    number     bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL,
    key        text NOT NULL,
    time       bigint NOT NULL,
    body       json NOT NULL,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (session_id, number),
    UNIQUE (session_id, kind, key)
);
REVOKE UPDATE ON risk.session_entry FROM mbats_writer;
COMMENT ON TABLE risk.session_entry IS 'A session''s append-only log; the fold of its rows is all that the session knows.';
COMMENT ON COLUMN risk.session_entry.session_id IS 'The session.';
COMMENT ON COLUMN risk.session_entry.number IS 'Order of appending within a session.';
COMMENT ON COLUMN risk.session_entry.kind IS 'What it is: bar, decision, intent, reply, transaction, blocked, act or note.';
COMMENT ON COLUMN risk.session_entry.key IS 'Names the row within session and kind, so that the same row again changes nothing.';
COMMENT ON COLUMN risk.session_entry.time IS 'The venue''s time, nanoseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN risk.session_entry.body IS 'What happened; money and prices as decimal texts. Kept to the letter, so floats come back bit for bit.';
COMMENT ON COLUMN risk.session_entry.stored_at IS 'When it was stored, by the database''s clock.';

-- A live run's results are made anew from the session's log until the session is over: only then are they final.
CREATE FUNCTION risk.forget_live_results(which integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM risk.run WHERE id = which AND simulator = 'live' AND status = 'running') THEN
        RAISE insufficient_privilege USING MESSAGE = 'run ' || which || ' is no live run that goes on: its results stay';
    END IF;
    DELETE FROM risk.journal_event WHERE run_id = which;
    DELETE FROM risk.journal WHERE run_id = which;
    DELETE FROM risk.trade WHERE run_id = which;
    DELETE FROM risk.position WHERE run_id = which;
    DELETE FROM risk.cash_flow WHERE run_id = which;
    DELETE FROM risk.equity WHERE run_id = which;
    DELETE FROM risk.performance WHERE run_id = which;
END
$$;
COMMENT ON FUNCTION risk.forget_live_results(integer) IS 'Removes the results of a live run that goes on, so that newer ones can take their place in the same transaction.';
GRANT EXECUTE ON FUNCTION risk.forget_live_results(integer) TO mbats_writer;

-- As before, and a live run lives as long as the process of its session.
CREATE OR REPLACE VIEW report.runs AS
SELECT r.uuid AS run, r.started_at, r.finished_at,
       CASE WHEN r.status = 'running' AND NOT EXISTS (
           SELECT FROM pg_locks l LEFT JOIN risk.session s ON s.run = r.uuid
           WHERE l.locktype = 'advisory' AND l.objsubid = 2
             AND ((l.classid = 1835164020 AND l.objid::bigint = r.id)
                  OR (l.classid = 1835164022 AND l.objid::bigint = s.id))
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       ) THEN 'interrupted' ELSE r.status END AS status,
       r.error, r.simulator, r.fills, r.costs, r.account, r.strategies, r.instruments, r.timeframe,
       r.period_start, r.period_end, r.snapshot, r.commit, r.synthetic, r.command, r.notes
FROM risk.run r;

CREATE VIEW report.sessions AS
SELECT s.uuid AS session, s.name, s.run, s.venue, s.url, s.account, s.strategies, s.instruments, s.timeframe,
       timestamptz 'epoch' + (s.anchor / 1000) * interval '1 microsecond' AS anchor, s.limits, s.options, s.command,
       s.commit, s.wish, s.condition, s.reason, s.created_at, s.heartbeat_at, s.process, s.over,
       EXISTS (
           SELECT FROM pg_locks l
           WHERE l.locktype = 'advisory' AND l.classid = 1835164022 AND l.objid::bigint = s.id AND l.objsubid = 2
             AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       ) AS held,
       (SELECT count(*) FROM risk.session_entry e WHERE e.session_id = s.id) AS entries
FROM risk.session s;
COMMENT ON VIEW report.sessions IS 'Every live session, and whether a process runs it now.';

CREATE VIEW report.session_log AS
SELECT s.uuid AS session, s.name, e.number, timestamptz 'epoch' + (e.time / 1000) * interval '1 microsecond' AS time,
       e.kind, e.key, e.body, e.stored_at
FROM risk.session_entry e
JOIN risk.session s ON s.id = e.session_id;
COMMENT ON VIEW report.session_log IS 'Everything that happened in live sessions, in order of number.';
