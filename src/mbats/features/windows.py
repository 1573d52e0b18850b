"""What many features need of a window of rows: the same bits from whichever row the history begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.moments import squares, weighted_sum
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def log(values: FloatColumn) -> FloatColumn:
    """Return natural logarithms; shape (n,), NaN where a value is not positive."""
    return np.log(np.where(values > 0.0, values, np.nan))


@shared
def lagged(values: FloatColumn, period: int) -> FloatColumn:
    """Return each value `period` rows earlier; shape (n,), NaN before there is one."""
    result = np.empty(len(values))
    result[:period] = np.nan
    result[period:] = values[:-period] if period else values
    return result


@shared
def change(values: FloatColumn, period: int) -> FloatColumn:
    """Return each value less that `period` rows earlier; shape (n,), NaN before there is one."""
    result = np.empty(len(values))
    result[:period] = np.nan
    np.subtract(values[period:], values[:-period], out=result[period:])
    return result


def variance(values: FloatColumn, period: int) -> FloatColumn:
    """Return the sample variance of the last `period` values; NaN while the window is not full or holds a NaN."""
    return squares(values, period) / (period - 1)


def deviation(values: FloatColumn, period: int) -> FloatColumn:
    """Return the square root of `variance`."""
    return root(variance(values, period))


def root(values: FloatColumn) -> FloatColumn:
    """Return square roots, NaN of what is negative; shape (n,)."""
    result: FloatColumn = np.sqrt(values)
    return result


@shared
def mean(values: FloatColumn, period: int) -> FloatColumn:
    """Return the mean of the last `period` values of any kind; of prices, `sma` is exact and quicker.

    Shape (n,); NaN while the window is not full or holds a NaN.
    """
    return weighted_sum(values, np.full(period, 1.0)) / period
