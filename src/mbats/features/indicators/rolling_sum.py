from __future__ import annotations

from itertools import accumulate
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

_SHORT = 8
_MANTISSA_BITS = 53


def rolling_sum(values: FloatColumn, period: int) -> FloatColumn:
    """Return the correctly rounded sum of the last `period` values, the bits of ``math.fsum``; shape (n,).

    NaN while the window is not full and wherever it holds a value that is not finite. Because each sum is exact
    before its one rounding, it has the same bits from any starting row.
    """
    result = np.full(len(values), np.nan)
    if len(values) >= period:
        missing = ~np.isfinite(values)
        sums = (_by_window if period <= _SHORT else _by_difference)(np.where(missing, 0.0, values), period)
        counts = np.concatenate([[0], np.cumsum(missing)])
        result[period - 1 :] = np.where(counts[period:] == counts[:-period], sums, np.nan)
    return result


def _by_window(values: FloatColumn, period: int) -> list[float]:
    plain = values.tolist()
    return [fsum(window) for window in zip(*(plain[start:] for start in range(period)), strict=False)]


def _by_difference(values: FloatColumn, period: int) -> list[float]:
    """Subtract running totals in integers of the smallest step that all values share: O(1) a row, no rounding."""
    mantissas, exponents = np.frexp(values)
    step = min(int(exponents.min()) - _MANTISSA_BITS, 0)
    digits = np.ldexp(mantissas, _MANTISSA_BITS).astype(np.int64).tolist()
    shifts = (exponents - _MANTISSA_BITS - step).tolist()
    totals = list(accumulate((digit << shift for digit, shift in zip(digits, shifts, strict=True)), initial=0))
    unit = 1 << -step
    return [(after - before) / unit for before, after in zip(totals, totals[period:], strict=False)]
