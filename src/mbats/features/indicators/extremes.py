from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def highest(values: FloatColumn, period: int) -> FloatColumn:
    """Return the highest of the last `period` values; shape (n,), NaN while the window is not full or holds a NaN."""
    return _extreme(values, period, 1.0)


@shared
def lowest(values: FloatColumn, period: int) -> FloatColumn:
    """Return the lowest of the last `period` values; shape (n,), NaN while the window is not full or holds a NaN."""
    return _extreme(values, period, -1.0)


@compiled
def _extreme(values: FloatColumn, period: int, sign: float) -> FloatColumn:
    """Return the rolling maximum of ``sign * values``, times `sign`, with three comparisons a row.

    van Herk (1992), "A fast algorithm for local minimum and maximum filters": a window ends in one block of `period`
    rows and begins in the block before, so its maximum is that of a running one and one counted from behind.
    """
    rows = len(values)
    result = np.empty(rows)
    from_behind = np.full(period + 1, np.nan)
    from_behind[period] = -np.inf
    for begin in range(0, rows, period):
        end = min(begin + period, rows)
        running = -np.inf
        for row in range(begin, end):
            running = np.maximum(running, sign * values[row])
            result[row] = sign * np.maximum(running, from_behind[row - begin + 1])
        if end - begin == period:
            for back in range(period - 1, -1, -1):
                from_behind[back] = np.maximum(from_behind[back + 1], sign * values[begin + back])
    return result
