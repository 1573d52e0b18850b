from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature, recursive
from mbats.features.indicators.moments import squares, weighted_sum
from mbats.features.indicators.moving_average import sma
from mbats.features.recursion import smoothed
from mbats.features.windows import change, deviation, log, mean

if TYPE_CHECKING:
    from mbats.features.recursion import Memory
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period, unit="share")
def sma_distance(view: View, period: int = 20) -> FloatColumn:
    """Close over its simple average of `period` bars, less one."""
    return view.bars.close / sma(view.bars.close, period) - 1.0


@feature(lookback=lambda fast, slow: max(fast, slow, 1), unit="share")
def sma_ratio(view: View, fast: int = 10, slow: int = 50) -> FloatColumn:
    """Simple average of `fast` bars over that of `slow`, less one."""
    return sma(view.bars.close, fast) / sma(view.bars.close, slow) - 1.0


@feature(lookback=lambda period, step: period + step, unit="log")
def sma_slope(view: View, period: int = 20, step: int = 5) -> FloatColumn:
    """Logarithm of the simple average of `period` bars over what it was `step` bars before."""
    return change(log(sma(view.bars.close, period)), step)


@feature(lookback=lambda period: period, unit="share")
def wma_distance(view: View, period: int = 20) -> FloatColumn:
    """Close over its linearly weighted average of `period` bars, less one."""
    weights = np.arange(period, 0.0, -1.0)
    return view.bars.close / (weighted_sum(view.bars.close, weights) / float(weights.sum())) - 1.0


@recursive(unit="share")
def ema_distance(view: View, memory: Memory | None, period: int = 20) -> tuple[FloatColumn, Memory]:
    """Close over its exponential average of weight 2 / (period + 1), less one."""
    average, kept = smoothed(view.bars.close, period, 2.0 / (period + 1.0), memory)
    return view.bars.close / average - 1.0, kept


@recursive(unit="share")
def ema_ratio(view: View, memory: Memory | None, fast: int = 10, slow: int = 50) -> tuple[FloatColumn, Memory]:
    """Exponential average of `fast` bars over that of `slow`, less one."""
    quick, kept = smoothed(view.bars.close, fast, 2.0 / (fast + 1.0), memory, "fast")
    steady, also = smoothed(view.bars.close, slow, 2.0 / (slow + 1.0), memory, "slow")
    return quick / steady - 1.0, kept | also


@feature(lookback=lambda period: period, unit="deviations", period=(2, 100_000))
def price_zscore(view: View, period: int = 20) -> FloatColumn:
    """Close less its average of `period` bars, over its deviation in them."""
    close = view.bars.close
    return (close - sma(close, period)) / deviation(close, period)


@feature(lookback=lambda period: period, unit="share", period=(2, 100_000))
def bollinger_width(view: View, period: int = 20, deviations: float = 2.0) -> FloatColumn:
    """Distance of the bands that lie so many deviations from the average of `period` bars, over that average."""
    close = view.bars.close
    return 2.0 * deviations * deviation(close, period) / sma(close, period)


@feature(lookback=lambda period, average: period + average - 1, unit="share")
def share_above_sma(view: View, period: int = 20, average: int = 50) -> FloatColumn:
    """Share of the last `period` closes that lay above their simple average of `average` bars."""
    level = sma(view.bars.close, average)
    return mean(np.where(np.isnan(level), np.nan, view.bars.close > level), period)


@feature(lookback=lambda period: period, unit="log", period=(2, 100_000))
def trend_slope(view: View, period: int = 20) -> FloatColumn:
    """Slope a bar of the straight line through the logarithms of the last `period` closes."""
    return _slope(log(view.bars.close), period)


@feature(lookback=lambda period: period, unit="share", period=(3, 100_000))
def trend_fit(view: View, period: int = 20) -> FloatColumn:
    """Share of the variance of the last `period` log closes that a straight line explains."""
    logs = log(view.bars.close)
    slope = _slope(logs, period)
    return slope * slope * (period * (period * period - 1.0) / 12.0) / squares(logs, period)


def _slope(values: FloatColumn, period: int) -> FloatColumn:
    """Return the least squares slope against 1 .. period."""
    steps = (period - 1) / 2.0 - np.arange(float(period))
    return weighted_sum(values, steps / (steps * steps).sum())
