-- What came of each trial, trials made elsewhere, and what is left of a run's Sharpe ratio once all are counted.

ALTER TABLE risk.trial
    ADD COLUMN days     integer CHECK (days >= 0),
    ADD COLUMN sharpe   float8,
    ADD COLUMN skewness float8,
    ADD COLUMN kurtosis float8;
COMMENT ON COLUMN risk.trial.days IS 'Daily returns it was judged by when first judged; null while it was not.';
COMMENT ON COLUMN risk.trial.sharpe IS 'Sharpe ratio of those returns, per day; null where it is undefined.';
COMMENT ON COLUMN risk.trial.skewness IS 'Skewness of those returns.';
COMMENT ON COLUMN risk.trial.kurtosis IS 'Raw kurtosis of those returns, 3 for a normal distribution.';

-- What a trial is stays as it was written; only what came of it is added.
REVOKE UPDATE ON risk.trial, risk.run_trial FROM mbats_writer;
GRANT UPDATE (days, sharpe, skewness, kurtosis) ON risk.trial TO mbats_writer;

-- An account's returns are those of a trial where no other strategy shared it.
UPDATE risk.trial t
SET days = f.days, sharpe = f.sharpe, skewness = f.skewness, kurtosis = f.kurtosis
FROM (
    SELECT DISTINCT ON (rt.trial_id) rt.trial_id,
           (p.figures ->> 'days')::integer AS days,
           (p.figures ->> 'sharpe')::float8 / sqrt((p.figures ->> 'periods_per_year')::float8) AS sharpe,
           (p.figures ->> 'skewness')::float8 AS skewness,
           (p.figures ->> 'kurtosis')::float8 AS kurtosis
    FROM risk.run_trial rt
    JOIN risk.run r ON r.id = rt.run_id
    JOIN risk.performance p ON p.run_id = r.id
    WHERE jsonb_array_length(r.strategies) = 1
    ORDER BY rt.trial_id, r.started_at
) f
WHERE f.trial_id = t.id;

CREATE TABLE risk.prior_trial (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    trials       integer NOT NULL CHECK (trials > 0),
    declared_by  text NOT NULL,
    declared_at  timestamptz NOT NULL,
    declared_for uuid NOT NULL,
    instruments  text[] NOT NULL,
    period_start timestamptz NOT NULL,
    period_end   timestamptz NOT NULL
);
REVOKE UPDATE ON risk.prior_trial FROM mbats_writer;
COMMENT ON TABLE risk.prior_trial IS 'Append-only: trials made outside MBATS, as declared. Of each person''s declarations on the same data the largest counts.';
COMMENT ON COLUMN risk.prior_trial.id IS 'Compact key.';
COMMENT ON COLUMN risk.prior_trial.trials IS 'How many.';
COMMENT ON COLUMN risk.prior_trial.declared_by IS 'Who says so.';
COMMENT ON COLUMN risk.prior_trial.declared_at IS 'When.';
COMMENT ON COLUMN risk.prior_trial.declared_for IS 'The run, sweep or walk-forward they were declared with.';
COMMENT ON COLUMN risk.prior_trial.instruments IS 'What they traded.';
COMMENT ON COLUMN risk.prior_trial.period_start IS 'First moment of their data.';
COMMENT ON COLUMN risk.prior_trial.period_end IS 'First moment after it.';

