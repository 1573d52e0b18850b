"""Target strategies live: order what the position lacks of its target."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from mbats.execution.broker import Submit
from mbats.execution.order import Role
from mbats.live.decision import Decision, bar_key
from mbats.live.sizes import full_units
from mbats.market.panel import align
from mbats.portfolio.sizing import whole_lots
from mbats.strategies.decision import decide_safely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.live.view import View
    from mbats.portfolio.sizing import Sizing
    from mbats.strategies.target import TargetStrategy


class TargetDesk:
    """Implements `mbats.live.desk.Desk` for a target strategy."""

    def __init__(self, strategy: TargetStrategy, symbols: Sequence[str], sizing: Sizing, number: int = 0) -> None:
        self.name, self.symbols = strategy.name, tuple(symbols)
        self._strategy, self._sizing, self._number = strategy, sizing, number

    def decide(self, view: View, closed: Sequence[str]) -> list[Decision]:
        """Rebalance every instrument that has a new bar."""
        panel = align({symbol: view.bars(symbol) for symbol in self.symbols})
        targets = decide_safely(self._strategy, panel)
        row = int(np.searchsorted(panel.time, view.time))
        extras = {name: float(values[row]) for name, values in targets.columns.items()}
        risks = dict(zip(self.symbols, targets.risk[row].tolist(), strict=True))
        return [self._rebalance(view, symbol, risks[symbol], extras) for symbol in self.symbols if symbol in closed]

    def _rebalance(self, view: View, symbol: str, risk: float, extras: Mapping[str, float]) -> Decision:
        """Order what the position lacks; NaN leaves it alone."""
        bars = view.bars(symbol)
        opened, position = int(bars.time[-1]), sum((trade.units for trade in view.trades(symbol)), Decimal(0))
        decision = Decision(
            bar_key(symbol, opened), symbol, int(bars.known_at[-1]), opened, self._number, position=position
        )
        if math.isnan(risk):
            return decision
        missing = self._wanted(view, symbol, risk) - position
        if not missing:
            return decision
        order = Submit("", symbol, missing, role=Role.REBALANCE)
        close = float(bars.close[-1])
        return replace(decision, close=close, units=float(missing), orders=(order,), nav=view.nav, extras=extras)

    def _wanted(self, view: View, symbol: str, risk: float) -> Decimal:
        if not risk:
            return Decimal(0)
        lot = view.bars(symbol).instrument.lot
        return Decimal(repr(whole_lots(risk * full_units(view, symbol, self._sizing), float(lot)))).quantize(lot)
