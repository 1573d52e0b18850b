from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.reference.timeline import CLOSED, QUIET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mbats.market.columns import FloatColumn
    from mbats.market.reference.fixings import Fixings

BURN_IN = 60
"""Fixings before the market begins; they make the first forecast."""

_DECAYS = np.array([0.94, 0.98, 0.995, 0.9995])
_WEIGHTS = np.array([0.3, 0.4, 0.28, 0.02])
# Makes squared moves and forecasts agree on average over 1999-2026; one number for all currencies and days.
_LEVEL = 0.98
_CLIP = 6.0
# Squared moves have stayed below this share of the forecast: a regime that the slow averages cannot see, as the Swiss
# floor of 2011 to 2015, where without the correction the franc's bridge is half too wide.
_CALM, _CALM_DECAY, _CALMEST = 0.6, 0.97, 0.02
_UNBRIDGEABLE = 10.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the past says about each move from fixing to fixing.

    Attributes
    ----------
    covariance
        Of the log moves of all currencies against EUR over one ordinary weekday, shape (n - 1, k, k); row i is made
        from fixings 0..i and is meant for the move from fixing i to i + 1.
    unbridgeable
        Shape (n - 1, k): the move turned out beyond ten forecast standard deviations. No honest path leads there, so
        the currency has a hole instead (the Swiss franc on 15 January 2015, the only case).
    """

    covariance: NDArray[np.float64]
    unbridgeable: NDArray[np.bool_]

    @property
    def volatility(self) -> FloatColumn:
        """Standard deviation of an ordinary weekday's move, mean over the currencies, shape (n - 1,)."""
        volatility: FloatColumn = np.sqrt(np.einsum("naa->na", self.covariance)).mean(axis=1)
        return volatility


def forecast_of(fixings: Fixings) -> Forecast:
    """Return the forecast of every move of `fixings`.

    A stretch counts as one weekday, plus `QUIET` for each weekday without a fixing, plus `CLOSED` over a weekend.
    """
    days = fixings.dates.astype("datetime64[D]")
    weekdays = np.busday_count(days[:-1], days[1:])
    weekend = np.diff(days).astype(np.int64) > weekdays
    return forecast(np.diff(np.log(fixings.rates), axis=0), 1.0 + QUIET * (weekdays - 1) + CLOSED * weekend)


def forecast(moves: NDArray[np.float64], weekdays: FloatColumn) -> Forecast:
    """Return covariances from past moves only, a mean of four exponentially weighted ones.

    ``S[i] = level * C sum_j w_j E_j[i] C``, ``E_j[i + 1] = d_j E_j[i] + (1 - d_j) z z'`` with ``z = move[i] /
    sqrt(weekdays[i])``, each component cut at six forecast standard deviations. ``C`` is diagonal and 1 for a currency
    unless its past squared moves, exponentially weighted, fell below 0.6 of what was forecast; then it closes the gap.

    Parameters
    ----------
    moves
        Log moves between fixings, shape (n - 1, k).
    weekdays
        Length of each stretch in ordinary weekdays of variance, shape (n - 1,).
    """
    daily = moves / np.sqrt(weekdays)[:, None]
    warm = daily[:BURN_IN].T @ daily[:BURN_IN] / BURN_IN
    parts = np.repeat(warm[None], len(_DECAYS), axis=0)
    decay, fresh = _DECAYS[:, None, None], (1.0 - _DECAYS)[:, None, None]
    covariance = np.empty((len(moves), *warm.shape))
    covariance[:BURN_IN] = warm
    surprise = np.ones(len(warm))
    for row in range(BURN_IN, len(moves)):
        usual = np.einsum("j,jab->ab", _WEIGHTS, parts)
        calm = np.sqrt(np.clip(surprise / _CALM, _CALMEST, 1.0))
        covariance[row] = _LEVEL * usual * calm[:, None] * calm
        limit = _CLIP * np.sqrt(np.diagonal(covariance[row]))
        move = np.clip(daily[row], -limit, limit)
        parts = decay * parts + fresh * (move[:, None] * move)
        surprise = _CALM_DECAY * surprise + (1.0 - _CALM_DECAY) * move**2 / np.diagonal(usual)
    deviations = np.sqrt(np.einsum("naa->na", covariance))
    return Forecast(covariance, np.abs(daily) > _UNBRIDGEABLE * deviations)
