from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.definition import feature
from mbats.features.indicators.extremes import highest, lowest

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period, unit="share")
def range_share(view: View, period: int = 1) -> FloatColumn:
    """Range of the last `period` bars over the close."""
    bars = view.bars
    return (highest(bars.high, period) - lowest(bars.low, period)) / bars.close


@feature(lookback=lambda period: period, unit="ratio")
def range_place(view: View, period: int = 20) -> FloatColumn:
    """Where the close lies in the range of the last `period` bars: 0 at the low, 1 at the high."""
    bars = view.bars
    bottom = lowest(bars.low, period)
    return (bars.close - bottom) / (highest(bars.high, period) - bottom)
