"""Where the newest value stands among those of its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.sharing import shared

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def since_highest(values: FloatColumn, period: int) -> FloatColumn:
    """Return how many rows ago the highest of the last `period` values stood, the latest of equals.

    Shape (n,); NaN while the window is not full or holds a NaN.
    """
    return _since_highest(values, period)


@shared
def rank(values: FloatColumn, period: int) -> FloatColumn:
    """Return the share of the last `period` values that are at most the newest one, ties counted half.

    ``(less + (equal + 1) / 2) / period``, the newest among the equal; shape (n,), NaN while the window is not full or
    holds a NaN.
    """
    return _rank(values, period)


@compiled
def _since_highest(values: FloatColumn, period: int) -> FloatColumn:
    result = np.full(len(values), np.nan)
    best, missing = -1, -1
    for row in range(len(values)):
        value = values[row]
        if np.isnan(value):
            missing, best = row, -1
            continue
        first = max(row - period + 1, missing + 1)
        if best < first:
            best = first
            for other in range(first + 1, row + 1):
                if values[other] >= values[best]:
                    best = other
        elif value >= values[best]:
            best = row
        if row - missing >= period:
            result[row] = row - best
    return result


@compiled
def _rank(values: FloatColumn, period: int) -> FloatColumn:
    result = np.full(len(values), np.nan)
    missing = -1
    for row in range(len(values)):
        value = values[row]
        if np.isnan(value):
            missing = row
        if row - missing < period:
            continue
        less, equal = 0, 0
        for other in values[row - period + 1 : row + 1]:
            less += other < value
            equal += other == value
        result[row] = (less + 0.5 * (equal + 1)) / period
    return result
