-- Walk-forwards: their steps are told in the run's strategies; dashboards read them as rows.

COMMENT ON COLUMN risk.run.strategies IS 'One entry an allocation: name, code digest, parameters, instruments, sizing; of a walk-forward also its steps and efficiency.';

CREATE VIEW report.walk_forward_steps AS
SELECT r.uuid AS run, r.started_at, s.entry ->> 'name' AS strategy, (t.step ->> 'step')::integer AS step,
       (t.step -> 'train' ->> 0)::timestamptz AS train_start, (t.step -> 'train' ->> 1)::timestamptz AS train_end,
       (t.step -> 'test' ->> 0)::timestamptz AS test_start, (t.step -> 'test' ->> 1)::timestamptz AS test_end,
       nullif(t.step -> 'parameters', 'null') AS parameters, (t.step ->> 'objective')::float8 AS objective,
       (t.step ->> 'cells')::integer AS cells, (t.step ->> 'train_sharpe')::float8 AS train_sharpe,
       (t.step ->> 'test_sharpe')::float8 AS test_sharpe, (t.step ->> 'train_return')::float8 AS train_return,
       (t.step ->> 'test_return')::float8 AS test_return, (t.step ->> 'trades')::integer AS trades
FROM risk.run r
CROSS JOIN LATERAL jsonb_array_elements(r.strategies) AS s(entry)
CROSS JOIN LATERAL jsonb_array_elements(s.entry -> 'steps') AS t(step);
COMMENT ON VIEW report.walk_forward_steps IS 'What each step of a walk-forward chose on its training window, and what became of it on its test.';
COMMENT ON COLUMN report.walk_forward_steps.run IS 'The run.';
COMMENT ON COLUMN report.walk_forward_steps.started_at IS 'When it began.';
COMMENT ON COLUMN report.walk_forward_steps.strategy IS 'Name of the strategy.';
COMMENT ON COLUMN report.walk_forward_steps.step IS 'From 1.';
COMMENT ON COLUMN report.walk_forward_steps.train_start IS 'Start of the training window.';
COMMENT ON COLUMN report.walk_forward_steps.train_end IS 'Its end, not included.';
COMMENT ON COLUMN report.walk_forward_steps.test_start IS 'Start of the test.';
COMMENT ON COLUMN report.walk_forward_steps.test_end IS 'Its end.';
COMMENT ON COLUMN report.walk_forward_steps.parameters IS 'What was chosen; null where no cell could be ranked, and nothing was opened.';
COMMENT ON COLUMN report.walk_forward_steps.objective IS 'The chosen cell''s objective on the training window.';
COMMENT ON COLUMN report.walk_forward_steps.cells IS 'Cells judged there, each of them a trial.';
COMMENT ON COLUMN report.walk_forward_steps.train_sharpe IS 'Annualised Sharpe ratio of the choice on the training window.';
COMMENT ON COLUMN report.walk_forward_steps.test_sharpe IS 'Annualised Sharpe ratio of the stitched run in the test.';
COMMENT ON COLUMN report.walk_forward_steps.train_return IS 'Mean daily return of the choice on the training window, times days in a year.';
COMMENT ON COLUMN report.walk_forward_steps.test_return IS 'The same of the stitched run in the test.';
COMMENT ON COLUMN report.walk_forward_steps.trades IS 'Round trips opened in the test.';
