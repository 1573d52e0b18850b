from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from mbats.strategies.samples.rsi_bracket import RsiBracket

if TYPE_CHECKING:
    from mbats.market.bars import Bars
    from mbats.strategies.signal import Signals


class RsiStochasticBracket(RsiBracket):
    """`RsiBracket`, but the slow %D must agree: below the middle for a long, above it for a short."""

    stochastic_middle: float = Field(50.0, ge=0, le=100, description="buy only with %D below, sell only above")

    def decide(self, bars: Bars) -> Signals:
        """Return the signals of `RsiBracket` that the Stochastic agrees with."""
        signals = super().decide(bars)
        stochastic = signals.columns["stoch_d"]
        agreed = np.where(signals.side > 0, stochastic < self.stochastic_middle, stochastic > self.stochastic_middle)
        return replace(signals, side=np.where(agreed, signals.side, 0).astype(np.int8))
