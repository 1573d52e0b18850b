"""Round trips: how far they ran, when, where, and what they cost."""

from mbats.stack.dashboards.backtests import LABEL
from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns, freshness

TRADES = Dataset(
    "trades",
    "risk",
    f"""SELECT {LABEL} AS label, t.id::text AS trade, t.instrument, t.strategy, t.side, t.exit_reason, t.entry_time,
       t.exit_time, to_char(t.entry_time AT TIME ZONE 'UTC', 'HH24') AS hour,
       to_char(t.entry_time AT TIME ZONE 'UTC', 'ID Dy') AS weekday,
       extract(epoch FROM t.exit_time - t.entry_time)::float8 / 3600 AS hours, t.units, t.entry_price, t.exit_price,
       t.gross, t.spread_cost, t.slippage_cost, t.commission, t.financing, t.conversion_cost, t.net,
       t.mfe_money AS mfe, t.mae_money AS mae, t.open, t.synthetic
FROM report.trades t
JOIN report.runs r USING (run)""",
    columns(
        text="label trade instrument strategy side exit_reason hour weekday",
        time="entry_time exit_time",
        number="hours units entry_price exit_price gross spread_cost slippage_cost commission financing "
        "conversion_cost net mfe mae",
        flag="open synthetic",
    ),
    "entry_time",
)
_NET = {"net": "sum(net)"}
_COSTS = {
    "spread": "sum(spread_cost)",
    "slippage": "sum(slippage_cost)",
    "commission": "sum(commission)",
    "financing": "sum(financing)",
    "conversion": "sum(conversion_cost)",
}
_LIST = (
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
        options={"x_axis_sort": column, "x_axis_sort_asc": True},
        width=4,
    )


TRADES_PAGE = Dashboard(
    "Trades",
    "trades",
    (
        (
            freshness(
                "trades",
                "risk",
                {
                    "newest run": "SELECT max(started_at) FROM report.runs",
                    "last exit": "SELECT max(exit_time) FROM report.trades",
                },
            ),
        ),
        (
            Chart(
                name="Against us and for us: MAE and MFE",
                dataset=TRADES,
                kind=Kind.SCATTER,
                by=("trade", "instrument"),
                metrics={"MAE": "max(mae)", "MFE": "max(mfe)", "size of result": "abs(sum(net))"},
                options={"max_bubble_size": "10"},
            ),
            Chart(
                name="Duration in hours",
                dataset=TRADES,
                kind=Kind.HISTOGRAM,
                x="hours",
                by=("side",),
                options={"bins": 30},
            ),
        ),
        (
            _net_by("Net by hour of entry (UTC)", "hour"),
            _net_by("Net by day of entry (UTC)", "weekday"),
            _net_by("Net by instrument", "instrument"),
        ),
        (
            Chart(
                name="Costs by instrument",
                dataset=TRADES,
                kind=Kind.BAR,
                x="instrument",
                metrics=_COSTS,
                options={"stack": "Stack"},
            ),
            Chart(name="Net by reason of exit", dataset=TRADES, kind=Kind.BAR, x="exit_reason", metrics=_NET),
        ),
        (
            Chart(
                name="Every trade",
                dataset=TRADES,
                kind=Kind.TABLE,
                by=_LIST,
                options={"order_by_cols": ['["entry_time", false]']},
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
