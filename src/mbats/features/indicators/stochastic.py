from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mbats.compiled import compiled
from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moving_average import sma
from mbats.features.indicators.sharing import shared
from mbats.features.indicators.zero_division import NOWHERE, refuse_zero

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


class Stochastic(NamedTuple):
    """Slow %K and its average %D, 0 to 100, each of shape (n,)."""

    k: FloatColumn
    d: FloatColumn


@shared
def stochastic(
    high: FloatColumn, low: FloatColumn, close: FloatColumn, period: int, *, smooth_k: int = 3, smooth_d: int = 3
) -> Stochastic:
    """Return the slow stochastic oscillator after George Lane.

    Where the close lies in the range of the last `period` bars, in percent, averaged over `smooth_k` bars (%K), and
    that averaged over `smooth_d` bars (%D). The first %K stands at row ``period + smooth_k - 2``. A bar whose range
    is 0 has no value; see `zero_division`.
    """
    k = sma(_raw(high, low, close, period), smooth_k)
    return Stochastic(k, sma(k, smooth_d))


@shared
def _raw(high: FloatColumn, low: FloatColumn, close: FloatColumn, period: int) -> FloatColumn:
    raw, row = _place(close, lowest(low, period), highest(high, period))
    refuse_zero(row, f"Stochastic({period}): highest equals lowest")
    return raw


@compiled
def _place(close: FloatColumn, bottom: FloatColumn, top: FloatColumn) -> tuple[FloatColumn, int]:
    """Return where each close lies between `bottom` and `top` in percent, and the first row where these are equal."""
    result, without = np.empty(len(close)), NOWHERE
    for row in range(len(close)):
        span = top[row] - bottom[row]
        if span == 0.0:
            result[row] = np.nan
            if without == NOWHERE:
                without = row
        else:
            result[row] = 100.0 * ((close[row] - bottom[row]) / span)
    return result, without
