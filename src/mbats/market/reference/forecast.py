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

# Fitted by likelihood to the moves before 2013, then rounded; docs/reference-market.md tells how they fare since.
_DECAYS = np.array([0.965, 0.99, 0.998, 0.9995])
_WEIGHTS = np.array([0.5, 0.25, 0.2, 0.05])
_STORM, _STORM_DECAY, _STORM_CAP = 0.5, 0.9, 10.0
_LEVEL = 0.925
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
    """Return covariances from past moves only; see `Past`.

    Parameters
    ----------
    moves
        Log moves between fixings, shape (n - 1, k).
    weekdays
        Length of each stretch in ordinary weekdays of variance, shape (n - 1,).
    """
    daily = moves / np.sqrt(weekdays)[:, None]
    past = Past(daily[:BURN_IN])
    covariance = np.repeat(past.covariance()[None], len(moves), axis=0)
    for row in range(BURN_IN, len(moves)):
        covariance[row] = past.covariance()
        past.see(daily[row])
    deviations = np.sqrt(np.einsum("naa->na", covariance))
    return Forecast(covariance, np.abs(daily) > _UNBRIDGEABLE * deviations)


class Past:
    """What has been seen of the moves, and the covariance that it lets one expect of the next weekday's.

    ``S = level * s * C U C`` with ``U``, a mean of four exponentially weighted covariances; ``C``, diagonal and 1 for a
    currency unless its squared moves, exponentially weighted, fell below 0.6 of what was expected, when it closes the
    gap; and ``s``, one number for all currencies: half 1, half the weighted mean of ``z' (C U C)^-1 z / k``. Seven
    moves a day tell a common storm sooner than the average of any one of them does.
    """

    def __init__(self, daily: NDArray[np.float64]) -> None:
        warm = daily.T @ daily / len(daily)
        self._parts = np.repeat(warm[None], len(_DECAYS), axis=0)
        self._surprise = np.ones(len(warm))
        self._storm = 1.0

    def covariance(self) -> NDArray[np.float64]:
        """Return the covariance expected of the next ordinary weekday's moves, shape (k, k)."""
        return _LEVEL * self._strength * self._usual()[1]

    def see(self, move: NDArray[np.float64]) -> None:
        """Take in one weekday's moves, shape (k,); each counts for six standard deviations at most."""
        average, usual = self._usual()
        limit = _CLIP * np.sqrt(self._strength * np.diagonal(usual))
        seen = np.clip(move, -limit, limit)
        expected = self._strength * np.diagonal(average)
        self._surprise = _CALM_DECAY * self._surprise + (1.0 - _CALM_DECAY) * seen**2 / expected
        size = min(float(seen @ np.linalg.solve(usual, seen)) / len(seen), _STORM_CAP * self._strength)
        self._storm = _STORM_DECAY * self._storm + (1.0 - _STORM_DECAY) * size
        decay = _DECAYS[:, None, None]
        self._parts = decay * self._parts + (1.0 - decay) * (seen[:, None] * seen)

    @property
    def _strength(self) -> float:
        return 1.0 + _STORM * (self._storm - 1.0)

    def _usual(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        average: NDArray[np.float64] = np.einsum("j,jab->ab", _WEIGHTS, self._parts)
        calm = np.sqrt(np.clip(self._surprise / _CALM, _CALMEST, 1.0))
        return average, average * calm[:, None] * calm
