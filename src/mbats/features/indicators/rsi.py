from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mbats.features.indicators.moving_average import smma
from mbats.features.indicators.zero_division import divide

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


def rsi(close: FloatColumn, period: int) -> FloatColumn:
    """Return Wilder's relative strength index, 0 to 100: ``100 - 100 / (1 + average gain / average loss)``.

    Gains and losses run from row 1, so the first value stands at row `period`. Shape (n,). A bar whose average
    loss is 0 has no value; see `zero_division`.
    """
    gain, loss = np.full((2, len(close)), np.nan)
    gain[1:] = np.maximum(close[1:] - close[:-1], 0.0)
    loss[1:] = np.maximum(close[:-1] - close[1:], 0.0)
    strength = divide(smma(gain, period), smma(loss, period), f"RSI({period}): no loss to divide by")
    return 100.0 - 100.0 / (1.0 + strength)
