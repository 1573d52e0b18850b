-- What came of a run. The journal is the one table of truth for decisions, orders, their events and fills; dashboards
-- read them as views over it.

CREATE TABLE risk.journal (
    run_id      integer PRIMARY KEY REFERENCES risk.run,
    instruments text[] NOT NULL,
    strategies  text[] NOT NULL,
    currencies  text[] NOT NULL,
    extras      text[] NOT NULL
);
COMMENT ON TABLE risk.journal IS 'The names behind the codes of a run''s journal.';
COMMENT ON COLUMN risk.journal.run_id IS 'The run.';
COMMENT ON COLUMN risk.journal.instruments IS 'Instruments; code 0 is the first.';
COMMENT ON COLUMN risk.journal.strategies IS 'Strategies; code 0 is the first.';
COMMENT ON COLUMN risk.journal.currencies IS 'Currencies; code 0 is the first.';
COMMENT ON COLUMN risk.journal.extras IS 'Names of what strategies reported with their decisions.';

CREATE TABLE risk.journal_event (
    run_id     integer NOT NULL REFERENCES risk.run,
    sequence   integer NOT NULL,
    time       bigint NOT NULL,
    kind       smallint NOT NULL,
    instrument smallint NOT NULL,
    strategy   smallint NOT NULL,
    "order"    bigint NOT NULL,
    parent     bigint NOT NULL,
    role       smallint NOT NULL,
    type       smallint NOT NULL,
    reason     smallint NOT NULL,
    currency   smallint NOT NULL,
    units      float8 NOT NULL,
    price      float8 NOT NULL,
    stop       float8 NOT NULL,
    target     float8 NOT NULL,
    mid        float8 NOT NULL,
    slippage   float8 NOT NULL,
    pnl        float8 NOT NULL,
    amount     float8 NOT NULL,
    rate       float8 NOT NULL,
    extras     float8[] NOT NULL,
    PRIMARY KEY (run_id, sequence)
);
COMMENT ON TABLE risk.journal_event IS 'What happened in a run, bit for bit and in order; NaN means none.';
COMMENT ON COLUMN risk.journal_event.run_id IS 'The run.';
COMMENT ON COLUMN risk.journal_event.sequence IS 'Order of happening, from 0.';
COMMENT ON COLUMN risk.journal_event.time IS 'Nanoseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN risk.journal_event.kind IS 'What it is: 0 decision, 1 order, 2 reject, 3 cancel, 4 replace, 5 expiry, 6 trigger, 7 fill, 8 fee, 9 financing, 10 transfer, 11 margin call, 12 blocked, 13 manual.';
COMMENT ON COLUMN risk.journal_event.instrument IS 'Code of the instrument; -1 none.';
COMMENT ON COLUMN risk.journal_event.strategy IS 'Code of the strategy; -1 none.';
COMMENT ON COLUMN risk.journal_event."order" IS 'Number of the order, from 1; 0 none.';
COMMENT ON COLUMN risk.journal_event.parent IS 'Entry order of the bracket; 0 none.';
COMMENT ON COLUMN risk.journal_event.role IS 'Why the order exists.';
COMMENT ON COLUMN risk.journal_event.type IS 'How the order waits for its price.';
COMMENT ON COLUMN risk.journal_event.reason IS 'Why it was rejected, cancelled or blocked.';
COMMENT ON COLUMN risk.journal_event.currency IS 'Currency of pnl and amount.';
COMMENT ON COLUMN risk.journal_event.units IS 'Signed units; on a decision what was wanted.';
COMMENT ON COLUMN risk.journal_event.price IS 'Close decided on, price of the order, or executed price.';
COMMENT ON COLUMN risk.journal_event.stop IS 'Protective stop.';
COMMENT ON COLUMN risk.journal_event.target IS 'Target.';
COMMENT ON COLUMN risk.journal_event.mid IS 'Mid price of the market at a fill.';
COMMENT ON COLUMN risk.journal_event.slippage IS 'Part of a fill''s price that is slippage, in quote currency.';
COMMENT ON COLUMN risk.journal_event.pnl IS 'Realised profit before fees, as simulated.';
COMMENT ON COLUMN risk.journal_event.amount IS 'Fee, financing or transfer; below zero when paid.';
COMMENT ON COLUMN risk.journal_event.rate IS 'Account currency per unit of currency, at mid.';
COMMENT ON COLUMN risk.journal_event.extras IS 'What the strategy reported with a decision, in the order of the journal''s names; empty otherwise.';

