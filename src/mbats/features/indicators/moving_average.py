from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.rolling_sum import rolling_quotient
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def sma(values: FloatColumn, period: int) -> FloatColumn:
    """Return the simple moving average: the exact sum of the last `period` values, rounded once, over `period`.

    Shape (n,); NaN while the window is not full or holds a NaN, so one missing value is forgotten again.
    """
    return rolling_quotient(values, period, float(period))


@shared
def smma(values: FloatColumn, period: int) -> FloatColumn:
    """Return Wilder's smoothed average (New Concepts in Technical Trading Systems, 1978).

    Begins with the simple average of the first `period` values that are there (leading NaN is warm-up), then
    ``previous * (1 - 1/period) + value * (1/period)``. Shape (n,). It remembers everything since its first value,
    a NaN in between included.
    """
    result = np.empty(len(values))
    smooth(values, period, result)
    return result


@shared
def ema(values: FloatColumn, period: int) -> FloatColumn:
    """Return the exponential moving average of weight ``2 / (period + 1)``, begun as `smma` is; shape (n,)."""
    result = np.empty(len(values))
    smooth(values, period, result, 2.0 / (period + 1.0))
    return result


def smooth(values: FloatColumn, period: int, result: FloatColumn, weight: float | None = None) -> None:
    """Write `smma` of `values`, or what another `weight` of the newest makes, into `result`, which may be `values`."""
    last = first_present(values) + period - 1
    if last < len(values):
        seed = fsum(values[last - period + 1 : last + 1]) / period
        _recur(values, last, seed, 1.0 / period if weight is None else weight, result)
    result[:last] = np.nan


def smooth_on(values: FloatColumn, average: float, weight: float) -> FloatColumn:
    """Return what `smooth` goes on with after a row at which it was `average`; shape (n,), the same bits."""
    result = np.empty(len(values) + 1)
    _recur(np.concatenate([[average], values]), 0, average, weight, result)
    return result[1:]


def first_present(values: FloatColumn) -> int:
    """Return the first row that is not NaN, or the number of rows."""
    missing = np.append(np.isnan(values), False)
    return int(missing.argmin())


@compiled
def _recur(values: FloatColumn, last: int, seed: float, weight: float, result: FloatColumn) -> None:
    decay, average = 1.0 - weight, seed
    result[last] = average
    for row in range(last + 1, len(values)):
        average = average * decay + values[row] * weight
        result[row] = average
