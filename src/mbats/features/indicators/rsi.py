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
    return rsi_onward(close, period)[0]


def rsi_onward(
    close: FloatColumn, period: int, averages: tuple[float, ...] = ()
) -> tuple[FloatColumn, tuple[float, ...]]:
    """Return `rsi` and the averages of gain and loss after the last row; none while there are too few rows.

    Parameters
    ----------
    averages
        Gain and loss after row 0, to go on from there with the same bits.
    """
    result = np.empty(len(close))
    last = 0 if averages else first_present(np.diff(close)) + period
    if last < len(close):
        gain, loss = averages or _seed(close, last, period)
        row, *averages_after = _strengths(close, last, (gain, loss), 1.0 / period, result)
        refuse_zero(row, f"RSI({period}): no loss to divide by")
        averages = tuple(averages_after)
    result[:last] = np.nan
    return result, averages


def _seed(close: FloatColumn, last: int, period: int) -> tuple[float, float]:
    changes = np.diff(close[last - period : last + 1])
    return fsum(np.maximum(changes, 0.0)) / period, fsum(np.maximum(-changes, 0.0)) / period


@compiled
def _strengths(
    close: FloatColumn, last: int, averages: tuple[float, float], weight: float, result: FloatColumn
) -> tuple[int, float, float]:
    """Write the index from row `last` on, where gain and loss have these `averages`.

    Return the first row without a value, and the averages after the last row.
    """
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
    return without, gain, loss