CREATE TABLE risk.deflation (
    run_id           integer PRIMARY KEY REFERENCES risk.run,
    judged_at        timestamptz NOT NULL DEFAULT transaction_timestamp(),
    own              integer NOT NULL,
    others           integer NOT NULL,
    prior            integer NOT NULL,
    judged           integer NOT NULL,
    days             integer NOT NULL,
    periods_per_year integer NOT NULL,
    expected_maximum float8,
    probabilistic    float8,
    deflated         float8,
    minimum_days     float8,
    overfitting      float8
);
REVOKE UPDATE ON risk.deflation FROM mbats_writer;
COMMENT ON TABLE risk.deflation IS 'What was left of a run''s Sharpe ratio when it was judged, by the trials known then; report and notebook tell what later ones made of it.';
COMMENT ON COLUMN risk.deflation.run_id IS 'The run.';
COMMENT ON COLUMN risk.deflation.judged_at IS 'When it was judged.';
COMMENT ON COLUMN risk.deflation.own IS 'Trials of the run itself.';
COMMENT ON COLUMN risk.deflation.others IS 'Other distinct trials on overlapping instruments and period.';
COMMENT ON COLUMN risk.deflation.prior IS 'Trials made elsewhere and declared.';
COMMENT ON COLUMN risk.deflation.judged IS 'How many of the trials had a record that the variance rests on.';
COMMENT ON COLUMN risk.deflation.days IS 'Daily returns of the run.';
COMMENT ON COLUMN risk.deflation.periods_per_year IS 'Returns a year.';
COMMENT ON COLUMN risk.deflation.expected_maximum IS 'Annualised Sharpe ratio that the best of the trials shows by luck alone.';
COMMENT ON COLUMN risk.deflation.probabilistic IS 'Probability that the true Sharpe ratio is above 0, as if nothing else had been tried.';
COMMENT ON COLUMN risk.deflation.deflated IS 'Probability that it is above expected_maximum.';
COMMENT ON COLUMN risk.deflation.minimum_days IS 'Days that a record like it needs to show a ratio above 0 with 95 % confidence.';
COMMENT ON COLUMN risk.deflation.overfitting IS 'Probability of backtest overfitting; null for a single run.';

CREATE OR REPLACE VIEW report.trials AS
SELECT t.id AS trial, t.strategy, t.code, t.parameters, t.snapshot, t.costs, t.instruments,
       t.period_start, t.period_end, t.first_run_at, count(rt.run_id) AS runs,
       t.days, t.sharpe AS daily_sharpe, t.skewness, t.kurtosis
FROM risk.trial t
LEFT JOIN risk.run_trial rt ON rt.trial_id = t.id
GROUP BY t.id;

CREATE VIEW report.prior_trials AS
SELECT trials, declared_by, declared_at, declared_for, instruments, period_start, period_end
FROM risk.prior_trial;
COMMENT ON VIEW report.prior_trials IS 'Trials made elsewhere, as declared.';

CREATE VIEW report.deflations AS
SELECT r.uuid AS run, d.judged_at, d.own + d.others + d.prior AS trials, d.own, d.others, d.prior, d.judged,
       d.days, d.periods_per_year, d.expected_maximum, d.probabilistic, d.deflated, d.deflated >= 0.95 AS passes,
       d.minimum_days, d.overfitting, r.synthetic
FROM risk.deflation d
JOIN risk.run r ON r.id = d.run_id;
COMMENT ON VIEW report.deflations IS 'What was left of each run''s Sharpe ratio when it was judged.';

CREATE OR REPLACE VIEW report.performance AS
SELECT r.uuid AS run, r.started_at, r.strategies -> 0 ->> 'name' AS strategy, r.instruments, r.timeframe, r.fills,
       r.synthetic, p.currency, p.net_profit, p.gross_profit, p.spread_cost, p.slippage_cost, p.commission,
       p.financing, p.conversion_cost,
       (p.figures ->> 'total_return')::float8 AS total_return,
       (p.figures ->> 'cagr')::float8 AS cagr,
       (p.figures ->> 'volatility')::float8 AS volatility,
       (p.figures ->> 'sharpe')::float8 AS sharpe,
       (p.figures ->> 'sharpe_low')::float8 AS sharpe_low,
       (p.figures ->> 'sharpe_high')::float8 AS sharpe_high,
       (p.figures ->> 'sortino')::float8 AS sortino,
       (p.figures ->> 'calmar')::float8 AS calmar,
       (p.figures ->> 'sqn')::float8 AS sqn,
       (p.figures ->> 'max_drawdown')::float8 AS max_drawdown,
       (p.figures ->> 'trades')::bigint AS trades,
       (p.figures ->> 'win_rate')::float8 AS win_rate,
       (p.figures ->> 'profit_factor')::float8 AS profit_factor,
       p.figures,
       d.own + d.others + d.prior AS trials,
       d.expected_maximum AS sharpe_by_luck,
       d.probabilistic AS probabilistic_sharpe,
       d.deflated AS deflated_sharpe
FROM risk.performance p
JOIN risk.run r ON r.id = p.run_id
LEFT JOIN risk.deflation d ON d.run_id = r.id;