CREATE TABLE risk.trade (
    run_id          integer NOT NULL REFERENCES risk.run,
    id              integer NOT NULL,
    instrument      text NOT NULL,
    strategy        text NOT NULL,
    side            smallint NOT NULL,
    units           float8 NOT NULL,
    entry_time      timestamptz NOT NULL,
    exit_time       timestamptz NOT NULL,
    entry_price     float8 NOT NULL,
    exit_price      float8 NOT NULL,
    entry_order     bigint NOT NULL,
    exit_reason     smallint NOT NULL,
    stop            float8 NOT NULL,
    target          float8 NOT NULL,
    pnl_quote       float8 NOT NULL,
    gross           numeric NOT NULL,
    spread_cost     numeric NOT NULL,
    slippage_cost   numeric NOT NULL,
    commission      numeric NOT NULL,
    financing       numeric NOT NULL,
    conversion_cost numeric NOT NULL,
    net             numeric NOT NULL,
    bars_held       integer NOT NULL,
    mfe             float8 NOT NULL,
    mae             float8 NOT NULL,
    mfe_money       numeric NOT NULL,
    mae_money       numeric NOT NULL,
    open            boolean NOT NULL,
    PRIMARY KEY (run_id, id)
);
COMMENT ON TABLE risk.trade IS 'Round trips from flat to flat. Money is in account currency; gross less all costs is net.';
COMMENT ON COLUMN risk.trade.run_id IS 'The run.';
COMMENT ON COLUMN risk.trade.id IS 'Number of the trade in its run, from 1.';
COMMENT ON COLUMN risk.trade.instrument IS 'What was traded.';
COMMENT ON COLUMN risk.trade.strategy IS 'Which strategy traded.';
COMMENT ON COLUMN risk.trade.side IS '1 long, -1 short.';
COMMENT ON COLUMN risk.trade.units IS 'Largest position held, unsigned.';
COMMENT ON COLUMN risk.trade.entry_time IS 'First fill.';
COMMENT ON COLUMN risk.trade.exit_time IS 'Last fill, or the last mark of a trade still open.';
COMMENT ON COLUMN risk.trade.entry_price IS 'Average price of entry, weighted by units.';
COMMENT ON COLUMN risk.trade.exit_price IS 'Average price of exit.';
COMMENT ON COLUMN risk.trade.entry_order IS 'Order that opened it.';
COMMENT ON COLUMN risk.trade.exit_reason IS 'Role of the last exit order; -1 while open.';
COMMENT ON COLUMN risk.trade.stop IS 'Protective stop sent with the entry; NaN without.';
COMMENT ON COLUMN risk.trade.target IS 'Target sent with the entry; NaN without.';
COMMENT ON COLUMN risk.trade.pnl_quote IS 'Realised profit before fees in quote currency, the journal''s bits.';
COMMENT ON COLUMN risk.trade.gross IS 'Profit at mid prices before any cost.';
COMMENT ON COLUMN risk.trade.spread_cost IS 'Paid for the spread.';
COMMENT ON COLUMN risk.trade.slippage_cost IS 'Paid for slippage.';
COMMENT ON COLUMN risk.trade.commission IS 'Paid in commissions.';
COMMENT ON COLUMN risk.trade.financing IS 'Paid for financing; below zero when received.';
COMMENT ON COLUMN risk.trade.conversion_cost IS 'Paid for conversion, against the mid rate.';
COMMENT ON COLUMN risk.trade.net IS 'What the account gained.';
COMMENT ON COLUMN risk.trade.bars_held IS 'Bars between entry and exit.';
COMMENT ON COLUMN risk.trade.mfe IS 'Maximum favourable excursion from the entry price, in price units.';
COMMENT ON COLUMN risk.trade.mae IS 'Maximum adverse excursion, in price units.';
COMMENT ON COLUMN risk.trade.mfe_money IS 'Maximum favourable excursion in money.';
COMMENT ON COLUMN risk.trade.mae_money IS 'Maximum adverse excursion in money.';
COMMENT ON COLUMN risk.trade.open IS 'True if still open at the end, marked at liquidation prices.';

CREATE TABLE risk.position (
    run_id     integer NOT NULL REFERENCES risk.run,
    sequence   integer NOT NULL,
    time       timestamptz NOT NULL,
    instrument text NOT NULL,
    strategy   text NOT NULL,
    units      float8 NOT NULL,
    price      float8 NOT NULL,
    PRIMARY KEY (run_id, sequence)
);
COMMENT ON TABLE risk.position IS 'The net position of a strategy in an instrument after each fill.';
COMMENT ON COLUMN risk.position.run_id IS 'The run.';
COMMENT ON COLUMN risk.position.sequence IS 'The fill, as in the journal.';
COMMENT ON COLUMN risk.position.time IS 'When it was filled.';
COMMENT ON COLUMN risk.position.instrument IS 'What is held.';
COMMENT ON COLUMN risk.position.strategy IS 'Which strategy holds it.';
COMMENT ON COLUMN risk.position.units IS 'Signed units after the fill.';
COMMENT ON COLUMN risk.position.price IS 'Average price of what is held; NaN when flat.';

