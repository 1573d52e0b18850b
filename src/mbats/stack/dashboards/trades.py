"""Round trips: how far they ran, when, where, and what they cost."""

from mbats.stack.dashboards.backtests import LABEL
from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns

TRADES = Dataset(
    "trades",
    "risk",
    f"""SELECT {LABEL} AS label, t.id::text AS trade,
       'mbats why ' || left(t.run::text, 8) || ':' || t.id AS why, t.instrument, t.strategy, t.side,
       coalesce(t.exit_reason, 'still open') AS exit_reason, t.entry_time, t.exit_time,
       to_char(t.entry_time AT TIME ZONE 'UTC', 'HH24') AS hour,
       to_char(t.entry_time AT TIME ZONE 'UTC', 'ID Dy') AS weekday,
       greatest(extract(epoch FROM t.exit_time - t.entry_time), 0)::float8 / 3600 AS hours,
       t.units, t.entry_price, t.exit_price,
       t.gross, t.spread_cost, t.slippage_cost, t.commission, t.financing, t.conversion_cost, t.net,
       t.mfe_money AS mfe, t.mae_money AS mae, t.open, t.synthetic
FROM report.trades t
JOIN report.runs r USING (run)""",
    columns(
        text="label trade why instrument strategy side exit_reason hour weekday",
        time="entry_time exit_time",
        number="hours units entry_price exit_price gross spread_cost slippage_cost commission financing "
        "conversion_cost net mfe mae",
        flag="open synthetic",
    ),
    "exit_time",
    "last exit",
)
STEPS = Dataset(
    "steps from gross to net",
    "risk",
    f"""SELECT {LABEL} AS label, t.instrument, t.strategy, t.exit_time, s.step, s.amount
FROM report.trades t
JOIN report.runs r USING (run)
CROSS JOIN LATERAL (VALUES
    ('1 gross', t.gross), ('2 spread', -t.spread_cost), ('3 slippage', -t.slippage_cost),
    ('4 commission', -t.commission), ('5 financing', -t.financing), ('6 conversion', -t.conversion_cost),
    ('7 net', t.net)
) AS s (step, amount)""",
    columns(text="label instrument strategy step", time="exit_time", number="amount"),
    "exit_time",
    "last exit",
)
_MONEY = "account currency"
_NET = {"net": "sum(net)"}
_COSTS = {
    "spread": "sum(spread_cost)",
    "slippage": "sum(slippage_cost)",
    "commission": "sum(commission)",
    "financing": "sum(financing)",
    "conversion": "sum(conversion_cost)",
}
_DOTS = 2_000
_PAGES = {"row_limit": 10_000, "server_pagination": True, "server_page_length": 50}
_LIST = (
    "why",
    "entry_time",
    "exit_time",
    "instrument",
    "side",
    "units",
    "entry_price",
    "exit_price",
    "exit_reason",
    "gross",
    "net",
    "mfe",
    "mae",
    "hours",
)


def _net_by(name: str, column: str) -> Chart:
    return Chart(
        name=name,
        dataset=TRADES,
        kind=Kind.BAR,
        x=column,
        metrics=_NET,
        unit=_MONEY,
        options={"x_axis_sort": column, "x_axis_sort_asc": True},
    )


TRADES_PAGE = Dashboard(
    "Trades",
    "trades",
    (
        (
            Chart(
                name="Against us and for us: MAE and MFE, in money",
                dataset=TRADES,
                kind=Kind.SCATTER,
                by=("trade", "instrument"),
                metrics={"MAE": "max(mae)", "MFE": "max(mfe)", "size of result": "abs(sum(net))"},
                options={"max_bubble_size": "10", "row_limit": _DOTS},
            ),
            Chart(
                name="Duration",
                dataset=TRADES,
                kind=Kind.HISTOGRAM,
                x="hours",
                by=("side",),
                unit="trades",
                options={"bins": 30},
            ),
        ),
        (
            _net_by("Net by hour of entry (UTC)", "hour"),
            _net_by("Net by day of entry (UTC)", "weekday"),
        ),
        (
            _net_by("Net by instrument", "instrument"),
            Chart(
                name="Costs by instrument",
                dataset=TRADES,
                kind=Kind.BAR,
                x="instrument",
                metrics=_COSTS,
                unit=_MONEY,
                options={"stack": "Stack"},
            ),
        ),
        (
            _net_by("Net by reason of exit", "exit_reason"),
            Chart(
                name="From gross to net",
                dataset=STEPS,
                kind=Kind.BAR,
                x="step",
                metrics={"amount": "sum(amount)"},
                unit=_MONEY,
                options={"x_axis_sort": "step", "x_axis_sort_asc": True, "show_value": True, "xAxisLabelRotation": 30},
            ),
        ),
        (
            Chart(
                name="Every trade",
                dataset=TRADES,
                kind=Kind.TABLE,
                by=_LIST,
                options={"order_by_cols": ['["entry_time", false]'], **_PAGES},
                width=12,
                height=60,
            ),
        ),
    ),
    (
        Choice("Run", TRADES, "label", newest=True),
        Choice("Strategy", TRADES, "strategy"),
        Choice("Instrument", TRADES, "instrument"),
    ),
)
