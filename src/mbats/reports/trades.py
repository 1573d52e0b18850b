"""The trade table: one column of plain values a name, ready for the page's script and its CSV download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mbats.execution.order import Role
from mbats.market.timeframe import NANOSECONDS
from mbats.reports.numerals import defined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.round_trips import RoundTrips
    from mbats.market.bars import Bars
    from mbats.market.columns import IntColumn


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its name in data and CSV, its heading, and how the script writes a value."""

    name: str
    label: str
    kind: str
    title: str = ""
    shown: bool = True


COLUMNS = (
    Column("id", "#", "whole"),
    Column("instrument", "Instrument", "text"),
    Column("strategy", "Strategy", "text", shown=False),
    Column("side", "Side", "text"),
    Column("units", "Units", "whole"),
    Column("entry_time", "Entry (UTC)", "time"),
    Column("entry_price", "at", "price", "Average entry price"),
    Column("exit_time", "Exit (UTC)", "time"),
    Column("exit_price", "at", "price", "Average exit price"),
    Column("exit_reason", "Exit by", "text"),
    Column("stop", "Stop", "price", shown=False),
    Column("target", "Target", "price", shown=False),
    Column("bars_held", "Bars", "whole", "Bars from entry to exit"),
    Column("mfe_money", "MFE", "money", "Best excursion, before costs"),
    Column("mae_money", "MAE", "money", "Worst excursion, before costs"),
    Column("gross", "Gross", "money", "Profit at mid prices, before every cost"),
    Column("spread_cost", "Spread", "money", shown=False),
    Column("slippage_cost", "Slippage", "money", shown=False),
    Column("commission", "Commission", "money", shown=False),
    Column("financing", "Financing", "money", shown=False),
    Column("conversion_cost", "Conversion", "money", shown=False),
    Column("costs", "Costs", "money", "Spread, slippage, commission, financing and conversion"),
    Column("net", "Net", "money", "What the account gained"),
)
_ENDINGS = {role.value: role.name.lower().replace("_", " ") for role in Role} | {
    -1: "still open",
    Role.ENTRY: "opposite entry",
}
_MONEY = ("gross", "spread_cost", "slippage_cost", "commission", "financing", "conversion_cost", "net")
_PRICES = ("entry_price", "exit_price", "stop", "target", "mfe_money", "mae_money")


def trade_columns(trips: RoundTrips) -> dict[str, list[Any]]:
    """Return the values of `COLUMNS`, one list a name; times are seconds since 1970, what is undefined is None."""
    numbers: dict[str, list[Any]] = {name: plain(getattr(trips, name)) for name in (*_MONEY, *_PRICES)}
    return numbers | {
        "id": trips.id.tolist(),
        "instrument": [trips.instruments[code] for code in trips.instrument.tolist()],
        "strategy": [trips.strategies[code] if code >= 0 else "" for code in trips.strategy.tolist()],
        "side": ["long" if side > 0 else "short" for side in trips.side.tolist()],
        "units": plain(trips.units),
        "entry_time": (trips.entry_time // NANOSECONDS).tolist(),
        "exit_time": (trips.exit_time // NANOSECONDS).tolist(),
        "exit_reason": exit_reasons(trips),
        "bars_held": trips.bars_held.tolist(),
        "costs": plain(trip_costs(trips)),
    }


def trip_costs(trips: RoundTrips) -> Any:
    """Return all costs of each round trip, above zero when paid."""
    return trips.spread_cost + trips.slippage_cost + trips.commission + trips.financing + trips.conversion_cost


def exit_reasons(trips: RoundTrips) -> list[str]:
    """Return why each trip ended, in words."""
    return [_ENDINGS[code] for code in trips.exit_reason.tolist()]


def bar_rows(trips: RoundTrips, market: Mapping[str, Bars], size: int) -> dict[str, list[int]]:
    """Return the bar in which each trip began and ended, counted in bars gathered by `size`."""
    return {name: _rows(trips, getattr(trips, f"{name}_time"), market, size).tolist() for name in ("entry", "exit")}


def plain(values: Any) -> list[Any]:
    """Return numbers for JSON, NaN as None, at a precision that no account rounds to."""
    rounded = np.round(np.asarray(values, dtype=np.float64), 8)
    return [value if defined(value) else None for value in rounded.tolist()]


def _rows(trips: RoundTrips, times: IntColumn, market: Mapping[str, Bars], size: int) -> IntColumn:
    rows = np.full(len(trips), -1, dtype=np.int64)
    for code, symbol in enumerate(trips.instruments):
        if symbol in market:
            chosen = trips.instrument == code
            found = np.searchsorted(market[symbol].time, times[chosen], side="right") - 1
            rows[chosen] = np.maximum(found, 0) // size
    return rows