CREATE TABLE risk.cash_flow (
    run_id          integer NOT NULL REFERENCES risk.run,
    number          integer NOT NULL,
    sequence        integer NOT NULL,
    time            timestamptz NOT NULL,
    flow            text NOT NULL,
    instrument      text,
    strategy        text,
    "order"         bigint NOT NULL,
    amount          numeric NOT NULL,
    conversion_cost numeric NOT NULL,
    balance         numeric NOT NULL,
    PRIMARY KEY (run_id, number)
);
COMMENT ON TABLE risk.cash_flow IS 'Every change of the account''s balance, converted and rounded once, by the account''s rule.';
COMMENT ON COLUMN risk.cash_flow.run_id IS 'The run.';
COMMENT ON COLUMN risk.cash_flow.number IS 'Order of happening, from 1.';
COMMENT ON COLUMN risk.cash_flow.sequence IS 'The event in the journal that it comes from.';
COMMENT ON COLUMN risk.cash_flow.time IS 'When it happened.';
COMMENT ON COLUMN risk.cash_flow.flow IS 'What for: profit, commission, financing, transfer.';
COMMENT ON COLUMN risk.cash_flow.instrument IS 'Instrument it belongs to, if any.';
COMMENT ON COLUMN risk.cash_flow.strategy IS 'Strategy it belongs to, if any.';
COMMENT ON COLUMN risk.cash_flow."order" IS 'Order it belongs to; 0 none.';
COMMENT ON COLUMN risk.cash_flow.amount IS 'Change of the balance, in account currency.';
COMMENT ON COLUMN risk.cash_flow.conversion_cost IS 'What converting at mid would have brought more.';
COMMENT ON COLUMN risk.cash_flow.balance IS 'Balance after it.';

CREATE TABLE risk.equity (
    run_id   integer NOT NULL REFERENCES risk.run,
    time     timestamptz NOT NULL,
    nav      numeric NOT NULL,
    balance  numeric NOT NULL,
    transfer numeric NOT NULL,
    exposure numeric NOT NULL,
    PRIMARY KEY (run_id, time)
);
COMMENT ON TABLE risk.equity IS 'What the account was worth at the end of each trading day, in account currency.';
COMMENT ON COLUMN risk.equity.run_id IS 'The run.';
COMMENT ON COLUMN risk.equity.time IS 'End of the trading day.';
COMMENT ON COLUMN risk.equity.nav IS 'Net asset value at liquidation prices.';
COMMENT ON COLUMN risk.equity.balance IS 'Cash: what is realised.';
COMMENT ON COLUMN risk.equity.transfer IS 'Deposits less withdrawals of the day.';
COMMENT ON COLUMN risk.equity.exposure IS 'Value of all positions, unsigned.';

CREATE TABLE risk.performance (
    run_id          integer PRIMARY KEY REFERENCES risk.run,
    currency        text NOT NULL,
    net_profit      numeric NOT NULL,
    gross_profit    numeric NOT NULL,
    spread_cost     numeric NOT NULL,
    slippage_cost   numeric NOT NULL,
    commission      numeric NOT NULL,
    financing       numeric NOT NULL,
    conversion_cost numeric NOT NULL,
    figures         json NOT NULL
);
COMMENT ON TABLE risk.performance IS 'How good a run was. Money is in account currency; gross less all costs is net.';
COMMENT ON COLUMN risk.performance.run_id IS 'The run.';
COMMENT ON COLUMN risk.performance.currency IS 'The account''s currency.';
COMMENT ON COLUMN risk.performance.net_profit IS 'Change of value without transfers.';
COMMENT ON COLUMN risk.performance.gross_profit IS 'The same before all costs, at mid prices.';
COMMENT ON COLUMN risk.performance.spread_cost IS 'Paid for the spread.';
COMMENT ON COLUMN risk.performance.slippage_cost IS 'Paid for slippage.';
COMMENT ON COLUMN risk.performance.commission IS 'Paid in commissions.';
COMMENT ON COLUMN risk.performance.financing IS 'Paid for financing; below zero when received.';
COMMENT ON COLUMN risk.performance.conversion_cost IS 'Paid for conversion, against the mid rate.';
COMMENT ON COLUMN risk.performance.figures IS 'Every figure by name; null where it cannot be computed.';
