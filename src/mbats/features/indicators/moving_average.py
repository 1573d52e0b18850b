from __future__ import annotations

from itertools import accumulate
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.rolling_sum import rolling_sum

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


def sma(values: FloatColumn, period: int) -> FloatColumn:
    """Return the simple moving average: the exact sum of the last `period` values, rounded once, over `period`.

    Shape (n,); NaN while the window is not full or holds a NaN, so one missing value is forgotten again.
    """
    return rolling_sum(values, period) / period


def smma(values: FloatColumn, period: int) -> FloatColumn:
    """Return Wilder's smoothed average (New Concepts in Technical Trading Systems, 1978).

    Begins with the simple average of the first `period` values that are there (leading NaN is warm-up), then
    ``previous * (1 - 1/period) + value * (1/period)``. Shape (n,). It remembers everything since its first value,
    a NaN in between included.
    """
    result = np.full(len(values), np.nan)
    begin = int(np.isnan(values).argmin()) if len(values) else 0
    plain = values[begin:].tolist()
    if len(plain) >= period:
        weight = 1.0 / period
        decay = 1.0 - weight
        seed = fsum(plain[:period]) / period
        result[begin + period - 1 :] = list(
            accumulate(plain[period:], lambda previous, value: previous * decay + value * weight, initial=seed)
        )
    return result
