from __future__ import annotations

from typing import TYPE_CHECKING

from mbats.features.asof import STALE, other_close
from mbats.features.definition import feature
from mbats.features.indicators.moments import products
from mbats.features.windows import change, deviation, log, mean, root

if TYPE_CHECKING:
    from mbats.features.view import View
    from mbats.market.columns import FloatColumn


@feature(lookback=lambda period: period + 1, reach=STALE, reads=("{symbol}",), unit="log")
def other_return(view: View, symbol: str, period: int = 1) -> FloatColumn:
    """Log return of another instrument over `period` bars, as known with each bar."""
    return change(_logs(view, symbol), period)


@feature(lookback=lambda period: period + 1, reach=STALE, reads=("{symbol}",), unit="log")
def relative_strength(view: View, symbol: str, period: int = 20) -> FloatColumn:
    """Log return of `period` bars less that of another instrument."""
    return change(log(view.bars.close), period) - change(_logs(view, symbol), period)


@feature(lookback=lambda period: period + 1, reach=STALE, reads=("{symbol}",), unit="ratio", period=(3, 100_000))
def correlation(view: View, symbol: str, period: int = 50) -> FloatColumn:
    """Correlation of the last `period` log returns with those of another instrument."""
    sums = products(change(log(view.bars.close), 1), change(_logs(view, symbol), 1), period)
    return sums.both / root(sums.one * sums.other)


@feature(lookback=lambda period: period + 1, reach=STALE, reads=("{symbol}",), unit="ratio", period=(3, 100_000))
def beta(view: View, symbol: str, period: int = 50) -> FloatColumn:
    """Slope of the last `period` log returns on those of another instrument."""
    sums = products(change(log(view.bars.close), 1), change(_logs(view, symbol), 1), period)
    return sums.both / sums.other


@feature(lookback=lambda period: period + 1, reach=STALE, reads=("{symbol}",), unit="log", period=(3, 100_000))
def residual_return(view: View, symbol: str, period: int = 50) -> FloatColumn:
    """Log return of the bar less what `beta` times that of another instrument explains."""
    own, other = change(log(view.bars.close), 1), change(_logs(view, symbol), 1)
    sums = products(own, other, period)
    return own - sums.both / sums.other * other


@feature(lookback=lambda period: period, reach=STALE, reads=("{symbol}",), unit="deviations", period=(2, 100_000))
def ratio_zscore(view: View, symbol: str, period: int = 50) -> FloatColumn:
    """Logarithm of the ratio to another instrument less its average of `period` bars, over its deviation."""
    ratio = log(view.bars.close) - _logs(view, symbol)
    return (ratio - mean(ratio, period)) / deviation(ratio, period)


def _logs(view: View, symbol: str) -> FloatColumn:
    return log(other_close(view, symbol))
