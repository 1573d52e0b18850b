"""What many features need of a window of rows: the same bits from whichever row the history begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.rolling_sum import rolling_sum
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


@shared
def variance(values: FloatColumn, period: int) -> FloatColumn:
    """Return the sample variance of the last `period` values, from their exact sum and that of their squares.

    Shape (n,); NaN while the window is not full or holds a NaN, and for a window of one.
    """
    total, squares = rolling_sum(values, period), rolling_sum(values * values, period)
    spread = np.maximum(squares - total * total / period, 0.0)
    return spread / (period - 1) if period > 1 else np.full(len(values), np.nan)


def deviation(values: FloatColumn, period: int) -> FloatColumn:
    """Return the square root of `variance`."""
    result: FloatColumn = np.sqrt(variance(values, period))
    return result
