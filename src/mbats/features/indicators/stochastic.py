from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbats.features.indicators.extremes import highest, lowest
from mbats.features.indicators.moving_average import sma
from mbats.features.indicators.zero_division import divide

if TYPE_CHECKING:
    from mbats.market.columns import FloatColumn


class Stochastic(NamedTuple):
    """Slow %K and its average %D, 0 to 100, each of shape (n,)."""

    k: FloatColumn
    d: FloatColumn


def stochastic(
    high: FloatColumn, low: FloatColumn, close: FloatColumn, period: int, *, smooth_k: int = 3, smooth_d: int = 3
) -> Stochastic:
    """Return the slow stochastic oscillator after George Lane.

    Where the close lies in the range of the last `period` bars, in percent, averaged over `smooth_k` bars (%K), and
    that averaged over `smooth_d` bars (%D). The first %K stands at row ``period + smooth_k - 2``. A bar whose range
    is 0 has no value; see `zero_division`.
    """
    bottom = lowest(low, period)
    span = highest(high, period) - bottom
    raw = 100.0 * divide(close - bottom, span, f"Stochastic({period}): highest equals lowest")
    k = sma(raw, smooth_k)
    return Stochastic(k, sma(k, smooth_d))
