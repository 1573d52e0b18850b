-- Sweeps: many parameter sets of one strategy on one snapshot, every one of them a trial.

CREATE TABLE risk.sweep (
    id               integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid             uuid NOT NULL UNIQUE,
    key              text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
    status           text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'finished', 'failed')),
    started_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    error            text NOT NULL DEFAULT '',
    search           text NOT NULL,
    space            jsonb NOT NULL,
    total            bigint NOT NULL,
    seed             bigint NOT NULL,
    objective        text NOT NULL,
    constraints      text[] NOT NULL,
    simulator        text NOT NULL,
    fills            text NOT NULL,
    costs            jsonb NOT NULL,
    account          jsonb NOT NULL,
    strategies       jsonb NOT NULL,
    instruments      text[] NOT NULL,
    timeframe        text NOT NULL,
    period_start     timestamptz NOT NULL,
    period_end       timestamptz NOT NULL,
    snapshot         text NOT NULL,
    commit           text NOT NULL,
    synthetic        boolean NOT NULL,
    command          text NOT NULL,
    notes            text[] NOT NULL,
    days             bytea NOT NULL,
    periods_per_year integer NOT NULL,
    options          jsonb NOT NULL,
    best             bigint,
    best_run_id      integer REFERENCES risk.run,
    verdict          jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ON risk.sweep (started_at);
CREATE INDEX ON risk.sweep (key);
COMMENT ON TABLE risk.sweep IS 'Every sweep that was begun. One marked running whose advisory lock nobody holds was interrupted and can be resumed.';
COMMENT ON COLUMN risk.sweep.id IS 'Compact key.';
COMMENT ON COLUMN risk.sweep.uuid IS 'Name of the sweep outside the database.';
COMMENT ON COLUMN risk.sweep.key IS 'Digest of everything that decides its result; with the lock class 1835164021 its first 32 bits are the advisory lock that the living sweep holds.';
COMMENT ON COLUMN risk.sweep.status IS 'running, finished or failed.';
COMMENT ON COLUMN risk.sweep.started_at IS 'When it began.';
COMMENT ON COLUMN risk.sweep.finished_at IS 'When it finished or failed.';
COMMENT ON COLUMN risk.sweep.error IS 'Why it failed.';
COMMENT ON COLUMN risk.sweep.search IS 'How it searches: grid, random or bayesian.';
COMMENT ON COLUMN risk.sweep.space IS 'The axes that it searches.';
COMMENT ON COLUMN risk.sweep.total IS 'Cells of the whole search, those that the strategy refuses included.';
COMMENT ON COLUMN risk.sweep.seed IS 'Seed of a search that draws.';
COMMENT ON COLUMN risk.sweep.objective IS 'The figure that decides.';
COMMENT ON COLUMN risk.sweep.constraints IS 'What a cell has to keep within to be ranked.';
COMMENT ON COLUMN risk.sweep.simulator IS 'What produces the fills.';
COMMENT ON COLUMN risk.sweep.fills IS 'Fill rules: backtrader or venue.';
COMMENT ON COLUMN risk.sweep.costs IS 'The cost model.';
COMMENT ON COLUMN risk.sweep.account IS 'Terms of the account.';
COMMENT ON COLUMN risk.sweep.strategies IS 'One entry: name, code digest, parameters that are not searched, instruments, sizing.';
COMMENT ON COLUMN risk.sweep.instruments IS 'Everything traded.';
COMMENT ON COLUMN risk.sweep.timeframe IS 'Length of the bars.';
COMMENT ON COLUMN risk.sweep.period_start IS 'First moment of the data that was used.';
COMMENT ON COLUMN risk.sweep.period_end IS 'First moment after it.';
COMMENT ON COLUMN risk.sweep.snapshot IS 'Content address of the data that was read.';
COMMENT ON COLUMN risk.sweep.commit IS 'Code commit.';
COMMENT ON COLUMN risk.sweep.synthetic IS 'True if any of the data is generated: evidence of nothing but the machinery.';
COMMENT ON COLUMN risk.sweep.command IS 'Command that does it again.';
COMMENT ON COLUMN risk.sweep.notes IS 'What a reader has to know about the result.';
COMMENT ON COLUMN risk.sweep.days IS 'Ends of the trading days that daily returns are of: int64, little endian, nanoseconds UTC.';
COMMENT ON COLUMN risk.sweep.periods_per_year IS 'How many daily returns make a year.';
COMMENT ON COLUMN risk.sweep.options IS 'How it was asked for on the command line; empty for one begun in Python.';
COMMENT ON COLUMN risk.sweep.best IS 'Number of the best cell.';
COMMENT ON COLUMN risk.sweep.best_run_id IS 'The full run that was made of the best cell.';
COMMENT ON COLUMN risk.sweep.verdict IS 'What is to be thought of the best cell, given that it was chosen.';

