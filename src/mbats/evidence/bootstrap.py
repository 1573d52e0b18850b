from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbats.market.columns import FloatColumn

RESAMPLES = 2_000


class Interval(NamedTuple):
    """Ends of a confidence interval, and the mean length in days of the blocks that it was resampled by."""

    low: float
    high: float
    block: float


def sharpe_interval(
    excess: FloatColumn, periods_per_year: int, *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval | None:
    """Return the interval of the annualised Sharpe ratio that resampled stretches of the record give.

    The stationary bootstrap, percentiles: Politis and Romano (1994), "The stationary bootstrap", Journal of the
    American Statistical Association 89, section 2. It keeps what neighbouring days have to do with one another, which
    the closed formula does not. The mean length of a stretch is the one that Politis and White (2004), "Automatic
    block-length selection for the dependent bootstrap", Econometric Reviews 23(1), find, with the correction of Patton,
    Politis and White (2009). Resampling and length are those of the library arch.

    Parameters
    ----------
    excess
        Returns less those of cash, one a period, shape (T,).

    Returns
    -------
    Interval | None
        None for fewer than ten returns, or when all are equal.
    """
    found = _interval(excess, _ratio, confidence, resamples, seed)
    year = sqrt(periods_per_year)
    return found and Interval(found.low * year, found.high * year, found.block)


def mean_interval(
    values: FloatColumn, *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval | None:
    """Return the interval of a mean, such as that of one record's daily returns less another's on the same days.

    By the same resampling as `sharpe_interval`; of differences it is a paired test, which needs far fewer days than two
    intervals side by side where both records move together.

    Parameters
    ----------
    values
        One a period, shape (T,).
    """
    return _interval(values, _mean, confidence, resamples, seed)


def _interval(
    values: FloatColumn,
    statistic: Callable[[FloatColumn], FloatColumn],
    confidence: float,
    resamples: int,
    seed: int,
) -> Interval | None:
    if len(values) < 10 or np.ptp(values) == 0.0:
        return None
    from arch.bootstrap import StationaryBootstrap, optimal_block_length

    block = max(1.0, float(optimal_block_length(values)["stationary"].iloc[0]))
    resampled = StationaryBootstrap(ceil(block), values, seed=np.random.default_rng(seed))
    drawn = resampled.apply(statistic, resamples).ravel()
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high), float(ceil(block)))


def _mean(values: FloatColumn) -> FloatColumn:
    return np.array([np.mean(values)])


def _ratio(returns: FloatColumn) -> FloatColumn:
    deviation = np.std(returns, ddof=1)
    return np.array([np.mean(returns) / deviation if deviation > 0 else 0.0])
