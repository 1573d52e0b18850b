from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.moving_average import first_present
from mbats.features.indicators.sharing import shared
from mbats.features.indicators.zero_division import NOWHERE, refuse_zero

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


@shared
def rsi(close: FloatColumn, period: int) -> FloatColumn:
    """Return Wilder's relative strength index, 0 to 100: ``100 - 100 / (1 + average gain / average loss)``.

    Gains and losses run from row 1, so the first value stands at row `period`; both are averaged as in `smma`.
    Shape (n,). A bar whose average loss is 0 has no value; see `zero_division`.
    """
    result = np.empty(len(close))
    last = first_present(np.diff(close)) + period
    if last < len(close):
        changes = np.diff(close[last - period : last + 1])
        gain = fsum(np.maximum(changes, 0.0)) / period
        loss = fsum(np.maximum(-changes, 0.0)) / period
        row = _strengths(close, last, (gain, loss), 1.0 / period, result)
        refuse_zero(row, f"RSI({period}): no loss to divide by")
    result[:last] = np.nan
    return result


@compiled
def _strengths(close: FloatColumn, last: int, averages: tuple[float, float], weight: float, result: FloatColumn) -> int:
    """Write the index from row `last` on, where gain and loss have these `averages`; return the first row without."""
    gain, loss = averages
    decay, without = 1.0 - weight, NOWHERE
    for row in range(last, len(close)):
        if row > last:
            change = close[row] - close[row - 1]
            gain = gain * decay + np.maximum(change, 0.0) * weight
            loss = loss * decay + np.maximum(-change, 0.0) * weight
        if loss == 0.0:
            result[row] = np.nan
            if without == NOWHERE:
                without = row
        else:
            result[row] = 100.0 - 100.0 / (1.0 + gain / loss)
    return without
