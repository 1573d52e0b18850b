from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.definition import feature
from mbats.features.indicators.stochastic import stochastic

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period, smooth: period + smooth - 1, unit="percent")
def stochastic_k(view: View, period: int = 14, smooth: int = 3) -> FloatColumn:
    """Slow %K after Lane: where the close lies in the range of `period` bars, averaged over `smooth`."""
    bars = view.bars
    return stochastic(bars.high, bars.low, bars.close, period, smooth_k=smooth).k
