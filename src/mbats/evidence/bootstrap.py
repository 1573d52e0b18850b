from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
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
    if len(excess) < 10 or np.ptp(excess) == 0.0:
        return None
    from arch.bootstrap import StationaryBootstrap, optimal_block_length

    block = max(1.0, float(optimal_block_length(excess)["stationary"].iloc[0]))
    resampled = StationaryBootstrap(ceil(block), excess, seed=np.random.default_rng(seed))
    ratios = resampled.apply(_ratio, resamples).ravel() * sqrt(periods_per_year)
    low, high = np.quantile(ratios, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high), float(ceil(block)))


def _ratio(returns: FloatColumn) -> FloatColumn:
    deviation = np.std(returns, ddof=1)
    return np.array([np.mean(returns) / deviation if deviation > 0 else 0.0])
