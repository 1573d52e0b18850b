from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature, recursive
from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moments import mean_deviation
from mbats.features.indicators.moving_average import sma
from mbats.features.indicators.order import since_highest
from mbats.features.indicators.rsi import rsi_onward
from mbats.features.indicators.stochastic import stochastic
from mbats.features.recursion import smoothed
from mbats.features.windows import change, mean

if TYPE_CHECKING:
    from mbats.features.recursion import Memory
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@recursive(unit="percent")
def rsi(view: View, memory: Memory | None, period: int = 14) -> tuple[FloatColumn, Memory]:
    """Wilder's relative strength index of the close, that of the strategies; NaN without a loss to divide by."""
    close = np.concatenate([memory["close"], view.bars.close]) if memory else view.bars.close
    column, averages = rsi_onward(close, period, memory["averages"] if memory else ())
    kept = close[-1:] if averages else close
    return column[len(close) - len(view.bars) :], {"close": tuple(kept.tolist()), "averages": averages}


@feature(lookback=lambda period: period + 1, unit="percent")
def cutler_rsi(view: View, period: int = 14) -> FloatColumn:
    """Relative strength index with simple averages (Cutler): gains over gains and losses of the last `period` bars."""
    changes = change(view.bars.close, 1)
    gain, loss = mean(np.maximum(changes, 0.0), period), mean(np.maximum(-changes, 0.0), period)
    return 100.0 * gain / (gain + loss)


@feature(lookback=lambda period, smooth: period + smooth - 1, unit="percent")
def stochastic_k(view: View, period: int = 14, smooth: int = 3) -> FloatColumn:
    """Slow %K after Lane: where the close lies in the range of `period` bars, averaged over `smooth`."""
    bars = view.bars
    return stochastic(bars.high, bars.low, bars.close, period, smooth_k=smooth).k


@feature(lookback=lambda period, smooth: period + 2 * smooth - 2, unit="percent")
def stochastic_d(view: View, period: int = 14, smooth: int = 3) -> FloatColumn:
    """Slow %D after Lane: %K averaged over `smooth` bars once more."""
    bars = view.bars
    return stochastic(bars.high, bars.low, bars.close, period, smooth_k=smooth, smooth_d=smooth).d


@feature(lookback=lambda period: period, unit="percent")
def williams_r(view: View, period: int = 14) -> FloatColumn:
    """Williams' %R: how far the close lies below the high of the last `period` bars, 0 to -100."""
    top = highest(view.bars.high, period)
    return -100.0 * (top - view.bars.close) / (top - lowest(view.bars.low, period))


@feature(lookback=lambda period: period, unit="ratio")
def cci(view: View, period: int = 20) -> FloatColumn:
    """Commodity channel index (Lambert 1980): typical price less its average, over 0.015 mean deviations."""
    bars = view.bars
    typical = (bars.high + bars.low + bars.close) / 3.0
    average = sma(typical, period)
    return (typical - average) / (0.015 * mean_deviation(typical, average, period))


@feature(lookback=lambda period: period + 1, unit="ratio")
def efficiency_ratio(view: View, period: int = 20) -> FloatColumn:
    """Net move of `period` bars over the way walked (Kaufman): 1 is a straight line."""
    close = view.bars.close
    net: FloatColumn = np.abs(change(close, period))
    return net / (period * mean(np.abs(change(close, 1)), period))


@feature(lookback=lambda period: period + 1, unit="percent")
def chande_momentum(view: View, period: int = 14) -> FloatColumn:
    """Net move over the way walked, signed, -100 to 100 (Chande)."""
    close = view.bars.close
    return 100.0 * change(close, period) / (period * mean(np.abs(change(close, 1)), period))


@feature(lookback=lambda period: period + 1, unit="percent")
def aroon_up(view: View, period: int = 25) -> FloatColumn:
    """How recent the highest high of the last `period` bars and the one before them is; 100 is now."""
    return 100.0 - since_highest(view.bars.high, period + 1) * (100.0 / period)


@feature(lookback=lambda period: period + 1, unit="percent")
def aroon_down(view: View, period: int = 25) -> FloatColumn:
    """How recent the lowest low of the last `period` bars and the one before them is; 100 is now."""
    return 100.0 - since_highest(-view.bars.low, period + 1) * (100.0 / period)


@recursive(unit="share")
def macd(view: View, memory: Memory | None, fast: int = 12, slow: int = 26) -> tuple[FloatColumn, Memory]:
    """Exponential average of `fast` bars less that of `slow`, over the close (Appel)."""
    line, kept = _macd(view, memory, fast, slow)
    return line / view.bars.close, kept


@recursive(unit="share")
def macd_histogram(
    view: View, memory: Memory | None, fast: int = 12, slow: int = 26, signal: int = 9
) -> tuple[FloatColumn, Memory]:
    """The MACD line less its exponential average of `signal` bars, over the close."""
    line, kept = _macd(view, memory, fast, slow)
    average, signals = smoothed(line, signal, 2.0 / (signal + 1.0), memory, "signal")
    return (line - average) / view.bars.close, kept | signals


def _macd(view: View, memory: Memory | None, fast: int, slow: int) -> tuple[FloatColumn, dict[str, tuple[float, ...]]]:
    quick, kept = smoothed(view.bars.close, fast, 2.0 / (fast + 1.0), memory, "fast")
    steady, also = smoothed(view.bars.close, slow, 2.0 / (slow + 1.0), memory, "slow")
    return quick - steady, kept | also
