from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


def highest(values: FloatColumn, period: int) -> FloatColumn:
    """Return the highest of the last `period` values; shape (n,), NaN while the window is not full."""
    return _extreme(values, period, np.maximum)


def lowest(values: FloatColumn, period: int) -> FloatColumn:
    """Return the lowest of the last `period` values; shape (n,), NaN while the window is not full."""
    return _extreme(values, period, np.minimum)


def _extreme(values: FloatColumn, period: int, pick: np.ufunc) -> FloatColumn:
    result = np.full(len(values), np.nan)
    if len(values) < period:
        return result
    windows, span = values, 1
    while span < period:
        step = min(span, period - span)
        windows = pick(windows[:-step], windows[step:])
        span += step
    result[period - 1 :] = windows
    return result
