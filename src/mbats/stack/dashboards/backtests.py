"""Runs compared: what they made, and what of it is luck."""

from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns

LABEL = (
    "concat_ws(' ', to_char(r.started_at, 'YYYY-MM-DD HH24:MI'), r.strategies -> 0 ->> 'name', left(r.run::text, 6))"
)
"""A run in words; the newest is the last in order."""

RUNS = Dataset(
    "backtests",
    "risk",
    f"""SELECT {LABEL} AS label, r.started_at, r.status, p.strategy,
       array_to_string(p.instruments || p.timeframe, ' ') AS instruments, p.currency,
       p.net_profit, p.total_return, p.sharpe, p.sharpe_low, p.sharpe_high, p.deflated_sharpe, p.sharpe_by_luck,
       p.trials, p.max_drawdown, p.trades, p.synthetic, row_number() OVER (ORDER BY r.started_at DESC) AS place
FROM report.runs r
JOIN report.performance p USING (run)
WHERE r.simulator <> 'live'""",
    columns(
        text="label status strategy instruments currency",
        time="started_at",
        number="net_profit total_return sharpe sharpe_low sharpe_high deflated_sharpe sharpe_by_luck trials "
        "max_drawdown trades place",
        flag="synthetic",
    ),
    "started_at",
    "newest run",
)
EQUITY = Dataset(
    "equity of backtests",
    "risk",
    f"""SELECT {LABEL} AS label, r.started_at, r.strategies -> 0 ->> 'name' AS strategy, e.time, e.nav,
       -e.drawdown / nullif(e.nav + e.drawdown, 0) AS drawdown
FROM report.equity e
JOIN report.runs r USING (run)
WHERE r.simulator <> 'live'""",
    columns(text="label strategy", time="started_at time", number="nav drawdown"),
    "time",
    "last day",
)
MONTHS = Dataset(
    "monthly returns of backtests",
    "risk",
    f"""WITH day AS (
    SELECT run, time, lag(nav) OVER w AS before, nav - lag(nav) OVER w - transfer AS profit
    FROM report.equity
    WINDOW w AS (PARTITION BY run ORDER BY time)
)
SELECT {LABEL} AS label, r.strategies -> 0 ->> 'name' AS strategy, d.time, to_char(d.time, 'YYYY') AS year,
       to_char(d.time, 'MM') AS month,
       concat_ws(' ', r.strategies -> 0 ->> 'name', left(r.run::text, 6), to_char(d.time, 'YYYY')) AS run_year,
       greatest(1 + d.profit / d.before, 1e-9) AS growth
FROM day d
JOIN report.runs r USING (run)
WHERE d.before > 0 AND r.simulator <> 'live'""",
    columns(text="label strategy year month run_year", time="time", number="growth"),
    "time",
    "last day",
)
_NEWEST = {
    "limit": 6,
    "timeseries_limit_metric": {
        "expressionType": "SQL",
        "sqlExpression": "max(extract(epoch from started_at))",
        "label": "newest",
    },
    "order_desc": True,
}
_FEW = {
    "adhoc_filters": [{"expressionType": "SQL", "clause": "WHERE", "sqlExpression": "place <= 10"}],
    "orientation": "horizontal",
    "x_axis_sort": "label",
    "x_axis_sort_asc": True,
    "show_value": True,
    "y_axis_format": ".2f",
}
"""The ten newest runs, a bar each from left to right: their names need the room."""
_TABLE = (
    "label",
    "instruments",
    "net_profit",
    "currency",
    "total_return",
    "sharpe",
    "deflated_sharpe",
    "trials",
    "max_drawdown",
    "trades",
    "synthetic",
)

BACKTESTS = Dashboard(
    "Backtests",
    "backtests",
    (
        (
            Chart(
                name="Runs compared",
                dataset=RUNS,
                kind=Kind.TABLE,
                by=_TABLE,
                options={"order_by_cols": ['["label", false]']},
                width=12,
            ),
        ),
        (
            Chart(
                name="Sharpe ratio, plain and by luck alone",
                dataset=RUNS,
                kind=Kind.BAR,
                x="label",
                metrics={"Sharpe": "max(sharpe)", "expected by luck": "max(sharpe_by_luck)"},
                unit="Sharpe ratio, a year",
                options=_FEW,
            ),
            Chart(
                name="Deflated Sharpe: probability that it is no luck",
                dataset=RUNS,
                kind=Kind.BAR,
                x="label",
                metrics={"deflated Sharpe": "max(deflated_sharpe)"},
                unit="probability",
                options=_FEW | {"y_axis_bounds": [0, 1], "truncateYAxis": True},
            ),
        ),
        (
            Chart(
                name="Equity",
                dataset=EQUITY,
                kind=Kind.LINE,
                x="time",
                by=("label",),
                metrics={"equity": "max(nav)"},
                unit="account currency",
                options=_NEWEST | {"truncateYAxis": True, "y_axis_bounds": [None, None]},
            ),
            Chart(
                name="Drawdown",
                dataset=EQUITY,
                kind=Kind.LINE,
                x="time",
                by=("label",),
                metrics={"drawdown": "min(drawdown)"},
                unit="below the peak so far",
                options=_NEWEST | {"area": True, "opacity": 0.2, "y_axis_format": ".1%"},
            ),
        ),
        (
            Chart(
                name="Monthly returns",
                dataset=MONTHS,
                kind=Kind.HEAT_MAP,
                x="month",
                by=("run_year",),
                metrics={"return": "exp(sum(ln(growth))) - 1"},
                options={"y_axis_format": ".1%", "linear_color_scheme": "schemeRdBu", "value_bounds": [-0.1, 0.1]},
                width=12,
            ),
        ),
    ),
    (Choice("Run", RUNS, "label"), Choice("Strategy", RUNS, "strategy")),
)
