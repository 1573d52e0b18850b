-- What dashboards see. The views belong to the owner and read with its rights; bi_reader has no other way in.
CREATE SCHEMA report;
COMMENT ON SCHEMA report IS 'What dashboards see of the risk database.';
GRANT USAGE ON SCHEMA report TO bi_reader, mbats_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA report GRANT SELECT ON TABLES TO bi_reader, mbats_writer;

-- A run lives as long as its process holds the advisory lock (1835164020, run id); the kernel frees it at any death.
CREATE VIEW report.runs AS
SELECT r.uuid AS run, r.started_at, r.finished_at,
       CASE WHEN r.status = 'running' AND NOT EXISTS (
           SELECT FROM pg_locks l
           WHERE l.locktype = 'advisory' AND l.classid = 1835164020 AND l.objid::bigint = r.id AND l.objsubid = 2
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       ) THEN 'interrupted' ELSE r.status END AS status,
       r.error, r.simulator, r.fills, r.costs, r.account, r.strategies, r.instruments, r.timeframe,
       r.period_start, r.period_end, r.snapshot, r.commit, r.synthetic, r.command, r.notes
FROM risk.run r;
COMMENT ON VIEW report.runs IS 'Every run, with interrupted ones shown as such.';

CREATE VIEW report.trials AS
SELECT t.id AS trial, t.strategy, t.code, t.parameters, t.snapshot, t.costs, t.instruments,
       t.period_start, t.period_end, t.first_run_at, count(rt.run_id) AS runs
FROM risk.trial t
LEFT JOIN risk.run_trial rt ON rt.trial_id = t.id
GROUP BY t.id;
COMMENT ON VIEW report.trials IS 'Every distinct attempt, and in how many runs it was made.';

CREATE VIEW report.events AS
SELECT r.uuid AS run, e.sequence, e.time AS nanoseconds,
       timestamptz 'epoch' + (e.time / 1000) * interval '1 microsecond' AS time,
       (ARRAY['decision', 'order', 'reject', 'cancel', 'replace', 'expiry', 'trigger', 'fill', 'fee', 'financing',
              'transfer', 'margin_call', 'blocked', 'manual'])[e.kind + 1] AS kind,
       j.instruments[e.instrument + 1] AS instrument,
       j.strategies[e.strategy + 1] AS strategy,
       nullif(e."order", 0) AS "order", nullif(e.parent, 0) AS parent,
       (ARRAY['entry', 'stop_loss', 'take_profit', 'exit', 'reversal', 'rebalance', 'time_stop', 'closeout',
              'manual'])[e.role + 1] AS role,
       (ARRAY['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'])[e.type + 1] AS type,
       (ARRAY['none', 'insufficient_margin', 'stop_loss_on_fill_loss', 'take_profit_on_fill_loss', 'market_halted',
              'linked_trade_closed', 'expired', 'replaced', 'client_request', 'margin_closeout', 'size_below_lot',
              'in_position', 'limit_reached', 'insufficient_cash'])[e.reason + 1] AS reason,
       j.currencies[e.currency + 1] AS currency,
       nullif(e.units, 'NaN') AS units, nullif(e.price, 'NaN') AS price, nullif(e.stop, 'NaN') AS stop,
       nullif(e.target, 'NaN') AS target, nullif(e.mid, 'NaN') AS mid, e.slippage, e.pnl, e.amount,
       nullif(e.rate, 'NaN') AS rate, e.extras, j.extras AS extra_names
FROM risk.journal_event e
JOIN risk.journal j ON j.run_id = e.run_id
JOIN risk.run r ON r.id = e.run_id;
COMMENT ON VIEW report.events IS 'The journal with names for its codes and null for none.';

CREATE VIEW report.decisions AS
SELECT run, sequence, time, instrument, strategy, units, price, stop, target,
       (SELECT jsonb_object_agg(name, nullif(value, 'NaN')) FROM unnest(extra_names, extras) AS x (name, value)) AS extras
FROM report.events
WHERE kind = 'decision';
COMMENT ON VIEW report.decisions IS 'What strategies decided, and what they reported with it.';

CREATE VIEW report.orders AS
SELECT run, sequence, time, "order", parent, instrument, strategy, role, type, units, price, stop, target
FROM report.events
WHERE kind = 'order';
COMMENT ON VIEW report.orders IS 'Orders as they were sent.';

CREATE VIEW report.order_events AS
SELECT run, sequence, time, kind, "order", parent, instrument, strategy, role, type, reason, units, price
FROM report.events
WHERE kind IN ('order', 'reject', 'cancel', 'replace', 'expiry', 'trigger', 'fill', 'blocked', 'manual');
COMMENT ON VIEW report.order_events IS 'What became of each order.';

CREATE VIEW report.fills AS
SELECT run, sequence, time, "order", parent, instrument, strategy, role, type, units, price, mid, slippage, pnl,
       currency, rate
FROM report.events
WHERE kind = 'fill';
COMMENT ON VIEW report.fills IS 'Executions.';

CREATE VIEW report.trades AS
SELECT r.uuid AS run, t.id, t.instrument, t.strategy, CASE t.side WHEN 1 THEN 'long' ELSE 'short' END AS side,
       t.units, t.entry_time, t.exit_time, t.entry_price, t.exit_price, t.entry_order,
       (ARRAY['entry', 'stop_loss', 'take_profit', 'exit', 'reversal', 'rebalance', 'time_stop', 'closeout',
              'manual'])[t.exit_reason + 1] AS exit_reason,
       nullif(t.stop, 'NaN') AS stop, nullif(t.target, 'NaN') AS target, t.pnl_quote, t.gross, t.spread_cost,
       t.slippage_cost, t.commission, t.financing, t.conversion_cost, t.net, t.bars_held, t.mfe, t.mae, t.mfe_money,
       t.mae_money, t.open, r.synthetic
FROM risk.trade t
JOIN risk.run r ON r.id = t.run_id;
COMMENT ON VIEW report.trades IS 'Round trips with their costs and excursions.';

CREATE VIEW report.positions AS
SELECT r.uuid AS run, p.sequence, p.time, p.instrument, p.strategy, p.units, nullif(p.price, 'NaN') AS price
FROM risk.position p
JOIN risk.run r ON r.id = p.run_id;
COMMENT ON VIEW report.positions IS 'Net positions after each fill.';

CREATE VIEW report.cash_flows AS
SELECT r.uuid AS run, c.number, c.sequence, c.time, c.flow, c.instrument, c.strategy, c."order", c.amount,
       c.conversion_cost, c.balance
FROM risk.cash_flow c
JOIN risk.run r ON r.id = c.run_id;
COMMENT ON VIEW report.cash_flows IS 'Every change of an account''s balance.';

CREATE VIEW report.equity AS
SELECT r.uuid AS run, e.time, e.nav, e.balance, e.transfer, e.exposure,
       max(e.nav) OVER (PARTITION BY e.run_id ORDER BY e.time) - e.nav AS drawdown, r.synthetic
FROM risk.equity e
JOIN risk.run r ON r.id = e.run_id;
COMMENT ON VIEW report.equity IS 'Net asset value by trading day, and how far it is below its peak (transfers included).';

CREATE VIEW report.performance AS
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
       p.figures
FROM risk.performance p
JOIN risk.run r ON r.id = p.run_id;
COMMENT ON VIEW report.performance IS 'How good each finished run was.';
