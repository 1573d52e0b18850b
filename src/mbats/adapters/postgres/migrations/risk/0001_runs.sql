-- Which runs there were, and which distinct trials they made.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA risk;
COMMENT ON SCHEMA risk IS 'Runs of strategies and what came of them.';
GRANT USAGE ON SCHEMA risk TO mbats_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA risk GRANT SELECT, INSERT, UPDATE ON TABLES TO mbats_writer;

CREATE TABLE risk.run (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         uuid NOT NULL UNIQUE,
    status       text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'finished', 'failed')),
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    error        text NOT NULL DEFAULT '',
    simulator    text NOT NULL,
    fills        text NOT NULL,
    costs        jsonb NOT NULL,
    account      jsonb NOT NULL,
    strategies   jsonb NOT NULL,
    instruments  text[] NOT NULL,
    timeframe    text NOT NULL,
    period_start timestamptz NOT NULL,
    period_end   timestamptz NOT NULL,
    snapshot     text NOT NULL,
    commit       text NOT NULL,
    synthetic    boolean NOT NULL,
    command      text NOT NULL,
    notes        text[] NOT NULL
);
CREATE INDEX ON risk.run (started_at);
COMMENT ON TABLE risk.run IS 'Every run that was begun, enough of it to do it again. One marked running whose advisory lock nobody holds was interrupted.';
COMMENT ON COLUMN risk.run.id IS 'Compact key; with the lock class 1835164020 the advisory lock that the living run holds.';
COMMENT ON COLUMN risk.run.uuid IS 'Name of the run outside the database.';
COMMENT ON COLUMN risk.run.status IS 'running, finished or failed.';
COMMENT ON COLUMN risk.run.started_at IS 'When it began.';
COMMENT ON COLUMN risk.run.finished_at IS 'When it finished or failed.';
COMMENT ON COLUMN risk.run.error IS 'Why it failed.';
COMMENT ON COLUMN risk.run.simulator IS 'What produced the fills.';
COMMENT ON COLUMN risk.run.fills IS 'Fill rules: backtrader or venue.';
COMMENT ON COLUMN risk.run.costs IS 'The cost model.';
COMMENT ON COLUMN risk.run.account IS 'Terms of the account.';
COMMENT ON COLUMN risk.run.strategies IS 'One entry an allocation: name, code digest, parameters, instruments, sizing.';
COMMENT ON COLUMN risk.run.instruments IS 'Everything traded.';
COMMENT ON COLUMN risk.run.timeframe IS 'Length of the bars.';
COMMENT ON COLUMN risk.run.period_start IS 'First moment of the data that was used.';
COMMENT ON COLUMN risk.run.period_end IS 'First moment after it.';
COMMENT ON COLUMN risk.run.snapshot IS 'Content address of the data that was read.';
COMMENT ON COLUMN risk.run.commit IS 'Code commit.';
COMMENT ON COLUMN risk.run.synthetic IS 'True if any of the data is generated: evidence of nothing but the machinery.';
COMMENT ON COLUMN risk.run.command IS 'Command that does it again.';
COMMENT ON COLUMN risk.run.notes IS 'What a reader has to know about the result.';

CREATE TABLE risk.trial (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint  text NOT NULL UNIQUE,
    strategy     text NOT NULL,
    code         text NOT NULL,
    parameters   jsonb NOT NULL,
    snapshot     text NOT NULL,
    costs        jsonb NOT NULL,
    instruments  text[] NOT NULL,
    period_start timestamptz NOT NULL,
    period_end   timestamptz NOT NULL,
    first_run_at timestamptz NOT NULL
);
COMMENT ON TABLE risk.trial IS 'Append-only register of distinct attempts; a rerun is no new trial, and nothing ever leaves.';
COMMENT ON COLUMN risk.trial.id IS 'Compact key.';
COMMENT ON COLUMN risk.trial.fingerprint IS 'Digest of code, parameters, snapshot, costs, instruments and period; the name is not in it.';
COMMENT ON COLUMN risk.trial.strategy IS 'Name of the strategy when first tried.';
COMMENT ON COLUMN risk.trial.code IS 'Digest of the strategy''s source.';
COMMENT ON COLUMN risk.trial.parameters IS 'Its parameters.';
COMMENT ON COLUMN risk.trial.snapshot IS 'Content address of the data.';
COMMENT ON COLUMN risk.trial.costs IS 'The cost model.';
COMMENT ON COLUMN risk.trial.instruments IS 'What it traded.';
COMMENT ON COLUMN risk.trial.period_start IS 'First moment of the data.';
COMMENT ON COLUMN risk.trial.period_end IS 'First moment after it.';
COMMENT ON COLUMN risk.trial.first_run_at IS 'When it was first tried.';

CREATE TABLE risk.run_trial (
    run_id   integer NOT NULL REFERENCES risk.run,
    trial_id integer NOT NULL REFERENCES risk.trial,
    PRIMARY KEY (run_id, trial_id)
);
COMMENT ON TABLE risk.run_trial IS 'Which trials a run made: one for each of its strategies.';
COMMENT ON COLUMN risk.run_trial.run_id IS 'The run.';
COMMENT ON COLUMN risk.run_trial.trial_id IS 'The trial.';
