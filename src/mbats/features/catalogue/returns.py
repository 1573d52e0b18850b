from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mbats.features.definition import feature
from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moments import products
from mbats.features.windows import change, deviation, lagged, log, mean, root

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period + 1, unit="log")
def log_return(view: View, period: int = 1) -> FloatColumn:
    """Logarithm of the close over that of `period` bars before."""
    return change(log(view.bars.close), period)


@feature(lookback=lambda period, lag: period + lag + 1, unit="log")
def lagged_return(view: View, period: int = 1, lag: int = 1) -> FloatColumn:
    """The log return of `period` bars as it stood `lag` bars before."""
    return lagged(change(log(view.bars.close), period), lag)


@feature(lookback=lambda period: period + 1, unit="pips")
def pip_change(view: View, period: int = 1) -> FloatColumn:
    """Close less that of `period` bars before, in pips of the instrument."""
    return change(view.bars.close, period) / float(view.bars.instrument.pip)


@feature(lookback=lambda period: period + 1, unit="sign")
def move_sign(view: View, period: int = 12) -> FloatColumn:
    """Which way the close went over `period` bars: 1 up, -1 down, 0 neither."""
    moved: FloatColumn = np.sign(change(view.bars.close, period))
    return moved


@feature(lookback=1, unit="log")
def bar_return(view: View) -> FloatColumn:
    """Logarithm of the close over the open of the same bar."""
    return log(view.bars.close) - log(view.bars.open)


@feature(lookback=2, unit="log")
def gap(view: View) -> FloatColumn:
    """Logarithm of the open over the close of the bar before."""
    return log(view.bars.open) - lagged(log(view.bars.close), 1)


@feature(lookback=lambda period: period + 1, unit="deviations", period=(2, 100_000))
def return_zscore(view: View, period: int = 20) -> FloatColumn:
    """Log return of the bar over the deviation of the returns of the last `period` bars."""
    returns = change(log(view.bars.close), 1)
    return returns / deviation(returns, period)


@feature(lookback=lambda period: period + 1, unit="deviations", period=(2, 100_000))
def trend_strength(view: View, period: int = 20) -> FloatColumn:
    """Log return of `period` bars over its deviation, as if each bar's return were independent."""
    logs = log(view.bars.close)
    return change(logs, period) / (deviation(change(logs, 1), period) * math.sqrt(period))


@feature(lookback=lambda period: 2 * period + 1, unit="log")
def acceleration(view: View, period: int = 5) -> FloatColumn:
    """Log return of `period` bars less that of the `period` bars before them."""
    returns = change(log(view.bars.close), period)
    return returns - lagged(returns, period)


@feature(lookback=lambda period: period + 1, unit="share")
def up_share(view: View, period: int = 20) -> FloatColumn:
    """Share of the last `period` bars that closed above the close before."""
    rises = change(view.bars.close, 1)
    return mean(np.where(np.isnan(rises), np.nan, rises > 0.0), period)


@feature(lookback=lambda period: period + 1, unit="log")
def largest_rise(view: View, period: int = 20) -> FloatColumn:
    """The largest log return of a bar among the last `period`."""
    return highest(change(log(view.bars.close), 1), period)


@feature(lookback=lambda period: period + 1, unit="log")
def largest_fall(view: View, period: int = 20) -> FloatColumn:
    """The smallest log return of a bar among the last `period`."""
    return lowest(change(log(view.bars.close), 1), period)


@feature(lookback=lambda period, lag: period + lag + 1, unit="ratio", period=(3, 100_000))
def autocorrelation(view: View, period: int = 50, lag: int = 1) -> FloatColumn:
    """Correlation of the last `period` log returns with those `lag` bars before them."""
    returns = change(log(view.bars.close), 1)
    sums = products(returns, lagged(returns, lag), period)
    return sums.both / root(sums.one * sums.other)
