from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.instrument import AssetClass

if TYPE_CHECKING:
    from mbats.market.bars import Bars
    from mbats.market.columns import FloatColumn

_DECAY_A_DAY = 0.94
_SEED = 20
_DAYS_IN_YEAR = {AssetClass.FX: 260, AssetClass.EQUITY: 252}
_SECONDS_IN_DAY = {AssetClass.FX: 86_400.0, AssetClass.EQUITY: 6.5 * 3_600}


def bars_in_year(bars: Bars) -> float:
    """Return how many bars a year of trading has: 260 days of 24 hours for FX, 252 of 6.5 hours for equities."""
    kind, name = bars.instrument.asset_class, bars.timeframe.name
    if name == "W":
        return 52.0
    return _DAYS_IN_YEAR[kind] * (_bars_in_day(bars) if bars.timeframe.intraday else 1.0)


def annualised_volatility(bars: Bars) -> FloatColumn:
    """Return the trailing yearly volatility of log returns at each bar, from bars up to it; shape (n,).

    Exponentially weighted mean of squared returns with a decay of 0.94 a day, whatever the timeframe (J.P. Morgan and
    Reuters, *RiskMetrics Technical Document*, 4th ed. 1996, section 5.2), begun by the mean of the first 20; NaN
    before those.
    """
    volatility = np.full(len(bars), math.nan)
    squares = np.diff(np.log(bars.close)) ** 2
    if len(squares) < _SEED:
        return volatility
    decay = _DECAY_A_DAY ** (1 / max(1.0, _bars_in_day(bars)))
    steps = accumulate(
        squares[_SEED:].tolist(),
        lambda variance, square: decay * variance + (1 - decay) * square,
        initial=float(squares[:_SEED].mean()),
    )
    volatility[_SEED:] = np.sqrt(np.fromiter(steps, np.float64) * bars_in_year(bars))
    return volatility


def _bars_in_day(bars: Bars) -> float:
    return _SECONDS_IN_DAY[bars.instrument.asset_class] / bars.timeframe.seconds
