from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.moving_average import smooth
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def true_range(high: FloatColumn, low: FloatColumn, close: FloatColumn) -> FloatColumn:
    """Return the range of each bar, stretched to the close before it, in price units; shape (n,), row 0 NaN."""
    return _true_range(high, low, close)


@shared
def atr(high: FloatColumn, low: FloatColumn, close: FloatColumn, period: int) -> FloatColumn:
    """Return Wilder's average true range in price units: `smma` of `true_range`; the first value at row `period`."""
    result = _true_range(high, low, close)
    smooth(result, period, result)
    return result


def _true_range(high: FloatColumn, low: FloatColumn, close: FloatColumn) -> FloatColumn:
    result = np.empty(len(close))
    result[:1] = np.nan
    np.subtract(np.maximum(high[1:], close[:-1]), np.minimum(low[1:], close[:-1]), out=result[1:])
    return result
