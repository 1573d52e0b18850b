from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from mbats.features.indicators.thresholds import multiple
from mbats.features.indicators.true_range import atr
from mbats.strategies.model_signal import ModelSignal
from mbats.strategies.signal import Signals

if TYPE_CHECKING:
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn


class ModelBracket(ModelSignal):
    """Follow a model inside a bracket: buy what it expects to rise, sell what it expects to fall, leave by some ATR.

    Market entries while flat. A classifier's score must be more than `threshold` away from one half, a regressor's from
    zero; a bar without a score or an ATR decides nothing.
    """

    threshold: float = Field(0.02, ge=0, le=10, description="how far from undecided a score must be")
    stop_atr: float = Field(2.0, gt=0, le=20, description="distance of the stop in ATR")
    target_atr: float = Field(2.0, gt=0, le=50, description="distance of the target in ATR")
    atr_period: int = Field(14, ge=1, le=500, description="bars of the ATR")
    max_bars: int = Field(0, ge=0, le=10_000, description="close after so many bars; 0: never")

    def act(self, bars: Bars, score: FloatColumn) -> Signals:
        """Return a bracket order for every bar whose score is beyond the threshold."""
        width = atr(bars.high, bars.low, bars.close, self.atr_period)
        middle = 0.5 if self.scorer.kind == "class" else 0.0
        above, below = score > middle + self.threshold, score < middle - self.threshold
        return Signals(
            side=(above.view(np.int8) - below.view(np.int8)) * np.isfinite(width).view(np.int8),
            stop_distance=multiple(width, self.stop_atr),
            target_distance=multiple(width, self.target_atr),
            max_bars=self.max_bars,
            columns={"atr": width},
        )
