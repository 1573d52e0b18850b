"""What the ledger made of a run, as tables: money exact, prices as they were."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg import sql

from mbats.ledger.positions import positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import psycopg
    from numpy.typing import NDArray

    from mbats.ledger.account import CashFlow
    from mbats.ledger.equity import Equity
    from mbats.ledger.journal import Journal
    from mbats.ledger.performance import Performance
    from mbats.ledger.round_trips import RoundTrips
    from mbats.ledger.run import RunResult

_TRADE = (
    *("id", "side", "units", "entry_price", "exit_price", "entry_order", "exit_reason", "stop", "target"),
    *("pnl_quote", "bars_held", "mfe", "mae", "mfe_money", "mae_money", "open"),
)
_SPLIT = {
    "gross": "gross",
    "spread_cost": "spread",
    "slippage_cost": "slippage",
    "commission": "commission",
    "financing": "financing",
    "conversion_cost": "conversion",
    "net": "net",
}
_PROFIT = ("net_profit", "gross_profit", "spread_cost", "slippage_cost", "commission", "financing", "conversion_cost")


def insert(connection: psycopg.Connection, run: int, result: RunResult) -> None:
    """Store trades, positions, cash flows, equity and performance of a run that has none."""
    _copy(connection, run, "trade", _trades(result.trips))
    _copy(connection, run, "position", _positions(result.journal))
    _copy(connection, run, "cash_flow", _cash_flows(result.journal, result.flows))
    _copy(connection, run, "equity", _equity(result.equity))
    _copy(connection, run, "performance", _performance(result.performance))


def _copy(connection: psycopg.Connection, run: int, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} (run_id, {}) FROM STDIN").format(sql.Identifier("risk", table), names)
    with connection.cursor().copy(statement) as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row((run, *row))


def _trades(trips: RoundTrips) -> dict[str, Sequence[Any]]:
    return {
        **{name: getattr(trips, name).tolist() for name in _TRADE},
        "instrument": _names(trips.instruments, trips.instrument),
        "strategy": _names(trips.strategies, trips.strategy),
        "entry_time": _times(trips.entry_time),
        "exit_time": _times(trips.exit_time),
        **{column: [getattr(split, name) for split in trips.exact] for column, name in _SPLIT.items()},
    }


def _positions(journal: Journal) -> dict[str, Sequence[Any]]:
    held = positions(journal)
    return {
        "sequence": held.row.tolist(),
        "time": _times(held.time),
        "instrument": _names(held.instruments, held.instrument),
        "strategy": _names(held.strategies, held.strategy),
        "units": held.units.tolist(),
        "price": held.price.tolist(),
    }


def _cash_flows(journal: Journal, flows: Sequence[CashFlow]) -> dict[str, Sequence[Any]]:
    return {
        "number": range(1, len(flows) + 1),
        "sequence": [flow.row for flow in flows],
        "time": _times([flow.time for flow in flows]),
        "flow": [flow.flow.value for flow in flows],
        "instrument": _names(journal.instruments, [flow.instrument for flow in flows]),
        "strategy": _names(journal.strategies, [flow.strategy for flow in flows]),
        **{name: [getattr(flow, name) for flow in flows] for name in ("order", "amount", "conversion_cost", "balance")},
    }


def _equity(equity: Equity) -> dict[str, Sequence[Any]]:
    columns = ("nav", "balance", "transfer", "exposure")
    return {"time": _times(equity.time), **{name: getattr(equity, name).tolist() for name in columns}}


def _performance(performance: Performance) -> dict[str, Sequence[Any]]:
    figures = performance.as_dict()
    profit = {name: [figures[name]] for name in _PROFIT}
    return {"currency": [performance.currency], **profit, "figures": [json.dumps(figures)]}


def _names(names: Sequence[str], codes: Iterable[int]) -> list[str | None]:
    return [names[code] if code >= 0 else None for code in codes]


def _times(nanoseconds: NDArray[np.int64] | Sequence[int]) -> list[str]:
    """Return times as PostgreSQL reads them, to the microsecond."""
    moments = np.asarray(nanoseconds, dtype=np.int64).astype("datetime64[ns]").astype("datetime64[us]")
    return [f"{moment}+00" for moment in np.datetime_as_string(moments).tolist()]
