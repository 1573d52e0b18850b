"""What trading cost, line by line, and what each instrument brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.reports.numerals import number, percent
from mbats.reports.trades import trip_costs
from mbats.reports.verdict import COST_NAMES

if TYPE_CHECKING:
    from mbats.ledger.performance import Performance
    from mbats.ledger.round_trips import RoundTrips


@dataclass(frozen=True, slots=True)
class CostLine:
    """One step from gross to net: its amount in account currency, an average trade's, and its share of the gross."""

    name: str
    amount: str
    a_trade: str
    of_gross: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """What one instrument did."""

    symbol: str
    trades: int
    win_rate: float | None
    gross: float
    costs: float
    net: float


def cost_lines(performance: Performance) -> tuple[CostLine, ...]:
    """Return gross result, each cost below zero when paid, and net result; they add up."""
    costs = [(name.capitalize(), -getattr(performance, key)) for key, name in COST_NAMES.items()]
    return (
        _line(performance, "Gross result", performance.gross_profit),
        *(_line(performance, name, amount) for name, amount in costs),
        _line(performance, "Net result", performance.net_profit, total=True),
    )


def instrument_lines(trips: RoundTrips) -> tuple[InstrumentLine, ...]:
    """Return one line an instrument, in the run's order."""
    costs = trip_costs(trips)
    return tuple(
        InstrumentLine(
            symbol,
            int(chosen.sum()),
            float((trips.net[chosen] > 0).mean()) if chosen.any() else None,
            float(trips.gross[chosen].sum()),
            float(costs[chosen].sum()),
            float(trips.net[chosen].sum()),
        )
        for symbol, chosen in (
            (symbol, np.equal(trips.instrument, code)) for code, symbol in enumerate(trips.instruments)
        )
    )


def _line(performance: Performance, name: str, amount: float, *, total: bool = False) -> CostLine:
    a_trade = amount / performance.trades if performance.trades else None
    of_gross = amount / performance.gross_profit if performance.gross_profit > 0 else None
    return CostLine(name, number(amount, signed=True), number(a_trade, signed=True), percent(of_gross, 0), total)
