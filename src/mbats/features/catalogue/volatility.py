from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature, recursive
from mbats.features.indicators.moments import moments
from mbats.features.indicators.true_range import true_range
from mbats.features.recursion import last, smoothed, with_last
from mbats.features.windows import change, deviation, lagged, log, mean, root, variance

if TYPE_CHECKING:
    from mbats.features.recursion import Memory
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period + 1, unit="log", period=(2, 100_000))
def volatility(view: View, period: int = 20) -> FloatColumn:
    """Standard deviation of the log returns of the last `period` bars."""
    return deviation(change(log(view.bars.close), 1), period)


@feature(lookback=lambda fast, slow: max(fast, slow) + 1, unit="ratio", fast=(2, 100_000), slow=(2, 100_000))
def volatility_ratio(view: View, fast: int = 10, slow: int = 50) -> FloatColumn:
    """Volatility of `fast` bars over that of `slow`."""
    returns = change(log(view.bars.close), 1)
    return deviation(returns, fast) / deviation(returns, slow)


@feature(lookback=lambda period: period + 1, unit="log")
def downside_deviation(view: View, period: int = 20) -> FloatColumn:
    """Root of the mean square of the falls among the last `period` log returns; rises count as 0."""
    falls = np.minimum(change(log(view.bars.close), 1), 0.0)
    return root(mean(falls * falls, period))


@feature(lookback=lambda period: period, unit="log")
def parkinson(view: View, period: int = 20) -> FloatColumn:
    """Volatility from high and low of the last `period` bars (Parkinson 1980)."""
    span = log(view.bars.high) - log(view.bars.low)
    return root(mean(span * span, period) / (4.0 * math.log(2.0)))


@feature(lookback=lambda period: period, unit="log")
def garman_klass(view: View, period: int = 20) -> FloatColumn:
    """Volatility from open, high, low and close of the last `period` bars (Garman and Klass 1980)."""
    bars = view.bars
    span, move = log(bars.high) - log(bars.low), log(bars.close) - log(bars.open)
    squares = 0.5 * (span * span) - (2.0 * math.log(2.0) - 1.0) * (move * move)
    return root(mean(squares, period))


@feature(lookback=lambda period: period, unit="log")
def rogers_satchell(view: View, period: int = 20) -> FloatColumn:
    """Volatility from all four prices of the last `period` bars, whatever the drift (Rogers and Satchell 1991)."""
    return root(mean(_rogers_satchell(view), period))


@feature(lookback=lambda period: period + 1, unit="log", period=(2, 100_000))
def yang_zhang(view: View, period: int = 20) -> FloatColumn:
    """Volatility from gaps, moves and ranges of the last `period` bars (Yang and Zhang 2000)."""
    gaps = log(view.bars.open) - lagged(log(view.bars.close), 1)
    moves = log(view.bars.close) - log(view.bars.open)
    weight = 0.34 / (1.34 + (period + 1) / (period - 1))
    inside = weight * variance(moves, period) + (1.0 - weight) * mean(_rogers_satchell(view), period)
    return root(variance(gaps, period) + inside)


@feature(lookback=2, unit="share")
def true_range_share(view: View) -> FloatColumn:
    """Range of the bar, stretched to the close before it, over the close."""
    return true_range(view.bars.high, view.bars.low, view.bars.close) / view.bars.close


@feature(lookback=lambda period: period + 1, unit="share")
def mean_true_range(view: View, period: int = 14) -> FloatColumn:
    """Simple average of the true ranges of the last `period` bars over the close."""
    bars = view.bars
    return mean(true_range(bars.high, bars.low, bars.close), period) / bars.close


@feature(lookback=lambda period: period + 1, unit="ratio", period=(3, 100_000))
def skewness(view: View, period: int = 50) -> FloatColumn:
    """Skewness of the last `period` log returns, corrected for the sample's size."""
    sums = moments(change(log(view.bars.close), 1), period)
    correction = math.sqrt(period * (period - 1.0)) / (period - 2.0)
    second = sums.second / period
    column: FloatColumn = correction * (sums.third / period) / (second * root(second))
    return column


@feature(lookback=lambda period: period + 1, unit="ratio", period=(4, 100_000))
def kurtosis(view: View, period: int = 50) -> FloatColumn:
    """Excess kurtosis of the last `period` log returns, corrected for the sample's size."""
    sums = moments(change(log(view.bars.close), 1), period)
    raw = period * sums.fourth / (sums.second * sums.second)
    return (period - 1.0) / ((period - 2.0) * (period - 3.0)) * ((period + 1.0) * raw - 3.0 * (period - 1.0))


@feature(lookback=lambda period, step: period + step, unit="ratio", period=(3, 100_000), step=(2, 1_000))
def variance_ratio(view: View, period: int = 50, step: int = 5) -> FloatColumn:
    """Variance of `step` bars' log returns over `step` times that of one bar's, among the last `period` of each."""
    logs = log(view.bars.close)
    return variance(change(logs, step), period) / (step * variance(change(logs, 1), period))


@recursive(unit="share")
def atr_share(view: View, memory: Memory | None, period: int = 14) -> tuple[FloatColumn, Memory]:
    """Wilder's average true range over the close."""
    bars = view.bars
    padded = np.full(1, np.nan)
    high, low = np.concatenate([padded, bars.high]), np.concatenate([padded, bars.low])
    ranges = true_range(high, low, with_last(bars.close, memory, "close"))[1:]
    average, kept = smoothed(ranges, period, 1.0 / period, memory)
    return average / bars.close, kept | last(close=bars.close)


@recursive(unit="log")
def ewma_volatility(view: View, memory: Memory | None, period: int = 30) -> tuple[FloatColumn, Memory]:
    """Root of the exponential average of squared log returns, of weight 2 / (period + 1)."""
    logs = log(view.bars.close)
    returns = np.diff(with_last(logs, memory, "log"))
    average, kept = smoothed(returns * returns, period, 2.0 / (period + 1.0), memory)
    return root(average), kept | last(log=logs)


def _rogers_satchell(view: View) -> FloatColumn:
    bars = view.bars
    high, low, close, opening = log(bars.high), log(bars.low), log(bars.close), log(bars.open)
    squares: FloatColumn = (high - close) * (high - opening) + (low - close) * (low - opening)
    return squares
