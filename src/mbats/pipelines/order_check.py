from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from mbats.errors.strategy import StrategyFailed, TooFewBars
from mbats.execution.costs import FREE
from mbats.execution.fills import FillRules
from mbats.ledger.journal import Kind
from mbats.ledger.terms import Account
from mbats.market.conversion import Conversion
from mbats.market.counterfactual import FUTURES
from mbats.portfolio.sizing import FixedUnits
from mbats.simulation.simulator import Allocation, Simulation
from mbats.strategies.causality import FEWEST, Causality, Leak
from mbats.strategies.decision import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.ledger.journal import Event
    from mbats.market.bars import Bars
    from mbats.simulation.simulator import Simulator
    from mbats.strategies.parameters import Configured

_AT_THE_CLOSE = (Kind.DECISION, Kind.ORDER, Kind.BLOCKED)
_CASH = Decimal(10) ** 12
_ROWS = 5_000


def check_orders(configured: Configured, market: Mapping[str, Bars], simulator: Simulator, cuts: int = 4) -> Causality:
    """Simulate with the future cut off and shuffled; whatever was journalled before must stay, bit for bit.

    The check for strategies that only a simulator understands, on their latest 5,000 bars. All instruments are cut at
    the same moment: when a bar of the first one is known.

    Raises
    ------
    StrategyFailed, TooFewBars
    """
    market = {symbol: table.rows(max(len(table) - _ROWS, 0), len(table)) for symbol, table in market.items()}
    bars = next(iter(market.values()))
    if len(bars) < FEWEST:
        raise TooFewBars(strategy=configured.strategy.__name__, market=describe(bars), needed=FEWEST)
    trial = _Trial(configured, market, simulator)
    rows = trial.cuts(bars, cuts)
    leaks = [leak for row in rows for change in ("truncated", "shuffled") if (leak := trial.leak(bars, row, change))]
    earliest = min(leaks, key=lambda leak: leak.row, default=None)
    notes = () if trial.sent else ("no order was sent on these bars, so nothing could be compared",)
    return Causality(describe(bars), len(bars), rows, (earliest,) if earliest else (), notes)


class _Trial:
    """What a strategy did on unchanged bars, and where it acts otherwise once later bars are changed."""

    def __init__(self, configured: Configured, market: Mapping[str, Bars], simulator: Simulator) -> None:
        self._allocation = Allocation(configured.strategy, tuple(market), FixedUnits(), configured.parameters)
        self._market = market
        self._simulator = simulator
        self._truth = self._run(market)
        self.sent = sorted({event.time for event in self._truth if event.kind == Kind.ORDER})

    def cuts(self, bars: Bars, count: int) -> tuple[int, ...]:
        """Return rows at which an order was sent, without any the middle and the end."""
        if not self.sent:
            return (len(bars) // 2, len(bars) - 2)
        chosen = np.array(self.sent)[np.linspace(0, len(self.sent) - 1, count).astype(int)]
        rows = np.clip(np.searchsorted(bars.known_at, chosen), 0, len(bars) - 2)
        return tuple(sorted(set(rows.tolist())))

    def leak(self, bars: Bars, row: int, change: str) -> Leak | None:
        """Change everything after `row`; failing where there is no more future is looking ahead, too."""
        moment = int(bars.known_at[row])
        try:
            seen = self._run({symbol: _changed(table, moment, change) for symbol, table in self._market.items()})
        except StrategyFailed as failed:
            if change != "truncated":
                return None
            return Leak(f"orders ({failed.facts['cause']})", row, int(bars.time[row]), row, change)
        time = _first_difference(_until(self._truth, moment), _until(seen, moment))
        if time is None:
            return None
        changed = int(np.searchsorted(bars.known_at, time))
        return Leak("orders", changed, int(bars.time[changed]), row, change)

    def _run(self, market: Mapping[str, Bars]) -> list[Event]:
        currency = next(iter(market.values())).instrument.quote
        conversion = Conversion(currency, market)
        account = Account(currency, _CASH)
        allocations = (self._allocation,)
        return list(
            self._simulator.run(Simulation(allocations, market, account, conversion, FREE, FillRules.BACKTRADER))
        )


def _changed(bars: Bars, moment: int, change: str) -> Bars:
    last = int(np.searchsorted(bars.known_at, moment, side="right")) - 1
    changed: Bars = FUTURES[change](bars, max(last, 0))
    return changed


def _until(events: list[Event], moment: int) -> list[Event]:
    """Return what happened before `moment`, and what was decided at it; the next bar's fills may bear that time too."""
    return [event for event in events if event.time < moment or (event.time == moment and event.kind in _AT_THE_CLOSE)]


def _first_difference(before: list[Event], after: list[Event]) -> int | None:
    """Return the time of the first event that is not the same; texts compare floats by their bits and NaN as equal."""
    for one, other in zip(before, after, strict=False):
        if repr(one) != repr(other):
            return min(one.time, other.time)
    longer = max(before, after, key=len)
    return longer[min(len(before), len(after))].time if len(before) != len(after) else None
