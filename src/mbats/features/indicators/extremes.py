from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def highest(values: FloatColumn, period: int) -> FloatColumn:
    """Return the highest of the last `period` values; shape (n,), NaN while the window is not full or holds a NaN."""
    return _extreme(values, period, np.maximum)


@shared
def lowest(values: FloatColumn, period: int) -> FloatColumn:
    """Return the lowest of the last `period` values; shape (n,), NaN while the window is not full or holds a NaN."""
    return _extreme(values, period, np.minimum)


def _extreme(values: FloatColumn, period: int, either: np.ufunc) -> FloatColumn:
    """Return `either` over rolling windows, from windows that double their span as long as two fit into `period`."""
    result = np.empty(len(values))
    result[: period - 1] = np.nan
    if len(values) < period:
        return result
    window, span = values, 1
    while 2 * span < period:
        window = either(window[:-span], window[span:])
        span *= 2
    either(window[: len(values) - period + 1], window[period - span :], out=result[period - 1 :])
    return result
