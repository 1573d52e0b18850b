from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.asof import beside, gathered
from mbats.features.definition import feature
from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moving_average import sma
from mbats.features.windows import change, deviation, log
from mbats.market.local_time import DAY, HOUR
from mbats.market.timeframe import Timeframe

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn

_LONGEST = {
    "M15": HOUR // 4,
    "M30": HOUR // 2,
    "H1": HOUR,
    "H4": 4 * HOUR,
    "H8": 8 * HOUR,
    "D": 25 * HOUR,
    "W": 5 * DAY + HOUR,
}
"""How much trading the longest bar of each timeframe can hold; a day of changing clocks has 25 hours."""


def _reach(timeframe: str, period: int) -> int:
    """Return what `period` higher bars, the one before, an incomplete first one and the present one hold."""
    return (period + 3) * _LONGEST[timeframe]


@feature(lookback=1, reach=_reach, unit="log", timeframe=tuple(_LONGEST))
def higher_return(view: View, timeframe: str = "H4", period: int = 1) -> FloatColumn:
    """Log return of the last `period` complete bars of a longer timeframe."""
    higher = gathered(view.bars, Timeframe(timeframe))
    return beside(higher, change(log(higher.close), period), view.bars)


@feature(lookback=1, reach=_reach, unit="log", timeframe=tuple(_LONGEST), period=(2, 100_000))
def higher_volatility(view: View, timeframe: str = "H4", period: int = 20) -> FloatColumn:
    """Standard deviation of the log returns of the last `period` complete bars of a longer timeframe."""
    higher = gathered(view.bars, Timeframe(timeframe))
    return beside(higher, deviation(change(log(higher.close), 1), period), view.bars)


@feature(lookback=1, reach=_reach, unit="share", timeframe=tuple(_LONGEST))
def higher_sma_distance(view: View, timeframe: str = "H4", period: int = 20) -> FloatColumn:
    """Close over the simple average of the last `period` complete closes of a longer timeframe, less one."""
    higher = gathered(view.bars, Timeframe(timeframe))
    return view.bars.close / beside(higher, sma(higher.close, period), view.bars) - 1.0


@feature(lookback=1, reach=_reach, unit="ratio", timeframe=tuple(_LONGEST))
def higher_range_place(view: View, timeframe: str = "H4", period: int = 20) -> FloatColumn:
    """Where the close lies in the range of the last `period` complete bars of a longer timeframe; 0 is its low."""
    higher = gathered(view.bars, Timeframe(timeframe))
    bottom = beside(higher, lowest(higher.low, period), view.bars)
    return (view.bars.close - bottom) / (beside(higher, highest(higher.high, period), view.bars) - bottom)


@feature(lookback=1, reach=_reach, unit="share", timeframe=tuple(_LONGEST))
def higher_range(view: View, timeframe: str = "H4", period: int = 1) -> FloatColumn:
    """Range of the last `period` complete bars of a longer timeframe, over its last close."""
    higher = gathered(view.bars, Timeframe(timeframe))
    span = highest(higher.high, period) - lowest(higher.low, period)
    return beside(higher, span / higher.close, view.bars)
