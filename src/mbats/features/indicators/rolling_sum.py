from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn

_MANTISSA_BITS = 53
_LOWEST_STEP = -1074
_HIGHEST_POWER = 1022
_SIZE_BITS, _INFINITE_BITS = (1 << 63) - 1, 0x7FF << 52


@shared
def rolling_sum(values: FloatColumn, period: int) -> FloatColumn:
    """Return the correctly rounded sum of the last `period` values, the bits of ``math.fsum``; shape (n,).

    NaN while the window is not full and wherever it holds a value that is not finite. Because each sum is exact
    before its one rounding, it has the same bits from any starting row.

    Raises
    ------
    OverflowError
        A sum is beyond the range of a float.
    """
    return rolling_quotient(values, period, 1.0)


def rolling_quotient(values: FloatColumn, period: int, divisor: float) -> FloatColumn:
    """Return `rolling_sum` over `divisor`, rounded once more."""
    result = np.full(len(values), np.nan)
    if len(values) >= period:
        grid = _grid(*_range(values), period)
        if grid is None:
            result[period - 1 :] = _in_integers(values, period) / divisor
        else:
            _on_grid(values, period, grid, divisor, result)
    return result


def _grid(smallest: float, largest: float, period: int) -> float | None:
    """Return the number whose addition rounds values to the grid of `_on_grid`; None where two parts do not suffice.

    Sums of up to ``period + 1`` parts have to be exact in 53 bits: coarse parts of at most `largest` on the grid, and
    fine parts of at most half a grid step in steps of the last bit of `smallest`.
    """
    room = period.bit_length()
    step = math.frexp(largest)[1] + room + 1 - _MANTISSA_BITS
    last_bit = max(math.frexp(smallest)[1] - _MANTISSA_BITS, _LOWEST_STEP)
    power = step + _MANTISSA_BITS - 1
    if step - 1 + room - _MANTISSA_BITS > last_bit or power > _HIGHEST_POWER:
        return None
    return math.ldexp(1.5, power)


@compiled
def _range(values: FloatColumn) -> tuple[float, float]:
    """Return the smallest size above 0 and the largest of all finite values; (1, 0) without any.

    Sizes of floats are ordered like their bits, and integers are compared several at a time.
    """
    smallest, largest = _INFINITE_BITS, 0
    for bits in values.view(np.int64):
        size = bits & _SIZE_BITS
        finite = size < _INFINITE_BITS
        largest = max(largest, size if finite else 0)
        smallest = min(smallest, size if finite and size > 0 else _INFINITE_BITS)
    ends = np.array([smallest, largest]).view(np.float64)
    return min(ends[0], 1.0) if largest == 0 else ends[0], ends[1]


@compiled
def _on_grid(values: FloatColumn, period: int, grid: float, divisor: float, result: FloatColumn) -> None:
    """Sum what of each value lies on a coarse grid, and the rest: both sums are exact, so only their sum is rounded.

    The splitting is that of Demmel and Nguyen (2013), "Fast reproducible floating-point summation", section 3.
    """
    coarse, fine, present = 0.0, 0.0, 0
    for row in range(len(values)):
        value, gone = values[row], 0.0
        present += 1
        if not abs(value) < np.inf:
            value, present = 0.0, 0
        if row >= period:
            gone = values[row - period]
            if not abs(gone) < np.inf:
                gone = 0.0
        on_grid, gone_on_grid = (value + grid) - grid, (gone + grid) - grid
        coarse += on_grid - gone_on_grid
        fine += (value - on_grid) - (gone - gone_on_grid)
        if present >= period:
            result[row] = (coarse + fine) / divisor


def _in_integers(values: FloatColumn, period: int) -> FloatColumn:
    """Subtract running totals in integers of the smallest step that all values share: exact for any values."""
    missing = ~np.isfinite(values)
    mantissas, exponents = np.frexp(np.where(missing, 0.0, values))
    step = min(int(exponents.min()) - _MANTISSA_BITS, 0)
    digits = np.ldexp(mantissas, _MANTISSA_BITS).astype(np.int64).tolist()
    shifts = (exponents - _MANTISSA_BITS - step).tolist()
    totals = list(accumulate((digit << shift for digit, shift in zip(digits, shifts, strict=True)), initial=0))
    unit = 1 << -step
    sums = np.array([(after - before) / unit for before, after in zip(totals, totals[period:], strict=False)])
    counts = np.concatenate([[0], np.cumsum(missing)])
    return np.where(counts[period:] == counts[:-period], sums, np.nan)