CREATE TABLE risk.sweep_cell (
    sweep_id   integer NOT NULL REFERENCES risk.sweep,
    number     bigint NOT NULL,
    trial_id   integer NOT NULL REFERENCES risk.trial,
    parameters json NOT NULL,
    figures    json NOT NULL,
    returns    bytea NOT NULL,
    error      text NOT NULL,
    PRIMARY KEY (sweep_id, number)
);
ALTER TABLE risk.sweep_cell ALTER COLUMN returns SET STORAGE EXTERNAL; -- random bits do not compress
COMMENT ON TABLE risk.sweep_cell IS 'One set of parameters in a sweep and what came of it.';
COMMENT ON COLUMN risk.sweep_cell.sweep_id IS 'The sweep.';
COMMENT ON COLUMN risk.sweep_cell.number IS 'Place in the search, from 0; combinations that the strategy refuses leave gaps.';
COMMENT ON COLUMN risk.sweep_cell.trial_id IS 'The trial that it is.';
COMMENT ON COLUMN risk.sweep_cell.parameters IS 'Every parameter of the strategy.';
COMMENT ON COLUMN risk.sweep_cell.figures IS 'Figures by name; null where undefined.';
COMMENT ON COLUMN risk.sweep_cell.returns IS 'Daily returns over the days of the sweep: float32, little endian; empty for a cell that failed.';
COMMENT ON COLUMN risk.sweep_cell.error IS 'Why it could not be judged.';

CREATE VIEW report.sweeps AS
SELECT s.uuid AS sweep, s.started_at, s.finished_at,
       CASE WHEN s.status = 'running' AND NOT EXISTS (
           SELECT FROM pg_locks l
           WHERE l.locktype = 'advisory' AND l.classid = 1835164021
             AND l.objid::bigint = ('x' || left(s.key, 8))::bit(32)::bigint AND l.objsubid = 2
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       ) THEN 'interrupted' ELSE s.status END AS status,
       s.error, s.strategies -> 0 ->> 'name' AS strategy, s.search, s.space, s.total,
       (SELECT count(*) FROM risk.sweep_cell c WHERE c.sweep_id = s.id) AS cells,
       s.seed, s.objective, s.constraints, s.simulator, s.fills, s.costs, s.account, s.strategies, s.instruments,
       s.timeframe, s.period_start, s.period_end, s.snapshot, s.commit, s.synthetic, s.command, s.notes, s.days,
       s.periods_per_year, s.options, s.key, s.best, r.uuid AS best_run, s.verdict
FROM risk.sweep s
LEFT JOIN risk.run r ON r.id = s.best_run_id;
COMMENT ON VIEW report.sweeps IS 'Every sweep, with interrupted ones shown as such.';

CREATE VIEW report.sweep_cells AS
SELECT s.uuid AS sweep, c.number, c.trial_id AS trial, c.parameters, c.figures, c.error, c.number = s.best AS best,
       (c.figures ->> s.objective)::float8 AS objective,
       (c.figures ->> 'sharpe')::float8 AS sharpe,
       (c.figures ->> 'net_profit')::float8 AS net_profit,
       (c.figures ->> 'max_drawdown')::float8 AS max_drawdown,
       (c.figures ->> 'trades')::float8 AS trades,
       s.synthetic
FROM risk.sweep_cell c
JOIN risk.sweep s ON s.id = c.sweep_id;
COMMENT ON VIEW report.sweep_cells IS 'Every cell of every sweep with its figures.';
