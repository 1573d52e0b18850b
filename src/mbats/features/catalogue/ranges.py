from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature
from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.order import rank, since_highest
from mbats.features.windows import lagged, log, mean

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


@feature(lookback=lambda period: period, unit="ratio")
def range_ratio(view: View, period: int = 20) -> FloatColumn:
    """Range of the bar over the average range of the last `period` bars."""
    span = view.bars.high - view.bars.low
    return span / mean(span, period)


@feature(lookback=1, unit="ratio")
def body_share(view: View) -> FloatColumn:
    """Close less open over the bar's range, -1 to 1."""
    bars = view.bars
    return (bars.close - bars.open) / (bars.high - bars.low)


@feature(lookback=1, unit="ratio")
def upper_wick(view: View) -> FloatColumn:
    """Share of the bar's range above open and close."""
    bars = view.bars
    return (bars.high - np.maximum(bars.open, bars.close)) / (bars.high - bars.low)


@feature(lookback=1, unit="ratio")
def lower_wick(view: View) -> FloatColumn:
    """Share of the bar's range below open and close."""
    bars = view.bars
    return (np.minimum(bars.open, bars.close) - bars.low) / (bars.high - bars.low)


@feature(lookback=lambda period: period, unit="log")
def below_high(view: View, period: int = 50) -> FloatColumn:
    """Logarithm of the close over the highest high of the last `period` bars; never above 0."""
    return log(view.bars.close) - log(highest(view.bars.high, period))


@feature(lookback=lambda period: period, unit="log")
def above_low(view: View, period: int = 50) -> FloatColumn:
    """Logarithm of the close over the lowest low of the last `period` bars; never below 0."""
    return log(view.bars.close) - log(lowest(view.bars.low, period))


@feature(lookback=lambda period: period + 1, unit="log")
def breakout(view: View, period: int = 20) -> FloatColumn:
    """Logarithm of the close over the highest high of the `period` bars before; above 0 it is a breakout."""
    return log(view.bars.close) - lagged(log(highest(view.bars.high, period)), 1)


@feature(lookback=lambda period: period + 1, unit="log")
def breakdown(view: View, period: int = 20) -> FloatColumn:
    """Logarithm of the close over the lowest low of the `period` bars before; below 0 it is a breakdown."""
    return log(view.bars.close) - lagged(log(lowest(view.bars.low, period)), 1)


@feature(lookback=lambda period: period, unit="bars")
def bars_since_high(view: View, period: int = 50) -> FloatColumn:
    """How many bars ago the highest high of the last `period` bars stood."""
    return since_highest(view.bars.high, period)


@feature(lookback=lambda period: period, unit="bars")
def bars_since_low(view: View, period: int = 50) -> FloatColumn:
    """How many bars ago the lowest low of the last `period` bars stood."""
    return since_highest(-view.bars.low, period)


@feature(lookback=lambda period: period, unit="share")
def close_rank(view: View, period: int = 50) -> FloatColumn:
    """Share of the last `period` closes that are at most this one, ties counted half."""
    return rank(view.bars.close, period)


@feature(lookback=2, unit="flag")
def inside_bar(view: View) -> FloatColumn:
    """1 where the bar lies within the one before, else 0."""
    bars = view.bars
    top, bottom = lagged(bars.high, 1), lagged(bars.low, 1)
    return np.where(np.isnan(top), np.nan, (bars.high <= top) & (bars.low >= bottom))
