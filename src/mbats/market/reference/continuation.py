"""Fixings of days that have not come yet, so that the reference market can be traded at today's date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mbats.market.reference.forecast import forecast_of
from mbats.market.reference.minutes import random_numbers

if TYPE_CHECKING:
    from mbats.market.reference.fixings import Fixings

_ONE_DAY = np.timedelta64(1, "D")
_KEY = 1_999


def continued(fixings: Fixings, until: np.datetime64, seed: int) -> Fixings:
    """Return `fixings` with one for every weekday from the last to `until`, drawn where the ECB has none yet.

    A day's move has the covariance that was forecast last of all; its random numbers depend on the seed and the date
    alone, so a longer continuation begins with the shorter one. All that comes after the last real fixing is generated.
    """
    last = fixings.dates[-1].astype("datetime64[D]")
    days = np.arange(last + _ONE_DAY, until + _ONE_DAY)
    days = days[np.is_busday(days)]
    if not len(days):
        return fixings
    root = np.linalg.cholesky(forecast_of(fixings).covariance[-1])
    keys = days.astype(np.int64).tolist()
    moves = np.array([root @ random_numbers(seed, day, _KEY).standard_normal(len(root)) for day in keys])
    return replace(
        fixings,
        dates=np.concatenate([fixings.dates, days.astype(fixings.dates.dtype)]),
        rates=np.concatenate([fixings.rates, fixings.rates[-1] * np.exp(np.cumsum(moves, axis=0))]),
    )
