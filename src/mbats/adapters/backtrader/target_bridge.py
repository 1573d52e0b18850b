from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from mbats.execution.order import Reason, Role
from mbats.portfolio.sizing import Situation, whole_lots
from mbats.portfolio.volatility import annualised_volatility

if TYPE_CHECKING:
    from mbats.adapters.backtrader.track import Track
    from mbats.market.panel import Panel
    from mbats.strategies.target import Targets


class TargetBridge(bt.Strategy):
    """Runs a target strategy in Backtrader: a market order for what each position lacks of its target.

    Parameters
    ----------
    panel, targets
        The strategy's view of the market and what it decided on it.
    """

    params = (("panel", None), ("targets", None), ("sizing", None), ("recorder", None), ("nav", None))

    def start(self) -> None:
        """Take a seat at each instrument."""
        self._seats = [_Seat(self, feed, column) for column, feed in enumerate(self.datas)]

    def next(self) -> None:
        """Rebalance every instrument that has a new bar."""
        for seat in self._seats:
            row = len(seat.feed) - 1
            if row != seat.row:
                seat.row = row
                seat.rebalance()

    def prenext(self) -> None:
        """Rebalance even while another instrument has no bar yet."""
        self.next()


class _Seat:
    """One instrument of a target strategy."""

    def __init__(self, bridge: Any, feed: Any, column: int) -> None:
        self.feed = feed
        self.row = -1
        self._bridge = bridge
        self._track: Track = bridge.p.recorder.track(feed)
        self._position = bridge.broker.getposition(feed)
        panel: Panel = bridge.p.panel
        targets: Targets = bridge.p.targets
        rows = np.searchsorted(panel.time, feed.bars.time)
        self._risk = np.ascontiguousarray(targets.risk[rows, column]).data
        self._extras = {name: np.ascontiguousarray(values[rows]).data for name, values in targets.columns.items()}
        self._volatility = annualised_volatility(feed.bars).data

    def rebalance(self) -> None:
        """Order what the position lacks of its target; NaN leaves it alone."""
        risk = self._risk[self.row]
        if math.isnan(risk):
            return
        missing = self._wanted(risk) - self._position.size
        if missing:
            extras = {name: values[self.row] for name, values in self._extras.items()}
            self._bridge.p.recorder.decided(self._track, missing, (math.nan, math.nan), extras, Reason.NONE)
            send = self._bridge.buy if missing > 0 else self._bridge.sell
            send(data=self.feed, size=abs(missing), exectype=bt.Order.Market, role=Role.REBALANCE)

    def _wanted(self, risk: float) -> float:
        if not risk:
            return 0.0
        track = self._track
        situation = Situation(
            track.terms,
            self.feed.lines.close[0],
            track.rate(track.known),
            self._bridge.p.nav(),
            volatility=self._volatility[self.row],
        )
        return whole_lots(risk * self._bridge.p.sizing.units(situation), float(track.terms.lot))
