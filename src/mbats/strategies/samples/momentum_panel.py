from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from mbats.features.indicators.moving_average import smma
from mbats.strategies.target import Targets, TargetStrategy

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn
    from mbats.market.panel import Panel


class MomentumPanel(TargetStrategy):
    """Time-series momentum: hold each instrument in the direction of its own past move, as strongly as it moved.

    The score of an instrument is its return over `lookback` bars over what its volatility would make of as many
    (Moskowitz, Ooi, Pedersen 2012, "Time series momentum", section 2.4); the target is that score between -1 and +1.
    Holes in one instrument's bars are skipped, and between two rebalancings positions are held.
    """

    lookback: int = Field(120, ge=2, le=5_000, description="bars of the past move")
    volatility_period: int = Field(60, ge=2, le=5_000, description="bars of the smoothed squared returns")
    rebalance: int = Field(24, ge=1, le=5_000, description="bars between two rebalancings")

    def decide(self, panel: Panel) -> Targets:
        """Return each instrument's score on the rows that rebalance, NaN (hold) on all others."""
        risk = np.full((len(panel), len(panel.symbols)), np.nan)
        for column in range(len(panel.symbols)):
            present = np.flatnonzero(np.isfinite(panel.close[:, column]))
            risk[present, column] = self._score(panel.close[present, column])
        risk[np.arange(len(panel)) % self.rebalance != 0] = np.nan
        return Targets(risk)

    def _score(self, close: FloatColumn) -> FloatColumn:
        score = np.full(len(close), np.nan)
        returns = np.full(len(close), np.nan)
        returns[1:] = close[1:] / close[:-1] - 1.0
        noise = np.sqrt(smma(returns * returns, self.volatility_period) * self.lookback)
        score[self.lookback :] = close[self.lookback :] / close[: -self.lookback] - 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(noise > 0.0, np.clip(score / noise, -1.0, 1.0), np.nan)
