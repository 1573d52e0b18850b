from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.moving_average import smma

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


def true_range(high: FloatColumn, low: FloatColumn, close: FloatColumn) -> FloatColumn:
    """Return the range of each bar, stretched to the close before it, in price units; shape (n,), row 0 NaN."""
    result = np.full(len(close), np.nan)
    result[1:] = np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])
    return result


def atr(high: FloatColumn, low: FloatColumn, close: FloatColumn, period: int) -> FloatColumn:
    """Return Wilder's average true range in price units: `smma` of `true_range`; the first value at row `period`."""
    return smma(true_range(high, low, close), period)
