"""A case: everything that decides a simulation, as plain values that can be cut, changed and written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fuzz.prices import kept_rows
from mbats.execution.costs import Costs
from mbats.execution.fills import FillRules
from mbats.execution.financing import FinancingRates
from mbats.ledger.terms import Account
from mbats.market.bars import Bars
from mbats.market.conversion import Conversion
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.signal import Signals, SignalStrategy
from mbats.strategies.target import Targets, TargetStrategy


class Prepared(SignalStrategy):
    """Decides what was prepared, symbol by symbol."""

    signals: dict[str, Any]

    def decide(self, bars: Bars) -> Signals:
        return self.signals[bars.instrument.symbol]


class PreparedTargets(TargetStrategy):
    """Wants what was prepared: `risk` by symbol, one row for each of `time`."""

    time: Any
    risk: dict[str, Any]

    def decide(self, panel):
        rows = np.searchsorted(self.time, panel.time)
        return Targets(np.stack([self.risk[symbol][rows] for symbol in panel.symbols], axis=1))


@dataclass(frozen=True)
class Case:
    """A simulation before anything in it is computed; `rates` are the bars that convert to the account's currency."""

    allocations: tuple[Allocation, ...]
    market: Mapping[str, Bars]
    account: Account
    costs: Costs
    fills: FillRules
    rates: Mapping[str, Bars] = field(default_factory=dict)
    financing: FinancingRates | None = None

    def simulation(self) -> Simulation:
        return Simulation(
            self.allocations,
            self.market,
            self.account,
            Conversion(self.account.currency, self.rates),
            self.costs,
            self.fills,
            self.financing,
        )

    @property
    def times(self):
        """All opening times of traded bars, ascending."""
        return np.unique(np.concatenate([bars.time for bars in self.market.values()]))

    def at_times(self, times) -> Case:
        """Return the case with the bars of `times` alone, their prepared decisions with them."""
        keep = {symbol: np.isin(bars.time, times) for symbol, bars in self.market.items()}
        market = {symbol: kept_rows(bars, keep[symbol]) for symbol, bars in self.market.items()}
        allocations = tuple(replace(share, strategy=_cut(share.strategy, keep, times)) for share in self.allocations)
        return replace(self, market=market, allocations=allocations)


def _cut(strategy, keep, times):
    if isinstance(strategy, Prepared):
        rows = {symbol: _rows_of(signals, keep[symbol]) for symbol, signals in strategy.signals.items()}
        return Prepared(signals=rows)
    if isinstance(strategy, PreparedTargets):
        chosen = np.isin(strategy.time, times)
        return PreparedTargets(
            time=strategy.time[chosen], risk={symbol: column[chosen] for symbol, column in strategy.risk.items()}
        )
    return strategy


def _rows_of(signals, keep):
    columns = {name: value[keep] for name, value in vars_of(signals).items() if isinstance(value, np.ndarray)}
    extras = {name: column[keep] for name, column in signals.columns.items()}
    return replace(signals, **columns, columns=extras)


def vars_of(record) -> dict[str, Any]:
    """Return the fields of a dataclass with slots by name."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
